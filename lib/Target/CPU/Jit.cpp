//===- Jit.cpp - compile and call in memory -------------------------------===//

#include "kalmir/Target/CPU/Jit.h"

#include "kalmir/Target/CPU/CodeGen.h"
#include "kalmir/Target/CPU/Header.h"
#include "kalmir/Target/CPU/Link.h"

#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/CompileUtils.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace kalmir;

cpu::CompiledModule::~CompiledModule() = default;

/// Whether compiled code calls the OpenMP runtime.
static bool usesOpenMP(const Module &module) {
  return any_of(module, [](const Function &function) {
    return function.isDeclaration() &&
           (function.getName().starts_with("__kmpc") ||
            function.getName().starts_with("omp_"));
  });
}

/// Makes the symbols of libomp visible to this process.
static Error loadOpenMP() {
  SmallString<128> path(cpu::findOpenMPDirectory());
  std::string message;
  if (!path.empty()) {
    sys::path::append(path, "libomp.so");
    if (!sys::DynamicLibrary::LoadLibraryPermanently(path.c_str(), &message))
      return Error::success();
  }
  if (!sys::DynamicLibrary::LoadLibraryPermanently("libomp.so.5", &message))
    return Error::success();
  return createStringError("cannot load libomp: " + message);
}

/// Makes the symbols of BLIS visible to this process.
static Error loadBLIS() {
  SmallString<128> path(cpu::findBLISDirectory());
  if (path.empty())
    return cpu::createBLISError();
  sys::path::append(path, cpu::kBLISLibrary);
  std::string message;
  if (sys::DynamicLibrary::LoadLibraryPermanently(path.c_str(), &message))
    return createStringError("cannot load BLIS: " + message);
  return Error::success();
}

/// The runtime that this library contains, found without asking the dynamic
/// linker, which may have loaded us privately.
static orc::SymbolMap getRuntimeSymbols(orc::LLJIT &jit) {
  orc::SymbolMap symbols;
  auto add = [&](StringRef name, auto *function) {
    symbols[jit.mangleAndIntern(name)] = {orc::ExecutorAddr::fromPtr(function),
                                          JITSymbolFlags::Exported |
                                              JITSymbolFlags::Callable};
  };
  add("kalmir_rt_check", &kalmir_rt_check);
  add("kalmir_rt_check_bounds", &kalmir_rt_check_bounds);
  add("kalmir_rt_check_outputs", &kalmir_rt_check_outputs);
  add("kalmir_rt_check_result", &kalmir_rt_check_result);
  add("kalmir_rt_set_outputs", &kalmir_rt_set_outputs);
  add("kalmir_rt_acquire", &kalmir_rt_acquire);
  add("kalmir_rt_release", &kalmir_rt_release);
  add("kalmir_rt_cuda_begin", &kalmir_rt_cuda_begin);
  add("kalmir_rt_cuda_end", &kalmir_rt_cuda_end);
  add("kalmir_rt_cuda_prepare", &kalmir_rt_cuda_prepare);
  add("kalmir_rt_launch", &kalmir_rt_launch);
  return symbols;
}

Expected<std::unique_ptr<cpu::CompiledModule>>
cpu::CompiledModule::compile(mlir::ModuleOp module, StringRef march) {
  std::unique_ptr<CompiledModule> result(new CompiledModule);
  result->entries = getEntryNames(module);
  Expected<std::unique_ptr<TargetMachine>> machine = createTargetMachine(march);
  if (!machine)
    return machine.takeError();
  auto context = std::make_unique<LLVMContext>();
  std::unique_ptr<Module> code = translateToLLVMIR(module, *context, **machine);
  if (!code)
    return createStringError("the module cannot be translated to LLVM IR");
  optimize(*code, **machine);
  if (usesOpenMP(*code)) {
    if (Error error = loadOpenMP())
      return error;
    result->ompSetNumThreads = reinterpret_cast<void (*)(int)>(
        sys::DynamicLibrary::SearchForAddressOfSymbol("omp_set_num_threads"));
  }

  if (usesBLIS(*code))
    if (Error error = loadBLIS())
      return error;

  orc::LLJITBuilder builder;
  orc::JITTargetMachineBuilder machineBuilder((*machine)->getTargetTriple());
  machineBuilder.setCPU((*machine)->getTargetCPU().str());
  machineBuilder.addFeatures(
      SubtargetFeatures((*machine)->getTargetFeatureString()).getFeatures());
  machineBuilder.setCodeGenOptLevel(CodeGenOptLevel::Aggressive);
  builder.setJITTargetMachineBuilder(std::move(machineBuilder));
  Expected<std::unique_ptr<orc::LLJIT>> jit = builder.create();
  if (!jit)
    return jit.takeError();
  result->jit = std::move(*jit);
  orc::JITDylib &main = result->jit->getMainJITDylib();
  if (Error error =
          main.define(orc::absoluteSymbols(getRuntimeSymbols(*result->jit))))
    return error;
  if (Error error = result->jit->addIRModule(
          orc::ThreadSafeModule(std::move(code), std::move(context))))
    return error;
  for (StringRef entry : result->entries)
    if (Expected<exec::CompiledEntry> found = result->lookup(entry); !found)
      return found.takeError();
  return result;
}

Expected<exec::CompiledEntry> cpu::CompiledModule::lookup(StringRef name) {
  assert(is_contained(entries, name) && "an entry of the module");
  exec::CompiledEntry entry;
  entry.lastError = &kalmir_last_error;
  Error error = Error::success();
  auto find = [&](StringRef suffix, auto &target) {
    if (error)
      return;
    if (auto address = jit->lookup((name + suffix).str()))
      target = address->toPtr<std::remove_reference_t<decltype(target)>>();
    else
      error = address.takeError();
  };
  find("", entry.call);
  find("_shapes", entry.shapes);
  find("_workspace", entry.workspace);
  find("_info", entry.info);
  find("_signature", entry.signature);
  if (!error && entry.isForCuda()) {
    find("_prepare", entry.prepare);
    entry.setStream = &kalmir_set_stream;
    entry.setLaunchListener = &kalmir_set_launch_listener;
  }
  if (error)
    return error;
  return entry;
}

void cpu::CompiledModule::setNumThreads(int count) {
  if (ompSetNumThreads)
    ompSetNumThreads(count);
}
