//===- dsp-opt.cpp - mlir-opt with two dialects more ----------------------===//

#include "Dsp.h"

#include "kalmir/InitAll.h"
#include "kalmir/Pipelines/Pipelines.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();

  kalmir::registerAllDialects(registry);
  kalmir::registerAllPasses();

  registry.insert<dsp::DspDialect>();
  mlir::registerPass(dsp::createDspToRecurPass);
  mlir::registerPass(dsp::createExplainSerialPass);
  mlir::PassPipelineRegistration<kalmir::PipelineOptions>(
      "dsp-to-scheduled", "Signals to scheduled recurrences",
      [](mlir::OpPassManager &pm, const kalmir::PipelineOptions &options) {
        pm.addPass(dsp::createDspToRecurPass());
        kalmir::addPassesUpTo(pm, kalmir::Level::Scheduled, options);
      });

  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "DSP optimizer driver\n", registry));
}
