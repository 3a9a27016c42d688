//===- TimeSums.h - sums over time, by chunk and of all ---------*- C++ -*-===//
//
// An output that is summed over time has a buffer [parts, dimensions of the
// output] with the sums of each chunk and of what is left of time, in the type
// that sums are formed in. `sums` has them by output, null for others.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_TRANSFORMS_TIMESUMS_H
#define KALMIR_RECUR_TRANSFORMS_TIMESUMS_H

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace kalmir::recur {

/// Makes the step of `op`, whose outputs were `outputs`, yield what is summed
/// over time in the type of the sums.
void widenTimeSums(mlir::ImplicitLocOpBuilder &b, RecurrenceOp op,
                   mlir::ValueRange outputs, llvm::ArrayRef<mlir::Value> sums);

/// Adds the parts up, in order, and stores them to the outputs.
void addTimeSums(mlir::ImplicitLocOpBuilder &b, mlir::ValueRange outputs,
                 llvm::ArrayRef<mlir::Value> sums);

} // namespace kalmir::recur

#endif // KALMIR_RECUR_TRANSFORMS_TIMESUMS_H
