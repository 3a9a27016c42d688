//===- kalmir-opt.cpp - mlir-opt with Kalmir's dialects and passes --------===//

#include "kalmir/InitAll.h"
#include "kalmir/Target/CPU/CodeGen.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  kalmir::cpu::registerTranslations(registry);
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  kalmir::registerAllDialects(registry);
  kalmir::registerAllPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Kalmir optimizer driver\n", registry));
}
