//===- Plugin.cpp - entry points for hosts that load plugins --------------===//
//
// `mlir-opt --load-dialect-plugin` finds the dialects here, and
// `--load-pass-plugin` the passes. Some hosts load only one of the two, so the
// dialect callback registers the passes as well.
//
//===----------------------------------------------------------------------===//

#include "kalmir/InitAll.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Compiler.h"

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Kalmir", LLVM_VERSION_STRING,
          [](mlir::DialectRegistry *registry) {
            kalmir::registerAllDialects(*registry);
            kalmir::registerAllPasses();
          }};
}

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Kalmir", LLVM_VERSION_STRING,
          [] { kalmir::registerAllPasses(); }};
}
