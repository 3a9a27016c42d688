//===- SharedSums.h - sums of threads in shared memory ----------*- C++ -*-===//
//
// A thread adds up its own states at every step. The sums over its group wait
// until a tile of time is done, for shuffles at every step take long, and what
// becomes of the sums does too: what each has lies in shared memory until then,
// and each adds up and finishes some of the steps (OwnSteps.h).
//
//   row              channel 0                      channel 1
//                    thread 0   1   2   3           4   5   ...
//   steps 0 to 3     abcd       abcd  ...
//   steps 4 to 7     ...
//
// A group lies in one warp, so that no other has to wait for it.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDSUMS_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDSUMS_H

#include "OwnSteps.h"

namespace kalmir::threads {

class SharedSums {
public:
  /// For the outputs that are sums over the states at every step. Where a group
  /// is one thread, or time one step, there are none.
  SharedSums(lanes::LaneBuilder &b, const LaunchPlan &plan,
             const Variant &variant);

  bool empty() const { return entries.empty(); }
  size_t count() const { return entries.size(); }
  /// Holds nothing any more: sums are added up at every step.
  void clear() {
    entries.clear();
    buffers.clear();
  }
  bool holds(unsigned output) const;

  /// Shared memory of a workgroup for tiles of so many steps.
  int64_t getBytes(int64_t numSteps) const {
    return buffers.getBytes(numSteps);
  }
  /// Lays out tiles of `numSteps`, from byte `offset` of shared memory on.
  void layOut(int64_t numSteps, int64_t offset) {
    buffers.layOut(numSteps, offset);
  }

  /// Opens the tiles inside of the kernel for a thread of the workgroup, and
  /// its number in its group.
  void open(mlir::Value thread, mlir::Value member);
  /// Writes the thread's sums of some steps from `step` of the tile on: one, or
  /// a row.
  void write(unsigned output, mlir::Value step,
             llvm::ArrayRef<mlir::Value> sums);
  /// The sums of the first threads of the group, `numMembers` (null: of all),
  /// for steps of the tile, after waitForWarp().
  llvm::SmallVector<mlir::Value> load(unsigned output, const OwnSteps &own,
                                      mlir::Value numMembers);

private:
  struct Entry {
    unsigned output;
    /// What it is there, which shared memory and shuffles can hold.
    mlir::Type type;
  };

  size_t find(unsigned output) const;

  lanes::LaneBuilder &b;
  const LaunchPlan &plan;
  Variant variant;
  llvm::SmallVector<Entry, 0> entries;
  /// By entry: [rows, threads x kRowSteps], with padding.
  RowBuffers buffers;
  mlir::Value thread, member;
};

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDSUMS_H
