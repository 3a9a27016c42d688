// RUN: kalmir-opt %s --kalmir-convert-kalman-to-recur --canonicalize | FileCheck %s

// The layer names its distribution; the recurrence is its textbook step.
func.func @layer(%v: tensor<2x100x8xf32>, %lv: tensor<2x100x8xf32>,
                 %k: tensor<2x100x16xf32>, %q: tensor<2x100x16xf32>,
                 %a: tensor<8x16xf32>, %p: tensor<8x16xf32>)
    -> tensor<2x100x8xf32> {
  %y = kalman.linear_attention
      value(%v : tensor<2x100x8xf32>) precision(%lv : tensor<2x100x8xf32>)
      key(%k : tensor<2x100x16xf32>) query(%q : tensor<2x100x16xf32>)
      decay(%a : tensor<8x16xf32>) process_noise(%p : tensor<8x16xf32>)
      -> (mean: tensor<2x100x8xf32>)
  return %y : tensor<2x100x8xf32>
}

// CHECK-LABEL: func @layer
// CHECK-NOT: kalman.
// CHECK: %[[R:.*]]:3 = recur.generic
// CHECK: recur.yield state(%{{.*}}, %{{.*}} : f32, f32) outs(%{{.*}} : f32)
// CHECK: return %[[R]]#2
