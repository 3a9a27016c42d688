// RUN: kalmir-opt %s | kalmir-opt | FileCheck %s
// RUN: kalmir-opt %s --mlir-print-op-generic | kalmir-opt | FileCheck %s
// RUN: kalmir-opt %s --emit-bytecode | kalmir-opt | FileCheck %s

// CHECK-LABEL: func @attention
func.func @attention(%v: tensor<2x?x8xf32>, %lv: tensor<2x?x8xf32>,
                     %k: tensor<2x?x16xf32>, %q: tensor<2x?x16xf32>,
                     %a: tensor<8x16xf32>, %p: tensor<8x16xf32>)
    -> (tensor<2x?x8xf32>, tensor<2x8x16xf32>) {
  // CHECK: kalman.linear_attention value(%{{.*}} : tensor<2x?x8xf32>) precision(%{{.*}} : tensor<2x?x8xf32>) key(%{{.*}} : tensor<2x?x16xf32>) query(%{{.*}} : tensor<2x?x16xf32>) decay(%{{.*}} : tensor<8x16xf32>) process_noise(%{{.*}} : tensor<8x16xf32>) -> (mean: tensor<2x?x8xf32>, final_precision: tensor<2x8x16xf32>)
  %y, %lam = kalman.linear_attention
      value(%v : tensor<2x?x8xf32>) precision(%lv : tensor<2x?x8xf32>)
      key(%k : tensor<2x?x16xf32>) query(%q : tensor<2x?x16xf32>)
      decay(%a : tensor<8x16xf32>) process_noise(%p : tensor<8x16xf32>)
      -> (mean: tensor<2x?x8xf32>, final_precision: tensor<2x8x16xf32>)
  return %y, %lam : tensor<2x?x8xf32>, tensor<2x8x16xf32>
}

