// RUN: kalmir-opt %s --kalmir-separate-destinations | FileCheck %s

// CHECK-LABEL: func @twice(
// CHECK: %[[E0:.*]] = tensor.empty()
// CHECK: %[[F0:.*]] = linalg.fill {{.*}} outs(%[[E0]] :
// CHECK: %[[E1:.*]] = tensor.empty()
// CHECK: %[[F1:.*]] = linalg.fill {{.*}} outs(%[[E1]] :
// CHECK: linalg.matmul {{.*}} outs(%[[F1]] :
// CHECK: linalg.matmul {{.*}} outs(%[[F0]] :
func.func @twice(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4x4xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x4xf32>) -> tensor<4x4xf32>
  %a = linalg.matmul ins(%x, %x : tensor<4x4xf32>, tensor<4x4xf32>)
      outs(%fill : tensor<4x4xf32>) -> tensor<4x4xf32>
  %b = linalg.matmul ins(%x, %a : tensor<4x4xf32>, tensor<4x4xf32>)
      outs(%fill : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %a, %b : tensor<4x4xf32>, tensor<4x4xf32>
}
