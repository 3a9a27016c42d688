//===- RunTool.cpp - the kalmir-run tool ----------------------------------===//

#include "kalmir/Target/Run/RunTool.h"

#include "Measure.h"
#include "kalmir/InitAll.h"
#include "kalmir/Pipelines/CommandLine.h"
#include "kalmir/Target/Run/Engine.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace kalmir;
namespace cl = llvm::cl;

namespace {
enum ExitCode { Ok = 0, Diagnosed = 1, Usage = 2 };
enum class Target { CPU, Reference };
enum class ReportFormat { None, Json };
enum class ScanMode { Step, Elements };

/// The options. They live in an object, not in globals, because this library
/// is also loaded by hosts with options of their own.
struct CommandLine {
  cl::OptionCategory category{"kalmir-run options"};
  cl::opt<std::string> file{cl::Positional, cl::Required, cl::desc("FILE.mlir"),
                            cl::cat(category)};
  cl::opt<std::string> entry{"entry", cl::Required, cl::value_desc("name"),
                             cl::desc("Function to run"), cl::cat(category)};
  cl::opt<std::string> in{"in", cl::value_desc("a.npy,b.npy,..."),
                          cl::desc("Files of the arguments, in order"),
                          cl::cat(category)};
  cl::opt<std::string> out{
      "out", cl::value_desc("y.npy,,z.npy"),
      cl::desc("Files for the results, in order; an empty name discards one, "
               "as do names left out at the end"),
      cl::cat(category)};
  cl::opt<Target> target{
      "target", cl::desc("What runs the function"), cl::init(Target::CPU),
      cl::values(
          clEnumValN(Target::CPU, "cpu", "Compiled code (default)"),
          clEnumValN(Target::Reference, "reference", "Interpreter in float64")),
      cl::cat(category)};
  cl::opt<int64_t> threads{
      "threads", cl::value_desc("n"), cl::init(0),
      cl::desc("Threads of compiled code (0: one for each core)"),
      cl::cat(category)};
  cl::opt<int64_t> repeat{"repeat", cl::value_desc("n"), cl::init(1),
                          cl::desc("Number of timed calls (default 1)"),
                          cl::cat(category)};
  cl::opt<ReportFormat> report{
      "report", cl::desc("Print measurements to standard output"),
      cl::init(ReportFormat::None),
      cl::values(clEnumValN(ReportFormat::Json, "json", "One line of JSON")),
      cl::cat(category)};
  cl::opt<ScanMode> scanMode{
      "reference-scan", cl::desc("How the reference runs recur.scan"),
      cl::init(ScanMode::Step),
      cl::values(clEnumValN(ScanMode::Step, "step", "Step by step (default)"),
                 clEnumValN(ScanMode::Elements, "elements",
                            "In chunks, through extend, combine and apply")),
      cl::cat(category)};

  PipelineCommandLine pipeline{category};

  /// Parses; prints what is wrong and returns false for wrong usage.
  bool parse(int argc, char **argv);
};
} // namespace

/// Reports an error that has no place in the IR.
static ExitCode fail(const llvm::Twine &message, ExitCode code = Diagnosed) {
  llvm::errs() << "kalmir-run: error: " << message << "\n";
  return code;
}

static void printVersion(llvm::raw_ostream &stream) {
  stream << "kalmir-run " << KALMIR_VERSION << ", MLIR " << LLVM_VERSION_STRING
         << "\n";
}

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

bool CommandLine::parse(int argc, char **argv) {
  cl::SetVersionPrinter(printVersion);
  if (!cl::ParseCommandLineOptions(
          argc, argv, "Runs a function on arrays from NumPy files\n",
          &llvm::errs()))
    return false;
  if (threads < 0 || threads > 4096) {
    fail("expected --threads of 0 to 4096, found " + llvm::Twine(threads));
    return false;
  }
  if (repeat < 1) {
    fail("expected --repeat of at least 1, found " + llvm::Twine(repeat));
    return false;
  }
  if (std::optional<std::string> problem = pipeline.check()) {
    fail(*problem);
    return false;
  }
  return true;
}

