// RUN: kalmir-opt %s --kalmir-recur-schedule=kind=serial | FileCheck %s

// CHECK-LABEL: func @decay
// CHECK: recur.generic {{.*}} schedule = #recur.schedule<serial>
func.func @decay(%x: tensor<?xf32>, %h: tensor<f32>, %y: tensor<?xf32>)
    -> (tensor<f32>, tensor<?xf32>) {
  %r:2 = recur.generic {
      indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>, affine_map<(t) -> (t)>],
      iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) outs(%y : tensor<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<f32>, tensor<?xf32>)
  return %r#0, %r#1 : tensor<f32>, tensor<?xf32>
}
