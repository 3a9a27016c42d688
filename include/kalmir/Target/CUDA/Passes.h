//===- Passes.h - passes for CUDA devices -----------------------*- C++ -*-===//

#ifndef KALMIR_TARGET_CUDA_PASSES_H
#define KALMIR_TARGET_CUDA_PASSES_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/Pass.h"

#pragma GCC visibility push(default)

namespace kalmir {

#define GEN_PASS_DECL
#include "kalmir/Target/CUDA/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "kalmir/Target/CUDA/Passes.h.inc"

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_TARGET_CUDA_PASSES_H
