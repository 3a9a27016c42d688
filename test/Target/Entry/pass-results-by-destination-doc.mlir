// RUN: kalmir-opt %s --kalmir-infer-entry-signatures --kalmir-pass-results-by-destination | FileCheck %s
// RUN: kalmir-opt %s --kalmir-to-buffers-pipeline=schedule=serial | FileCheck %s --check-prefix=BUFFERS

#mt = affine_map<(m, t) -> (m, t)>
#m = affine_map<(m, t) -> (m)>
// CHECK-LABEL: func @average(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<?x?xf32> {bufferization.writable = false}
// CHECK-SAME: %[[H0:[a-z0-9]*]]: tensor<?xf32> {bufferization.writable = false}
// CHECK-SAME: %[[Y:[a-z0-9]*]]: memref<?x?xf32> {kalmir.name = "y"}
// CHECK-SAME: %[[HT:[a-z0-9]*]]: memref<?xf32>)
// CHECK-DAG: %[[YT:.*]] = bufferization.to_tensor %[[Y]] restrict writable
// CHECK-DAG: %[[HTT:.*]] = bufferization.to_tensor %[[HT]] restrict writable
// CHECK: %[[START:.*]] = linalg.copy ins(%[[H0]] : {{.*}}) outs(%[[HTT]] :
// CHECK: %[[R:.*]]:2 = recur.generic {{.*}} state(%[[START]] : {{.*}}) outs(%[[YT]] :
// CHECK: bufferization.materialize_in_destination %[[R]]#1 in restrict writable %[[Y]]
// CHECK: bufferization.materialize_in_destination %[[R]]#0 in restrict writable %[[HT]]

// Nothing is allocated, and only the initial state is copied.
// BUFFERS-LABEL: func @average(
// BUFFERS-SAME: %[[X:[a-z0-9]*]]: memref<?x?xf32>
// BUFFERS-SAME: %[[H0:[a-z0-9]*]]: memref<?xf32>
// BUFFERS-SAME: %[[Y:[a-z0-9]*]]: memref<?x?xf32>
// BUFFERS-SAME: %[[HT:[a-z0-9]*]]: memref<?xf32>)
// BUFFERS-NOT: memref.alloc
// BUFFERS-NOT: memref.copy
// BUFFERS: linalg.copy ins(%[[H0]] : memref<?xf32>) outs(%[[HT]] : memref<?xf32>)
// BUFFERS-NEXT: recur.scan {{.*}} ins(%[[X]] : memref<?x?xf32>) state(%[[HT]] : memref<?xf32>) outs(%[[Y]] : memref<?x?xf32>)
// BUFFERS-NOT: memref.copy
// BUFFERS: return
func.func @average(%x: tensor<?x?xf32>, %h0: tensor<?xf32>)
    -> (tensor<?x?xf32> {kalmir.name = "y"}, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %l = tensor.dim %x, %c1 : tensor<?x?xf32>
  %y0 = tensor.empty(%m, %l) : tensor<?x?xf32>
  %hT, %y = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
      ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>) outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %sum = arith.addf %xt, %h : f32
    recur.yield state(%sum : f32) outs(%sum : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  return %y, %hT : tensor<?x?xf32>, tensor<?xf32>
}
