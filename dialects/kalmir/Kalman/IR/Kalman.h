//===- Kalman.h - the dialect of probabilistic layers -----------*- C++ -*-===//
//
// `kalman` operations say which distribution is wanted; KalmanOps.td has the
// definitions and README.md beside this folder the reasons.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_KALMAN_IR_KALMAN_H
#define KALMIR_KALMAN_IR_KALMAN_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#pragma GCC visibility push(default)

#include "kalmir/Kalman/IR/KalmanDialect.h.inc"

#include "kalmir/Kalman/IR/KalmanEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "kalmir/Kalman/IR/KalmanAttributes.h.inc"

#define GET_OP_CLASSES
#include "kalmir/Kalman/IR/KalmanOps.h.inc"

#pragma GCC visibility pop

#endif // KALMIR_KALMAN_IR_KALMAN_H
