//===- StepCost.h - what one step of a recurrence takes ---------*- C++ -*-===//
//
// Estimates in cycles for one vector of lanes on a processor of today: two
// vector operations a cycle, four cycles from one to the next that needs it.
// They rank schedules; they do not predict times.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_ANALYSIS_STEPCOST_H
#define KALMIR_ANALYSIS_STEPCOST_H

#include "mlir/IR/Block.h"

namespace kalmir::analysis {

/// The machine that schedules are chosen for.
struct CPUDescription {
  int64_t cores = 1;
  /// Bits of a vector register.
  int64_t vectorBits = 256;
};

/// Cycles of one step.
struct StepCost {
  /// With other lanes to fill the gaps.
  double throughput = 0;
  /// From the carried values of one step to those of the next.
  double latency = 0;
};

/// The cost of a block whose arguments from number `numInputs` on are carried
/// from step to step and whose terminator yields the next ones. `numScaled` of
/// them are rescaled at every step.
StepCost estimateStep(mlir::Block &block, unsigned numInputs,
                      unsigned numScaled);

} // namespace kalmir::analysis

#endif // KALMIR_ANALYSIS_STEPCOST_H
