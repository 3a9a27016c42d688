// Bytecode of a later version of the dialect is refused.
// RUN: kalmir-opt %s --emit-bytecode -o %t.mlirbc && kalmir-opt %t.mlirbc -o /dev/null
// RUN: %python %S/Inputs/raise_version.py %t.mlirbc
// RUN: %exits 1 kalmir-opt %t.mlirbc -o /dev/null | FileCheck %s
// CHECK: error: expected bytecode of the recur dialect up to version 1, found version 2

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
func.func @f(%x: tensor<9xf32>, %h: tensor<f32>) -> tensor<f32> {
  %r = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<9xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> tensor<f32>
  return %r : tensor<f32>
}