/// "a,,b" as three names; no names for an empty list.
static std::vector<std::string> splitNames(StringRef list) {
  std::vector<std::string> names;
  if (list.empty())
    return names;
  SmallVector<StringRef> parts;
  list.split(parts, ',');
  for (StringRef part : parts)
    names.push_back(part.str());
  return names;
}

static std::unique_ptr<Engine> createEngine(Target target,
                                            const EngineOptions &options) {
  switch (target) {
  case Target::Reference:
    return createReferenceEngine(options);
  case Target::CPU:
    return createCPUEngine(options);
  }
  llvm_unreachable("covered switch");
}

/// Finds the function to run, or names those that there are.
static func::FuncOp findEntry(ModuleOp module, StringRef name) {
  if (auto entry = module.lookupSymbol<func::FuncOp>(name)) {
    if (!entry.isExternal())
      return entry;
    entry.emitError("expected a body of '") << name << "', found a declaration";
    return nullptr;
  }
  InFlightDiagnostic diagnostic =
      module.emitError("expected a function named '") << name << "', found ";
  auto functions = module.getOps<func::FuncOp>();
  if (functions.empty())
    diagnostic << "no functions";
  llvm::interleaveComma(functions, diagnostic, [&](func::FuncOp function) {
    diagnostic << "'" << function.getName() << "'";
  });
  return nullptr;
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
static ExitCode run(const CommandLine &options) {
  std::vector<std::string> inputNames = splitNames(options.in);
  std::vector<std::string> outputNames = splitNames(options.out);

  DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  kalmir::registerAllDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> buffer =
      openInputFile(options.file, &message);
  if (!buffer)
    return fail(message);
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  SourceMgrDiagnosticHandler diagnostics(*sources, &context);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
  if (!module)
    return Diagnosed;
  func::FuncOp entry = findEntry(*module, options.entry);
  if (!entry)
    return Diagnosed;
  for (auto [i, name] : llvm::enumerate(outputNames))
    if (!name.empty() &&
        llvm::is_contained(ArrayRef(outputNames).drop_front(i + 1), name))
      return fail("expected a file for each result, found '" + name +
                      "' twice in --out",
                  Usage);
  if (outputNames.size() > entry.getNumResults()) {
    entry.emitError("expected at most ")
        << entry.getNumResults() << " output names, one for each result of '"
        << entry.getName() << "', found " << outputNames.size();
    return Diagnosed;
  }
  std::vector<npy::Array> inputs;
  for (const std::string &name : inputNames) {
    llvm::Expected<npy::Array> input = npy::read(name);
    if (!input)
      return fail(llvm::toString(input.takeError()));
    inputs.push_back(std::move(*input));
  }
  if (failed(checkInputs(entry, inputs, inputNames)))
    return Diagnosed;

  ProgressLine progress;
  EngineOptions engineOptions;
  engineOptions.pipeline = options.pipeline.getText();
  engineOptions.numThreads = options.threads;
  engineOptions.scanByElements = options.scanMode == ScanMode::Elements;
  engineOptions.progress = progress.getCallback();
  std::unique_ptr<Engine> engine = createEngine(options.target, engineOptions);
  Measurements measured;
  {
    Stopwatch watch;
    if (failed(engine->compile(*module, entry)))
      return Diagnosed;
    measured.compileMs = watch.getMs();
  }
  MemoryGauge memory;
  if (failed(engine->prepare(inputs)))
    return Diagnosed;
  for (int64_t i = 0; i < options.repeat; ++i) {
    progress.beginCall(i, options.repeat);
    Stopwatch watch;
    if (failed(engine->call()))
      return Diagnosed;
    measured.callMs.push_back(watch.getMs());
  }
  progress.finish();
  measured.peakMemoryMiB = memory.getGrowthMiB();
  FailureOr<std::vector<npy::Array>> results = engine->takeResults();
  if (failed(results))
    return Diagnosed;
  if (llvm::Error error = writeResults(outputNames, *results))
    return fail(llvm::toString(std::move(error)));
  if (options.report == ReportFormat::Json)
    printReport(measured, engine->getCallInfo());
  return Ok;
}

int kalmir::runToolMain(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  removeForeignOptions();
  CommandLine options;
  if (!options.parse(argc, argv))
    return Usage;
  return run(options);
}
