//===- CommandLine.cpp - the options of kalmir-run ------------------------===//

#include "CommandLine.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/raw_ostream.h"

using namespace kalmir;
namespace cl = llvm::cl;
using llvm::StringRef;

RunCommandLine::RunCommandLine()
    : category("kalmir-run options"),
      file(cl::Positional, cl::Required, cl::desc("FILE.mlir"),
           cl::cat(category)),
      entry("entry", cl::Required, cl::value_desc("name"),
            cl::desc("Function to run"), cl::cat(category)),
      in("in", cl::value_desc("a.npy,b.npy,..."),
         cl::desc("Files of the arguments, in order"), cl::cat(category)),
      out("out", cl::value_desc("y.npy,,z.npy"),
          cl::desc("Files for the results, in order; an empty name discards "
                   "one, as do names left out at the end"),
          cl::cat(category)),
      target("target", cl::value_desc("cpu|reference"), cl::init("cpu"),
             cl::desc("Compiled code, or the interpreter in float64"),
             cl::cat(category)),
      threads("threads", cl::value_desc("n"), cl::init(0),
              cl::desc("Threads of compiled code (0: one for each core)"),
              cl::cat(category)),
      repeat("repeat", cl::value_desc("n"), cl::init(1),
             cl::desc("Number of timed calls (default 1)"), cl::cat(category)),
      report("report", cl::value_desc("json"),
             cl::desc("Print measurements to standard output, in one line"),
             cl::cat(category)),
      scanMode("reference-scan", cl::value_desc("step|elements"),
               cl::init("step"),
               cl::desc("How the reference runs recur.scan: step by step, or "
                        "in chunks, through extend, combine and apply"),
               cl::cat(category)),
      pipeline(category) {}

RunExit kalmir::failRun(const llvm::Twine &message, RunExit code) {
  llvm::errs() << "kalmir-run: error: " << message << "\n";
  return code;
}

static void printVersion(llvm::raw_ostream &stream) {
  stream << "kalmir-run " << KALMIR_VERSION << ", MLIR " << LLVM_VERSION_STRING
         << "\n";
}

std::optional<std::string> RunCommandLine::check() const {
  auto expected = [](StringRef what, StringRef option, StringRef found) {
    return ("expected " + what + " for --" + option + ", found '" + found + "'")
        .str();
  };
  if (target != "cpu" && target != "reference")
    return expected("cpu or reference", "target", target);
  if (report.getNumOccurrences() && report != "json")
    return expected("json", "report", report);
  if (scanMode != "step" && scanMode != "elements")
    return expected("step or elements", "reference-scan", scanMode);
  if (threads < 0 || threads > 4096)
    return expected("0 to 4096", "threads", std::to_string(threads));
  if (repeat < 1)
    return expected("at least 1", "repeat", std::to_string(repeat));
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
    failRun(*problem);
  return !problem;
}

/// "a,,b" as three names; no names for an empty list.
static std::vector<std::string> splitNames(StringRef list) {
  std::vector<std::string> names;
  if (list.empty())
    return names;
  llvm::SmallVector<StringRef> parts;
  list.split(parts, ',');
  for (StringRef part : parts)
    names.push_back(part.str());
  return names;
}

std::vector<std::string> RunCommandLine::getInputNames() const {
  return splitNames(in);
}

std::vector<std::string> RunCommandLine::getOutputNames() const {
  return splitNames(out);
}
