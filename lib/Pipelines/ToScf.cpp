//===- ToScf.cpp - structured ops on buffers to loops ---------------------===//

#include "Stages.h"

#include "kalmir/Conversion/LinalgToBLAS.h"
#include "kalmir/Conversion/RecurToSCF.h"
#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Target/CPU/Passes.h"
#include "kalmir/Target/Entry/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/SCF/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void kalmir::stages::toScf(OpPassManager &pm, const PipelineOptions &options) {
  // Packed sequences one after the other, each over all threads: their scratch
  // memory is then one buffer.
  pm.addNestedPass<func::FuncOp>(createForallToForLoopPass());
  pm.addPass(recur::createRecurDropUnitIteratorsPass());
  recur::RecurSplitTimePassOptions split;
  split.cores = options.cores;
  pm.addPass(recur::createRecurSplitTimePass(split));
  ConvertRecurToSCFPassOptions recurrences;
  recurrences.vectorBits = options.vectorBits;
  recurrences.cores = options.cores;
  pm.addPass(createConvertRecurToSCFPass(recurrences));
  // A block of columns for each core where there are 1024; wide ones, because
  // every block of the product packs its rows of the left matrix anew.
  ConvertLinalgToBLASPassOptions products;
  products.columns = std::clamp<int64_t>(
      llvm::bit_floor(uint64_t(1024 / std::max<int64_t>(1, options.cores))), 64,
      512);
  if (options.matmul == MatmulKind::BLAS)
    pm.addPass(createConvertLinalgToBLASPass(products));
  pm.addPass(createLowerCopiesPass());
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToParallelLoopsPass());
  bufferization::PromoteBuffersToStackPassOptions stack;
  stack.maxAllocSizeInBytes = 4096;
  pm.addNestedPass<func::FuncOp>(
      bufferization::createPromoteBuffersToStackPass(stack));
  pm.addNestedPass<func::FuncOp>(createLowerAffinePass());
  pm.addPass(createPlanWorkspacePass());
  pm.addPass(createSerializeInnerLoopsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}
