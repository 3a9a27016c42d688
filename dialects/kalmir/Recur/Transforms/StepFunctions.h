//===- StepFunctions.h - functions with states in and out -------*- C++ -*-===//
//
// Three functions like a given one, for sequences that come piece by piece:
//
//   f(args)                      -> results
//   f_prefill(args)              -> results, states
//   f_continue(args, states)     -> results, states
//   f_step(args, states)         -> results, states     time has extent 1
//
// The states are those of the recurrences in the function, in order.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_TRANSFORMS_STEPFUNCTIONS_H
#define KALMIR_RECUR_TRANSFORMS_STEPFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace kalmir::recur {

enum class StepFunction { Prefill, Continue, Step };

/// "_prefill", "_continue", "_step".
llvm::StringRef getSuffix(StepFunction kind);

/// Creates the function of that kind behind `function`, which TimeFlow finds
/// no refusal for.
mlir::func::FuncOp createStepFunction(mlir::func::FuncOp function,
                                      StepFunction kind);

} // namespace kalmir::recur

#endif // KALMIR_RECUR_TRANSFORMS_STEPFUNCTIONS_H
