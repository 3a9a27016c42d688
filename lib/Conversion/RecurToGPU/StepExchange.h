//===- StepExchange.h - steps that threads share ----------------*- C++ -*-===//
//
// What the states of a channel share in a step, all threads of its group would
// compute. Where that takes functions, each computes it for one of four steps,
// and reads the others from its neighbours:
//
//   thread           0         1         2         3
//   computes         dt(t)     dt(t+1)   dt(t+2)   dt(t+3)
//   reads            all four, by shuffles
//
// It does so while the four steps before are run, for functions take long.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_STEPEXCHANGE_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_STEPEXCHANGE_H

#include "../RecurToSCF/StepCode.h"

namespace kalmir::threads {

/// Values that the states of a channel share in a step, that each of them
/// needs, and that functions or divisions lead to.
llvm::SmallVector<mlir::Value> findExchangedValues(const lanes::StepCode &code,
                                                   mlir::Block &step);

/// Lets no sum absorb products among `values`: a thread that reads one from
/// another has it rounded, and all steps are to have the same bits.
void keepRounded(llvm::ArrayRef<mlir::Value> values);

/// Whether a step reads an input for the sake of such values alone: one thread
/// of a group does then.
bool isReadToExchange(const lanes::StepCode &code, mlir::BlockArgument input,
                      llvm::ArrayRef<mlir::Value> exchanged);

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_STEPEXCHANGE_H
