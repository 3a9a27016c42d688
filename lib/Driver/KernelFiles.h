//===- KernelFiles.h - kernels as files of their own ------------*- C++ -*-===//

#ifndef KALMIR_LIB_DRIVER_KERNELFILES_H
#define KALMIR_LIB_DRIVER_KERNELFILES_H

#include "kalmir/Driver/Compile.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

namespace kalmir {

/// Writes the kernels of a module that addPassesToKernels has lowered: into the
/// directory `options.output` goes, for each gpu.binary @k,
///
///   k.ptx     always
///   k.cubin   for Cubin and Triton
///   k.json    for Triton: what its CompiledKernel reads
///
/// and manifest.json, last: kernels, and for each entry its arguments and the
/// program of kalmir/Target/CUDA/HostProgram.h.
llvm::Error writeKernelFiles(mlir::ModuleOp module,
                             const CompileOptions &options);

} // namespace kalmir

#endif // KALMIR_LIB_DRIVER_KERNELFILES_H
