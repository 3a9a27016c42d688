// RUN: kalmir-opt %s --kalmir-recur-fuse-elementwise | FileCheck %s

// A gate before a recurrence and a square after it.

// CHECK-LABEL: func @average(
// CHECK-SAME: %[[X:.*]]: tensor<9x5xf32>, %[[G:.*]]: tensor<5xf32>, %[[H:.*]]: tensor<5xf32>
// CHECK-NOT: linalg.generic
// CHECK: recur.generic {{.*}} ins(%[[X]], %[[G]] : {{.*}}) state(%[[H]] : {{.*}})
// CHECK: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32, %[[S:.*]]: f32):
// CHECK: %[[E:.*]] = math.exp %[[A]]
// CHECK: %[[P:.*]] = arith.mulf %[[E]], %[[B]]
// CHECK: %[[N:.*]] = arith.addf %[[S]], %[[P]]
// CHECK: %[[Q:.*]] = arith.mulf %[[N]], %[[N]]
// CHECK: recur.yield state(%[[N]] : f32) outs(%[[Q]] : f32)
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @average(%x: tensor<9x5xf32>, %gate: tensor<5xf32>, %h0: tensor<5xf32>)
    -> tensor<9x5xf32> {
  %empty = tensor.empty() : tensor<9x5xf32>
  %gated = linalg.generic {indexing_maps = [#tm, #m, #tm],
      iterator_types = ["parallel", "parallel"]}
      ins(%x, %gate : tensor<9x5xf32>, tensor<5xf32>)
      outs(%empty : tensor<9x5xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %e = math.exp %a : f32
    %p = arith.mulf %e, %b : f32
    linalg.yield %p : f32
  } -> tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm],
      iterator_types = ["recurrence", "parallel"]}
      ins(%gated : tensor<9x5xf32>) state(%h0 : tensor<5xf32>)
      outs(%empty : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<9x5xf32>)
  %y = linalg.generic {indexing_maps = [#tm, #tm],
      iterator_types = ["parallel", "parallel"]}
      ins(%r#1 : tensor<9x5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%a: f32, %out: f32):
    %p = arith.mulf %a, %a : f32
    linalg.yield %p : f32
  } -> tensor<9x5xf32>
  return %y : tensor<9x5xf32>
}
