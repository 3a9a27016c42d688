//===- SharedResults.h - results of steps in shared memory ------*- C++ -*-===//
//
// Outputs whose steps lie side by side in memory have the channels of a warp
// far apart: a store of what its threads have would touch a few bytes in each
// of many lines. Such results are kept in shared memory for a tile of time and
// then leave in rows:
//
//   step       0   1   2   3   ...
//   channel 0  thread 0 writes     ->  threads 0 to 15 store, 16 bytes each
//   channel 1  thread 1 writes     ->  threads 16 to 31
//   ...
//
// A warp stores the results of its own channels, so that no other has to wait
// for it.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDRESULTS_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDRESULTS_H

#include "../RecurToSCF/LaneBuilder.h"
#include "LaunchPlan.h"

namespace kalmir::threads {

class SharedResults {
public:
  SharedResults(lanes::LaneBuilder &b, const LaunchPlan &plan,
                const Variant &variant);

  bool empty() const { return tiles.empty(); }
  bool holds(unsigned output) const;
  /// Holds nothing any more: all outputs are stored where they are computed.
  void clear() { tiles.clear(); }

  /// Steps of a tile whose rows are long enough for the bandwidth of memory.
  int64_t getWantedSteps() const;
  /// Shared memory of a workgroup for tiles of so many steps.
  int64_t getBytes(int64_t numSteps) const;
  /// Lays out tiles of `numSteps`, from byte `offset` of shared memory on.
  /// Emits before the launch: the tests of addresses.
  void layOut(int64_t numSteps, int64_t offset);

  /// Opens the tiles inside of the kernel for thread number `thread` of the
  /// team that has the results, see SharedTiles.
  void open(mlir::Value thread, const Team &team,
            const lanes::Position &origin);
  /// Writes what the thread has of its channel: neighbouring steps from `step`
  /// of the tile on.
  void write(unsigned output, mlir::Value step,
             llvm::ArrayRef<mlir::Value> values);
  /// Stores the tile that begins with step `first`; all threads of the team
  /// do it.
  void store(mlir::Value first);

private:
  /// The results of a workgroup: [channels, steps], steps in the order of
  /// memory.
  struct Tile {
    unsigned output;
    mlir::MemRefType type;
    /// Elements that an instruction stores, and whether it can.
    int64_t vectorElements = 0;
    mlir::Value isAligned;
    /// Where it begins in shared memory.
    int64_t offset = 0;
    mlir::Value buffer;
  };

  bool isReversed() const { return recur::RecurrenceOp(plan.op).getReverse(); }
  /// Channels of a warp.
  int64_t getRows() const { return team.channelsPerWarp(); }
  int64_t getRowElements(const Tile &tile, int64_t numSteps) const;
  /// The existing row closest to a row of the warp, counted in the workgroup.
  mlir::Value getExistingRow(mlir::Value row);
  mlir::Value subtract(mlir::Value from, mlir::Value value);
  void storeVectors(const Tile &tile, mlir::Value first);
  void storeEachElement(const Tile &tile, mlir::Value first);

  lanes::LaneBuilder &b;
  const LaunchPlan &plan;
  Variant variant;
  llvm::SmallVector<Tile> tiles;
  int64_t steps = 0;
  Team team;
  lanes::Position origin;
  /// The row of the thread, the first row of its warp, and the number of the
  /// thread in the warp.
  mlir::Value row, firstRow, lane;
};

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDRESULTS_H
