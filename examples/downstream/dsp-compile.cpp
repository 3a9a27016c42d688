//===- dsp-compile.cpp - signals to a shared library ----------------------===//

#include "Dsp.h"

#include "kalmir/Driver/Compile.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  if (argc != 3) {
    llvm::errs() << "usage: dsp-compile INPUT.mlir OUTPUT.so\n";
    return kalmir::exitUsage;
  }
  kalmir::CompileOptions options;
  options.input = argv[1];
  options.output = argv[2];
  options.emit = kalmir::EmitKind::Shared;
  options.registerDialects = [](mlir::DialectRegistry &registry) {
    registry.insert<dsp::DspDialect>();
  };
  options.addPasses = [](mlir::OpPassManager &pm) {
    pm.addPass(dsp::createDspToRecurPass());
  };
  return kalmir::compile(options);
}
