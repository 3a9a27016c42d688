//===- SharedTiles.h - inputs of coming steps in shared memory --*- C++ -*-===//
//
// Time goes in tiles of some steps. What the threads of a workgroup read of a
// tile lies in shared memory, in one of several stages, so that the tiles to
// come are copied while one is used:
//
//   stage   0       1       2       0       1
//   tile    0       1       2       3       4     ...
//                   copied while tile 0 is used
//
// An input is copied in the order in which it lies in memory, 16 bytes a thread
// and instruction where its addresses and extents allow (decided at run time),
// else element by element. Elements beyond the end of an iterator are copies of
// the last one.
//
// Narrow floats that several threads read are widened once, by the workgroup,
// from their stage to one of two slots: those of the next tile while
// one is used. Then all tiles that have begun to come must be there, but the
// latest. Those of channels change their order with it: four steps lie side by
// side then (OwnSteps.h).
//
// Inputs that are not copied, because they do not change in time, or lie
// scattered, are read where they are.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDTILES_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDTILES_H

#include "../RecurToSCF/LaneBuilder.h"
#include "LaunchPlan.h"

namespace kalmir::threads {

class SharedResults;
class SharedSums;
class SharedValues;
struct OwnSteps;

class SharedTiles {
public:
  /// Lays out tiles for workgroups of a variant, and what else lies in shared
  /// memory; what there is no room for is given up. Emits before the launch:
  /// the tests of addresses.
  SharedTiles(lanes::LaneBuilder &b, const LaunchPlan &plan,
              const Variant &variant, SharedValues &values, SharedSums &sums,
              SharedResults &results);

  /// Steps of a tile, a multiple of four.
  int64_t getSteps() const { return steps; }
  int64_t getStages() const { return stages; }
  /// Steps of a tile after which waiting sums are stored.
  int64_t getWindowSteps() const { return windowSteps; }
  /// Shared memory of a workgroup, and that of its tiles alone.
  int64_t getAllBytes() const;
  int64_t getBytes() const {
    return stages * bytesPerStage + kSlots * bytesPerSlot;
  }
  bool empty() const { return tiles.empty(); }
  bool holds(unsigned input) const;

  /// Opens the tiles inside of the kernel. `origin` has the outer iterators of
  /// the workgroup, and its first channel; `firstState` is its first state.
  void open(mlir::Value thread, const lanes::Position &origin,
            mlir::Value firstState);
  /// Begins to copy the steps from `first` on to a stage; all threads do it.
  void copy(mlir::Value first, mlir::Value stage);
  /// Whether the results of widening an input's elements are at hand, by
  /// load().
  bool isWidened(unsigned input) const;
  /// Makes the first tile ready for enter().
  void prepare();
  /// Waits until the tile of the steps from `first` on is there for all
  /// threads, and reads it from now on; it is in `stage`. No thread uses the
  /// tile before it any more.
  void enter(mlir::Value first, mlir::Value stage);
  /// Begins and ends to make the tile after the one in use ready, which is in
  /// `stage`; what stands between the two fills the waits. There may be no such
  /// tile.
  llvm::SmallVector<mlir::Value> beginNext(mlir::Value stage);
  void endNext(llvm::ArrayRef<mlir::Value> values);
  /// Reads an input for some neighbouring states of a channel: one value for
  /// each, or one value if the input has no states. `step` counts from the
  /// first of the tile; `channel` from the first of the workgroup.
  llvm::SmallVector<mlir::Value> load(unsigned input, mlir::Value step,
                                      mlir::Value channel,
                                      mlir::Value firstState,
                                      int64_t numStates);
  /// Whether the steps of an input lie side by side.
  bool isTimeLast(unsigned input) const;
  /// Reads such an input for some neighbouring steps at once: values as of
  /// `load`, by step. `step` is a multiple of their number.
  llvm::SmallVector<llvm::SmallVector<mlir::Value>>
  loadSteps(unsigned input, mlir::Value step, int64_t numSteps,
            mlir::Value channel, mlir::Value firstState, int64_t numStates);

