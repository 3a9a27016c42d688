//===- TileChecks.h - which tiles of a recurrence are right -----*- C++ -*-===//
//
// Refused, because the values would be wrong:
//   - part of a reduction iterator: outputs are overwritten, not accumulated;
//   - part of the time of an op with an output summed over time: likewise;
//   - part of the time of packed sequences: boundaries are not sliced;
//   - time tiles in a parallel loop: tiles depend on each other;
//   - part of the recurrence for a consumer's tile: it would restart there;
//   - a consumer's tiles that hold the same lanes more than once.
//
// What cannot be proved whole counts as a part.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_TRANSFORMS_TILECHECKS_H
#define KALMIR_RECUR_TRANSFORMS_TILECHECKS_H

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/IR/Builders.h"

#include <optional>
#include <string>

namespace kalmir::recur {

/// The value that enters the loops around `value`, where they carry it.
mlir::Value lookThroughLoops(mlir::Value value);

/// Whether a tile covers iterator `dim` wholly, as far as can be proved. The
/// loops around the tile may be under construction, without terminators.
bool isWhole(RecurrenceOp op, unsigned dim, mlir::OpFoldResult offset,
             mlir::OpFoldResult size);

/// Why the tile with these offsets and sizes, one for each iterator, would give
/// wrong values; empty if it is right. Time offsets are those of the loop, as
/// if there were no `reverse`.
std::string whyNotTile(RecurrenceOp op,
                       llvm::ArrayRef<mlir::OpFoldResult> offsets,
                       llvm::ArrayRef<mlir::OpFoldResult> sizes);

/// The first recurrence or reduction iterator of which the tile of result
/// `result`, one offset and size for each of its dimensions, holds only a part.
std::optional<unsigned>
getPartialIterator(RecurrenceOp op, unsigned result,
                   llvm::ArrayRef<mlir::OpFoldResult> offsets,
                   llvm::ArrayRef<mlir::OpFoldResult> sizes);

/// Whether the loops around the place where `b` builds visit every tile of
/// lanes once, given the tile of a result. Upstream may carry the destinations
/// of a fused producer through them; a second visit would then start from the
/// final state of the first. `op` may be a clone inside the loops: those count
/// around which its operands come.
bool visitsTilesOnce(mlir::OpBuilder &b, RecurrenceOp op,
                     llvm::ArrayRef<mlir::OpFoldResult> offsets,
                     llvm::ArrayRef<mlir::OpFoldResult> sizes);

} // namespace kalmir::recur

#endif // KALMIR_RECUR_TRANSFORMS_TILECHECKS_H
