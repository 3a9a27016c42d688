//===- Stages.h - the steps between two levels ------------------*- C++ -*-===//

#ifndef KALMIR_LIB_PIPELINES_STAGES_H
#define KALMIR_LIB_PIPELINES_STAGES_H

#include "kalmir/Pipelines/Pipelines.h"

namespace kalmir::stages {

/// Whether functions in kernels may be a few units in the last place off.
inline bool usesSpecialFunctions(const PipelineOptions &options) {
  return options.specialFunctions && !options.compensated;
}

/// Filters and layers to sequential recurrences, in functions without calls.
void toRecur(mlir::OpPassManager &pm);
/// Recurrences to scans, where they are proved associative.
void toScan(mlir::OpPassManager &pm, const PipelineOptions &options);
/// Recurrences to scheduled ones.
void toScheduled(mlir::OpPassManager &pm, const PipelineOptions &options);
/// Tensors to buffers.
void toBuffers(mlir::OpPassManager &pm);
/// Structured ops on buffers to loops and vectors.
void toScf(mlir::OpPassManager &pm, const PipelineOptions &options);
/// Structured ops on buffers to kernels.
void toKernels(mlir::OpPassManager &pm, const PipelineOptions &options);
/// Host code to the LLVM dialect, with the C interface of the target's entries.
void toLLVM(mlir::OpPassManager &pm, TargetKind target);
/// Kernels to PTX in gpu.binary; host code launches them.
void toImages(mlir::OpPassManager &pm, const PipelineOptions &options);
/// Kernels to PTX, everything else to the LLVM dialect.
void toCUDA(mlir::OpPassManager &pm, const PipelineOptions &options);

} // namespace kalmir::stages

#endif // KALMIR_LIB_PIPELINES_STAGES_H