  /// Reads what `argument` of a region is at steps of a channel, if it has no
  /// states, into a map for each.
  void read(mlir::BlockArgument argument, const OwnSteps &steps,
            mlir::Value channel, llvm::MutableArrayRef<mlir::IRMapping> maps);
  /// What is to be mapped for an argument: itself, or where its elements are
  /// widened the values that this leads to.
  llvm::SmallVector<mlir::Value> getTargets(mlir::BlockArgument argument) const;

private:
  /// What a dimension of an operand, and of its tile, counts.
  enum class Axis { fixed, time, channels, states };
  struct Tile {
    unsigned input;
    mlir::MemRefType type;
    /// By dimension of the operand.
    llvm::SmallVector<Axis> axes;
    /// Extents of the tile's dimensions, those of the operand but for the fixed
    /// ones, and those of its buffers, with padding.
    llvm::SmallVector<int64_t> shape, padded, widePadded;
    /// Elements that 16 bytes, or a part of a row, hold.
    int64_t vectorElements;
    /// Whether vectors can be copied, decided before the launch.
    mlir::Value isAligned;
    /// Where it begins in a stage, and the buffer [stages, padded].
    int64_t offset;
    mlir::Value buffer;
    /// The type that its elements are widened to; null if they are not. Where
    /// they then begin in a slot, and the buffer [slots, widePadded].
    mlir::FloatType wideType;
    int64_t wideOffset = 0;
    mlir::Value wideBuffer;

    mlir::Type getReadType() const {
      return wideType ? mlir::Type(wideType) : type.getElementType();
    }
    mlir::Value getReadBuffer() const { return wideType ? wideBuffer : buffer; }
  };

  std::optional<Tile> planTile(unsigned input);
  mlir::FloatType getWideType(const Tile &tile);
  bool chooseSteps();
  bool isReadAcrossSteps(const Tile &tile) const;
  bool widensAny() const;
  mlir::Value findSlot(mlir::Value first);
  void wait(int64_t pending);
  bool isInRows(const Tile &tile) const;
  llvm::SmallVector<llvm::SmallVector<mlir::Value>>
  getOwnPlaces(const Tile &tile, int64_t numElements, int64_t numRows);
  void loadNarrow(const Tile &tile, mlir::Value stage,
                  llvm::SmallVector<mlir::Value> &values);
  void storeWide(const Tile &tile, mlir::Value slot,
                 llvm::ArrayRef<mlir::Value> &values);
  llvm::SmallVector<mlir::Value> loadNarrow(mlir::Value stage);
  void storeWide(llvm::ArrayRef<mlir::Value> values, mlir::Value slot);
  const Tile &get(unsigned input) const;
  llvm::SmallVector<mlir::Value> getIndices(const Tile &tile, mlir::Value step,
                                            mlir::Value channel,
                                            mlir::Value state);
  mlir::Value loadVector(const Tile &tile, llvm::ArrayRef<mlir::Value> indices,
                         int64_t count);
  void layOut(int64_t numSteps);
  int64_t getVectorElements(const Tile &tile, int64_t bytes) const;
  int64_t getWidenedElements(const Tile &tile) const;
  llvm::SmallVector<int64_t> getPaddedShape(const Tile &tile,
                                            int64_t bytes) const;
  bool hasGaps(const Tile &tile) const;
  unsigned getStateDim(const Tile &tile) const;
  llvm::SmallVector<mlir::Value> getPadded(const Tile &tile,
                                           llvm::ArrayRef<mlir::Value> place);
  int64_t getExtent(Axis axis, int64_t numSteps) const;
  /// Whether steps run against the order of a tile's rows, which is that of
  /// memory.
  bool isBackward(const Tile &tile) const {
    return recur::RecurrenceOp(plan.op).getReverse() &&
           tile.axes.back() == Axis::time;
  }
  llvm::SmallVector<mlir::Value> getPlace(const Tile &tile, mlir::Value number,
                                          int64_t numElements);
  llvm::SmallVector<mlir::Value> getSource(const Tile &tile, mlir::Value first,
                                           llvm::ArrayRef<mlir::Value> inTile);
  std::pair<mlir::Value, llvm::SmallVector<mlir::Value>>
  getVectorSource(const Tile &tile, mlir::Value first,
                  llvm::ArrayRef<mlir::Value> inTile);
  void copyElements(const Tile &tile, mlir::Value stage,
                    llvm::ArrayRef<mlir::Value> place, mlir::Value from,
                    llvm::ArrayRef<mlir::Value> source, int64_t numElements);
  void copyVectors(const Tile &tile, mlir::Value thread, mlir::Value first,
                   mlir::Value stage);
  void copyEachElement(const Tile &tile, mlir::Value first, mlir::Value stage);

  lanes::LaneBuilder &b;
  const LaunchPlan &plan;
  Variant variant;
  SharedValues &values;
  SharedSums &sums;
  SharedResults &results;
  static constexpr int64_t kSlots = 2;
  llvm::SmallVector<Tile, 0> tiles;
  int64_t steps = 0, windowSteps = 0, stages = 0, bytesPerStage = 0,
          bytesPerSlot = 0;
  /// The first step of the tile in use, and where it is.
  mlir::Value first, stage, slot;
  mlir::Value thread, firstState;
  lanes::Position origin;
};

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDTILES_H
