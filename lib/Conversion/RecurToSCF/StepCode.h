//===- StepCode.h - a step's operations, cut into stages --------*- C++ -*-===//
//
// What a step computes from values that change less often than at every step
// need not be computed at every step. The stages of a body, by the iterators
// that a value depends on:
//
//   outside   none of those below                   once for a tile of lanes
//   block     the tiled iterator                    once, kept in scratch
//   cached    inner iterators, not time             once, kept in scratch
//   shared    time and inner iterators, not the     once a step for all blocks
//             lanes, nor what follows               of the tile, kept in
//                                                   scratch
//   time      time, no inner iterator               once a step and block
//   inner     all others, and what the carried      in the innermost loop
//             values reach
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOSCF_STEPCODE_H
#define KALMIR_LIB_CONVERSION_RECURTOSCF_STEPCODE_H

#include "LaneBuilder.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallBitVector.h"

namespace kalmir::lanes {

enum class Stage { outside, block, cached, shared, time, inner };

/// One region of a recurrence, ready to be emitted for blocks of lanes.
class StepCode {
public:
  /// `block` takes the recurrence's inputs (none of them if `numInputs` is 0),
  /// then carried values. `innerDims` are the iterators whose loops run inside
  /// time.
  StepCode(LaneBuilder &b, mlir::Block &block, unsigned numInputs,
           llvm::ArrayRef<unsigned> innerDims);

  /// The arguments after the inputs.
  mlir::Block::BlockArgListType carried() const {
    return block.getArguments().drop_front(numInputs);
  }
  /// The next carried values that the body yields.
  mlir::ValueRange next() const;
  /// What the body yields for output `i`.
  mlir::Value contribution(unsigned i) const;

  /// The values of stage `block`, `cached` or `shared` that the later stages
  /// take from scratch.
  llvm::ArrayRef<mlir::Value> keptValues(Stage stage) const {
    return stage == Stage::block    ? keptBlock
           : stage == Stage::cached ? keptCached
                                    : keptShared;
  }
  /// The stage of an operation of the body.
  Stage getStage(mlir::Operation &op) const { return stages.at(&op); }
  /// The type that a value has in emitted code.
  mlir::Type emittedType(mlir::Value value) const;

  /// Emits the operations of one stage; `map` gives what the body's values
  /// became, those of earlier stages and the carried ones to begin with. In a
  /// step, `time` follows `outside` and the kept values of `block`, and `inner`
  /// follows `time` and the kept values of `cached` and `shared`.
  void emit(Stage stage, const Position &position, mlir::IRMapping &map) const {
    emitLoads(stage, position, map);
    emitOperations(stage, position, map);
  }
  /// The inputs that the stage reads first, but for those to `skip`, and the
  /// rest of it.
  void emitLoads(Stage stage, const Position &position, mlir::IRMapping &map,
                 llvm::function_ref<bool(unsigned)> skip = {}) const;
  void emitOperations(Stage stage, const Position &position,
                      mlir::IRMapping &map) const;
  /// Emits what a value of the body needs of all stages beyond what is in
  /// `map`, and returns what it became. Inputs are read where they are.
  mlir::Value emitValue(mlir::Value value, const Position &position,
                        mlir::IRMapping &map) const;
  /// The same for some values at several positions, side by side: operation by
  /// operation, so that those of one position fill the waits of others.
  void emitValues(mlir::ValueRange values, llvm::ArrayRef<Position> positions,
                  llvm::MutableArrayRef<mlir::IRMapping> maps) const;
  /// Leaves an operation out: the caller maps its results.
  void leaveOut(mlir::Operation *op) { leftOut.insert(op); }
  /// How many operations of a stage there are, but for those left out.
  int64_t countOperations(Stage stage) const;

private:
  /// What a value depends on.
  struct Dependence {
    llvm::SmallBitVector iterators;
    /// On a carried value, or on an operation that must not run early.
    bool pinned = false;
  };

  void analyse(llvm::ArrayRef<unsigned> innerDims);
  void findKeptValues();
  Stage stageOf(const Dependence &dependence) const;
  bool isLoadedAnew(mlir::Value value) const;
  void emitOperation(mlir::Operation &op, const Position &position,
                     mlir::IRMapping &map) const;
  mlir::Value guardDivisor(mlir::Operation &op, mlir::Value divisor,
                           const Position &position) const;

  LaneBuilder &b;
  mlir::Block &block;
  unsigned numInputs;
  llvm::SmallBitVector inner;
  /// The vector iterator where blocks of it may share values.
  std::optional<unsigned> sharingDim;
  llvm::DenseMap<mlir::Value, Dependence> dependence;
  llvm::DenseMap<mlir::Operation *, Stage> stages;
  llvm::SmallVector<mlir::Value> keptBlock, keptCached, keptShared;
  llvm::DenseSet<mlir::Operation *> leftOut;
  /// Values of the stages `block`, `cached` and `shared` that each step
  /// computes once more, in the stages `time` and `inner`.
  llvm::DenseSet<mlir::Value> again;
  /// Input arguments that the stages `block`, `cached` and `shared` need.
  llvm::DenseSet<mlir::Value> neededEarly;
};

} // namespace kalmir::lanes

#endif // KALMIR_LIB_CONVERSION_RECURTOSCF_STEPCODE_H
