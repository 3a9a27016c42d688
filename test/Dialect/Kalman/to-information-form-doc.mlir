// RUN: kalmir-opt %s --kalmir-kalman-to-information-form | FileCheck %s

// The diffuse prior is precision 0 exactly; r > 0 is the author's promise.
func.func @diffuse(%y: tensor<?x?xf64>, %r: tensor<?xf64>, %q: tensor<?xf64>)
    -> tensor<?x?xf64> {
  %m = kalman.scalar_filter observed(%y : tensor<?x?xf64>)
      observation_noise(%r : tensor<?xf64>) process_noise(%q : tensor<?xf64>)
      diffuse {positive_noise} -> (filtered_mean: tensor<?x?xf64>)
  return %m : tensor<?x?xf64>
}

// CHECK-LABEL: func @diffuse
// CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK: kalman.scalar_filter
// CHECK-NOT: diffuse
// CHECK-SAME: information_prior(%[[ZERO]], %[[ZERO]] : f64, f64) {positive_noise} -> (filtered_mean: tensor<?x?xf64>)
