//===- KalmanToRecur.td - from probabilistic layers to recurrences --------===//

#ifndef KALMIR_CONVERSION_KALMANTORECUR_TD
#define KALMIR_CONVERSION_KALMANTORECUR_TD

include "mlir/Pass/PassBase.td"

def ConvertKalmanToRecurPass : Pass<"kalmir-convert-kalman-to-recur"> {
  let summary = "Convert filters and layers to sequential recurrences";
  let description = [{
    What: replaces every `kalman` operation by a `recur.generic` whose body is
    the textbook step, written in scalar arith and math operations, with the
    read-out in the body.

    - `kalman.linear_attention`: states precision and information vector,
      iterators batch and channel (parallel), time (recurrence) and the state
      index, which `mean` and `variance` sum (reduction).
    - `kalman.scalar_filter`: states mean and variance (predict, then update
      with the gain), or precision and information where the operation is in
      information form. A missing observation selects the prediction; the
      log-likelihood is an output summed over time.

    When it applies: to all `kalman` operations; there are none afterwards.

    Numerics: inputs are converted to the state's type first. Outputs that are
    sums over the state index are formed in the state's type and rounded once,
    by a `linalg.generic` behind the recurrence. An exact diffuse prior becomes
    the initial state mean 0, variance +inf: `kalmir-recur-derive-scan` takes
    it as the point at infinity, for which prediction and update are exact. Run
    as it stands, such a body gives NaN.

    Example: test/Conversion/KalmanToRecur/kalman-to-recur-doc.mlir.

    Limits: none known.
  }];
  let statistics = [
    Statistic<"numConverted", "converted", "Operations converted">
  ];
  let dependentDialects = [
    "::kalmir::recur::RecurDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"];
}

#endif // KALMIR_CONVERSION_KALMANTORECUR_TD
