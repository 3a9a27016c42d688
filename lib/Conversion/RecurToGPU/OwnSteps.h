//===- OwnSteps.h - steps that a thread has for itself ----------*- C++ -*-===//
//
// What is done once for a step of a channel, and not for a state, the threads
// of a team share by steps of a window of time, in parts of up to four
// neighbours:
//
//   thread     0                  1
//   steps      0 to 3, 8 to 11    4 to 7, 12 to 15     of channel 0
//   thread     2                  3
//   steps      0 to 3, 8 to 11    4 to 7, 12 to 15     of channel 1
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_OWNSTEPS_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_OWNSTEPS_H

#include "LaunchPlan.h"

#include "../RecurToSCF/LaneBuilder.h"

namespace kalmir::threads {

/// Steps that lie side by side in shared memory.
inline constexpr int64_t kRowSteps = 4;

/// Steps of a window at most, which limits what a helper does at once.
inline constexpr int64_t kWindowSteps = 32;

/// Where a step stands: its number, in the order in which they run, its place
/// in its tile, and that in what holds two windows in turn (SharedTiles.h).
struct Step {
  mlir::Value number, inTile, inRing;
};

/// The step so many later, in the same window.
Step advance(lanes::LaneBuilder &b, const Step &step, mlir::Value steps);

/// Neighbouring steps of a part of a window of `numSteps`, a divisor of
/// kRowSteps.
int64_t countStepsAtOnce(const Team &team, int64_t numSteps);

struct OwnSteps {
  OwnSteps() = default;
  /// Those of thread number `member` of its channel, which may have none: then
  /// they are those of another thread. The window begins with step `window`.
  OwnSteps(lanes::LaneBuilder &b, const Team &team, const Step &window,
           int64_t numSteps, mlir::Value member);

  size_t size() const { return steps.size(); }

  /// Neighbours in `steps`, which begin at a multiple of their number.
  int64_t atOnce;
  /// Part by part.
  llvm::SmallVector<Step> steps;
  /// By step: whether it is the thread's own; null where all are.
  llvm::SmallVector<mlir::Value> isOwn;
};

/// Buffers in shared memory whose rows have four steps each, one for each of
/// some types of elements: [rows, elements of a row].
class RowBuffers {
public:
  explicit RowBuffers(int64_t rowElements) : rowElements(rowElements) {}

  void add(mlir::Type element) { buffers.push_back({element, 0, {}}); }
  void clear() { buffers.clear(); }
  /// Shared memory of a workgroup for so many steps.
  int64_t getBytes(int64_t numSteps) const;
  /// Lays them out for `numSteps`, from byte `offset` of shared memory on.
  void layOut(int64_t numSteps, int64_t offset);
  /// Opens them inside of a kernel.
  void open(lanes::LaneBuilder &b);
  mlir::Value operator[](size_t i) const { return buffers[i].view; }
  int64_t getNumRows() const { return steps / kRowSteps; }

private:
  struct Buffer {
    mlir::Type element;
    int64_t offset;
    mlir::Value view;
  };
  int64_t getBytes(const Buffer &buffer, int64_t numSteps) const;

  int64_t rowElements, steps = 0;
  llvm::SmallVector<Buffer> buffers;
};

/// Where a step is in rows: its row, and its place there.
std::pair<mlir::Value, mlir::Value> findInRows(lanes::LaneBuilder &b,
                                               mlir::Value step);

/// Waits until the warp is here, and sees what it has stored.
void waitForWarp(lanes::LaneBuilder &b);

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_OWNSTEPS_H
