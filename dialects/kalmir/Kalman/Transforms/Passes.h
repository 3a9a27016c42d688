//===- Passes.h - passes within the kalman dialect --------------*- C++ -*-===//

#ifndef KALMIR_KALMAN_TRANSFORMS_PASSES_H
#define KALMIR_KALMAN_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"

#pragma GCC visibility push(default)

namespace kalmir::kalman {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "kalmir/Kalman/Transforms/Passes.h.inc"

} // namespace kalmir::kalman

#pragma GCC visibility pop

#endif // KALMIR_KALMAN_TRANSFORMS_PASSES_H
