//===- ToCUDA.cpp - kernels to PTX, host code to the LLVM dialect ---------===//

#include "Stages.h"

#include "kalmir/Target/CPU/Passes.h"
#include "kalmir/Target/CUDA/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void kalmir::stages::toImages(OpPassManager &pm,
                              const PipelineOptions &options) {
  // Numbers, while kernels are still part of functions.
  pm.addPass(createExpandFloatClassesPass());
  if (usesSpecialFunctions(options))
    pm.addPass(createUseSpecialFunctionsPass());
  pm.addPass(createExpandMathFunctionsPass());
  pm.addPass(createCanonicalizerPass());
  // Constants belong into kernels, where LLVM sees them.
  pm.addPass(createGpuLaunchSinkIndexComputationsPass());
  pm.addPass(createOutlineKernelsPass());
  OpPassManager &kernels = pm.nest<gpu::GPUModuleOp>();
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(createSCFToControlFlowPass());
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(createConvertNVGPUToNVVMPass());
  ConvertGpuOpsToNVVMOpsOptions convert;
  convert.allowedDialects = {"arith", "memref", "func", "cf", "vector"};
  kernels.addPass(createConvertGpuOpsToNVVMOps(convert));
  kernels.addPass(createUseIntrinsicsPass());
  kernels.addPass(createReconcileUnrealizedCastsPass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  // Parameters: after CSE of the host code the same value has one name.
  pm.addPass(createExpandKernelArgumentsPass());
  pm.addNestedPass<func::FuncOp>(createLowerAffinePass());
  pm.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  pm.addNestedPass<func::FuncOp>(createCSEPass());
  pm.addPass(createTrimKernelParametersPass());
  pm.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  // Kernels to PTX.
  CompileKernelsPassOptions compile;
  compile.chip = options.chip;
  compile.ptxVersion = options.ptxVersion;
  llvm::append_range(compile.toolkits, options.toolkits);
  pm.addPass(createCompileKernelsPass(compile));
}

void kalmir::stages::toCUDA(OpPassManager &pm, const PipelineOptions &options) {
  toImages(pm, options);
  pm.addPass(createLaunchKernelsPass());
  toLLVM(pm, options.target);
}
