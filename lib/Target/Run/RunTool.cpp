//===- RunTool.cpp - the kalmir-run tool ----------------------------------===//

#include "kalmir/Target/Run/RunTool.h"

#include "CommandLine.h"
#include "Measure.h"
#include "kalmir/Entry/IR/Entry.h"
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
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Signals.h"
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
  llvm::sys::RunInterruptHandlers();
  [[maybe_unused]] ssize_t written =
      ::write(STDERR_FILENO, message.data(), message.size());
  ::_exit(static_cast<int>(RunExit::Diagnosed));
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

/// Writes all results beside their destinations, then renames them.
static llvm::Error writeResults(ArrayRef<std::string> names,
                                ArrayRef<npy::Array> results) {
  std::vector<npy::PendingFile> pending;
  for (auto [name, result] : llvm::zip(names, results)) {
    if (name.empty())
      continue;
    llvm::Expected<npy::PendingFile> file = npy::stage(name, result);
    if (!file)
      return file.takeError();
    pending.push_back(std::move(*file));
  }
  for (npy::PendingFile &file : pending)
    if (llvm::Error error = file.commit())
      return error;
  return llvm::Error::success();
}

static void printReport(const Measurements &measured, const CallInfo &info) {
  llvm::json::OStream json(llvm::outs());
  // Six digits; JSON has no infinity.
  auto add = [&](StringRef name, double number) {
    json.attributeBegin(name);
    json.rawValue([&](llvm::raw_ostream &stream) {
      stream << llvm::format("%.6g", number);
    });
    json.attributeEnd();
  };
  double medianMs = measured.getMedianMs();
  json.object([&] {
    add("compile_ms", measured.compileMs);
    add("median_ms", medianMs);
    add("min_ms", measured.getMinMs());
    add("peak_memory_mib", measured.peakMemoryMiB);
    json.attribute("chunks", info.chunks);
    if (info.chunks == 0)
      return;
    json.attribute("state_steps", info.stateSteps);
    add("state_steps_per_s",
        medianMs > 0 ? info.stateSteps / (medianMs / 1e3) : 0);
  });
  llvm::outs() << "\n";
}

/// Everything between the command line and the report.
static RunExit run(const RunCommandLine &options) {
  std::vector<std::string> inputNames = options.getInputNames();
  std::vector<std::string> outputNames = options.getOutputNames();

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
  if (!module || failed(deriveSteps(*module, options)))
    return RunExit::Diagnosed;
  FunctionOpInterface entry = findEntry(*module, options.entry);
  if (!entry)
    return RunExit::Diagnosed;
  RunSignature signature = getRunSignature(entry);
  for (auto [i, name] : llvm::enumerate(outputNames))
    if (!name.empty() &&
        llvm::is_contained(ArrayRef(outputNames).drop_front(i + 1), name))
      return failRun("expected a file for each result, found '" + name +
                         "' twice in --out",
                     RunExit::Usage);
  if (outputNames.size() > signature.results.size()) {
    entry->emitError("expected at most ")
        << signature.results.size() << " output names, one for each result of '"
        << entry.getName() << "', found " << outputNames.size();
    return RunExit::Diagnosed;
  }
  std::vector<npy::Array> inputs;
  for (const std::string &name : inputNames) {
    llvm::Expected<npy::Array> input = npy::read(name);
    if (!input)
      return failRun(llvm::toString(input.takeError()));
    inputs.push_back(std::move(*input));
  }
  if (failed(checkInputs(entry, signature, inputs, inputNames)))
    return RunExit::Diagnosed;

  ProgressLine progress;
  EngineOptions engineOptions;
  engineOptions.pipeline = options.pipeline.getText(/*withSteps=*/false);
  engineOptions.numThreads = options.threads;
  engineOptions.scanByElements = options.scanMode == "elements";
  engineOptions.progress = progress.getCallback();
  std::unique_ptr<Engine> engine = options.target == "reference"
                                       ? createReferenceEngine(engineOptions)
                                       : createCPUEngine(engineOptions);
  Measurements measured;
  {
    Stopwatch watch;
    if (failed(engine->compile(*module, entry, signature)))
      return RunExit::Diagnosed;
    measured.compileMs = watch.getMs();
  }
  MemoryGauge memory;
  if (failed(engine->prepare(inputs)))
    return RunExit::Diagnosed;
  for (int64_t i = 0; i < options.repeat; ++i) {
    progress.beginCall(i, options.repeat);
    Stopwatch watch;
    if (failed(engine->call()))
      return RunExit::Diagnosed;
    measured.callMs.push_back(watch.getMs());
  }
  progress.finish();
  measured.peakMemoryMiB = memory.getGrowthMiB();
  FailureOr<std::vector<npy::Array>> results = engine->takeResults();
  if (failed(results))
    return RunExit::Diagnosed;
  if (llvm::Error error = writeResults(outputNames, *results))
    return failRun(llvm::toString(std::move(error)));
  if (!options.report.empty())
    printReport(measured, engine->getCallInfo());
  return RunExit::Ok;
}

int kalmir::runToolMain(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::install_bad_alloc_error_handler(endOutOfMemory);
  removeForeignOptions();
  RunCommandLine options;
  if (!options.parse(argc, argv))
    return static_cast<int>(RunExit::Usage);
  return static_cast<int>(run(options));
}
