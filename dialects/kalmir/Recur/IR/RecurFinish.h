//===- RecurFinish.h - what becomes of sums ---------------------*- C++ -*-===//
//
// What the region `finish` takes and yields for an output, and the operation
// that does the same elsewhere, where a recurrence goes or has nothing to sum.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_IR_RECURFINISH_H
#define KALMIR_RECUR_IR_RECURFINISH_H

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/IR/Builders.h"

#pragma GCC visibility push(default)

namespace kalmir::recur {

/// What `finish` takes as the sum for output `i`; null without `finish`.
mlir::BlockArgument getFinishedSum(RecurrenceOp op, unsigned i);

/// Whether output `i` is its sum as it is.
bool isFinishTrivial(RecurrenceOp op, unsigned i);

/// The type that the step yields for output `i`, and `finish` takes.
mlir::Type getContributionType(RecurrenceOp op, unsigned i);
/// The type that sums for output `i` are formed in: f32 for narrower floats.
mlir::Type getSumType(RecurrenceOp op, unsigned i);

/// Whether output `i` adds up contributions of several points.
bool isSum(RecurrenceOp op, unsigned i);

/// Creates the elementwise operation that writes output `i` to `destination`, a
/// tensor or a buffer, of `sums`, one for each element, not rounded yet, or of
/// 0 where that is null. `inputs` are those of the recurrence with their maps,
/// `outputMap` that of the destination, all over the recurrence's iterators;
/// one that `outputMap` lacks is 0.
mlir::Operation *createFinish(mlir::OpBuilder &b, RecurrenceOp op, unsigned i,
                              mlir::ValueRange inputs,
                              llvm::ArrayRef<mlir::AffineMap> inputMaps,
                              mlir::Value sums, mlir::Value destination,
                              mlir::AffineMap outputMap);

} // namespace kalmir::recur

#pragma GCC visibility pop

#endif // KALMIR_RECUR_IR_RECURFINISH_H
