//===- ToBuffers.cpp - tensors to buffers ---------------------------------===//

#include "Stages.h"

#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Target/Entry/Passes.h"

#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void kalmir::stages::toBuffers(OpPassManager &pm) {
  pm.addPass(createGenerateEntryHelpersPass());
  pm.addPass(recur::createRecurExpandSegmentsPass());
  pm.addPass(createSeparateDestinationsPass());
  pm.addPass(createPassResultsByDestinationPass());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addNestedPass<func::FuncOp>(bufferization::createBufferHoistingPass());
  pm.addNestedPass<func::FuncOp>(bufferization::createBufferLoopHoistingPass());
}
