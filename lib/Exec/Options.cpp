//===- Options.cpp - what kalmir-run and kalmir-exec are asked ------------===//

#include "kalmir/Exec/Options.h"

#include "kalmir/Exec/Text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <set>

using namespace kalmir;
using namespace kalmir::exec;

static Failure expected(const std::string &what, const std::string &option,
                        const std::string &found) {
  return {"expected " + what + " for --" + option + ", found '" + found + "'"};
}

/// Stores an integer from `least` to `most`.
static std::function<Status(const std::string &)>
setInteger(const char *option, int64_t &target, int64_t least, int64_t most,
           const char *range) {
  return [=, &target](const std::string &text) -> Status {
    std::optional<int64_t> number = parseInteger(text);
    if (!number || *number < least || *number > most)
      return expected(range, option, text);
    target = *number;
    return Success();
  };
}

static std::function<Status(const std::string &)>
setNames(std::vector<std::string> &target) {
  return [&target](const std::string &text) -> Status {
    target = text.empty() ? std::vector<std::string>() : split(text, ',');
    return Success();
  };
}

static Status setSizes(std::vector<int64_t> &sizes, const std::string &text) {
  for (const std::string &part : split(text, ',')) {
    std::optional<int64_t> size = parseInteger(part);
    if (!size || *size < 0)
      return expected("extents of at least 0, with commas between them",
                      "sizes", text);
    sizes.push_back(*size);
  }
  return Success();
}

static Status addFill(Fills &fills, const std::string &text) {
  size_t end = text.find('=');
  if (end == std::string::npos || end == 0)
    return expected("NAME=VALUES", "fill", text);
  Result<Fill> fill = Fill::parse(text.substr(end + 1));
  if (!fill)
    return Failure{fill.takeFailure().text + " for --fill"};
  fills[text.substr(0, end)] = *fill;
  return Success();
}

static Status setTolerance(double &target, const std::string &text) {
  std::optional<double> number = parseNumber(text);
  if (!number || !(*number >= 0) || std::isinf(*number))
    return expected("a number of at least 0", "tolerance", text);
  target = *number;
  return Success();
}

std::vector<OptionSpec> exec::getOptionSpecs(Options &options) {
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  return {
      {"entry", "name", "Function to run", false,
       [&](const std::string &text) -> Status {
         options.entry = text;
         return Success();
       }},
      {"in", "a.npy,b.npy,...", "Files of the arguments, in order", false,
       setNames(options.inputs)},
      {"out", "y.npy,,z.npy",
       "Files for the results, in order; an empty name discards one, as do "
       "names left out at the end",
       false, setNames(options.outputs)},
      {"sizes", "n,n,...",
       "Extents of arguments without a file, which are random: one for each "
       "symbol, in the order of the arguments' dimensions",
       false,
       [&](const std::string &text) { return setSizes(options.sizes, text); }},
      {"fill", "name=values",
       "Random values of an argument: uniform,LOW,HIGH (at first from 0 to 1), "
       "log,LOW,HIGH, normal,MEAN,DEVIATION or const,X, and after these "
       "X@FRACTION for some elements that are X",
       true,
       [&](const std::string &text) { return addFill(options.fills, text); }},
      {"seed", "n", "Chooses other random values (default 0)", false,
       setInteger("seed", options.seed, 0, most, "at least 0")},
      {"expect", "y.npy,,z.npy",
       "Files that the results are compared with, in order", false,
       setNames(options.expected)},
      {"majorant", "y.npy,,z.npy",
       "Files with what errors are relative to, instead of the expected "
       "values",
       false, setNames(options.majorants)},
      {"tolerance", "x",
       "The largest error that --expect lets pass (default 0)", false,
       [&](const std::string &text) {
         return setTolerance(options.tolerance, text);
       }},
      {"same-bits", nullptr,
       "Fail unless the results of all calls have the same bits", false,
       [&](const std::string &) -> Status {
         options.sameBits = true;
         return Success();
       }},
      {"repeat", "n", "Number of timed calls (default 1)", false,
       setInteger("repeat", options.repeat, 1, most, "at least 1")},
      {"report", "json", "Print measurements to standard output, in one line",
       false,
       [&](const std::string &text) -> Status {
         if (text != "json")
           return expected("json", "report", text);
         options.report = true;
         return Success();
       }},
      {"threads", "n",
       "Threads of compiled code for the CPU (0: one for each core)", false,
       setInteger("threads", options.threads, 0, 4096, "0 to 4096")},
      {"device", "n", "Number of the CUDA device (default 0)", false,
       setInteger("device", options.device, 0,
                  std::numeric_limits<int32_t>::max(), "at least 0")},
  };
}

