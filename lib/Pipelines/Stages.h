//===- Stages.h - the steps between two levels ------------------*- C++ -*-===//

#ifndef KALMIR_LIB_PIPELINES_STAGES_H
#define KALMIR_LIB_PIPELINES_STAGES_H

#include "kalmir/Pipelines/Pipelines.h"

namespace kalmir::stages {

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
/// Everything to the LLVM dialect.
void toLLVM(mlir::OpPassManager &pm);

} // namespace kalmir::stages

#endif // KALMIR_LIB_PIPELINES_STAGES_H
