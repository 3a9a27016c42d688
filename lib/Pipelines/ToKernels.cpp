//===- ToKernels.cpp - structured ops on buffers to kernels ---------------===//

#include "Stages.h"

#include "kalmir/Conversion/RecurToGPU.h"
#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Target/CPU/Passes.h"
#include "kalmir/Target/CUDA/Architecture.h"
#include "kalmir/Target/CUDA/DeviceModel.h"
#include "kalmir/Target/CUDA/Passes.h"
#include "kalmir/Target/Entry/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/SCF/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void kalmir::stages::toKernels(OpPassManager &pm,
                               const PipelineOptions &options) {
  pm.addNestedPass<func::FuncOp>(createForallToForLoopPass());
  pm.addPass(recur::createRecurDropUnitIteratorsPass());
  recur::RecurSplitTimePassOptions split;
  split.onDevice = true;
  pm.addPass(recur::createRecurSplitTimePass(split));
  ConvertRecurToGPUPassOptions convert;
  convert.exactDivision = options.exactDivision;
  convert.blockSize = options.blockSize;
  convert.sharedBytes =
      (cuda::getMostSharedBytes(options.chip) + 1024) / kWorkgroups - 1024;
  convert.multiprocessors = cuda::getDeviceModel(options.chip).multiprocessors;
  convert.powersOfTwo = usesSpecialFunctions(options);
  pm.addPass(createConvertRecurToGPUPass(convert));
  LowerCopiesPassOptions copies;
  copies.loops = true;
  pm.addPass(createLowerCopiesPass(copies));
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToParallelLoopsPass());
  pm.addPass(createMapLoopsToThreadsPass());
  pm.addNestedPass<func::FuncOp>(createLowerAffinePass());
  pm.addPass(createPlanWorkspacePass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}