// CHECK-LABEL: func @attention_all
func.func @attention_all(%v: tensor<?x?x?xbf16>, %lv: tensor<?x?x?xf32>,
                         %k: tensor<?x?x?xbf16>, %q: tensor<?x?x?xbf16>,
                         %a: tensor<?x?x?x?xf32>, %p: tensor<?x?x?xf32>,
                         %lam0: tensor<?x?x?xf64>, %eta0: tensor<?x?x?xf64>)
    -> (tensor<?x?x?xbf16>, tensor<?x?x?xf32>, tensor<?x?x?xf64>,
        tensor<?x?x?xf64>) {
  // CHECK: prior(%{{.*}}, %{{.*}} : tensor<?x?x?xf64>, tensor<?x?x?xf64>) {decode_from_prior, state_type = f64} -> (variance: tensor<?x?x?xbf16>, mean: tensor<?x?x?xf32>, final_information: tensor<?x?x?xf64>, final_precision: tensor<?x?x?xf64>)
  %r:4 = kalman.linear_attention
      value(%v : tensor<?x?x?xbf16>) precision(%lv : tensor<?x?x?xf32>)
      key(%k : tensor<?x?x?xbf16>) query(%q : tensor<?x?x?xbf16>)
      decay(%a : tensor<?x?x?x?xf32>) process_noise(%p : tensor<?x?x?xf32>)
      prior(%lam0, %eta0 : tensor<?x?x?xf64>, tensor<?x?x?xf64>)
      {decode_from_prior, state_type = f64}
      -> (variance: tensor<?x?x?xbf16>, mean: tensor<?x?x?xf32>,
          final_information: tensor<?x?x?xf64>,
          final_precision: tensor<?x?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?x?x?xbf16>, tensor<?x?x?xf32>,
      tensor<?x?x?xf64>, tensor<?x?x?xf64>
}

// A filter with what it must have and nothing else.
// CHECK-LABEL: func @filter_short
func.func @filter_short(%y: tensor<?xf32>, %r: f32) -> tensor<f32> {
  // CHECK: kalman.scalar_filter observed(%{{.*}} : tensor<?xf32>) observation_noise(%{{.*}} : f32) diffuse -> (log_likelihood: tensor<f32>)
  %ll = kalman.scalar_filter observed(%y : tensor<?xf32>)
      observation_noise(%r : f32) diffuse -> (log_likelihood: tensor<f32>)
  return %ll : tensor<f32>
}

// Parameters that are constant, per lane, per time and both; clauses in any
// order are printed in one.
// CHECK-LABEL: func @filter_all
func.func @filter_all(%y: tensor<4x?x3xbf16>, %a: tensor<4x?x3xf64>,
                      %c: f16, %q: tensor<?xf32>, %h: tensor<4x3xf32>,
                      %r: tensor<4x?xf32>, %m0: tensor<4x3xf64>,
                      %P0: tensor<4x3xf64>)
    -> (tensor<4x?x3xf32>, tensor<4x?x3xf32>, tensor<4x?x3xf64>,
        tensor<4x?x3xf64>, tensor<4x?x3xbf16>, tensor<4x?x3xf32>,
        tensor<4x3xf32>) {
  // CHECK: kalman.scalar_filter observed(%{{.*}} : tensor<4x?x3xbf16>) observation_noise(%{{.*}} over [0, 1] : tensor<4x?xf32>) transition(%{{.*}} : tensor<4x?x3xf64>) offset(%{{.*}} : f16) process_noise(%{{.*}} over [1] : tensor<?xf32>) observation(%{{.*}} : tensor<4x3xf32>) prior(%{{.*}}, %{{.*}} : tensor<4x3xf64>, tensor<4x3xf64>) prior_at = before_first_transition time_dim = 1 {positive_noise, positive_prior, state_type = f64} -> (predicted_mean: tensor<4x?x3xf32>, predicted_variance: tensor<4x?x3xf32>, filtered_mean: tensor<4x?x3xf64>, filtered_variance: tensor<4x?x3xf64>, innovation: tensor<4x?x3xbf16>, innovation_variance: tensor<4x?x3xf32>, log_likelihood: tensor<4x3xf32>)
  %r7:7 = kalman.scalar_filter observed(%y : tensor<4x?x3xbf16>)
      observation_noise(%r over [0, 1] : tensor<4x?xf32>)
      observation(%h : tensor<4x3xf32>) offset(%c : f16)
      prior(%m0, %P0 : tensor<4x3xf64>, tensor<4x3xf64>)
      transition(%a : tensor<4x?x3xf64>)
      process_noise(%q over [1] : tensor<?xf32>)
      prior_at = before_first_transition time_dim = 1
      {positive_noise, positive_prior, state_type = f64}
      -> (predicted_mean: tensor<4x?x3xf32>,
          predicted_variance: tensor<4x?x3xf32>,
          filtered_mean: tensor<4x?x3xf64>,
          filtered_variance: tensor<4x?x3xf64>,
          innovation: tensor<4x?x3xbf16>,
          innovation_variance: tensor<4x?x3xf32>,
          log_likelihood: tensor<4x3xf32>)
  return %r7#0, %r7#1, %r7#2, %r7#3, %r7#4, %r7#5, %r7#6 : tensor<4x?x3xf32>,
      tensor<4x?x3xf32>, tensor<4x?x3xf64>, tensor<4x?x3xf64>,
      tensor<4x?x3xbf16>, tensor<4x?x3xf32>, tensor<4x3xf32>
}

// CHECK-LABEL: func @filter_information
func.func @filter_information(%y: tensor<?x?xf64>, %r: f64, %lam0: f64,
                              %eta0: f64) -> tensor<?x?xf64> {
  // CHECK: information_prior(%{{.*}}, %{{.*}} : f64, f64) -> (filtered_mean: tensor<?x?xf64>)
  %m = kalman.scalar_filter observed(%y : tensor<?x?xf64>)
      observation_noise(%r : f64)
      information_prior(%lam0, %eta0 : f64, f64)
      -> (filtered_mean: tensor<?x?xf64>)
  return %m : tensor<?x?xf64>
}
