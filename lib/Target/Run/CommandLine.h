//===- CommandLine.h - the options of kalmir-run ----------------*- C++ -*-===//

#ifndef KALMIR_LIB_TARGET_RUN_COMMANDLINE_H
#define KALMIR_LIB_TARGET_RUN_COMMANDLINE_H

#include "kalmir/Pipelines/CommandLine.h"

#include "llvm/Support/CommandLine.h"

#include <optional>
#include <string>
#include <vector>

namespace kalmir {

/// Exit codes of the tool, and what a library calls them.
enum class RunExit { Ok = 0, Diagnosed = 1, Usage = 2 };

/// The options. They live in an object, not in globals, because this library
/// is also loaded by hosts with options of their own.
struct RunCommandLine {
  RunCommandLine();

  /// Parses; prints what is wrong and returns false for wrong usage.
  bool parse(int argc, char **argv);

  /// The names in `in` and `out`.
  std::vector<std::string> getInputNames() const;
  std::vector<std::string> getOutputNames() const;

  llvm::cl::OptionCategory category;
  llvm::cl::opt<std::string> file, entry, in, out, target;
  llvm::cl::opt<int64_t> threads, repeat;
  llvm::cl::opt<std::string> report, scanMode;
  PipelineCommandLine pipeline;

private:
  /// What is wrong with the values, or nullopt.
  std::optional<std::string> check() const;
};

/// Reports an error that has no place in the IR.
RunExit failRun(const llvm::Twine &message, RunExit code = RunExit::Diagnosed);

} // namespace kalmir

#endif // KALMIR_LIB_TARGET_RUN_COMMANDLINE_H
