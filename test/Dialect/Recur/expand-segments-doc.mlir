// RUN: kalmir-opt %s --kalmir-recur-expand-segments --canonicalize --cse | FileCheck %s

// Three sequences of running sums, one behind the other in %x.
func.func @packed(%x: tensor<8x?xf32>, %cu: tensor<4xi32>, %h0: tensor<3x8xf32>,
                  %y0: tensor<8x?xf32>) -> (tensor<3x8xf32>, tensor<8x?xf32>) {
  %r:2 = recur.generic {
      indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>,
                       affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<8x?xf32>) segments(%cu : tensor<4xi32>)
    state(%h0 : tensor<3x8xf32>) outs(%y0 : tensor<8x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<3x8xf32>, tensor<8x?xf32>)
  return %r#0, %r#1 : tensor<3x8xf32>, tensor<8x?xf32>
}

// CHECK-LABEL: func @packed
// CHECK-SAME: %[[X:[^:]*]]: tensor<8x?xf32>, %[[CU:[^:]*]]: tensor<4xi32>, %[[H0:[^:]*]]: tensor<3x8xf32>, %[[Y0:[^:]*]]: tensor<8x?xf32>
// CHECK: scf.forall (%[[N:.*]]) in (3) shared_outs(%[[HS:.*]] = %[[H0]], %[[YS:.*]] = %[[Y0]])
// CHECK: %[[E0:.*]] = tensor.extract %[[CU]][%[[N]]]
// Boundaries are kept inside of the time extent.
// CHECK: %[[I0:.*]] = arith.index_cast %[[E0]]
// CHECK: %[[LOW0:.*]] = arith.maxsi %[[I0]], %c0
// CHECK: %[[FIRST:.*]] = arith.minsi %[[LOW0]], %[[EXTENT:.*]] :
// CHECK: %[[NEXT:.*]] = arith.addi %[[N]], %c1
// CHECK: %[[E1:.*]] = tensor.extract %[[CU]][%[[NEXT]]]
// CHECK: %[[I1:.*]] = arith.index_cast %[[E1]]
// CHECK: %[[LOW1:.*]] = arith.maxsi %[[I1]], %[[FIRST]]
// CHECK: %[[END:.*]] = arith.minsi %[[LOW1]], %[[EXTENT]]
// CHECK: %[[LENGTH:.*]] = arith.subi %[[END]], %[[FIRST]]
// CHECK: %[[XN:.*]] = tensor.extract_slice %[[X]][0, %[[FIRST]]] [8, %[[LENGTH]]] [1, 1]
// CHECK: %[[HN:.*]] = tensor.extract_slice %[[HS]][%[[N]], 0] [1, 8] [1, 1] : tensor<3x8xf32> to tensor<8xf32>
// CHECK: %[[YN:.*]] = tensor.extract_slice %[[YS]][0, %[[FIRST]]] [8, %[[LENGTH]]] [1, 1]
// CHECK: %[[R:.*]]:2 = recur.generic {{.*}} ins(%[[XN]] : tensor<8x?xf32>) state(%[[HN]] : tensor<8xf32>) outs(%[[YN]] : tensor<8x?xf32>)
// CHECK: tensor.parallel_insert_slice %[[R]]#0 into %[[HS]][%[[N]], 0] [1, 8] [1, 1]
// CHECK: tensor.parallel_insert_slice %[[R]]#1 into %[[YS]][0, %[[FIRST]]] [8, %[[LENGTH]]] [1, 1]
