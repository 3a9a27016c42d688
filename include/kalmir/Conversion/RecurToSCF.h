//===- RecurToSCF.h - from recurrences to loops and vectors -----*- C++ -*-===//
//
// `kalmir-convert-recur-to-scf` is the code generator of recurrences for CPUs:
// what comes out is ready for convert-scf-to-openmp and the upstream lowering
// of vectors. RecurToSCF.td describes it.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_CONVERSION_RECURTOSCF_H
#define KALMIR_CONVERSION_RECURTOSCF_H

#include "mlir/Pass/Pass.h"

#pragma GCC visibility push(default)

namespace kalmir {

#define GEN_PASS_DECL
#include "kalmir/Conversion/RecurToSCF.h.inc"

#define GEN_PASS_REGISTRATION
#include "kalmir/Conversion/RecurToSCF.h.inc"

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_CONVERSION_RECURTOSCF_H
