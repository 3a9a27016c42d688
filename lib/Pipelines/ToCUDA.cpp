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

void kalmir::stages::toCUDA(OpPassManager &pm, const PipelineOptions &options) {
  // Numbers, while kernels are still part of functions.
  pm.addPass(createExpandFloatClassesPass());
  pm.addPass(createExpandMathFunctionsPass());
  pm.addPass(createCanonicalizerPass());
  // Constants belong into kernels, where LLVM sees them.
  pm.addPass(createGpuLaunchSinkIndexComputationsPass());
  pm.addPass(createGpuKernelOutliningPass());
  // Kernels to PTX.
  GpuNVVMAttachTargetOptions nvvm;
  nvvm.chip = options.chip;
  // CUDA 12.7 and its drivers know this version, and it knows Blackwell.
  nvvm.features = "+ptx86";
  nvvm.optLevel = 3;
  pm.addPass(createGpuNVVMAttachTarget(nvvm));
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
  GpuModuleToBinaryPassOptions binary;
  binary.compilationTarget = "isa";
  pm.addPass(createGpuModuleToBinaryPass(binary));
  // Host code.
  pm.addPass(createLaunchKernelsPass());
  toLLVM(pm, options.target);
}
