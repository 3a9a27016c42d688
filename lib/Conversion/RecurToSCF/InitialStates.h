//===- InitialStates.h - where states are before time -----------*- C++ -*-===//
//
// Bufferization copies initial states that must stay as they are into the
// buffers that recurrences change in place. Every lane reads its state once and
// writes it once: it can read it where the copy found it. A state that is
// filled, or computed element by element, need not be read at all.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOSCF_INITIALSTATES_H
#define KALMIR_LIB_CONVERSION_RECURTOSCF_INITIALSTATES_H

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace kalmir::lanes {

/// Where each state of `op` is read from before time: the source of a copy that
/// only fills the state for `op`, or the state operand. Such copies are erased:
/// `op`, which is on buffers, is to be emitted with these sources.
llvm::SmallVector<mlir::Value> takeInitialStates(recur::RecurrenceOp op);

/// Lets states that begin with one value everywhere, in buffers that are filled
/// with it and serve nothing else, begin with that scalar in `sources`, and
/// erases the fills.
void takeFilledStates(recur::RecurrenceOp op,
                      llvm::MutableArrayRef<mlir::Value> sources);

/// Lets element-wise operations that compute what states begin with, before a
/// choice between schedules, run in both branches of it: in either one they may
/// become part of the recurrence.
void sinkComputedStates(mlir::Operation *root);

/// Lets states that begin with the results of an element-wise operation, in
/// buffers that serve nothing else, begin with these in `sources`: the
/// operation's outputs. It is returned, to be evaluated where states are read
/// (loadStates), and to be erased by the caller; null if there is none.
mlir::linalg::GenericOp takeComputedStates(recur::RecurrenceOp op,
                                           llvm::ArrayRef<mlir::Value> sources);

} // namespace kalmir::lanes

#endif // KALMIR_LIB_CONVERSION_RECURTOSCF_INITIALSTATES_H
