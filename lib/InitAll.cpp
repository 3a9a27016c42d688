//===- InitAll.cpp - register everything Kalmir adds ----------------------===//

#include "kalmir/InitAll.h"

#include "kalmir/Conversion/KalmanToRecur.h"
#include "kalmir/Conversion/LinalgToBLAS.h"
#include "kalmir/Conversion/LinalgToRecur.h"
#include "kalmir/Conversion/RecurToGPU.h"
#include "kalmir/Conversion/RecurToSCF.h"
#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Kalman/IR/Kalman.h"
#include "kalmir/Kalman/Transforms/Passes.h"
#include "kalmir/Pipelines/Pipelines.h"
#include "kalmir/Recur/IR/Recur.h"
#include "kalmir/Recur/Transforms/BufferizableOpInterfaceImpl.h"
#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Recur/Transforms/TilingInterfaceImpl.h"
#include "kalmir/Target/CPU/Passes.h"
#include "kalmir/Target/CUDA/Passes.h"
#include "kalmir/Target/Entry/Passes.h"

#include "mlir/IR/DialectRegistry.h"

void kalmir::registerAllDialects(mlir::DialectRegistry &registry) {
  registry.insert<KalmirDialect, kalman::KalmanDialect, recur::RecurDialect>();
  recur::registerBufferizableOpInterfaceExternalModels(registry);
  recur::registerTilingInterfaceExternalModels(registry);
}

void kalmir::registerAllPasses() {
  recur::registerKalmirRecurPasses();
  registerKalmirCPUPasses();
  registerKalmirCUDAPasses();
  registerKalmirEntryPasses();
  kalman::registerKalmirKalmanPasses();
  registerKalmirKalmanToRecurPasses();
  registerKalmirLinalgToBLASPasses();
  registerKalmirLinalgToRecurPasses();
  registerKalmirRecurToGPUPasses();
  registerKalmirRecurToSCFPasses();
  registerPipelines();
}
