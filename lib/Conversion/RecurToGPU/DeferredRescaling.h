//===- DeferredRescaling.h - rescale after some steps, or redo --*- C++ -*-===//
//
// Rescaling after every step is a third of the instructions of a step. Powers
// of two round nothing, so that the bits are the same if it comes later, as
// long as nothing overflows or underflows in between:
//
//   run some steps without; rescale by the largest member
//   where the scale had left its range, run them again with
//
// Members may grow to 2^100 meanwhile, so that nothing may multiply two of them
// without dividing first. Overflow shows after the last step, because
// infinities and NaNs stay: every member depends on itself through products and
// sums alone (`canDeferRescaling`). A scale that has become small shows, too,
// unless it rises again within eight steps by more than it may have fallen: by
// 2^80 after a fall by 2^100.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_DEFERREDRESCALING_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_DEFERREDRESCALING_H

#include "../RecurToSCF/Rescale.h"

namespace kalmir::threads {

/// Whether a recurrence's states may be rescaled after some steps.
bool canDeferRescaling(recur::RecurrenceOp op,
                       const lanes::Rescaling &rescaling);

/// Watches the groups of the states of a thread.
class DeferredRescaling {
public:
  DeferredRescaling(lanes::LaneBuilder &b, const lanes::Rescaling &rescaling)
      : b(b), rescaling(rescaling) {}

  /// Steps after which scales are looked at.
  static constexpr int64_t kWatchedSteps = 8;

  /// Looks at the scales of the groups of one state, on the way.
  void watchScales(llvm::ArrayRef<mlir::Value> values);
  /// Looks at the groups of one state, which are to be rescaled.
  void watch(llvm::ArrayRef<mlir::Value> values);
  /// Whether one of the states watched has left its range, an i1.
  mlir::Value isOutOfRange();
  /// Rescales the groups of the states that were watched last, in that order.
  void rescale(llvm::MutableArrayRef<mlir::Value> values);

private:
  mlir::Value watchScale(const recur::HomogeneousGroup &group,
                         llvm::ArrayRef<mlir::Value> values);

  lanes::LaneBuilder &b;
  const lanes::Rescaling &rescaling;
  /// The smallest scale, and the largest member.
  mlir::Value smallest, largest;
  /// By state and group: the power of two to multiply by.
  llvm::SmallVector<mlir::Value> inverses;
};

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_DEFERREDRESCALING_H
