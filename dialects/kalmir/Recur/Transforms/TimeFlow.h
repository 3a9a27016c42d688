//===- TimeFlow.h - what time does in a function ----------------*- C++ -*-===//
//
// A function treats its time steps apart from recurrences independently where
// every op that sees time does so in one parallel iterator:
//
//   y[t] = f(x[t], w), h = recurrence over y, z[t] = g(h[t])
//
// Such a function can be run step by step, with the states of its recurrences
// carried from call to call. Time is a class of equal extents: those that the
// recurrence iterators span.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_TRANSFORMS_TIMEFLOW_H
#define KALMIR_RECUR_TRANSFORMS_TIMEFLOW_H

#include "EqualExtents.h"

#include "kalmir/Recur/IR/Recur.h"

#include <set>

namespace kalmir::recur {

/// Why a function cannot be run step by step.
struct TimeRefusal {
  mlir::Operation *op;
  std::string reason; ///< what `op` does, such as "sums over time"
};

class TimeFlow {
public:
  /// `function` has one block. Does not change it.
  explicit TimeFlow(mlir::func::FuncOp function);

  /// The dimensions of `value` that are time.
  llvm::SmallVector<unsigned> getTimeDims(mlir::Value value);
  /// Whether `index` is the number of steps.
  bool isLength(mlir::Value index) { return isTime(index, -1); }
  /// The recurrences directly in the function, in order.
  llvm::ArrayRef<RecurrenceOp> getRecurrences() const { return recurrences; }
  /// Which extents are equal.
  EqualExtents &getExtents() { return extents; }

  /// The first op through which steps see each other, recurrences aside.
  std::optional<TimeRefusal> findRefusal();

private:
  using Reason = std::optional<std::string>;

  bool isTime(mlir::Value value, int64_t dim) {
    return times.count(extents.leader(value, dim));
  }
  bool seesTime(mlir::Operation *op);
  /// Each is nullopt where the op is fine, else what it does.
  Reason check(mlir::Operation *op);
  Reason checkRecurrence(RecurrenceOp op);
  Reason checkStructured(mlir::Operation *op);
  Reason checkSlice(mlir::Operation *op);
  Reason checkLength(mlir::Operation *op);

  mlir::func::FuncOp function;
  EqualExtents extents;
  llvm::SmallVector<RecurrenceOp> recurrences;
  std::set<Extent> times;
};

} // namespace kalmir::recur

#endif // KALMIR_RECUR_TRANSFORMS_TIMEFLOW_H
