//===- LaunchPlan.h - how lanes become threads ------------------*- C++ -*-===//
//
// A recurrence over (b, t, m, s) with s summed gets one group of threads for
// each channel (b, m); the group shares the states s:
//
//   variant {threadsPerGroup = 4, statesPerThread = 4}: up to 16 states
//
// State number n of a channel (its inner iterators, the last fastest) belongs
// to thread n / 4 of the group, in whose registers it stays through all of
// time. Sums over s are added up within a thread and then across the group.
// Which variant runs is decided at run time by the number of states, and that
// of channels.
//
// A workgroup has neighbouring channels of one iterator, the lane iterator m;
// the others (b) are the same for all of its threads. What its threads read of
// some steps is copied to shared memory ahead of time (SharedTiles.h).
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_LAUNCHPLAN_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_LAUNCHPLAN_H

#include "kalmir/Conversion/RecurToGPU.h"
#include "kalmir/Recur/IR/RecurUtils.h"

namespace kalmir::threads {

/// The name of the pass in its remarks.
inline constexpr llvm::StringLiteral passFlag = "kalmir-convert-recur-to-gpu";

/// Threads of a workgroup that share inputs, where nothing says how many, and
/// of a large one, which may have a multiprocessor to itself.
inline constexpr int64_t kBlockSize = 128;
inline constexpr int64_t kLargeBlockSize = 256;

/// Threads of a workgroup that do something for its channels together.
struct Team {
  int64_t numThreads, threadsPerChannel;

  /// Channels of a warp.
  int64_t channelsPerWarp() const { return 32 / threadsPerChannel; }
};

/// How the states of channels are shared by threads.
struct Variant {
  int64_t threadsPerGroup = 1;
  int64_t statesPerThread = 1;
  /// Threads of a workgroup that have states.
  int64_t blockSize = 128;
  /// Threads of a workgroup that may help those (KernelEmitter.h), and
  /// neighbouring channels whose results one of them stores together.
  int64_t numHelpers = 0;
  int64_t channelsPerHelper = 1;
  /// Workgroups with helpers that are to have room in a multiprocessor at once.
  int64_t numWorkgroups = kWorkgroups;
  /// Whether the last thread of a group may have fewer states than the others,
  /// which costs a selection for every state and step.
  bool isRagged = false;
  /// Whether it is launched once for some of the states after the other, where
  /// a channel has more than a group holds; sums are then added up in memory.
  bool isRepeated = false;

  bool isLarge() const { return numWorkgroups == 1; }
  int64_t numStates() const { return threadsPerGroup * statesPerThread; }
  int64_t channelsPerBlock() const { return blockSize / threadsPerGroup; }
  /// The threads that have states, and those that help them.
  Team carriers() const { return {blockSize, threadsPerGroup}; }
  Team helpers() const { return {numHelpers, numHelpers / channelsPerBlock()}; }
  /// Helpers as they finish sums; those of one channel have the same channels.
  Team finishers() const {
    return {numHelpers, helpers().threadsPerChannel * channelsPerHelper};
  }
};

struct LaunchPlan {
  recur::RecurrenceOp op;
  /// Parallel iterators other than the lane iterator.
  llvm::SmallVector<unsigned> outerDims;
  /// The parallel iterator whose neighbours share a workgroup; none without
  /// parallel iterators.
  std::optional<unsigned> laneDim;
  /// The states of a channel: reduction iterators, or without any a parallel
  /// one along which inputs do not change.
  llvm::SmallVector<unsigned> innerDims;
  /// Whether outputs sum the states of a channel. If not, groups share them.
  bool isReduced = true;
  /// Whether time has one step, known when compiled: nothing stays in registers
  /// and nothing can be read ahead, so that many threads of few states, which
  /// read neighbours, wait for memory best.
  bool isOneStep = false;
  /// What one of two workgroups may have of shared memory.
  int64_t sharedBytes = 0;
  /// Of the device, or the largest one of its architecture; 0 if that is not
  /// known, then no workgroup is large.
  int64_t multiprocessors = 0;
  /// In order of preference: the first that fits the sizes runs; the last one
  /// holds all that can be run.
  llvm::SmallVector<Variant> variants;

  /// Whether an output has one value for all states of a channel, and whether
  /// it has one for each step.
  bool isSummed(unsigned output) const;
  bool isOverTime(unsigned output) const;
  bool isSummedAtSteps(unsigned output) const {
    return isSummed(output) && isOverTime(output);
  }
};

/// Whether a step or `finish` reads an input; whether `finish` does.
bool isRead(recur::RecurrenceOp op, unsigned input);
bool isFinishing(recur::RecurrenceOp op, unsigned input);

/// Plans a recurrence on buffers without partial sums (PartialSums.h) for
/// workgroups of `blockSize` threads with states (0: chosen) and `sharedBytes`
/// of shared memory on a device of so many multiprocessors (0: not known).
LaunchPlan planLaunch(recur::RecurrenceOp op, int64_t blockSize,
                      int64_t sharedBytes, int64_t multiprocessors);

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_LAUNCHPLAN_H
