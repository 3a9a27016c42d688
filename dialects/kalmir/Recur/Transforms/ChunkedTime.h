//===- ChunkedTime.h - how time lies in chunks ------------------*- C++ -*-===//
//
// Time t of a recurrence as chunk c and step u of a chunk, t = C c + u: maps
// over
// (.., c, u, ..), views of operands with time as [c, u], and buffers [c, lanes]
// that hold a value for each chunk and lane.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_TRANSFORMS_CHUNKEDTIME_H
#define KALMIR_RECUR_TRANSFORMS_CHUNKEDTIME_H

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace kalmir::recur {

/// Why time cannot be cut into chunks; empty if it can.
llvm::StringRef whyNotChunked(RecurrenceOp op);

/// The chunks of a single series come in multiples of this: the lanes of the
/// widest vectors there are, or `vectorWidth` where that is given.
int64_t getSeriesLanes(RecurrenceOp op, int64_t vectorWidth);

/// The time of one recurrence on buffers in chunks of `length` steps.
class ChunkedTime {
public:
  ChunkedTime(mlir::ImplicitLocOpBuilder &b, RecurrenceOp op, int64_t length)
      : b(b), op(op), time(op.getTimeDim()), length(length) {}

  mlir::Value constant(int64_t value);
  /// Whether there are no lanes but the chunks.
  bool isSeries() { return op.getNumIterators() == 1; }

  /// A map over (.., c, u, ..): time becomes c and u if `withStep`, c alone
  /// otherwise; iterators after it move by one or none.
  mlir::AffineMap splitMap(mlir::AffineMap map, bool withStep);
  /// The map of a buffer [c, lanes].
  mlir::AffineMap laneMap(bool withStep);
  /// The kinds of the split iterators; without reductions all lanes are
  /// parallel.
  llvm::SmallVector<IteratorType> splitIterators(bool withStep,
                                                 bool keepReductions);

  /// `size` steps of an operand from `offset` on; the operand itself if it does
  /// not depend on time.
  mlir::Value sliceTime(mlir::Value operand, mlir::AffineMap map,
                        mlir::Value offset, mlir::Value size);
  /// `count` chunks of an operand from step `offset` on, time as [c, u].
  mlir::Value chunksOf(mlir::Value operand, mlir::AffineMap map,
                       mlir::Value offset, mlir::Value count);

  /// A buffer [chunks, lanes].
  mlir::Value allocate(mlir::Value chunks, mlir::Type element);
  /// Sets all of each buffer to its number, serially: it is short.
  void fill(llvm::ArrayRef<mlir::Value> buffers, mlir::ArrayAttr numbers);
  /// `count` chunks of a buffer [c, ...] from `first` on.
  mlir::Value sliceChunks(mlir::Value buffer, mlir::Value first,
                          mlir::Value count);
  /// The part of a buffer [c, ...] that belongs to one chunk, without c.
  mlir::Value chunkAt(mlir::Value buffer, mlir::Value chunk);
  /// Copies the states to some chunks of buffers, each a part [lanes] for each
  /// state; and from such a chunk.
  void copyFromStates(llvm::ArrayRef<llvm::ArrayRef<mlir::Value>> chunks);
  void copyToStates(llvm::ArrayRef<mlir::Value> chunk);

  /// Whether a body asks for the time.
  bool usesTimeIndex();
  /// Adapts `recur.index` of a block over inputs to iterators that are split or
  /// not. `offset`, if not null, is a new last input: where the slice of time
  /// begins.
  void setIndices(mlir::Block &block, mlir::Value offset, bool split);

private:
  llvm::SmallVector<mlir::AffineMap> stateMaps();
  std::optional<unsigned> getTimePosition(mlir::Value operand,
                                          mlir::AffineMap map);
  mlir::ImplicitLocOpBuilder &b;
  RecurrenceOp op;
  unsigned time;
  int64_t length;
};

} // namespace kalmir::recur

#endif // KALMIR_RECUR_TRANSFORMS_CHUNKEDTIME_H
