// RUN: kalmir-opt %s --kalmir-raise-windows-to-recur | FileCheck %s

// A causal convolution over two steps.

// CHECK: #[[X:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK: #[[W:.*]] = affine_map<(d0, d1, d2) -> (d2)>
// CHECK: #[[ONE:.*]] = affine_map<(d0, d1, d2) -> ()>
// CHECK: #[[S:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>

// CHECK-LABEL: func @convolution(
// CHECK-SAME: %[[A:.*]]: tensor<2x9x5xf32>, %[[B:.*]]: tensor<2x5xf32>
// CHECK-DAG: %[[W0:.*]] = tensor.extract_slice %[[B]][0, 0] [1, 5] [1, 1]
// CHECK-DAG: %[[W1:.*]] = tensor.extract_slice %[[B]][1, 0] [1, 5] [1, 1]
// CHECK-DAG: %[[ROW:.*]] = linalg.fill {{.*}} -> tensor<2x5xf32>
// CHECK: recur.generic {indexing_maps = [#[[X]], #[[W]], #[[W]], #[[ONE]], #[[S]], #[[X]]], iterator_types = ["parallel", "recurrence", "parallel"]}
// CHECK-SAME: ins(%[[A]], %[[W0]], %[[W1]], %{{.*}} : {{.*}}) state(%[[ROW]] : tensor<2x5xf32>)
// CHECK: ^bb0(%[[NOW:.*]]: f32, %[[G0:.*]]: f32, %[[G1:.*]]: f32, %[[ZERO:.*]]: f32, %[[LAST:.*]]: f32):
// CHECK: %[[P0:.*]] = arith.mulf %[[LAST]], %[[G0]]
// CHECK: %[[S0:.*]] = arith.addf %[[ZERO]], %[[P0]]
// CHECK: %[[P1:.*]] = arith.mulf %[[NOW]], %[[G1]]
// CHECK: %[[S1:.*]] = arith.addf %[[S0]], %[[P1]]
// CHECK: recur.yield state(%[[NOW]] : f32) outs(%[[S1]] : f32)
func.func @convolution(%x: tensor<2x9x5xf32>, %w: tensor<2x5xf32>)
    -> tensor<2x9x5xf32> {
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %x low[0, 1, 0] high[0, 0, 0] {
  ^bb0(%b: index, %t: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<2x9x5xf32> to tensor<2x10x5xf32>
  %empty = tensor.empty() : tensor<2x9x5xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x9x5xf32>)
      -> tensor<2x9x5xf32>
  %y = linalg.depthwise_conv_1d_nwc_wc
      {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
      ins(%padded, %w : tensor<2x10x5xf32>, tensor<2x5xf32>)
      outs(%init : tensor<2x9x5xf32>) -> tensor<2x9x5xf32>
  return %y : tensor<2x9x5xf32>
}
