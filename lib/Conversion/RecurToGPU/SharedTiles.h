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
// Tiles have one or more windows, after which helpers (KernelEmitter.h) and the
// threads that they help wait for each other. What they do for each other lies
// in rings of two windows: one is used while the other is written or read by
// helpers. So are narrow floats that several threads read: helpers widen them
// once for all. Those of channels change their order with it: four steps lie
// side by side then (OwnSteps.h).
//
//   window                  0    1    2    3   ...
//   helpers prepare    0    1    2    3    4
//   helpers finish               0    1    2
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
struct Step;

class SharedTiles {
public:
  /// Lays out tiles for workgroups of a variant, and what else lies in shared
  /// memory; what there is no room for is given up. Emits before the launch:
  /// the tests of addresses.
  SharedTiles(lanes::LaneBuilder &b, const LaunchPlan &plan,
              const Variant &variant, SharedValues &values, SharedSums &sums,
              SharedResults &results);

  /// Steps of a tile, a multiple of those of a window, and of four.
  int64_t getSteps() const { return steps; }
  /// Steps of a window, and of two.
  int64_t getWindowSteps() const { return windowSteps; }
  int64_t getRingSteps() const { return 2 * windowSteps; }
  /// Whether threads without states help the others.
  bool haveHelpers() const;
  /// Shared memory of a workgroup, and that of its tiles alone.
  int64_t getAllBytes() const;
  int64_t getBytes() const { return getStages() * bytesPerStage + wideBytes; }
  bool empty() const { return tiles.empty(); }
  bool holds(unsigned input) const;

  /// Opens the tiles inside of the kernel for thread number `thread` of a team.
  /// `origin` has the outer iterators of the workgroup, and its first channel;
  /// `firstState` is its first state.
  void open(mlir::Value thread, const Team &team, const lanes::Position &origin,
            mlir::Value firstState);
  /// The stage of the first tile, and that of the tile so many after, or
  /// before, one in stage `stage`: i32.
  mlir::Value getFirstStage();
  mlir::Value getStage(mlir::Value stage, int64_t tilesLater);
  /// Begins to copy the first tiles, or the one that comes so many tiles after
  /// that of the steps from `first` on, which is in `stage`; all threads of the
  /// team do it. There may be no such tile.
  void copyFirst();
  void copyAfter(mlir::Value first, mlir::Value stage);
  /// Waits for the thread's copies of the first tile, or of what is used in the
  /// window that begins then. Others' are there after a barrier.
  void waitForFirst() { wait(ahead - 1); }
  void waitForCopies() { wait(ahead - 1 - readsAhead()); }
  /// Reads the tile in a stage from now on.
  void use(mlir::Value stage);
  /// Whether the results of widening an input's elements are at hand, by
  /// load(); those of any, and those of one that all channels share.
  bool isWidened(unsigned input) const;
  bool widensAny() const;
  bool widensForChannels() const;
  /// Widens the elements of a window of the tile in use; all threads of the
  /// team do it.
  void widen(const Step &window);
  /// Reads an input for some neighbouring states of a channel: one value for
  /// each, or one value if the input has no states. `channel` counts from the
  /// first of the workgroup.
  llvm::SmallVector<mlir::Value> load(unsigned input, const Step &step,
                                      mlir::Value channel,
                                      mlir::Value firstState,
                                      int64_t numStates);
  /// Whether the steps of an input lie side by side.
  bool isTimeLast(unsigned input) const;
  /// Reads such an input for some neighbouring steps at once: values as of
  /// `load`, by step. `step` is a multiple of their number.
  llvm::SmallVector<llvm::SmallVector<mlir::Value>>
  loadSteps(unsigned input, const Step &step, int64_t numSteps,
            mlir::Value channel, mlir::Value firstState, int64_t numStates);

  /// Reads what `argument` of a region is at steps of a channel, if it has no
  /// states, into a map for each, from the tile itself.
  void read(mlir::BlockArgument argument, const OwnSteps &own,
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
    /// two windows of them begin, and the buffer widePadded.
    mlir::FloatType wideType;
    int64_t wideOffset = 0;
    mlir::Value wideBuffer;
  };

  std::optional<Tile> planTile(unsigned input);
  mlir::FloatType getWideType(const Tile &tile);
  bool chooseSteps();
  bool isReadAcrossSteps(const Tile &tile) const;
  int64_t getRoom() const;
  bool readsAhead() const;
  bool readsBehind() const;
  int64_t getStages() const;
  bool isInRows(const Tile &tile) const;
  int64_t getWidenedElements(const Tile &tile) const;
  llvm::SmallVector<llvm::SmallVector<mlir::Value>>
  getOwnPlaces(const Tile &tile);
  mlir::Value &moveToWindow(const Tile &tile,
                            llvm::MutableArrayRef<mlir::Value> place,
                            mlir::Value start, int64_t length);
  llvm::SmallVector<mlir::Value> loadNarrow(const Tile &tile,
                                            const Step &window);
  void storeWide(const Tile &tile, const Step &window,
                 llvm::ArrayRef<mlir::Value> narrow);
  void storeWideInRows(const Tile &tile, const Step &window,
                       llvm::ArrayRef<mlir::Value> narrow);
  const Tile &get(unsigned input) const;
  llvm::SmallVector<mlir::Value> getIndices(const Tile &tile, bool isWide,
                                            const Step &step,
                                            mlir::Value channel,
                                            mlir::Value state);
  llvm::SmallVector<mlir::Value> loadSteps(const Tile &tile, bool isWide,
                                           Step step, int64_t numSteps,
                                           mlir::Value channel,
                                           mlir::Value state);
  void layOut();
  llvm::SmallVector<int64_t> getShape(const Tile &tile, int64_t numSteps) const;
  llvm::SmallVector<int64_t> getPaddedShape(const Tile &tile, int64_t numSteps,
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
  llvm::SmallVector<mlir::Value> getOwnPlace(llvm::ArrayRef<int64_t> shape,
                                             mlir::Value thread, int64_t begin,
                                             int64_t numElements);
  llvm::SmallVector<mlir::Value> getSource(const Tile &tile, mlir::Value first,
                                           llvm::ArrayRef<mlir::Value> inTile);
  bool keepsAddresses() const;
  std::pair<mlir::Value, llvm::SmallVector<mlir::Value>>
  getVectorSource(const Tile &tile, mlir::Value first,
                  llvm::ArrayRef<mlir::Value> inTile);
  void wait(int64_t numPending);
  void copy(mlir::Value first, mlir::Value stage);
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
  llvm::SmallVector<Tile, 0> tiles;
  int64_t steps = 0, windowSteps = 0, bytesPerStage = 0, wideBytes = 0;
  /// How many tiles ahead of the one in use copies begin.
  int64_t ahead = 0;
  /// Where the tile in use is.
  mlir::Value stage;
  mlir::Value thread, firstState;
  Team team;
  lanes::Position origin;
};

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDTILES_H
