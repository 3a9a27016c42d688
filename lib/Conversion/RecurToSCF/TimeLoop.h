//===- TimeLoop.h - a block of lanes through time ---------------*- C++ -*-===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOSCF_TIMELOOP_H
#define KALMIR_LIB_CONVERSION_RECURTOSCF_TIMELOOP_H

#include "Outputs.h"
#include "Rescale.h"
#include "Staging.h"
#include "StepCode.h"

namespace kalmir::lanes {

/// Runs one region of a recurrence through a stretch of time, one step after
/// the other, for one tile of lanes.
class TimeLoop {
public:
  TimeLoop(LaneBuilder &b, const StepCode &code, Rescaling rescaling,
           llvm::ArrayRef<unsigned> innerDims)
      : b(b), code(code), rescaling(std::move(rescaling)),
        innerDims(innerDims) {}

  /// The outputs to form, if any.
  llvm::ArrayRef<Output> outputs;
  /// Where the carried values live, if there are inner iterators or several
  /// blocks in a tile; updated in place.
  llvm::SmallVector<Scratch> carried;

  /// The types of the values that are kept for a stage: those of `block` need
  /// room for each block, those of `cached` for the inner iterators too, those
  /// of `shared` for these alone.
  llvm::SmallVector<mlir::Type> keptTypes(Stage stage) const;
  /// That room, one for each type.
  llvm::SmallVector<Scratch> keptBlock, keptCached, keptShared;
  /// Emits the stages `block` and `cached` into that room.
  void keepValues(const Position &position) const;

  /// Emits the loop over steps `lower` to below `upper`, counted in the order
  /// in which they run. `initial` are the carried values where they live in
  /// registers. Returns the final ones, then the sums over time.
  llvm::SmallVector<mlir::Value> emit(const Tile &tile, mlir::Value lower,
                                      mlir::Value upper,
                                      mlir::ValueRange initial) const;

  /// How time-contiguous operands are moved; null: lane by lane.
  const Staging *staging = nullptr;

private:
  void emitShared(const Tile &tile, const mlir::IRMapping &outside) const;
  llvm::SmallVector<mlir::Value> emitStagedSteps(mlir::Value first,
                                                 const Tile &tile,
                                                 const mlir::IRMapping &outside,
                                                 mlir::ValueRange values) const;
  llvm::SmallVector<mlir::Value> emitStep(mlir::Value step, Tile tile,
                                          const mlir::IRMapping &outside,
                                          mlir::ValueRange values) const;
  llvm::SmallVector<mlir::Value> emitBlock(const Position &position,
                                           mlir::IRMapping map, mlir::Value due,
                                           mlir::ValueRange values) const;
  llvm::SmallVector<mlir::Value> emitLane(const Position &position,
                                          mlir::IRMapping map, mlir::Value due,
                                          mlir::ValueRange values) const;

  LaneBuilder &b;
  const StepCode &code;
  Rescaling rescaling;
  llvm::ArrayRef<unsigned> innerDims;
};

} // namespace kalmir::lanes

#endif // KALMIR_LIB_CONVERSION_RECURTOSCF_TIMELOOP_H
