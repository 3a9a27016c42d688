//===- Outputs.h - where outputs go, and what is summed ---------*- C++ -*-===//
//
// An output is a sum over the iterators that its map omits. How it is formed
// depends on which those are:
//
//   map has                      kind         held in
//   time, all inner iterators    stored       nothing: stored as it comes
//   time, no inner iterator      stepSum      a register, within a step
//   neither                      timeSum      a register, over all steps
//   some inner iterators only,   memorySum    a scratch buffer over the inner
//   or all of them but not time               iterators of the map
//   neither, in a tile           memorySum    one value a block
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOSCF_OUTPUTS_H
#define KALMIR_LIB_CONVERSION_RECURTOSCF_OUTPUTS_H

#include "StepCode.h"

namespace kalmir::lanes {

enum class OutputKind { stored, stepSum, timeSum, memorySum };

/// One output of a recurrence and the sum that forms it.
struct Output {
  /// `finishing` is the code of the region `finish`; null without it.
  Output(LaneBuilder &b, unsigned number, const StepCode *finishing);

  unsigned number;
  mlir::Value operand;
  mlir::AffineMap map;
  const StepCode *finishing;
  OutputKind kind;
  /// Whether the map has the recurrence.
  bool overTime;
  /// Whether the lanes of a vector are summed: in the end, or one after the
  /// other as they come if the plan adds in order.
  bool sumsLanes;
  /// The inner iterators that the map has.
  llvm::SmallVector<unsigned> innerDims;
  /// The type that contributions are added in, laned but for sums in order.
  mlir::Type sumType;
  /// Partial sums of a `memorySum`.
  Scratch partial;

  /// `sum` plus what a step contributes; lanes that do not exist add nothing.
  mlir::Value add(LaneBuilder &b, mlir::Value sum, mlir::Value contribution,
                  const Position &position) const;
  /// Adds two sums.
  mlir::Value combine(LaneBuilder &b, mlir::Value left,
                      mlir::Value right) const;
  /// Stores what becomes of a complete sum, or of a contribution that is not
  /// summed.
  void finish(LaneBuilder &b, mlir::Value sum, const Position &position) const;

  /// Whether lanes are summed one after the other as they come.
  bool addsInOrder(LaneBuilder &b) const;

  /// Sets, adds to and stores the partial sums in memory.
  void clearMemory(LaneBuilder &b, const Position &position) const;
  void addToMemory(LaneBuilder &b, mlir::Value contribution,
                   const Position &position) const;
  void finishMemory(LaneBuilder &b, const Position &position) const;
};

} // namespace kalmir::lanes

#endif // KALMIR_LIB_CONVERSION_RECURTOSCF_OUTPUTS_H
