//===- kalmir-compile.cpp - the compiler driver ---------------------------===//
//
// Only the command line is here; see kalmir/Driver/Compile.h.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Driver/Compile.h"
#include "kalmir/Pipelines/CommandLine.h"
#include "kalmir/Target/CPU/CodeGen.h"
#include "kalmir/Target/CUDA/Architecture.h"
#include "kalmir/Target/CUDA/Toolkit.h"
#include "kalmir/runtime.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/WithColor.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;
using namespace kalmir;

static cl::OptionCategory category("kalmir-compile options");

static cl::opt<std::string> input(cl::Positional, cl::desc("<input .mlir>"),
                                  cl::init("-"), cl::cat(category));
static cl::opt<std::string> output("o", cl::desc("Where the result goes"),
                                   cl::value_desc("file"), cl::cat(category));
static cl::opt<std::string>
    emitName("emit",
             cl::desc("What to write: mlir, llvm, asm, obj or shared (default: "
                      "by the suffix of -o; mlir without it); for CUDA also a "
                      "directory with ptx, cubin or triton"),
             cl::value_desc("kind"), cl::cat(category));
static cl::opt<std::string>
    levelName("compile-to",
              cl::desc("Stop at a level and print MLIR: kalman, recur, scan, "
                       "scheduled, buffers, scf or llvm"),
              cl::value_desc("level"), cl::cat(category));
static cl::opt<std::string> target("target",
                                   cl::desc("What to compile for: cpu or cuda"),
                                   cl::value_desc("name"), cl::init("cpu"),
                                   cl::cat(category));
static cl::opt<std::string>
    march("march",
          cl::desc("Processor: native (default), or a name such as x86-64-v3; "
                   "help lists all names. With --target=cuda the GPU's "
                   "architecture: sm_90 (default), or another such as sm_80"),
          cl::value_desc("name"), cl::cat(category));
static cl::opt<int64_t> ptxVersion(
    "ptx-version",
    cl::desc("PTX version, such as 86 for 8.6 (default: 86, which drivers of "
             "CUDA 12.7 and later have, or what the architecture needs)"),
    cl::value_desc("n"), cl::init(0), cl::cat(category));
static cl::opt<std::string>
    cudaPath("cuda-path",
             cl::desc("Where CUDA is installed, with bin/ptxas and "
                      "nvvm/libdevice (default: $CUDA_HOME, $CUDA_PATH, the "
                      "place of ptxas, /usr/local/cuda)"),
             cl::value_desc("directory"), cl::cat(category));
static PipelineCommandLine pipeline(category);
static cl::opt<std::string> saveTemps(
    "save-temps", cl::desc("Keep .llvm.mlir, .ll, .s and .o, in a directory"),
    cl::value_desc("directory"), cl::ValueOptional, cl::cat(category));
static cl::opt<bool> verbose("v", cl::desc("Print the commands that are run"),
                             cl::cat(category));
static cl::opt<bool>
    dryRun("###", cl::desc("Print the commands that would be run, run none"),
           cl::cat(category));
static cl::opt<bool> printPipeline("print-pipeline",
                                   cl::desc("Print the passes and stop"),
                                   cl::cat(category));
static cl::opt<std::string> missedFilter(
    "remarks-filter-missed",
    cl::desc("Show missed remarks of these categories (default: kalmir)"),
    cl::value_desc("regex"), cl::init("kalmir"), cl::cat(category));
static cl::opt<std::string>
    passedFilter("remarks-filter-passed",
                 cl::desc("Show passed remarks of these categories"),
                 cl::value_desc("regex"), cl::cat(category));
static cl::opt<std::string>
    analysisFilter("remarks-filter-analyse",
                   cl::desc("Show analysis remarks of these categories"),
                   cl::value_desc("regex"), cl::cat(category));
static cl::opt<std::string>
    failedFilter("remarks-filter-failed",
                 cl::desc("Show failed remarks of these categories"),
                 cl::value_desc("regex"), cl::cat(category));
static cl::opt<bool> simulateCrash("simulate-crash", cl::ReallyHidden,
                                   cl::cat(category));

