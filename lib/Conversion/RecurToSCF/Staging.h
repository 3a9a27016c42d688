//===- Staging.h - time-contiguous operands, transposed ---------*- C++ -*-===//
//
// Where time is contiguous in memory and lanes are not, a vector of lanes is as
// many loads as lanes. As many steps as a vector has lanes are therefore moved
// at once: the steps of every lane, transposed in registers, into a small
// buffer that has one vector of lanes a step. Outputs go the other way.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOSCF_STAGING_H
#define KALMIR_LIB_CONVERSION_RECURTOSCF_STAGING_H

#include "LaneBuilder.h"

namespace kalmir::lanes {

/// Moves the operands of one recurrence; entered into `staged` of the builder.
class Staging {
public:
  /// Finds them and makes room. Needs an open grid.
  explicit Staging(LaneBuilder &b);

  bool empty() const { return b.staged.empty(); }
  /// Steps that are moved at once.
  int64_t numSteps() const { return b.plan.width; }

  /// Brings the inputs of the steps from step number `first` on.
  void bring(mlir::Value first, const Position &position) const;
  /// Takes the outputs of the same steps away.
  void take(mlir::Value first, const Position &position) const;
  void prefetch(mlir::Value first, mlir::Value offset,
                const Position &position) const;
  /// The row of step number `first + offset`.
  mlir::Value getRow(mlir::Value offset) const;

private:
  mlir::Value getLowestTime(mlir::Value first) const;

  LaneBuilder &b;
  /// The first `numInputs` of the staged operands are inputs.
  unsigned numInputs = 0;
};

} // namespace kalmir::lanes

#endif // KALMIR_LIB_CONVERSION_RECURTOSCF_STAGING_H
