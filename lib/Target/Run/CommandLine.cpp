//===- CommandLine.cpp - the options of kalmir-run ------------------------===//

#include "CommandLine.h"

#include "kalmir/Exec/Run.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/raw_ostream.h"

using namespace kalmir;
namespace cl = llvm::cl;
using llvm::StringRef;

RunCommandLine::RunCommandLine()
    : category("kalmir-run options"),
      file(cl::Positional, cl::desc("FILE.mlir"), cl::cat(category)),
      target("target", cl::value_desc("cpu|cuda|reference"), cl::init("cpu"),
             cl::desc("Compiled code for the host or a GPU, or the interpreter "
                      "in float64"),
             cl::cat(category)),
      march("march", cl::value_desc("name"),
            cl::desc("Architecture of the GPU, such as sm_90 (default: the "
                     "device's own)"),
            cl::cat(category)),
      scanMode("reference-scan", cl::value_desc("step|elements"),
               cl::init("step"),
               cl::desc("How the reference runs recur.scan: step by step, or "
                        "in chunks, through extend, combine and apply"),
               cl::cat(category)),
      pipeline(category), specs(exec::getOptionSpecs(options)) {
  for (const exec::OptionSpec &spec : specs) {
    if (spec.value)
      values.push_back(std::make_unique<cl::list<std::string>>(
          StringRef(spec.name), cl::value_desc(spec.value), cl::desc(spec.help),
          cl::cat(category)));
    else
      flags.push_back(std::make_unique<cl::opt<bool>>(
          StringRef(spec.name), cl::desc(spec.help), cl::cat(category)));
  }
}

static void printVersion(llvm::raw_ostream &stream) {
  stream << "kalmir-run " << KALMIR_VERSION << ", MLIR " << LLVM_VERSION_STRING
         << "\n";
}

std::optional<std::string> RunCommandLine::check() {
  auto expected = [](StringRef what, StringRef option, StringRef found) {
    return ("expected " + what + " for --" + option + ", found '" + found + "'")
        .str();
  };
  options.file = file;
  auto value = values.begin();
  auto flag = flags.begin();
  for (const exec::OptionSpec &spec : specs) {
    std::vector<std::string> texts;
    if (spec.value) {
      texts.assign((*value)->begin(), (*value)->end());
      ++value;
    } else if (**flag++) {
      texts.push_back("");
    }
    if (texts.size() > 1 && !spec.mayRepeat)
      return "expected --" + std::string(spec.name) +
             " at most once, found it twice";
    for (const std::string &text : texts)
      if (exec::Status status = spec.set(text); !status)
        return status.takeFailure().text;
  }
  if (exec::Status status = exec::checkOptions(options); !status)
    return status.takeFailure().text;
  if (target != "cpu" && target != "cuda" && target != "reference")
    return expected("cpu, cuda or reference", "target", target);
  if (march.getNumOccurrences() && target != "cuda")
    return expected("--target=cuda beside it", "march", march);
  if (march.getNumOccurrences() &&
      !llvm::Regex("^sm_[0-9]+[af]?$").match(march))
    return expected("an architecture such as sm_90", "march", march);
  if (scanMode != "step" && scanMode != "elements")
    return expected("step or elements", "reference-scan", scanMode);
  if (target == "reference" && !exec::hasFilesOnly(options))
    return std::string("expected files of all arguments beside "
                       "--target=reference, found random ones");
  return pipeline.check();
}

bool RunCommandLine::parse(int argc, char **argv) {
  cl::SetVersionPrinter(printVersion);
  if (!cl::ParseCommandLineOptions(
          argc, argv, "Runs a function on arrays from NumPy files\n",
          &llvm::errs()))
    return false;
  std::optional<std::string> problem = check();
  if (problem)
    exec::fail("kalmir-run", *problem);
  return !problem;
}
