//===- CommandLine.h - the options of kalmir-run ----------------*- C++ -*-===//

#ifndef KALMIR_LIB_TARGET_RUN_COMMANDLINE_H
#define KALMIR_LIB_TARGET_RUN_COMMANDLINE_H

#include "kalmir/Exec/Options.h"
#include "kalmir/Pipelines/CommandLine.h"

#include "llvm/Support/CommandLine.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kalmir {

/// The options: those of kalmir-exec, what to compile for, and how. They live
/// in an object, not in globals, because this library is also loaded by hosts
/// with options of their own.
struct RunCommandLine {
  RunCommandLine();

  /// Parses; prints what is wrong and returns false for wrong usage.
  bool parse(int argc, char **argv);

  exec::Options options;
  llvm::cl::OptionCategory category;
  llvm::cl::opt<std::string> file, target, march, scanMode;
  PipelineCommandLine pipeline;

private:
  /// What is wrong with the values, or nullopt.
  std::optional<std::string> check();

  /// The shared options as LLVM's parser takes them: those with values, then
  /// the flags, each in the order of `specs`.
  std::vector<exec::OptionSpec> specs;
  std::vector<std::unique_ptr<llvm::cl::list<std::string>>> values;
  std::vector<std::unique_ptr<llvm::cl::opt<bool>>> flags;
};

} // namespace kalmir

#endif // KALMIR_LIB_TARGET_RUN_COMMANDLINE_H