static int usage(const Twine &message) {
  WithColor::error(errs(), "kalmir-compile") << message << '\n';
  return exitUsage;
}

static void printVersion(raw_ostream &os) {
  os << "Kalmir " << KALMIR_VERSION << "\n  MLIR " << LLVM_VERSION_STRING
     << "\n  ABI version " << KALMIR_ABI_VERSION << "\n  targets: cpu ("
     << sys::getProcessTriple()
     << "), cuda\n  host processor: " << sys::getHostCPUName() << '\n';
  std::vector<std::string> toolkits = cuda::getToolkits("");
  auto found = [](const std::string &path) {
    return path.empty() ? "not found" : path;
  };
  os << "  ptxas: " << found(cuda::findPtxas(toolkits, /*usePath=*/true))
     << "\n  libdevice: " << found(cuda::findLibdevice(toolkits)) << '\n';
}

static std::optional<EmitKind> parseEmitKind(StringRef name) {
  if (name == "mlir")
    return EmitKind::MLIR;
  if (name == "llvm")
    return EmitKind::LLVM;
  if (name == "asm")
    return EmitKind::Assembly;
  if (name == "obj")
    return EmitKind::Object;
  if (name == "shared")
    return EmitKind::Shared;
  if (name == "ptx")
    return EmitKind::PTX;
  if (name == "cubin")
    return EmitKind::Cubin;
  if (name == "triton")
    return EmitKind::Triton;
  return std::nullopt;
}

/// What the suffix of the output asks for.
static std::optional<EmitKind> getEmitKindOf(StringRef path) {
  StringRef extension = sys::path::extension(path);
  if (extension == ".ll")
    return EmitKind::LLVM;
  if (extension == ".s")
    return EmitKind::Assembly;
  if (extension == ".o")
    return EmitKind::Object;
  if (extension == ".so")
    return EmitKind::Shared;
  if (path.empty() || path == "-" || extension == ".mlir")
    return EmitKind::MLIR;
  return std::nullopt;
}

/// `x.o` from `dir/x.mlir`, in the working directory.
static std::string getDefaultOutput(StringRef suffix) {
  StringRef stem = input == "-" ? StringRef("a") : sys::path::stem(input);
  return (stem + suffix).str();
}

