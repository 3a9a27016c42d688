// The example of the pass documentation.
// RUN: kalmir-opt %s --kalmir-recur-derive-step --canonicalize --cse | FileCheck %s

// A moving average of x w: the product sees one step at a time, the recurrence
// carries h.
func.func @average(%x: tensor<?x4xf32>, %w: tensor<4x8xf32>, %h0: tensor<8xf32>)
    -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %length = tensor.dim %x, %c0 : tensor<?x4xf32>
  %empty = tensor.empty(%length) : tensor<?x8xf32>
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x8xf32>) -> tensor<?x8xf32>
  %xw = linalg.matmul ins(%x, %w : tensor<?x4xf32>, tensor<4x8xf32>)
      outs(%init : tensor<?x8xf32>) -> tensor<?x8xf32>
  %hT, %y = recur.generic {
      indexing_maps = [affine_map<(t, n) -> (t, n)>, affine_map<(t, n) -> (n)>,
                       affine_map<(t, n) -> (t, n)>],
      iterator_types = ["recurrence", "parallel"]}
    ins(%xw : tensor<?x8xf32>) state(%h0 : tensor<8xf32>)
    outs(%empty : tensor<?x8xf32>) {
  ^bb0(%in: f32, %h: f32):
    %half = arith.constant 0.5 : f32
    %sum = arith.addf %in, %h : f32
    %h1 = arith.mulf %half, %sum : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<8xf32>, tensor<?x8xf32>)
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @average(
// CHECK: func.func @average_prefill(%{{.*}}: tensor<?x4xf32>, %{{.*}}: tensor<4x8xf32>, %{{.*}}: tensor<8xf32>)
// CHECK-SAME: -> (tensor<?x8xf32>, tensor<8xf32> {kalmir.name = "state0"})
// CHECK: %[[R:.*]]:2 = recur.generic
// CHECK: return %[[R]]#1, %[[R]]#0

// CHECK: func.func @average_continue(%{{.*}}: tensor<?x4xf32>, %{{.*}}: tensor<4x8xf32>, %[[H:.*]]: tensor<8xf32> {kalmir.name = "state0"})
// CHECK-SAME: -> (tensor<?x8xf32>, tensor<8xf32> {kalmir.name = "state0"})
// CHECK: recur.generic {{.*}} state(%[[H]] : tensor<8xf32>)

// CHECK: func.func @average_step(%{{.*}}: tensor<1x4xf32>, %{{.*}}: tensor<4x8xf32>, %[[H:.*]]: tensor<8xf32> {kalmir.name = "state0"})
// CHECK-SAME: -> (tensor<1x8xf32>, tensor<8xf32> {kalmir.name = "state0"})
// CHECK: %[[XW:.*]] = linalg.matmul {{.*}} -> tensor<1x8xf32>
// CHECK: %[[R:.*]]:2 = recur.generic {{.*}} schedule = #recur.schedule<serial>} ins(%[[XW]] : tensor<1x8xf32>) state(%[[H]] : tensor<8xf32>)
// CHECK: return %[[R]]#1, %[[R]]#0 : tensor<1x8xf32>, tensor<8xf32>
