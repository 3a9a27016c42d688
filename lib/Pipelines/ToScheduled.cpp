//===- ToScheduled.cpp - how recurrences run ------------------------------===//

#include "Stages.h"

#include "kalmir/Recur/Transforms/Passes.h"

#include "mlir/Pass/PassManager.h"

using namespace mlir;

void kalmir::stages::toScheduled(OpPassManager &pm) {
  pm.addPass(recur::createRecurSchedulePass());
}
