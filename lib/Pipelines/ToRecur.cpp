//===- ToRecur.cpp - filters and layers to recurrences --------------------===//

#include "Stages.h"

#include "kalmir/Conversion/KalmanToRecur.h"
#include "kalmir/Conversion/LinalgToRecur.h"
#include "kalmir/Kalman/Transforms/Passes.h"
#include "kalmir/Target/Entry/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void kalmir::stages::toRecur(OpPassManager &pm) {
  pm.addPass(createInlinerPass());
  pm.addPass(createSymbolDCEPass());
  pm.addPass(kalman::createKalmanToInformationFormPass());
  pm.addPass(createConvertKalmanToRecurPass());
  pm.addPass(createRaiseWindowsToRecurPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createInferEntrySignaturesPass());
  pm.addPass(createGenerateEntryBoundsPass());
}
