// The function without a recurrence goes; the script calls a module interesting
// as long as it holds one.
// RUN: kalmir-reduce %s -reduction-tree='traversal-mode=0 test=%S/Inputs/has-recurrence.sh' \
// RUN:   | FileCheck %s
// CHECK-NOT: @other
// CHECK: recur.generic
// CHECK-NOT: @other
func.func @other(%x: f32) -> f32 {
  %y = arith.addf %x, %x : f32
  return %y : f32
}
func.func @sum(%x: tensor<?xf32>, %h0: tensor<f32>) -> tensor<f32> {
  %h = recur.generic {indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>],
                      iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h0 : tensor<f32>) {
  ^bb0(%xt: f32, %s: f32):
    %s1 = arith.addf %s, %xt : f32
    recur.yield state(%s1 : f32)
  } -> tensor<f32>
  return %h : tensor<f32>
}
