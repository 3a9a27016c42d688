// RUN: kalmir-opt %s --kalmir-kalman-to-information-form \
// RUN:   --remarks-filter=kalmir 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file %t.remarks


// A constant prior is folded; every other clause stays.
// CHECK-LABEL: func @constants
// REMARK: carries precision and information
func.func @constants(%y: tensor<3x?xf32>, %a: tensor<?xf32>)
    -> (tensor<3x?xf32>, tensor<3xf32>) {
  // CHECK-DAG: %[[LAM0:.*]] = arith.constant 2.500000e-01 : f32
  // CHECK-DAG: %[[ETA0:.*]] = arith.constant 5.000000e-01 : f32
  // CHECK: kalman.scalar_filter {{.*}} transition(%{{.*}} over [1] : tensor<?xf32>) information_prior(%[[LAM0]], %[[ETA0]] : f32, f32) prior_at = before_first_transition time_dim = 1 -> (predicted_mean: tensor<3x?xf32>, log_likelihood: tensor<3xf32>)
  %r = arith.constant 2.0 : f64
  %m0 = arith.constant 2.0 : f32
  %P0 = arith.constant 4.0 : f32
  %m, %ll = kalman.scalar_filter observed(%y : tensor<3x?xf32>)
      observation_noise(%r : f64) transition(%a over [1] : tensor<?xf32>)
      prior(%m0, %P0 : f32, f32) prior_at = before_first_transition time_dim = 1
      -> (predicted_mean: tensor<3x?xf32>, log_likelihood: tensor<3xf32>)
  return %m, %ll : tensor<3x?xf32>, tensor<3xf32>
}

// A prior at run time is divided element by element.
// CHECK-LABEL: func @promised(
// CHECK-SAME: %[[M0:[^:]*]]: tensor<?xf64>, %[[P0:[^:]*]]: tensor<?xf64>)
// REMARK: carries precision and information
func.func @promised(%y: tensor<?x?xf64>, %r: f64, %m0: tensor<?xf64>,
                    %P0: tensor<?xf64>) -> tensor<?x?xf64> {
  // CHECK: %[[LAM0:.*]] = linalg.reciprocal ins(%[[P0]] : tensor<?xf64>)
  // CHECK: %[[ETA0:.*]] = linalg.div ins(%[[M0]], %[[P0]] : tensor<?xf64>, tensor<?xf64>)
  // CHECK: information_prior(%[[LAM0]], %[[ETA0]] : tensor<?xf64>, tensor<?xf64>) {positive_noise} ->
  %m = kalman.scalar_filter observed(%y : tensor<?x?xf64>)
      observation_noise(%r : f64)
      prior(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
      {positive_noise, positive_prior} -> (filtered_mean: tensor<?x?xf64>)
  return %m : tensor<?x?xf64>
}

// A scalar at run time, and noise that is positive at every constant time.
// CHECK-LABEL: func @scalar_prior(
// CHECK-SAME: %[[M0:[^:]*]]: f64, %[[P0:[^:]*]]: f64)
func.func @scalar_prior(%y: tensor<2x?xf64>, %m0: f64, %P0: f64)
    -> tensor<2x?xf64> {
  // CHECK: %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
  // CHECK: %[[LAM0:.*]] = arith.divf %[[ONE]], %[[P0]]
  // CHECK: %[[ETA0:.*]] = arith.divf %[[M0]], %[[P0]]
  // CHECK: information_prior(%[[LAM0]], %[[ETA0]] : f64, f64)
  %r = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %m = kalman.scalar_filter observed(%y : tensor<2x?xf64>)
      observation_noise(%r over [0] : tensor<2xf32>) prior(%m0, %P0 : f64, f64)
      {positive_prior} -> (filtered_mean: tensor<2x?xf64>)
  return %m : tensor<2x?xf64>
}

// The zero of the diffuse prior has the state's type.
// CHECK-LABEL: func @diffuse_f32
func.func @diffuse_f32(%y: tensor<?xbf16>) -> tensor<?xbf16> {
  // CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK: information_prior(%[[ZERO]], %[[ZERO]] : f32, f32)
  %r = arith.constant dense<1.0> : tensor<f32>
  %m = kalman.scalar_filter observed(%y : tensor<?xbf16>)
      observation_noise(%r : tensor<f32>) diffuse
      -> (filtered_mean: tensor<?xbf16>)
  return %m : tensor<?xbf16>
}

// CHECK-LABEL: func @noise_unknown
// REMARK: the observation noise may be 0, which has no precision; a positive constant or positive_noise says that it is not
func.func @noise_unknown(%y: tensor<?xf64>, %r: f64) -> tensor<?xf64> {
  // CHECK: diffuse ->
  %m = kalman.scalar_filter observed(%y : tensor<?xf64>)
      observation_noise(%r : f64) diffuse -> (filtered_mean: tensor<?xf64>)
  return %m : tensor<?xf64>
}

// CHECK-LABEL: func @noise_zero
// REMARK: the observation noise may be 0
func.func @noise_zero(%y: tensor<2xf64>) -> tensor<2xf64> {
  // CHECK: diffuse ->
  %r = arith.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %m = kalman.scalar_filter observed(%y : tensor<2xf64>)
      observation_noise(%r : tensor<2xf64>) diffuse
      -> (filtered_mean: tensor<2xf64>)
  return %m : tensor<2xf64>
}

// A known state has no precision that keeps its mean.
// CHECK-LABEL: func @prior_zero
// REMARK: the prior variance may be 0, which has no precision; a positive constant or positive_prior says that it is not
func.func @prior_zero(%y: tensor<?xf64>, %m0: f64) -> tensor<?xf64> {
  // CHECK: prior(
  %P0 = arith.constant 0.0 : f64
  %m = kalman.scalar_filter observed(%y : tensor<?xf64>)
      observation_noise(%m0 : f64) prior(%m0, %P0 : f64, f64) {positive_noise}
      -> (filtered_mean: tensor<?xf64>)
  return %m : tensor<?xf64>
}

// What is in information form stays, and is not counted.
// CHECK-LABEL: func @already
func.func @already(%y: tensor<?xf64>, %r: f64, %lam0: f64) -> tensor<?xf64> {
  // CHECK: information_prior(
  %m = kalman.scalar_filter observed(%y : tensor<?xf64>)
      observation_noise(%r : f64) information_prior(%lam0, %lam0 : f64, f64)
      -> (filtered_mean: tensor<?xf64>)
  return %m : tensor<?xf64>
}
// REMARK-NOT: remark
