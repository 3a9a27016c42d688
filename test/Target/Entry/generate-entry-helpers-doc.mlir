// RUN: kalmir-opt %s --kalmir-infer-entry-signatures --kalmir-generate-entry-helpers | FileCheck %s

#mt = affine_map<(m, t) -> (m, t)>
#m = affine_map<(m, t) -> (m)>
func.func @average(%x: tensor<?x?xf32>, %h0: tensor<?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %l = tensor.dim %x, %c1 : tensor<?x?xf32>
  %y0 = tensor.empty(%m, %l) : tensor<?x?xf32>
  %hT, %y = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"],
      schedule = #recur.schedule<chunked, chunk_length = 64>}
      ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>) outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %sum = arith.addf %xt, %h : f32
    recur.yield state(%sum : f32) outs(%sum : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  return %y : tensor<?x?xf32>
}

// CHECK-LABEL: func @average.info(
// CHECK-SAME: %[[X:.*]]: tensor<?x?xf32>, %{{.*}}: tensor<?xf32>) -> (index, index) attributes {kalmir.helper = @average}
// CHECK-DAG: %[[C64:.*]] = arith.constant 64
// CHECK-DAG: %[[M:.*]] = tensor.dim %[[X]], %c0
// CHECK-DAG: %[[L:.*]] = tensor.dim %[[X]], %c1
// CHECK-DAG: %[[STEPS:.*]] = arith.muli %[[M]], %[[L]]
// CHECK-DAG: %[[CHUNKS:.*]] = arith.ceildivsi %[[L]], %[[C64]]
// CHECK: %[[SOME:.*]] = arith.maxsi %[[CHUNKS]], %c1
// CHECK: %[[MOST:.*]] = arith.maxsi %[[SOME]], %c0
// CHECK: return %[[STEPS]], %[[MOST]]

// CHECK-LABEL: func @average.shapes(
// CHECK-SAME: %[[X:.*]]: tensor<?x?xf32>
// CHECK-DAG: %[[M:.*]] = tensor.dim %[[X]], %c0
// CHECK-DAG: %[[L:.*]] = tensor.dim %[[X]], %c1
// CHECK-NOT: recur.generic
// CHECK: return %[[M]], %[[L]]
