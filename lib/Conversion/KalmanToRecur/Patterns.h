//===- Patterns.h - the conversion patterns, one each op --------*- C++ -*-===//

#ifndef KALMIR_LIB_CONVERSION_KALMANTORECUR_PATTERNS_H
#define KALMIR_LIB_CONVERSION_KALMANTORECUR_PATTERNS_H

namespace mlir {
class RewritePatternSet;
} // namespace mlir

namespace kalmir {

/// kalman.linear_attention to recur.generic.
void addLinearAttentionPattern(mlir::RewritePatternSet &patterns);

/// kalman.scalar_filter, in covariance or information form, to recur.generic.
void addScalarFilterPattern(mlir::RewritePatternSet &patterns);

} // namespace kalmir

#endif // KALMIR_LIB_CONVERSION_KALMANTORECUR_PATTERNS_H
