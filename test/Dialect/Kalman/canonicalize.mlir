// RUN: kalmir-opt %s --canonicalize | FileCheck %s
// RUN: kalmir-opt %s --canonicalize --kalmir-convert-kalman-to-recur --canonicalize | FileCheck %s --check-prefix=RECUR

// Asking only for the mean must not compute the variance.
// CHECK-LABEL: func @only_mean
// RECUR-LABEL: func @only_mean
func.func @only_mean(%v: tensor<2x?x8xf32>, %k: tensor<2x?x16xf32>,
                     %a: tensor<8x16xf32>) -> tensor<2x?x8xf32> {
  // CHECK: %[[Y:.*]] = kalman.linear_attention
  // CHECK-SAME: {tag = "kept"} -> (mean: tensor<2x?x8xf32>)
  // CHECK: return %[[Y]]
  // RECUR: recur.yield state({{.*}} : f32, f32) outs(%{{[^,]*}} : f32)
  %yvar, %y, %lam = kalman.linear_attention
      value(%v : tensor<2x?x8xf32>) precision(%v : tensor<2x?x8xf32>)
      key(%k : tensor<2x?x16xf32>) query(%k : tensor<2x?x16xf32>)
      decay(%a : tensor<8x16xf32>) process_noise(%a : tensor<8x16xf32>) {tag = "kept"}
      -> (variance: tensor<2x?x8xf32>, mean: tensor<2x?x8xf32>,
          final_precision: tensor<2x8x16xf32>)
  return %y : tensor<2x?x8xf32>
}

// CHECK-LABEL: func @dead
func.func @dead(%v: tensor<2x?x8xf32>, %k: tensor<2x?x16xf32>,
                %a: tensor<8x16xf32>) {
  // CHECK-NEXT: return
  %y, %yvar = kalman.linear_attention
      value(%v : tensor<2x?x8xf32>) precision(%v : tensor<2x?x8xf32>)
      key(%k : tensor<2x?x16xf32>) query(%k : tensor<2x?x16xf32>)
      decay(%a : tensor<8x16xf32>) process_noise(%a : tensor<8x16xf32>)
      -> (mean: tensor<2x?x8xf32>, variance: tensor<2x?x8xf32>)
  return
}

// CHECK-LABEL: func @only_log_likelihood
// RECUR-LABEL: func @only_log_likelihood
func.func @only_log_likelihood(%y: tensor<?x?xf64>, %r: tensor<?xf64>)
    -> tensor<?xf64> {
  // CHECK: kalman.scalar_filter {{.*}} diffuse {positive_noise} -> (log_likelihood: tensor<?xf64>)
  // RECUR: recur.yield state({{.*}} : f64, f64) outs(%{{[^,]*}} : f64)
  %m, %ll, %P = kalman.scalar_filter observed(%y : tensor<?x?xf64>)
      observation_noise(%r over [0] : tensor<?xf64>) diffuse {positive_noise}
      -> (filtered_mean: tensor<?x?xf64>, log_likelihood: tensor<?xf64>,
          filtered_variance: tensor<?x?xf64>)
  return %ll : tensor<?xf64>
}
