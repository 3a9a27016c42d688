//===- Compile.cpp - from a file to an artefact ---------------------------===//

#include "kalmir/Driver/Compile.h"

#include "Artefact.h"
#include "KernelFiles.h"

#include "kalmir/InitAll.h"
#include "kalmir/Support/InputFile.h"
#include "kalmir/Target/CPU/CodeGen.h"
#include "kalmir/Target/Entry/ParseSource.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/Verifier.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Support/Timing.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace kalmir;

static ExitCode report(const Twine &message, ExitCode code = exitDiagnosed) {
  llvm::WithColor::error(llvm::errs(), "kalmir-compile") << message << '\n';
  return code;
}

/// Saves the input with the command that replays the failure.
static ExitCode reportInternal(const CompileOptions &options,
                               StringRef source) {
  llvm::SmallString<128> path;
  llvm::errs() << "kalmir-compile: internal error; please report it";
  if (!llvm::sys::fs::createUniqueFile("kalmir-reproducer-%%%%%%.mlir", path)) {
    std::string text = "// replay with: " + options.commandLine + "\n";
    // Bytecode has no comments.
    if (isBytecode(llvm::MemoryBufferRef(source, "")))
      text.clear();
    if (llvm::Error error = writeFile(path, text + source.str()))
      llvm::consumeError(std::move(error));
    else
      llvm::errs() << " together with '" << path << "', replayed by\n  "
                   << options.commandLine;
  }
  llvm::errs() << '\n';
  return exitInternal;
}

static void enableRemarks(MLIRContext &context, const RemarkFilters &filters) {
  remark::RemarkCategories categories;
  categories.missed = filters.missed;
  categories.passed = filters.passed;
  categories.analysis = filters.analysis;
  categories.failed = filters.failed;
  (void)remark::enableOptimizationRemarks(
      context, nullptr, std::make_unique<remark::RemarkEmittingPolicyAll>(),
      categories, /*printAsEmitRemarks=*/true);
}

/// Everything between reading and writing files. `errors` counts what was
/// diagnosed.
static ExitCode run(const CompileOptions &options, MLIRContext &context,
                    llvm::SourceMgr &sources, TimingScope &timing,
                    int64_t vectorBits, unsigned &errors) {
  OwningOpRef<ModuleOp> module;
  {
    TimingScope scope = timing.nest("parse");
    module = parseSourceWithNames(sources, &context);
  }
  if (!module)
    return exitDiagnosed;

  PassManager pm(&context, ModuleOp::getOperationName());
  // Nothing new, unless the caller has no command line.
  registerPassManagerCLOptions();
  if (failed(applyPassManagerCLOptions(pm)))
    return exitUsage;
  TimingScope passes = timing.nest("passes");
  pm.enableTiming(passes);
  // What passes make is verified once, at the end. Doing so after each of them
  // takes a tenth of all the time; kalmir-opt does.
  pm.enableVerifier(false);
  PipelineOptions pipeline;
  if (failed(pipeline.parseFromString(options.pipeline)))
    return exitUsage;
  pipeline.vectorBits = vectorBits;
  pipeline.toolkits = options.toolkits;
  if (options.addPasses)
    options.addPasses(pm);
  bool wantsKernels = options.emit == EmitKind::PTX ||
                      options.emit == EmitKind::Cubin ||
                      options.emit == EmitKind::Triton;
  if (wantsKernels)
    addPassesToKernels(pm, pipeline);
  else
    addPassesUpTo(pm, options.level, pipeline);
  if (options.simulateCrash)
    LLVM_BUILTIN_TRAP;
  if (failed(pm.run(*module)) || failed(verify(*module))) {
    ScopedDiagnosticHandler silence(&context, [](Diagnostic &) {});
    return errors == 0 || failed(verify(*module)) ? exitInternal
                                                  : exitDiagnosed;
  }
  passes.stop();

  TimingScope scope = timing.nest("emit");
  std::string text;
  llvm::raw_string_ostream os(text);
  if (options.emit == EmitKind::MLIR || options.saveTemps)
    module->print(os);
  if (options.emit == EmitKind::MLIR) {
    if (llvm::Error error = writeFile(options.output, text))
      return report(toString(std::move(error)));
    return exitOk;
  }
  if (llvm::Error error = saveTemp(
          options, wantsKernels ? ".kernels.mlir" : ".llvm.mlir", text))
    return report(toString(std::move(error)));
  if (llvm::Error error = wantsKernels ? writeKernelFiles(*module, options)
                                       : writeArtefact(*module, options))
    return report(toString(std::move(error)));
  return exitOk;
}

ExitCode kalmir::compile(const CompileOptions &options) {
  // Wrong processors are found before anything long is run.
  auto machine = cpu::createTargetMachine(options.march);
  if (!machine)
    return report(toString(machine.takeError()), exitUsage);

  if (llvm::Error error = checkInputFile(options.input))
    return report(toString(std::move(error)));
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file =
      openInputFile(options.input, &message);
  if (!file)
    return report(message);
  std::string source = file->getBuffer().str();

  DialectRegistry registry;
  kalmir::registerAllDialects(registry);
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  cpu::registerTranslations(registry);
  if (options.registerDialects)
    options.registerDialects(registry);
  // In threads: kernels are compiled side by side.
  MLIRContext context(registry);
  enableRemarks(context, options.remarks);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(file), SMLoc());
  SourceMgrDiagnosticHandler printer(sources, &context);
  unsigned errors = 0;
  ScopedDiagnosticHandler counter(&context, [&](Diagnostic &diagnostic) {
    errors += diagnostic.getSeverity() == DiagnosticSeverity::Error;
    return failure(); // the printer sees it too
  });

  DefaultTimingManager timingManager;
  applyDefaultTimingManagerCLOptions(timingManager);
  TimingScope timing = timingManager.getRootScope();
  ExitCode code = exitInternal;
  llvm::CrashRecoveryContext::Enable();
  llvm::CrashRecoveryContext recovery;
  recovery.RunSafely([&] {
    code = run(options, context, sources, timing, cpu::getVectorBits(**machine),
               errors);
  });
  if (code == exitInternal)
    return reportInternal(options, source);
  return code;
}
