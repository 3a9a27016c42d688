//===- Recur.h - the recurrence dialect -------------------------*- C++ -*-===//
//
// `recur.generic` says what a recurrence computes, one step after the other;
// `recur.scan` adds the proof that steps can be combined. RecurOps.td has the
// definitions and README.md beside this folder the reasons.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_IR_RECUR_H
#define KALMIR_RECUR_IR_RECUR_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#pragma GCC visibility push(default)

#include "kalmir/Recur/IR/RecurDialect.h.inc"

#include "kalmir/Recur/IR/RecurEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "kalmir/Recur/IR/RecurAttributes.h.inc"

namespace kalmir::recur {
/// Values that matter only up to a common factor, by their numbers.
struct HomogeneousGroup {
  llvm::SmallVector<int64_t> members;
  /// The members whose size decides about the factor.
  llvm::SmallVector<int64_t> scaleBy;
};
} // namespace kalmir::recur

#include "kalmir/Recur/IR/RecurInterfaces.h.inc"

#define GET_OP_CLASSES
#include "kalmir/Recur/IR/RecurOps.h.inc"

#pragma GCC visibility pop

#endif // KALMIR_RECUR_IR_RECUR_H
