//===- Carry.h - states between operands, registers and scratch -*- C++ -*-===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOSCF_CARRY_H
#define KALMIR_LIB_CONVERSION_RECURTOSCF_CARRY_H

#include "TimeLoop.h"

namespace kalmir::lanes {

/// How the states of a recurrence are rescaled: `homogeneous` groups of a scan.
Rescaling getStateRescaling(recur::RecurrenceOp op);

/// All outputs, with partial sums in scratch where needed; `finishing` is the
/// code of the region `finish`, or null.
llvm::SmallVector<Output> makeOutputs(LaneBuilder &b,
                                      const StepCode *finishing);

/// The types of the states, laned.
llvm::SmallVector<mlir::Type> getStateTypes(LaneBuilder &b);

/// The states of one block of lanes, read before time and written after it.
llvm::SmallVector<mlir::Value> loadStates(LaneBuilder &b,
                                          const Position &position);
void storeStates(LaneBuilder &b, mlir::ValueRange states,
                 const Position &position);

/// Copies the states of all inner lanes from the operands to scratch, and back.
void copyStatesIn(LaneBuilder &b, llvm::ArrayRef<Scratch> scratch,
                  const Position &position);
void copyStatesOut(LaneBuilder &b, llvm::ArrayRef<Scratch> scratch,
                   const Position &position);

} // namespace kalmir::lanes

#endif // KALMIR_LIB_CONVERSION_RECURTOSCF_CARRY_H
