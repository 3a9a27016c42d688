// Who names a function wants its step or an error.
// RUN: %exits 1 kalmir-opt %s --kalmir-recur-derive-step=functions=nobody 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: %exits 1 kalmir-opt %s --kalmir-recur-derive-step=functions=plain 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: %exits 1 kalmir-opt %s --kalmir-recur-derive-step=functions=declared 2>&1 | FileCheck %s --check-prefix=DECLARED
// RUN: %exits 1 kalmir-compile %s --derive-step=backwards --compile-to=scan 2>&1 | FileCheck %s --check-prefix=BACKWARDS
// RUN: %exits 2 kalmir-compile %s --derive-step=a,-b --compile-to=scan 2>&1 | FileCheck %s --check-prefix=USAGE

// NONE: error: expected a function named 'nobody' to derive a step from, found none
// PLAIN: error: no step of 'plain': 'func.func' has no recurrence
// DECLARED: error: no step of 'declared': 'func.func' has no body
// BACKWARDS: error: no step of 'backwards': 'recur.generic' runs backwards in time
// USAGE: error: expected all or names of functions for --derive-step, found '-b'

func.func @plain(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
func.func private @declared(%x: tensor<?xf32>)
func.func @backwards(%x: tensor<?xf32>, %h: tensor<f32>) -> tensor<f32> {
  %hT = recur.generic {indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>],
      iterator_types = ["recurrence"], reverse}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    %s = math.tanh %ht : f32
    recur.yield state(%s : f32)
  } -> (tensor<f32>)
  return %hT : tensor<f32>
}
