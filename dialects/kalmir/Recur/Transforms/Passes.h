//===- Passes.h - passes within the recurrence dialect ----------*- C++ -*-===//

#ifndef KALMIR_RECUR_TRANSFORMS_PASSES_H
#define KALMIR_RECUR_TRANSFORMS_PASSES_H

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/Pass/Pass.h"

#pragma GCC visibility push(default)

namespace kalmir::recur {

/// What `kalmir-recur-schedule` is asked for.
enum class ScheduleChoice {
  /// The cheaper one by the cost model.
  automatic,
  serial,
  chunked
};

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "kalmir/Recur/Transforms/Passes.h.inc"

} // namespace kalmir::recur

#pragma GCC visibility pop

#endif // KALMIR_RECUR_TRANSFORMS_PASSES_H
