//===- PartialSums.h - outputs that sum different iterators -----*- C++ -*-===//
//
// Threads form outputs that sum all states of a channel or none. A recurrence
// over (t, m, s, r), s and r summed by some outputs, that has other outputs too
//
//   outs(%y : (t, m), %u : (t, m, s), %v : (m, s, r))
//
// runs once for each set of reduction iterators that an output keeps. What an
// output keeps is parallel in its run:
//
//   outs(%y : (t, m))         states s, r of channels m
//   outs(%u : (t, m, s))      states r of channels m, s
//   outs(%v : (m, s, r))      channels m, s, r
//
// That repeats the step, but each run has full parallelism, sums in registers
// and `finish` as any other, and there are as many of them as kinds of outputs.
// Adding up runs over values of s would take as many launches, one after the
// other, and pass sums through memory.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_PARTIALSUMS_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_PARTIALSUMS_H

#include "kalmir/Recur/IR/Recur.h"

namespace kalmir::threads {

/// Replaces a recurrence on buffers by recurrences whose outputs are summed
/// over all reduction iterators, or over none, nor over time. The last of them
/// changes the states, the others copies. Returns them, `op` itself if it is
/// one of these.
llvm::SmallVector<recur::RecurrenceOp> splitPartialSums(recur::RecurrenceOp op);

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_PARTIALSUMS_H
