//===- Passes.td - passes within the kalman dialect -----------------------===//

#ifndef KALMIR_KALMAN_TRANSFORMS_PASSES_TD
#define KALMIR_KALMAN_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def KalmanToInformationFormPass : Pass<"kalmir-kalman-to-information-form"> {
  let summary = "Rewrite filters from covariance to information form";
  let description = [{
    What: gives a `kalman.scalar_filter` with `prior` or `diffuse` an
    `information_prior` instead, so that its state is carried as precision and
    information vector: lam0 = 1/P0 and eta0 = m0/P0, both 0 for `diffuse`.
    Everything else stays: parameters, conventions, results.

    When it applies: the observation noise must be known to be above 0, because
    an update adds h^2/r to the precision, and the prior variance too, because
    1/P0 = +inf loses the mean of a known state. A positive constant proves
    either; otherwise `positive_noise` or `positive_prior` on the operation says
    so. `diffuse` needs no promise about the prior. Without proof the operation
    stays in covariance form, and a remark says what is missing. Operations in
    information form already are left alone.

    Numerics: the same belief over the reals. Exact for the diffuse prior, which
    is precision 0, and for missing observations, which add 0. A runtime
    variance of +inf gives precision 0, the diffuse prior. Where observations
    are much more precise than the prediction, the covariance form rounds better.

    Example: test/Dialect/Kalman/to-information-form-doc.mlir.

    Limits: values are looked at where they are constants; no range analysis.
  }];
  let statistics = [
    Statistic<"numRewritten", "rewritten", "Filters rewritten">,
    Statistic<"numRefused", "refused", "Filters left in covariance form">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

#endif // KALMIR_KALMAN_TRANSFORMS_PASSES_TD
