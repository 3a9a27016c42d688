//===- SharedSums.h - sums of threads in shared memory ----------*- C++ -*-===//
//
// A thread adds up its own states at every step. The sums over its group wait
// until a window of time is done, for shuffles at every step take long, and
// what becomes of the sums does too: what each has lies in shared memory until
// then, and helpers add up and finish it, while the next window runs, each for
// some of the steps (OwnSteps.h).
//
//   row              channel 0                      channel 1
//                    thread 0   1   2   3           4   5   ...
//   steps 0 to 3     abcd       abcd  ...
//   steps 4 to 7     ...
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDSUMS_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDSUMS_H

#include "OwnSteps.h"

namespace kalmir::threads {

class SharedSums {
public:
  /// For the outputs that are sums over the states at every step. Where nobody
  /// helps, or time is one step, there are none.
  SharedSums(lanes::LaneBuilder &b, const LaunchPlan &plan,
             const Variant &variant);

  bool empty() const { return entries.empty(); }
  /// Holds nothing any more: sums are added up at every step.
  void clear() {
    entries.clear();
    buffers.clear();
  }
  bool holds(unsigned output) const;

  /// Shared memory of a workgroup for so many steps.
  int64_t getBytes(int64_t numSteps) const {
    return buffers.getBytes(numSteps);
  }
  /// Lays out a ring of `numSteps`, from byte `offset` of shared memory on.
  void layOut(int64_t numSteps, int64_t offset) {
    buffers.layOut(numSteps, offset);
  }

  /// Opens the ring inside of the kernel.
  void open() { buffers.open(b); }
  /// Makes it ready, together with the other threads that have states.
  void prepare(mlir::Value thread);
  /// Writes the sums that a thread has of some steps from `step` on: one, or a
  /// row.
  void write(unsigned output, const Step &step, mlir::Value thread,
             llvm::ArrayRef<mlir::Value> sums);
  /// The sums over the first threads of a group, `numMembers` (null: all), for
  /// some steps. The group is number `first` + `groupsLater`, the latter less
  /// than Variant::channelsPerHelper.
  llvm::SmallVector<mlir::Value> load(unsigned output, const OwnSteps &own,
                                      mlir::Value first, int64_t groupsLater,
                                      mlir::Value numMembers);

private:
  struct Entry {
    unsigned output;
    /// What it is there, which shared memory and shuffles can hold.
    mlir::Type type;
  };

  size_t find(unsigned output) const;
  mlir::Value getPlace(mlir::Value thread);
  mlir::Value getZeros();

  lanes::LaneBuilder &b;
  const LaunchPlan &plan;
  Variant variant;
  llvm::SmallVector<Entry, 0> entries;
  /// By entry: [rows, places of threads x kRowSteps].
  RowBuffers buffers;
};

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDSUMS_H
