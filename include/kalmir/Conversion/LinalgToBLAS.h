//===- LinalgToBLAS.h - from contractions to library calls ------*- C++ -*-===//
//
// `kalmir-convert-linalg-to-blas` calls BLIS for matrix products.
// LinalgToBLAS.td describes it.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_CONVERSION_LINALGTOBLAS_H
#define KALMIR_CONVERSION_LINALGTOBLAS_H

#include "mlir/Pass/Pass.h"

#pragma GCC visibility push(default)

namespace kalmir {

#define GEN_PASS_DECL
#include "kalmir/Conversion/LinalgToBLAS.h.inc"

#define GEN_PASS_REGISTRATION
#include "kalmir/Conversion/LinalgToBLAS.h.inc"

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_CONVERSION_LINALGTOBLAS_H
