//===- LinalgToRecur.h - from linalg to recurrences -------------*- C++ -*-===//
//
// `kalmir-raise-windows-to-recur` finds the recurrences in what model importers
// write. LinalgToRecur.td describes it.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_CONVERSION_LINALGTORECUR_H
#define KALMIR_CONVERSION_LINALGTORECUR_H

#include "mlir/Pass/Pass.h"

#pragma GCC visibility push(default)

namespace kalmir {

#define GEN_PASS_DECL
#include "kalmir/Conversion/LinalgToRecur.h.inc"

#define GEN_PASS_REGISTRATION
#include "kalmir/Conversion/LinalgToRecur.h.inc"

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_CONVERSION_LINALGTORECUR_H
