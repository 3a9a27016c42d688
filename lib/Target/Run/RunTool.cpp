//===- RunTool.cpp - the kalmir-run tool ----------------------------------===//

#include "kalmir/Target/Run/RunTool.h"

#include "CommandLine.h"
#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Exec/Run.h"
#include "kalmir/InitAll.h"
#include "kalmir/Pipelines/Pipelines.h"
#include "kalmir/Support/InputFile.h"
#include "kalmir/Target/Entry/ParseSource.h"
#include "kalmir/Target/Run/Engine.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

#include <unistd.h>

using namespace mlir;
using namespace kalmir;
namespace cl = llvm::cl;

/// Takes away the options that LLVM's libraries register, some of which have
/// the names of ours.
static void removeForeignOptions() {
  SmallVector<cl::Option *> foreign;
  for (auto &[name, option] : cl::getRegisteredOptions())
    if (name != "help" && name != "h" && name != "version")
      foreign.push_back(option);
  for (cl::Option *option : foreign)
    option->removeArgument();
}

/// Ends the process where memory has run out, with what was begun taken away.
static void endOutOfMemory(void *, const char *, bool) {
  constexpr llvm::StringLiteral message = "kalmir-run: error: out of memory\n";
  npy::removePendingFiles();
  [[maybe_unused]] ssize_t written =
      ::write(STDERR_FILENO, message.data(), message.size());
  ::_exit(static_cast<int>(exec::Exit::Diagnosed));
}

/// Whether a function can be run: helpers and, in the LLVM dialect, what is no
/// entry, are not for callers.
static bool isRunnable(FunctionOpInterface function) {
  if (function->hasAttr(KalmirDialect::helperAttrName))
    return false;
  return isa<func::FuncOp>(function) || getEntry(function);
}

/// Finds the function to run, or names those that there are.
static FunctionOpInterface findEntry(ModuleOp module, StringRef name) {
  auto entry = module.lookupSymbol<FunctionOpInterface>(name);
  if (entry && isRunnable(entry)) {
    if (!entry.isExternal())
      return entry;
    entry->emitError("expected a body of '")
        << name << "', found a declaration";
    return nullptr;
  }
  InFlightDiagnostic diagnostic =
      module.emitError("expected a function named '") << name << "', found ";
  auto functions =
      llvm::make_filter_range(module.getOps<FunctionOpInterface>(), isRunnable);
  if (functions.empty())
    diagnostic << "no functions";
  llvm::interleaveComma(functions, diagnostic,
                        [&](FunctionOpInterface function) {
                          diagnostic << "'" << function.getName() << "'";
                        });
  return nullptr;
}

/// Adds the functions that `--derive-step` asks for. They come at the level
/// scan, from where every engine goes on.
static LogicalResult deriveSteps(ModuleOp module,
                                 const RunCommandLine &options) {
  if (options.pipeline.deriveStep.empty())
    return success();
  PipelineOptions pipeline;
  if (failed(pipeline.parseFromString(options.pipeline.getText())))
    return failure();
  PassManager pm(module.getContext(), ModuleOp::getOperationName());
  addPassesUpTo(pm, Level::Scan, pipeline);
  return pm.run(module);
}

/// Reports an error that has no place in the IR.
static exec::Exit failRun(const std::string &message) {
  return exec::fail("kalmir-run", message);
}

/// The pipeline's options as text, with the target's among them.
static exec::Result<std::string> getPipeline(const RunCommandLine &options) {
  std::string text = options.pipeline.getText(/*withSteps=*/false);
  if (options.target != "cuda")
    return text;
  std::string chip = options.march;
  if (chip.empty()) {
    exec::Result<std::string> found = exec::getCudaArchitecture(
        options.options.entry, static_cast<int32_t>(options.options.device));
    if (!found)
      return found;
    chip = *found;
  }
  return text + " target=cuda chip=" + chip;
}

/// Everything between the command line and the report.
static exec::Exit run(const RunCommandLine &commandLine) {
  const exec::Options &options = commandLine.options;
  DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  kalmir::registerAllDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  if (llvm::Error error = checkInputFile(options.file))
    return failRun(llvm::toString(std::move(error)));
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> buffer =
      openInputFile(options.file, &message);
  if (!buffer)
    return failRun(message);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  SourceMgrDiagnosticHandler diagnostics(sources, &context);
  OwningOpRef<ModuleOp> module = parseSourceWithNames(sources, &context);
  if (!module || failed(deriveSteps(*module, commandLine)))
    return exec::Exit::Diagnosed;
  FunctionOpInterface entry = findEntry(*module, options.entry);
  if (!entry)
    return exec::Exit::Diagnosed;
  FailureOr<exec::Signature> signature = getRunSignature(entry);
  if (failed(signature))
    return exec::Exit::Diagnosed;
  auto failEntry = [&](exec::Failure failure) {
    if (!failure.text.empty())
      entry->emitError(failure.text);
    return exec::Exit::Diagnosed;
  };
  if (exec::Status s = exec::checkResultNames(options, *signature); !s)
    return failEntry(s.takeFailure());
  // Files are checked before time goes into compiling; other inputs need the
  // symbols of compiled code.
  std::vector<npy::Array> inputs;
  bool hasFilesOnly = exec::hasFilesOnly(options);
  if (hasFilesOnly) {
    exec::Result<std::vector<npy::Array>> files =
        exec::getInputs(options, *signature);
    if (!files)
      return failRun(files.takeFailure().text);
    if (exec::Status s = exec::checkInputs(*signature, *files, options.inputs);
        !s)
      return failEntry(s.takeFailure());
    inputs = std::move(*files);
  }

  exec::ProgressLine progress("kalmir-run");
  EngineOptions engineOptions;
  exec::Result<std::string> pipeline = getPipeline(commandLine);
  if (!pipeline)
    return failRun(pipeline.takeFailure().text);
  engineOptions.pipeline = *pipeline;
  engineOptions.numThreads = options.threads;
  engineOptions.device = static_cast<int32_t>(options.device);
  engineOptions.scanByElements = commandLine.scanMode == "elements";
  engineOptions.progress = progress.getCallback();
  std::unique_ptr<Engine> engine = commandLine.target == "reference"
                                       ? createReferenceEngine(engineOptions)
                                       : createCompiledEngine(engineOptions);
  exec::Stopwatch watch;
  if (failed(engine->compile(*module, entry)))
    return exec::Exit::Diagnosed;
  double compileMs = watch.getMs();
  if (!hasFilesOnly) {
    *signature = exec::getSignature(*engine->getCompiledSignature());
    exec::Result<std::vector<npy::Array>> made =
        exec::getCheckedInputs(options, *signature);
    if (!made)
      return failRun(made.takeFailure().text);
    inputs = std::move(*made);
  }
  if (exec::Status s = exec::runCalls(options, *signature, *engine, inputs,
                                      compileMs, progress);
      !s)
    return failRun(s.takeFailure().text);
  return exec::Exit::Ok;
}

int kalmir::runToolMain(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::install_bad_alloc_error_handler(endOutOfMemory);
  removeForeignOptions();
  RunCommandLine options;
  if (!options.parse(argc, argv))
    return static_cast<int>(exec::Exit::Usage);
  return static_cast<int>(run(options));
}
