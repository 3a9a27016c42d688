//===- CodeGen.cpp - LLVM IR and machine code for the host ----------------===//

#include "kalmir/Target/CPU/CodeGen.h"

#include "kalmir/Entry/IR/Entry.h"

#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace mlir;
using namespace kalmir;

void cpu::registerTranslations(DialectRegistry &registry) {
  registerAllToLLVMIRTranslations(registry);
}

#ifndef LLVM_NATIVE_TARGET
#error "expected an LLVM that has a code generator for the host"
#endif

/// The host's target, with its code generator initialised.
static const llvm::Target &lookupHostTarget(const llvm::Triple &triple) {
  static bool failed = llvm::InitializeNativeTarget() ||
                       llvm::InitializeNativeTargetAsmPrinter();
  std::string message;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, message);
  assert(!failed && target && "LLVM has the native target");
  (void)failed;
  return *target;
}

static llvm::Triple getHostTriple() {
  return llvm::Triple(llvm::sys::getProcessTriple());
}

std::vector<std::string> cpu::getProcessorNames() {
  std::vector<std::string> names;
  llvm::Triple triple = getHostTriple();
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      lookupHostTarget(triple).createMCSubtargetInfo(triple, "", ""));
  for (const llvm::SubtargetSubTypeKV &processor :
       info->getAllProcessorDescriptions())
    names.push_back(processor.Key);
  return names;
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
cpu::createTargetMachine(StringRef march) {
  llvm::Triple triple = getHostTriple();
  std::string processor = march.str(), features;
  if (march == "native") {
    processor = llvm::sys::getHostCPUName().str();
    llvm::SubtargetFeatures host;
    for (const auto &feature : llvm::sys::getHostCPUFeatures())
      host.AddFeature(feature.getKey(), feature.getValue());
    features = host.getString();
  } else if (!llvm::is_contained(getProcessorNames(), processor)) {
    return llvm::createStringError(
        "expected 'native' or a processor of " + triple.getArchName() +
        " for -march, found '" + march + "'; -march=help lists them");
  }
  return std::unique_ptr<llvm::TargetMachine>(
      lookupHostTarget(triple).createTargetMachine(
          triple, processor, features, llvm::TargetOptions(), llvm::Reloc::PIC_,
          std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

int64_t cpu::getVectorBits(const llvm::TargetMachine &machine) {
  const llvm::MCSubtargetInfo &subtarget = *machine.getMCSubtargetInfo();
  if (machine.getTargetTriple().isX86()) {
    if (subtarget.checkFeatures("+avx512f"))
      return 512;
    if (subtarget.checkFeatures("+avx"))
      return 256;
  }
  return 128;
}

std::unique_ptr<llvm::Module>
cpu::translateToLLVMIR(ModuleOp module, llvm::LLVMContext &context,
                       llvm::TargetMachine &machine) {
  std::unique_ptr<llvm::Module> result =
      translateModuleToLLVMIR(module, context);
  if (!result)
    return nullptr;
  result->setDataLayout(machine.createDataLayout());
  result->setTargetTriple(machine.getTargetTriple());
  // LLVM prefers half of AVX-512's width for code that it knows nothing
  // about; a recurrence is long enough for the whole.
  std::string width = std::to_string(getVectorBits(machine));
  for (llvm::Function &function : *result) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    if (!machine.getTargetFeatureString().empty())
      function.addFnAttr("target-features", machine.getTargetFeatureString());
    function.addFnAttr("prefer-vector-width", width);
  }
  return result;
}

namespace {

/// Keeps loops whose number of iterations is not known from being unrolled. A
/// step has some twenty vector operations: no faster, and twice the code.
struct ForbidRuntimeUnrolling : llvm::PassInfoMixin<ForbidRuntimeUnrolling> {
  llvm::PreservedAnalyses run(llvm::Function &function,
                              llvm::FunctionAnalysisManager &analyses) {
    for (llvm::Loop *loop :
         analyses.getResult<llvm::LoopAnalysis>(function).getLoopsInPreorder())
      llvm::addStringMetadataToLoop(loop, "llvm.loop.unroll.runtime.disable");
    return llvm::PreservedAnalyses::all();
  }
};

} // namespace

void cpu::optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = true;
  tuning.SLPVectorization = true;
  llvm::PassBuilder builder(&machine, tuning);
  builder.registerOptimizerEarlyEPCallback([](llvm::ModulePassManager &passes,
                                              llvm::OptimizationLevel,
                                              llvm::ThinOrFullLTOPhase) {
    passes.addPass(
        llvm::createModuleToFunctionPassAdaptor(ForbidRuntimeUnrolling()));
  });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3)
      .run(module, modules);
}

void cpu::emit(llvm::Module &module, llvm::TargetMachine &machine,
               llvm::CodeGenFileType type,
               llvm::SmallVectorImpl<char> &output) {
  llvm::raw_svector_ostream stream(output);
  llvm::legacy::PassManager passes;
  bool cannot = machine.addPassesToEmitFile(passes, stream, nullptr, type);
  assert(!cannot && "hosts have assembly and objects");
  (void)cannot;
  passes.run(module);
}
