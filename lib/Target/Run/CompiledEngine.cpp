//===- CompiledEngine.cpp - compiled code as a way to run a function ------===//

#include "kalmir/Target/Run/Engine.h"

#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Pipelines/Pipelines.h"
#include "kalmir/Target/CPU/CodeGen.h"
#include "kalmir/Target/CPU/Jit.h"
#include "kalmir/Target/CUDA/Toolkit.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace kalmir;

namespace {

class CompiledEngine : public Engine {
public:
  explicit CompiledEngine(const EngineOptions &options) : options(options) {}

  LogicalResult compile(ModuleOp module, FunctionOpInterface entry) override {
    loc = entry->getLoc();
    std::string name = entry.getName().str();
    if (!getEntry(entry) &&
        llvm::none_of(entry.getArgumentTypes(), llvm::IsaPred<TensorType>) &&
        llvm::none_of(entry.getResultTypes(), llvm::IsaPred<TensorType>))
      return entry->emitError("expected a function that takes or returns "
                              "tensors, found ")
             << entry.getFunctionType()
             << "; pass numbers as tensors without dimensions, or run it with "
                "--target=reference";
    hideOthers(module, entry);

    DialectRegistry registry;
    cpu::registerTranslations(registry);
    module->getContext()->appendDialectRegistry(registry);
    PipelineOptions pipeline;
    if (failed(pipeline.parseFromString(options.pipeline)))
      return failure();
    llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine =
        cpu::createTargetMachine("native");
    if (!machine)
      return fail(machine.takeError());
    pipeline.vectorBits = cpu::getVectorBits(**machine);
    pipeline.toolkits = cuda::getToolkits("");
    PassManager pm(module->getContext());
    addPassesUpTo(pm, Level::LLVM, pipeline);
    if (failed(pm.run(module)))
      return failure();
    auto result = cpu::CompiledModule::compile(module);
    if (!result)
      return fail(result.takeError());
    code = std::move(*result);
    llvm::Expected<exec::CompiledEntry> found = code->lookup(name);
    if (!found)
      return fail(found.takeError());
    signature = found->signature;
    exec::Result<std::unique_ptr<exec::Memory>> memory =
        exec::createMemory(*found, options.device);
    if (!memory)
      return emitError(*loc) << memory.takeFailure().text;
    if (options.numThreads > 0)
      code->setNumThreads(options.numThreads);
    runner.emplace(*found, std::move(*memory));
    return success();
  }

  const kalmir_signature *getCompiledSignature() const override {
    return signature;
  }

  exec::Status prepare(std::vector<npy::Array> &inputs) override {
    return report(runner->prepare(inputs));
  }
  exec::Result<double> call() override { return report(runner->call()); }
  exec::Result<std::vector<npy::Array> *> getResults() override {
    return report(runner->getResults());
  }
  exec::CallInfo getInfo() override { return runner->getInfo(); }

private:
  /// Code for other functions would only take time.
  static void hideOthers(ModuleOp module, FunctionOpInterface entry) {
    for (auto function : module.getOps<func::FuncOp>()) {
      auto helped = function->getAttrOfType<FlatSymbolRefAttr>(
          KalmirDialect::helperAttrName);
      if (function == entry || (helped && helped.getValue() == entry.getName()))
        function.setPublic();
      else
        function.setPrivate();
    }
  }

  LogicalResult fail(llvm::Error error) {
    return emitError(*loc) << llvm::toString(std::move(error));
  }

  /// Reports a failure where the function is.
  template <typename T>
  exec::Result<T> report(exec::Result<T> result) {
    if (result)
      return result;
    emitError(*loc) << result.takeFailure().text;
    return exec::Failure();
  }

  EngineOptions options;
  std::optional<Location> loc;
  std::unique_ptr<cpu::CompiledModule> code;
  const kalmir_signature *signature = nullptr;
  std::optional<exec::EntryRunner> runner;
};

} // namespace

std::unique_ptr<Engine>
kalmir::createCompiledEngine(const EngineOptions &options) {
  return std::make_unique<CompiledEngine>(options);
}
