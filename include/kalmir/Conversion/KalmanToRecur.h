//===- KalmanToRecur.h - from layers to recurrences -------------*- C++ -*-===//
//
// `kalmir-convert-kalman-to-recur` turns what is wanted into how it is done one
// step after the other. KalmanToRecur.td describes it.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_CONVERSION_KALMANTORECUR_H
#define KALMIR_CONVERSION_KALMANTORECUR_H

#include "mlir/Pass/Pass.h"

#pragma GCC visibility push(default)

namespace kalmir {

#define GEN_PASS_DECL
#include "kalmir/Conversion/KalmanToRecur.h.inc"

#define GEN_PASS_REGISTRATION
#include "kalmir/Conversion/KalmanToRecur.h.inc"

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_CONVERSION_KALMANTORECUR_H
