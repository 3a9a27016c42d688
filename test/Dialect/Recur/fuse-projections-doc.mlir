// RUN: kalmir-opt %s --kalmir-recur-fuse-projections=tile-length=16 --canonicalize --cse | FileCheck %s

// A projection before a recurrence and one after it: in tiles of 16 steps, with
// the state and the result carried, and nothing of all 64 steps in between.

// CHECK-LABEL: func @layer(
// CHECK-SAME: %[[X:.*]]: tensor<64x8xf32>, %[[W:.*]]: tensor<8x5xf32>, %[[U:.*]]: tensor<5x7xf32>, %[[H:.*]]: tensor<5xf32>
// CHECK-NOT: tensor.empty() : tensor<64x5xf32>
// CHECK: %[[OUT:.*]] = tensor.empty() : tensor<64x7xf32>
// CHECK: scf.for %[[T:.*]] = %c0 to %c64 step %c16 iter_args(%[[S:.*]] = %[[H]], %[[Y:.*]] = %[[OUT]])
// CHECK: %[[XT:.*]] = tensor.extract_slice %[[X]][%[[T]], 0] [16, 8] [1, 1]
// CHECK: %[[V:.*]] = linalg.matmul ins(%[[XT]], %[[W]] : {{.*}} -> tensor<16x5xf32>
// CHECK: %[[R:.*]]:2 = recur.generic {{.*}} ins(%[[V]] : tensor<16x5xf32>) state(%[[S]] : tensor<5xf32>)
// CHECK: %[[YT:.*]] = tensor.extract_slice %[[Y]][%[[T]], 0] [16, 7] [1, 1]
// CHECK: %[[INIT:.*]] = linalg.fill {{.*}} outs(%[[YT]] :
// CHECK: %[[O:.*]] = linalg.matmul ins(%[[R]]#1, %[[U]] : {{.*}} outs(%[[INIT]] :
// CHECK: %[[N:.*]] = tensor.insert_slice %[[O]] into %[[Y]][%[[T]], 0] [16, 7] [1, 1]
// CHECK: scf.yield %[[R]]#0, %[[N]]
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @layer(%x: tensor<64x8xf32>, %w: tensor<8x5xf32>, %u: tensor<5x7xf32>,
                 %h0: tensor<5xf32>) -> (tensor<64x7xf32>, tensor<5xf32>) {
  %zero = arith.constant 0.0 : f32
  %e0 = tensor.empty() : tensor<64x5xf32>
  %i0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<64x5xf32>) -> tensor<64x5xf32>
  %v = linalg.matmul ins(%x, %w : tensor<64x8xf32>, tensor<8x5xf32>)
      outs(%i0 : tensor<64x5xf32>) -> tensor<64x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%v : tensor<64x5xf32>) state(%h0 : tensor<5xf32>) outs(%e0 : tensor<64x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<64x5xf32>)
  %e1 = tensor.empty() : tensor<64x7xf32>
  %i1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<64x7xf32>) -> tensor<64x7xf32>
  %y = linalg.matmul ins(%r#1, %u : tensor<64x5xf32>, tensor<5x7xf32>)
      outs(%i1 : tensor<64x7xf32>) -> tensor<64x7xf32>
  return %y, %r#0 : tensor<64x7xf32>, tensor<5xf32>
}
