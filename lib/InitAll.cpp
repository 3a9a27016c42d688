//===- InitAll.cpp - register everything Kalmir adds ----------------------===//

#include "kalmir/InitAll.h"

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/IR/DialectRegistry.h"

void kalmir::registerAllDialects(mlir::DialectRegistry &registry) {
  registry.insert<recur::RecurDialect>();
}

void kalmir::registerAllPasses() {}
