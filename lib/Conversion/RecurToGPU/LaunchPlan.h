//===- LaunchPlan.h - how lanes become threads ------------------*- C++ -*-===//
//
// A recurrence over (b, t, m, s) with s summed gets one group of threads for
// each channel (b, m); the group shares the states s:
//
//   variant {threadsPerChannel = 4, statesPerThread = 4}: up to 16 states
//
// State number n of a channel (its inner iterators, the last fastest) belongs
// to thread n mod 4 of the group, in whose registers it stays through all of
// time. Sums over s are added up within a thread and then across the group by
// shuffles. Which variant runs is decided at run time by the number of states.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_LAUNCHPLAN_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_LAUNCHPLAN_H

#include "kalmir/Recur/IR/RecurUtils.h"

namespace kalmir::threads {

/// The name of the pass in its remarks.
inline constexpr llvm::StringLiteral passFlag = "kalmir-convert-recur-to-gpu";

/// How many threads share the states of a channel, and how many states each of
/// them has.
struct Variant {
  int64_t threadsPerChannel = 1;
  int64_t statesPerThread = 1;
  int64_t numStates() const { return threadsPerChannel * statesPerThread; }
};

struct LaunchPlan {
  recur::RecurrenceOp op;
  /// Threads of a workgroup.
  int64_t blockSize = 128;
  /// Parallel iterators; the last runs fastest over neighbouring groups.
  llvm::SmallVector<unsigned> gridDims;
  /// Reduction iterators: the states of a channel.
  llvm::SmallVector<unsigned> innerDims;
  /// In order of the states they hold; the last holds all that can be run.
  llvm::SmallVector<Variant> variants;
};

/// Plans a recurrence on buffers, or says why it cannot run on a GPU.
mlir::FailureOr<LaunchPlan> planLaunch(recur::RecurrenceOp op,
                                       int64_t blockSize);

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_LAUNCHPLAN_H
