//===- CompileKernels.cpp - kernels to PTX --------------------------------===//

#include "kalmir/Target/CUDA/Architecture.h"
#include "kalmir/Target/CUDA/Passes.h"
#include "kalmir/Target/CUDA/Toolkit.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Threading.h"
#include "mlir/Target/LLVM/ModuleToObject.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

namespace kalmir {
#define GEN_PASS_DEF_COMPILEKERNELSPASS
#include "kalmir/Target/CUDA/Passes.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;

static constexpr StringLiteral kTriple = "nvptx64-nvidia-cuda";

namespace {
/// One gpu.module on its way to PTX.
class KernelCompiler : public LLVM::ModuleToObject {
public:
  KernelCompiler(gpu::GPUModuleOp module, StringRef chip, StringRef features,
                 ArrayRef<std::string> toolkits)
      : ModuleToObject(*module, kTriple, chip, features, /*optLevel=*/3),
        loc(module.getLoc()), toolkits(toolkits) {}

protected:
  std::optional<SmallVector<std::unique_ptr<llvm::Module>>>
  loadBitcodeFiles(llvm::Module &code) override {
    SmallVector<std::unique_ptr<llvm::Module>> libraries;
    SmallVector<StringRef> missing = getExterns(code, nullptr);
    if (missing.empty())
      return std::move(libraries);
    std::string path = cuda::findLibdevice(toolkits);
    if (path.empty() && llvm::any_of(missing, isOfLibdevice)) {
      InFlightDiagnostic diagnostic = emitError(loc);
      diagnostic << "expected CUDA's libdevice for "
                 << llvm::join(llvm::make_filter_range(missing, isOfLibdevice),
                               ", ")
                 << ", found no nvvm/libdevice/libdevice.10.bc in "
                 << (toolkits.empty() ? "any directory"
                                      : llvm::join(toolkits, ", "));
      diagnostic.attachNote() << "$CUDA_HOME or --cuda-path says where CUDA "
                                 "is; the Python package nvidia-cuda-nvcc has "
                                 "what is needed";
      return std::nullopt;
    }
    if (!path.empty()) {
      std::unique_ptr<llvm::Module> library =
          loadBitcodeFile(code.getContext(), path);
      if (!library)
        return std::nullopt;
      missing = getExterns(code, library.get());
      libraries.push_back(std::move(library));
    }
    if (!missing.empty()) {
      emitError(loc) << "expected kernels that call nothing but functions of "
                        "CUDA's libdevice, found calls of "
                     << llvm::join(missing, ", ");
      return std::nullopt;
    }
    return std::move(libraries);
  }

  FailureOr<SmallVector<char, 0>> moduleToObject(llvm::Module &code) override {
    FailureOr<llvm::TargetMachine *> machine = getOrCreateTargetMachine();
    if (failed(machine))
      return failure();
    FailureOr<SmallString<0>> ptx =
        translateModuleToISA(code, **machine, [&] { return emitError(loc); });
    if (failed(ptx))
      return failure();
    return SmallVector<char, 0>(ptx->begin(), ptx->end());
  }

private:
  static bool isOfLibdevice(StringRef name) {
    return name.starts_with("__nv_");
  }

  /// Functions that are called and that neither `code` nor `library` defines.
  static SmallVector<StringRef> getExterns(const llvm::Module &code,
                                           const llvm::Module *library) {
    SmallVector<StringRef> names;
    for (const llvm::Function &function : code) {
      if (!function.isDeclaration() || function.isIntrinsic() ||
          function.use_empty())
        continue;
      const llvm::Function *known =
          library ? library->getFunction(function.getName()) : nullptr;
      if (!known || known->isDeclaration())
        names.push_back(function.getName());
    }
    return names;
  }

  Location loc;
  ArrayRef<std::string> toolkits;
};

struct CompileKernels
    : public kalmir::impl::CompileKernelsPassBase<CompileKernels> {
  using CompileKernelsPassBase::CompileKernelsPassBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    CompileKernelsPassBase::getDependentDialects(registry);
    registerAllToLLVMIRTranslations(registry);
  }

  void runOnOperation() override {
    llvm::Expected<int64_t> version = cuda::checkArchitecture(chip, ptxVersion);
    if (!version) {
      emitError(getOperation().getLoc()) << toString(version.takeError());
      return signalPassFailure();
    }
    if (failed(checkSharedMemory()))
      return signalPassFailure();
    std::string features = "+ptx" + std::to_string(*version);
    auto target = NVVM::NVVMTargetAttr::get(&getContext(), /*optLevel=*/3,
                                            kTriple, chip, features);
    // Registers that let instructions overlap count more than warps, unless the
    // kernel says otherwise: without a bound, ptxas makes room for four
    // workgroups of 128 threads.
    StringRef bound = NVVM::NVVMDialect::getMinctasmAttrName();
    getOperation().walk([&](LLVM::LLVMFuncOp function) {
      if (function->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName()) &&
          !function->hasAttr(bound))
        function->setAttr(bound, Builder(function).getI32IntegerAttr(1));
    });
    auto modules = llvm::to_vector(getOperation().getOps<gpu::GPUModuleOp>());
    SmallVector<SmallVector<char, 0>> texts(modules.size());
    // Kernels do not know of each other.
    LogicalResult compiled = failableParallelForEachN(
        &getContext(), 0, modules.size(), [&](size_t number) {
          KernelCompiler compiler(modules[number], chip, features, toolkits);
          std::optional<SmallVector<char, 0>> ptx = compiler.run();
          if (ptx)
            texts[number] = std::move(*ptx);
          return success(ptx.has_value());
        });
    if (failed(compiled))
      return signalPassFailure();
    for (auto [module, ptx] : llvm::zip_equal(modules, texts)) {
      OpBuilder b(module);
      auto object = gpu::ObjectAttr::get(
          target, gpu::CompilationTarget::Assembly,
          b.getStringAttr(StringRef(ptx.data(), ptx.size())));
      gpu::BinaryOp::create(b, module.getLoc(), module.getName(),
                            /*offloadingHandler=*/Attribute(),
                            ArrayRef<Attribute>{object});
      module.erase();
    }
  }

  /// What launches ask for; ptxas sees only what kernels declare.
  LogicalResult checkSharedMemory() {
    int64_t most = cuda::getMostSharedBytes(chip);
    WalkResult result = getOperation().walk([&](gpu::LaunchFuncOp launch) {
      APInt bytes;
      Value size = launch.getDynamicSharedMemorySize();
      if (!size || !matchPattern(size, m_ConstantInt(&bytes)) ||
          bytes.getZExtValue() <= static_cast<uint64_t>(most))
        return WalkResult::advance();
      emitError(launch.getLoc())
          << "expected at most " << most << " bytes of shared memory in a "
          << "block on " << chip << ", found " << bytes.getZExtValue()
          << " for kernel '" << launch.getKernelModuleName().getValue() << "'";
      return WalkResult::interrupt();
    });
    return failure(result.wasInterrupted());
  }
};
} // namespace