Status exec::checkOptions(const Options &options) {
  if (options.file.empty())
    return Failure{"expected a file to run a function of, found none"};
  if (options.entry.empty())
    return Failure{"expected --entry=NAME, found none"};
  for (size_t i = 0; i < options.outputs.size(); ++i)
    if (const std::string &name = options.outputs[i];
        !name.empty() &&
        std::count(options.outputs.begin(), options.outputs.end(), name) > 1)
      return Failure{"expected a file for each result, found '" + name +
                     "' twice in --out"};
  return Success();
}

Exit exec::fail(const char *tool, const std::string &message, Exit code) {
  // Without a text it was reported already.
  if (!message.empty())
    std::fprintf(stderr, "%s: error: %s\n", tool, message.c_str());
  return code;
}

//===----------------------------------------------------------------------===//
// A parser
//===----------------------------------------------------------------------===//

static void printHelp(const char *tool, const char *fileValue,
                      const char *overview,
                      const std::vector<OptionSpec> &specs) {
  std::printf("OVERVIEW: %s\n\nUSAGE: %s [options] %s\n\nOPTIONS:\n", overview,
              tool, fileValue);
  auto print = [](std::string left, const std::string &help) {
    std::printf("  %-26s", ("--" + left).c_str());
    if (left.size() > 23)
      std::printf("\n  %-26s", "");
    size_t column = 28;
    for (const std::string &word : split(help, ' ')) {
      if (column + 1 + word.size() > 79) {
        std::printf("\n  %-26s", "");
        column = 28;
      }
      std::printf(" %s", word.c_str());
      column += 1 + word.size();
    }
    std::printf("\n");
  };
  for (const OptionSpec &spec : specs)
    print(spec.name + (spec.value ? "=<" + std::string(spec.value) + ">" : ""),
          spec.help);
  print("help", "Print this and stop");
  print("version", "Print the version and stop");
}

/// One argument and, where it is an option without its value, the next.
static Status parseArgument(const std::vector<OptionSpec> &specs,
                            std::set<std::string> &seen, Options &options,
                            const std::vector<std::string> &arguments,
                            size_t &next) {
  const std::string &argument = arguments[next++];
  if (argument.size() < 2 || argument[0] != '-') {
    if (!options.file.empty())
      return Failure{"expected one file, found '" + options.file + "' and '" +
                     argument + "'"};
    options.file = argument;
    return Success();
  }
  size_t begin = argument[1] == '-' ? 2 : 1, end = argument.find('=');
  std::string name = argument.substr(begin, end - begin);
  auto spec = std::find_if(specs.begin(), specs.end(),
                           [&](auto &known) { return known.name == name; });
  if (spec == specs.end())
    return Failure{"unknown option '" + argument +
                   "'; --help lists those that there are"};
  if (!seen.insert(name).second && !spec->mayRepeat)
    return Failure{"expected --" + name + " at most once, found it twice"};
  if (!spec->value) {
    if (end != std::string::npos)
      return Failure{"expected no value for --" + name + ", found '" +
                     argument + "'"};
    return spec->set("");
  }
  if (end != std::string::npos)
    return spec->set(argument.substr(end + 1));
  if (next == arguments.size())
    return Failure{"expected a value for --" + name + ", found none"};
  return spec->set(arguments[next++]);
}

std::optional<Exit> exec::parseCommandLine(int argc, char **argv,
                                           const char *tool,
                                           const char *fileValue,
                                           const char *overview,
                                           Options &options) {
  std::vector<OptionSpec> specs = getOptionSpecs(options);
  std::vector<std::string> arguments(argv + 1, argv + argc);
  std::set<std::string> seen;
  for (size_t next = 0; next < arguments.size();) {
    const std::string &argument = arguments[next];
    if (argument == "--help" || argument == "-help" || argument == "-h") {
      printHelp(tool, fileValue, overview, specs);
      return Exit::Ok;
    }
    if (argument == "--version" || argument == "-version") {
      std::printf("%s %s, ABI version %d\n", tool, KALMIR_VERSION,
                  KALMIR_ABI_VERSION);
      return Exit::Ok;
    }
    if (Status s = parseArgument(specs, seen, options, arguments, next); !s)
      return fail(tool, s.takeFailure().text, Exit::Usage);
  }
  if (Status s = checkOptions(options); !s)
    return fail(tool, s.takeFailure().text, Exit::Usage);
  return std::nullopt;
}
