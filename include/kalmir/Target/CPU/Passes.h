//===- Passes.h - passes for host code --------------------------*- C++ -*-===//

#ifndef KALMIR_TARGET_CPU_PASSES_H
#define KALMIR_TARGET_CPU_PASSES_H

#include "mlir/Pass/Pass.h"

#pragma GCC visibility push(default)

namespace kalmir {

/// Where the tensors of entries are.
enum class EntryDevice { cpu, cuda };

#define GEN_PASS_DECL
#include "kalmir/Target/CPU/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "kalmir/Target/CPU/Passes.h.inc"

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_TARGET_CPU_PASSES_H
