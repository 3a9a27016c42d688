//===- CPUEngine.cpp - compiled code as a way to run a function -----------===//

#include "kalmir/Target/Run/Engine.h"

#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Pipelines/Pipelines.h"
#include "kalmir/Target/CPU/CodeGen.h"
#include "kalmir/Target/CPU/Jit.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace kalmir;

namespace {

/// Memory that ends with its owner.
struct FreeDeleter {
  void operator()(void *pointer) const { std::free(pointer); }
};

class CPUEngine : public Engine {
public:
  explicit CPUEngine(const EngineOptions &options) : options(options) {}

  LogicalResult compile(ModuleOp module, FunctionOpInterface entry,
                        const RunSignature &signature) override {
    loc = entry->getLoc();
    std::string name = entry.getName().str();
    if (llvm::none_of(signature.inputs, llvm::IsaPred<TensorType>) &&
        llvm::none_of(signature.results, llvm::IsaPred<TensorType>))
      return entry->emitError("expected a function that takes or returns "
                              "tensors, found ")
             << entry.getFunctionType()
             << "; pass numbers as tensors without dimensions, or run it with "
                "--target=reference";
    for (Type type : signature.results)
      resultTypes.push_back(*getDType(type));
    hideOthers(module, entry);

    DialectRegistry registry;
    cpu::registerTranslations(registry);
    module->getContext()->appendDialectRegistry(registry);
    llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine =
        cpu::createTargetMachine("native");
    if (!machine)
      return fail(machine.takeError());
    PassManager pm(module->getContext());
    PipelineOptions pipeline;
    if (failed(pipeline.parseFromString(options.pipeline)))
      return failure();
    pipeline.vectorBits = cpu::getVectorBits(**machine);
    buildToCPUPipeline(pm, pipeline);
    if (failed(pm.run(module)))
      return failure();
    auto result = cpu::CompiledModule::compile(module);
    if (!result)
      return fail(result.takeError());
    code = std::move(*result);
    llvm::Expected<cpu::CompiledEntry> found = code->lookup(name);
    if (!found)
      return fail(found.takeError());
    function = *found;
    if (options.numThreads > 0)
      code->setNumThreads(options.numThreads);
    return success();
  }

  LogicalResult prepare(ArrayRef<npy::Array> inputs) override {
    int64_t numInputs = function.signature->num_inputs;
    int64_t numArgs = numInputs + function.signature->num_outputs;
    tensors.resize(numArgs);
    shapes.resize(numArgs);
    for (int64_t i = 0; i < numArgs; ++i) {
      const kalmir_argument &declared = function.signature->args[i];
      shapes[i].resize(declared.ndim);
      if (i < numInputs)
        llvm::copy(inputs[i].getShape(), shapes[i].begin());
      tensors[i] = {i < numInputs ? const_cast<void *>(inputs[i].getData())
                                  : nullptr,
                    {KALMIR_DEVICE_CPU, 0},
                    declared.ndim,
                    declared.dtype,
                    shapes[i].data(),
                    nullptr,
                    0};
      args.push_back(&tensors[i]);
    }
    if (failed(check(function.shapes(args.data(), numArgs))) ||
        failed(
            check(function.workspace(args.data(), numArgs, &workspaceBytes))) ||
        failed(check(function.info(args.data(), numArgs, &info))))
      return failure();
    for (auto [i, dtype] : llvm::enumerate(resultTypes)) {
      llvm::Expected<npy::Array> output =
          npy::Array::create(dtype, shapes[numInputs + i]);
      if (!output)
        return fail(output.takeError());
      tensors[numInputs + i].data = output->getData();
      outputs.push_back(std::move(*output));
    }
    if (workspaceBytes > 0) {
      workspace.reset(std::malloc(workspaceBytes));
      if (!workspace)
        return emitError(*loc) << "out of memory for a workspace of "
                               << workspaceBytes << " bytes";
    }
    return success();
  }

  LogicalResult call() override {
    return check(function.call(args.data(), args.size(), workspace.get(),
                               workspaceBytes));
  }

  FailureOr<std::vector<npy::Array>> takeResults() override {
    return std::move(outputs);
  }

  CallInfo getCallInfo() override { return {info.chunks, info.state_steps}; }

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

  LogicalResult check(int32_t status) {
    if (status == KALMIR_OK)
      return success();
    return emitError(*loc) << kalmir_last_error();
  }

  EngineOptions options;
  std::optional<Location> loc;
  std::vector<npy::DType> resultTypes;
  std::unique_ptr<cpu::CompiledModule> code;
  cpu::CompiledEntry function = {};
  std::vector<kalmir_tensor> tensors;
  std::vector<std::vector<int64_t>> shapes;
  std::vector<kalmir_tensor *> args;
  std::vector<npy::Array> outputs;
  std::unique_ptr<void, FreeDeleter> workspace;
  int64_t workspaceBytes = 0;
  kalmir_info info = {};
};

} // namespace

std::unique_ptr<Engine> kalmir::createCPUEngine(const EngineOptions &options) {
  return std::make_unique<CPUEngine>(options);
}