/// Fills in the options from the command line, or returns what is wrong.
static std::optional<std::string> readOptions(CompileOptions &options) {
  if (target != "cpu" && target != "cuda")
    return "expected 'cpu' or 'cuda' for --target, found '" + target + "'";
  if (levelName.getNumOccurrences()) {
    std::optional<Level> level = parseLevel(levelName);
    if (!level)
      return "expected one of " + join(getLevelNames(), ", ") +
             " for --compile-to, found '" + levelName + "'";
    options.level = *level;
  }
  std::optional<EmitKind> emit = EmitKind::MLIR;
  if (emitName.getNumOccurrences()) {
    emit = parseEmitKind(emitName);
    if (!emit)
      return "expected mlir, llvm, asm, obj, shared, ptx, cubin or triton for "
             "--emit, found '" +
             emitName + "'";
  } else if (!levelName.getNumOccurrences()) {
    emit = getEmitKindOf(output);
    if (!emit)
      return "expected --emit, or an output that ends in .mlir, .ll, .s, .o or "
             ".so, found '" +
             output + "'";
  }
  if (levelName.getNumOccurrences() && *emit != EmitKind::MLIR)
    return std::string("--compile-to prints MLIR: expected --emit=mlir beside "
                       "it, found '") +
           emitName + "'";
  options.emit = *emit;
  options.input = input;
  options.output = output.empty() ? "-" : output.getValue();
  if (output.empty() && options.emit == EmitKind::Object)
    options.output = getDefaultOutput(".o");
  if (output.empty() && options.emit == EmitKind::Shared)
    options.output = getDefaultOutput(".so");
  if ((options.emit == EmitKind::Object || options.emit == EmitKind::Shared) &&
      sys::path::extension(options.output) == ".h")
    return "expected another suffix than that of the C header beside it, found "
           "'" +
           options.output + "'";
  if (options.emit == EmitKind::PTX || options.emit == EmitKind::Cubin ||
      options.emit == EmitKind::Triton) {
    if (target != "cuda")
      return "expected --target=cuda for --emit=" + emitName + ", found '" +
             target + "'";
    if (output.empty())
      options.output = getDefaultOutput("");
    if (options.output == "-" || (sys::fs::exists(options.output) &&
                                  !sys::fs::is_directory(options.output)))
      return "expected a directory for --emit=" + emitName +
             ", which has a file for each kernel, found '" + options.output +
             "'";
  }
  if (options.output == "-" && options.emit == EmitKind::Shared)
    return std::string("expected a file for a shared library, found '-'");
  if (std::optional<std::string> problem = pipeline.check())
    return problem;
  options.pipeline = pipeline.getText();
  options.march = march.empty() ? "native" : march.getValue();
  if (target == "cuda") {
    StringRef chip = march.empty() ? StringRef("sm_90") : StringRef(march);
    Expected<int64_t> version = cuda::checkArchitecture(chip, ptxVersion);
    if (!version)
      return "--target=cuda: " + toString(version.takeError());
    options.pipeline += (" target=cuda chip=" + chip +
                         " ptx-version=" + std::to_string(*version))
                            .str();
    options.toolkits = cuda::getToolkits(cudaPath);
    options.hasCudaPath = !cudaPath.empty();
    // Host code only launches kernels; it shall run on any host.
    options.march = "generic";
  }
  if (saveTemps.getNumOccurrences())
    options.saveTemps = saveTemps.empty() ? "." : saveTemps.getValue();
  options.verbose = verbose;
  options.dryRun = dryRun;
  options.simulateCrash = simulateCrash;
  auto filter = [](cl::opt<std::string> &option) -> std::optional<std::string> {
    if (option.empty())
      return std::nullopt;
    return option;
  };
  for (const auto *option :
       {&missedFilter, &passedFilter, &analysisFilter, &failedFilter}) {
    std::string problem;
    if (!option->empty() && !Regex(option->getValue()).isValid(problem))
      return "expected a regular expression for --" + option->ArgStr.str() +
             ", found '" + option->getValue() + "' (" + problem + ")";
  }
  options.remarks = {filter(missedFilter), filter(passedFilter),
                     filter(analysisFilter), filter(failedFilter)};
  return std::nullopt;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  mlir::registerPassManagerCLOptions();
  mlir::registerDefaultTimingManagerCLOptions();
  cl::HideUnrelatedOptions(category);
  // The one option of MLIR that everybody wants.
  if (cl::Option *timing = cl::getRegisteredOptions().lookup("mlir-timing"))
    timing->setHiddenFlag(cl::NotHidden);
  cl::SetVersionPrinter(printVersion);
  std::string problems;
  raw_string_ostream problemStream(problems);
  if (!cl::ParseCommandLineOptions(
          argc, argv, "Kalmir compiler: recurrent layers and filters to code\n",
          &problemStream)) {
    errs() << problems;
    return exitUsage;
  }

  if (march == "help") {
    for (StringRef name : cpu::getProcessorNames())
      outs() << name << '\n';
    return exitOk;
  }
  CompileOptions options;
  if (std::optional<std::string> problem = readOptions(options))
    return usage(*problem);
  if (printPipeline) {
    mlir::OpPassManager passes("builtin.module");
    PipelineOptions choices;
    if (failed(choices.parseFromString(options.pipeline)))
      return exitUsage;
    choices.toolkits = options.toolkits;
    if (options.emit == EmitKind::PTX || options.emit == EmitKind::Cubin ||
        options.emit == EmitKind::Triton)
      addPassesToKernels(passes, choices);
    else
      addPassesUpTo(passes, options.level, choices);
    passes.printAsTextualPipeline(outs(), /*pretty=*/true);
    outs() << '\n';
    return exitOk;
  }

  for (int i = 0; i < argc; ++i)
    options.commandLine += (i ? " " : "") + std::string(argv[i]);
  return compile(options);
}
