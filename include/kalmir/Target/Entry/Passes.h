//===- Passes.h - from tensor functions to entries --------------*- C++ -*-===//
//
// An entry is a function that C code calls: `#kalmir.entry` says with what,
// helper functions answer questions about a call, results are computed in the
// caller's buffers, and scratch memory is one workspace. Nothing here depends
// on the machine.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_TARGET_ENTRY_PASSES_H
#define KALMIR_TARGET_ENTRY_PASSES_H

#include "mlir/Pass/Pass.h"

#pragma GCC visibility push(default)

namespace kalmir {

#define GEN_PASS_DECL
#include "kalmir/Target/Entry/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "kalmir/Target/Entry/Passes.h.inc"

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_TARGET_ENTRY_PASSES_H
