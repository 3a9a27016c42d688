// RUN: kalmir-opt %s --kalmir-infer-entry-signatures --kalmir-generate-entry-helpers | FileCheck %s
// RUN: kalmir-opt %s --kalmir-infer-entry-signatures --kalmir-generate-entry-helpers --kalmir-generate-entry-helpers | FileCheck %s

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>

// No recurrence: no steps and no chunks; rank 0 has no extents.
// CHECK-LABEL: func @none.info(
// CHECK: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-NEXT: return %[[ZERO]], %[[ZERO]]
// CHECK-LABEL: func @none.shapes(
// CHECK-NEXT: return
func.func @none(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}

// Two of them, and one in a loop: steps add up, chunks do not. A serial
// recurrence is one chunk.
// CHECK-LABEL: func @loop.info(
// CHECK-SAME: %[[X:.*]]: tensor<?xf32>, %[[H:.*]]: tensor<f32>)
// CHECK: %[[L:.*]] = tensor.dim %[[X]]
// CHECK: %[[R:.*]]:2 = scf.for {{.*}} iter_args(%[[STEPS:.*]] = %[[L]], %[[CHUNKS:.*]] = %c1
// CHECK: arith.addi %[[STEPS]], %[[L]]
// CHECK-NOT: recur.generic
// CHECK: return %[[R]]#0, %[[R]]#1
// CHECK-LABEL: func @loop.shapes(
func.func @loop(%x: tensor<?xf32>, %h: tensor<f32>) -> tensor<f32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %0 = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
      ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %p: f32):
    %p1 = arith.addf %p, %xt : f32
    recur.yield state(%p1 : f32)
  } -> tensor<f32>
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%s = %0) -> tensor<f32> {
    %1 = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
        ins(%x : tensor<?xf32>) state(%s : tensor<f32>) {
    ^bb0(%xt: f32, %p: f32):
      %p1 = arith.addf %p, %xt : f32
      recur.yield state(%p1 : f32)
    } -> tensor<f32>
    scf.yield %1 : tensor<f32>
  }
  return %r : tensor<f32>
}

// The variant that is taken counts.
// CHECK-LABEL: func @variants.info(
// CHECK-SAME: %[[X:.*]]: tensor<?xf32>, %[[H:.*]]: tensor<f32>)
// CHECK-DAG: %[[L:.*]] = tensor.dim %[[X]]
// CHECK-DAG: %[[LONG:.*]] = arith.cmpi sgt, %[[L]]
// CHECK: %[[R:.*]]:2 = scf.if %[[LONG]] -> (index, index) {
// CHECK: arith.ceildivsi %[[L]], %{{.*}}
// CHECK: } else {
// CHECK: scf.yield %[[L]], %c1
// CHECK: return %[[R]]#0, %[[R]]#1
func.func @variants(%x: tensor<?xf32>, %h: tensor<f32>) -> tensor<f32> {
  %c0 = arith.constant 0 : index
  %c1000 = arith.constant 1000 : index
  %l = tensor.dim %x, %c0 : tensor<?xf32>
  %long = arith.cmpi sgt, %l, %c1000 : index
  %r = scf.if %long -> tensor<f32> {
    %1 = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"],
        schedule = #recur.schedule<chunked, chunk_length = 64>}
        ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
    ^bb0(%xt: f32, %p: f32):
      %p1 = arith.addf %p, %xt : f32
      recur.yield state(%p1 : f32)
    } -> tensor<f32>
    scf.yield %1 : tensor<f32>
  } else {
    %1 = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"],
        schedule = #recur.schedule<serial>}
        ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
    ^bb0(%xt: f32, %p: f32):
      %p1 = arith.addf %p, %xt : f32
      recur.yield state(%p1 : f32)
    } -> tensor<f32>
    scf.yield %1 : tensor<f32>
  }
  return %r : tensor<f32>
}
