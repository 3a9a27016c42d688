//===- FuseGroup.h - operations that share their steps of time --*- C++ -*-===//
//
// The operations of one block that can run in one loop over tiles of time:
//
//   z = x w            time is dimension 1 of x, iterator 1 of the product
//   y = recur ... (z)  time is its recurrence iterator
//   o = y u            and so on
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_TRANSFORMS_FUSEGROUP_H
#define KALMIR_RECUR_TRANSFORMS_FUSEGROUP_H

#include "kalmir/Recur/IR/Recur.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

namespace kalmir::recur {

/// A group, and what is needed to form one loop of it.
struct FuseGroup {
  /// The operations, in the order of the block.
  llvm::SmallVector<mlir::Operation *> ops;
  /// By operation: the iterator that is time.
  llvm::DenseMap<mlir::Operation *, unsigned> time;
  /// Operations outside of the group that need its results, in the order of the
  /// block.
  llvm::SmallVector<mlir::Operation *> later;

  bool contains(mlir::Operation *op) const { return time.count(op) != 0; }
  /// The dimension of time in a result; none for a final state.
  std::optional<unsigned> getTimePosition(mlir::OpResult result) const;
};

/// The group of a recurrence; empty if it cannot run in tiles of time.
FuseGroup findGroup(RecurrenceOp root);

} // namespace kalmir::recur

#endif // KALMIR_RECUR_TRANSFORMS_FUSEGROUP_H
