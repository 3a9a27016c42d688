//===- BoundsChecks.h - what operations demand of extents -------*- C++ -*-===//
//
// The conditions under which an operation on tensors stays inside of its
// operands, as index arithmetic: a slice within its source, indices of a window
// within the input, equal extents along one iterator, padding that cuts nothing
// off. They are those of the reference, in its words, and hold in 64 bits
// without overflow.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_TARGET_ENTRY_BOUNDSCHECKS_H
#define KALMIR_LIB_TARGET_ENTRY_BOUNDSCHECKS_H

#include "mlir/IR/Value.h"

namespace kalmir {

/// One condition and what to say where it does not hold.
struct BoundsCheck {
  /// An i1.
  mlir::Value holds;
  /// What {0}, {1}, ... stand for in `text`.
  llvm::SmallVector<mlir::Value, 4> values;
  std::string text;
};

/// Appends the conditions of `op`, with their arithmetic in front of it. There
/// are none for what runs later than `op`, in its regions.
void appendBoundsChecks(mlir::Operation *op,
                        llvm::SmallVectorImpl<BoundsCheck> &checks);

} // namespace kalmir

#endif // KALMIR_LIB_TARGET_ENTRY_BOUNDSCHECKS_H
