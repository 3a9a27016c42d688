//===- ToScan.cpp - recurrences to scans ----------------------------------===//

#include "Stages.h"

#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Target/Entry/Passes.h"

#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void kalmir::stages::toScan(OpPassManager &pm, const PipelineOptions &options) {
  recur::RecurPromoteStatePassOptions promote;
  promote.all = options.compensated;
  pm.addPass(recur::createRecurPromoteStatePass(promote));
  pm.addPass(createConvertElementwiseToLinalgPass());
  if (options.fuse) {
    pm.addPass(createLinalgElementwiseOpFusionPass());
    pm.addPass(recur::createRecurFuseElementwisePass());
    pm.addPass(createCSEPass());
  }
  pm.addPass(recur::createRecurDeriveScanPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  if (options.deriveStep.empty())
    return;
  recur::RecurDeriveStepPassOptions step;
  if (!llvm::is_contained(options.deriveStep, "all"))
    step.functions.assign(options.deriveStep.begin(), options.deriveStep.end());
  pm.addPass(recur::createRecurDeriveStepPass(step));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createInferEntrySignaturesPass());
  pm.addPass(createGenerateEntryBoundsPass());
}
