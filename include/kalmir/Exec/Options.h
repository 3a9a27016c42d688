//===- Options.h - what kalmir-run and kalmir-exec are asked ----*- C++ -*-===//

#ifndef KALMIR_EXEC_OPTIONS_H
#define KALMIR_EXEC_OPTIONS_H

#include "kalmir/Exec/Fill.h"

#include <functional>
#include <optional>

namespace kalmir::exec {

/// Exit codes of the tools, and what this library calls them.
enum class Exit { Ok = 0, Diagnosed = 1, Usage = 2 };

/// What both tools take. Lists may be shorter than the arguments or results
/// that they are for; empty names in them stand for none.
struct Options {
  std::string file, entry;
  std::vector<std::string> inputs, outputs, expected, majorants;
  std::vector<int64_t> sizes;
  Fills fills;
  int64_t seed = 0, threads = 0, repeat = 1, device = 0;
  double tolerance = 0;
  bool sameBits = false, report = false;
};

/// One option, as a command-line parser needs it.
struct OptionSpec {
  const char *name;
  /// What its value is called, or null for a flag.
  const char *value;
  const char *help;
  bool mayRepeat;
  /// Takes the value, or says what was expected of it and found.
  std::function<Status(const std::string &value)> set;
};

/// The options that fill in `options`, which must outlive them.
std::vector<OptionSpec> getOptionSpecs(Options &options);

/// What is wrong with the options as a whole.
Status checkOptions(const Options &options);

/// Fills in `options` from a command line, without LLVM's parser. A result is
/// an exit code of a program that has nothing more to do: of --help, --version
/// and, after a message, of wrong usage.
std::optional<Exit> parseCommandLine(int argc, char **argv, const char *tool,
                                     const char *fileValue,
                                     const char *overview, Options &options);

/// Reports an error of a tool.
Exit fail(const char *tool, const std::string &message,
          Exit code = Exit::Diagnosed);

} // namespace kalmir::exec

#endif // KALMIR_EXEC_OPTIONS_H
