//===- RecurToGPU.h - from recurrences to kernels -------------*- C++ -*-===//
//
// `kalmir-convert-recur-to-gpu` is the code generator of recurrences for GPUs:
// what comes out is ready for kernel outlining and the upstream lowering
// of kernels. RecurToGPU.td describes it.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_CONVERSION_RECURTOGPU_H
#define KALMIR_CONVERSION_RECURTOGPU_H

#include "mlir/Pass/Pass.h"

#pragma GCC visibility push(default)

namespace kalmir {

/// Workgroups that are to have room in a multiprocessor at once, where helpers
/// have much to do: each has that part of its shared memory.
inline constexpr int64_t kWorkgroups = 2;

/// Of a `gpu.launch`: for how many of its workgroups registers are to suffice.
inline constexpr llvm::StringLiteral workgroupsAttrName = "recur.workgroups";

#define GEN_PASS_DECL
#include "kalmir/Conversion/RecurToGPU.h.inc"

#define GEN_PASS_REGISTRATION
#include "kalmir/Conversion/RecurToGPU.h.inc"

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_CONVERSION_RECURTOGPU_H
