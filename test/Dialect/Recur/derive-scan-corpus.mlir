// Every recurrence of the corpus is a scan, with the least element. Components
// and scalars of the element, in the order of the file.
// RUN: kalmir-opt %S/../../Analysis/Inputs/recurrences.mlir \
// RUN:   --kalmir-recur-derive-scan --canonicalize --cse -o /dev/null \
// RUN:   --remarks-filter=kalmir 2>&1 | FileCheck %s
// CHECK-NOT: Missed

// affine_constant
// CHECK: scan of 1 components, element of 2 scalars

// affine_input
// CHECK: scan of 1 components, element of 2 scalars

// affine_reverse
// CHECK: scan of 1 components, element of 2 scalars

// affine_gated
// CHECK: scan of 1 components, element of 2 scalars

// affine_correction
// CHECK: scan of 1 components, element of 2 scalars

// affine_exp_decay
// CHECK: scan of 1 components, element of 2 scalars

// affine_reset
// CHECK: scan of 1 components, element of 2 scalars

// affine_reset_flag
// CHECK: scan of 1 components, element of 2 scalars

// double_average
// CHECK: scan of 1 components, element of 4 scalars

// trend
// CHECK: scan of 1 components, element of 4 scalars

// biquad
// CHECK: scan of 1 components, element of 6 scalars

// rotation
// CHECK: scan of 1 components, element of 4 scalars

// complex_decay
// CHECK: scan of 1 components, element of 4 scalars

// mobius
// CHECK: scan of 1 components, element of 4 scalars

// continued_fraction
// CHECK: scan of 1 components, element of 4 scalars

// two_mobius
// CHECK: scan of 2 components, element of 8 scalars

// shared_division
// CHECK: scan of 1 components, element of 11 scalars

// kla_lanes
// CHECK: scan of 1 components, element of 7 scalars

// kla_mean_variance
// CHECK: scan of 1 components, element of 7 scalars

// kla_segment_reset
// CHECK: scan of 1 components, element of 7 scalars

// kla_prior_read_out
// CHECK: scan of 1 components, element of 7 scalars

// kla_beside_average
// CHECK: scan of 2 components, element of 9 scalars

// kalman_covariance
// CHECK: scan of 1 components, element of 7 scalars

// kalman_time_varying
// CHECK: scan of 1 components, element of 7 scalars

// kalman_joseph
// CHECK: scan of 1 components, element of 7 scalars

// kalman_precision_sum
// CHECK: scan of 1 components, element of 7 scalars

// kalman_gain_square
// CHECK: scan of 1 components, element of 7 scalars

// kalman_weighted_mean
// CHECK: scan of 1 components, element of 7 scalars

// kalman_predictor
// CHECK: scan of 1 components, element of 7 scalars

// riccati
// CHECK: scan of 1 components, element of 4 scalars

// kalman_masked
// CHECK: scan of 1 components, element of 7 scalars

// kalman_masked_gain
// CHECK: scan of 1 components, element of 7 scalars

// kalman_joseph_masked_reset
// CHECK: scan of 1 components, element of 7 scalars

// kalman_log_likelihood
// CHECK: scan of 1 components, element of 7 scalars

// kla
// CHECK: scan of 1 components, element of 7 scalars
// CHECK-NOT: remark
