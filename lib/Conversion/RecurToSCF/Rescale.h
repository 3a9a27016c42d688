//===- Rescale.h - keep homogeneous values in range -------------*- C++ -*-===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOSCF_RESCALE_H
#define KALMIR_LIB_CONVERSION_RECURTOSCF_RESCALE_H

#include "LaneBuilder.h"

namespace kalmir::lanes {

/// Which values matter only up to a common factor, and how often to rescale.
struct Rescaling {
  /// Members are positions among the carried values.
  llvm::SmallVector<recur::HomogeneousGroup> groups;
  /// Steps from one rescaling to the next.
  int64_t period = 1;
};

/// The exponent of a float or a vector of floats, as bits where they stand in
/// it.
mlir::Value getExponent(LaneBuilder &b, mlir::Value value);

/// The power of two, of a `type`, that brings values of such an exponent into
/// [1, 2).
mlir::Value getInverse(LaneBuilder &b, mlir::Value exponent, mlir::Type type);

/// Multiplies every group of `values` by the power of two that brings the
/// largest member that sets its scale into [1, 2), lane by lane.
void rescale(LaneBuilder &b, llvm::MutableArrayRef<mlir::Value> values,
             const Rescaling &rescaling);

/// The same where `due`, an i1, holds; always if it is null.
void rescaleIf(LaneBuilder &b, mlir::Value due,
               llvm::MutableArrayRef<mlir::Value> values,
               const Rescaling &rescaling);

/// Whether step number `step` (counted from 0) ends with a rescaling; null if
/// every step does or none ever.
mlir::Value isRescaleDue(LaneBuilder &b, mlir::Value step,
                         const Rescaling &rescaling);

} // namespace kalmir::lanes

#endif // KALMIR_LIB_CONVERSION_RECURTOSCF_RESCALE_H
