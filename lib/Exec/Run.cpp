//===- Run.cpp - from options to a report ---------------------------------===//

#include "kalmir/Exec/Run.h"

#include "kalmir/Exec/Compare.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

using namespace kalmir;
using namespace kalmir::exec;

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

/// Element `i` of a list that may be short.
static std::string getName(const std::vector<std::string> &names, size_t i) {
  return i < names.size() ? names[i] : "";
}

bool exec::hasFilesOnly(const Options &options) {
  return options.sizes.empty() && options.fills.empty() &&
         std::count(options.inputs.begin(), options.inputs.end(), "") == 0;
}

Result<std::vector<npy::Array>> exec::getInputs(const Options &options,
                                                const Signature &signature) {
  size_t count = options.inputs.size();
  if (!hasFilesOnly(options))
    count = std::max(count, signature.inputs.size());
  std::vector<npy::Array> inputs;
  for (size_t i = 0; i < count; ++i) {
    std::string name = getName(options.inputs, i);
    bool isRandom = name.empty() && i < signature.inputs.size();
    Result<npy::Array> input =
        isRandom ? makeInput(signature.inputs[i], i, options.sizes,
                             options.fills, options.seed)
                 : npy::read(name);
    if (!input)
      return input.takeFailure();
    inputs.push_back(std::move(*input));
  }
  for (const auto &fill : options.fills)
    if (std::none_of(
            signature.inputs.begin(), signature.inputs.end(),
            [&](const Argument &input) { return input.name == fill.first; }))
      return Failure{"expected the name of an argument of '" + signature.name +
                     "' for --fill, found '" + fill.first + "'"};
  return inputs;
}

Result<std::vector<npy::Array>>
exec::getCheckedInputs(const Options &options, const Signature &signature) {
  Result<std::vector<npy::Array>> inputs = getInputs(options, signature);
  if (!inputs)
    return inputs;
  std::vector<std::string> names = options.inputs;
  names.resize(inputs->size());
  if (Status s = checkInputs(signature, *inputs, names); !s)
    return s.takeFailure();
  return inputs;
}

Status exec::checkResultNames(const Options &options,
                              const Signature &signature) {
  for (auto [names, what] : {std::make_pair(&options.outputs, "output"),
                             std::make_pair(&options.expected, "expected"),
                             std::make_pair(&options.majorants, "majorant")})
    if (names->size() > signature.outputs.size())
      return Failure{"expected at most " +
                     std::to_string(signature.outputs.size()) + " " + what +
                     " names, one for each result of '" + signature.name +
                     "', found " + std::to_string(names->size())};
  return Success();
}

/// Writes all results beside their destinations, then renames them.
static Status writeResults(const std::vector<std::string> &names,
                           const std::vector<npy::Array> &results) {
  std::vector<npy::PendingFile> pending;
  for (size_t i = 0; i < results.size(); ++i) {
    if (getName(names, i).empty())
      continue;
    Result<npy::PendingFile> file = npy::stage(names[i], results[i]);
    if (!file)
      return file.takeFailure();
    pending.push_back(std::move(*file));
  }
  for (npy::PendingFile &file : pending)
    if (Status s = file.commit(); !s)
      return s;
  return Success();
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

/// The largest error of all compared results; nothing where none is.
static Result<std::optional<double>>
compareResults(const Options &options, const Signature &signature,
               const std::vector<npy::Array> &results) {
  std::optional<double> worst;
  for (size_t i = 0; i < results.size(); ++i) {
    if (getName(options.expected, i).empty())
      continue;
    Result<npy::Array> expected = npy::read(options.expected[i]);
    if (!expected)
      return expected.takeFailure();
    std::optional<npy::Array> majorant;
    if (!getName(options.majorants, i).empty()) {
      Result<npy::Array> file = npy::read(options.majorants[i]);
      if (!file)
        return file.takeFailure();
      majorant = std::move(*file);
    }
    Result<double> error =
        compare(signature.outputs[i], i, results[i], *expected,
                majorant ? &*majorant : nullptr, options.tolerance);
    if (!error)
      return error.takeFailure();
    worst = std::max(worst.value_or(0), *error);
  }
  return worst;
}

/// Compares with the results of call 0, which it keeps.
static Status compareCalls(const Signature &signature, int64_t call,
                           const std::vector<npy::Array> &results,
                           std::vector<npy::Array> &kept) {
  for (size_t i = 0; i < results.size(); ++i) {
    if (call > 0) {
      if (Status s =
              compareBits(signature.outputs[i], i, results[i], kept[i], call);
          !s)
        return s;
      continue;
    }
    Result<npy::Array> copy =
        npy::Array::create(results[i].getDType(), results[i].getShape());
    if (!copy)
      return copy.takeFailure();
    std::memcpy(copy->getData(), results[i].getData(),
                results[i].getNumBytes());
    kept.push_back(std::move(*copy));
  }
  return Success();
}

//===----------------------------------------------------------------------===//
// The report
//===----------------------------------------------------------------------===//

namespace {
/// What --report prints.
struct Measurements {
  double compileMs = -1;
  /// One for each timed call, at least one.
  std::vector<double> callMs;
  double peakMemoryMiB = 0;
  /// Of all inputs and outputs.
  int64_t tensorBytes = 0;
  std::optional<double> maxError;

  double getMinMs() const {
    return *std::min_element(callMs.begin(), callMs.end());
  }
  /// The mean of the two in the middle for an even number.
  double getMedianMs() const {
    std::vector<double> sorted(callMs);
    std::sort(sorted.begin(), sorted.end());
    size_t half = sorted.size() / 2;
    return sorted.size() % 2 ? sorted[half]
                             : (sorted[half - 1] + sorted[half]) / 2;
  }
};
} // namespace

/// As a string of JSON.
static std::string quote(const std::string &text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

static std::string formatExtents(const std::array<int64_t, 3> &extents) {
  return "[" + std::to_string(extents[0]) + "," + std::to_string(extents[1]) +
         "," + std::to_string(extents[2]) + "]";
}

static void printReport(const Measurements &measured, const CallInfo &info) {
  std::string json;
  auto addText = [&](const char *name, const std::string &text) {
    json += (json.empty() ? "{" : ",") + quote(name) + ":" + text;
  };
  // Six digits; JSON has no infinity.
  auto add = [&](const char *name, double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", number);
    addText(name, text);
  };
  double medianMs = measured.getMedianMs();
  auto perSecond = [&](double number) {
    return medianMs > 0 ? number / (medianMs / 1e3) : 0;
  };
  if (measured.compileMs >= 0)
    add("compile_ms", measured.compileMs);
  add("median_ms", medianMs);
  add("min_ms", measured.getMinMs());
  add("peak_memory_mib", measured.peakMemoryMiB);
  addText("tensor_bytes", std::to_string(measured.tensorBytes));
  add("gb_per_s", perSecond(measured.tensorBytes) / 1e9);
  if (measured.maxError)
    add("max_error", *measured.maxError);
  addText("chunks", std::to_string(info.chunks));
  if (info.chunks > 0) {
    addText("state_steps", std::to_string(info.stateSteps));
    add("state_steps_per_s", perSecond(info.stateSteps));
  }
  if (!info.device.empty()) {
    addText("device", quote(info.device));
    std::string launches;
    for (const Launch &launch : info.launches)
      launches += (launches.empty() ? "" : ",") +
                  ("{\"kernel\":" + quote(launch.kernel)) +
                  ",\"grid\":" + formatExtents(launch.grid) +
                  ",\"block\":" + formatExtents(launch.block) +
                  ",\"shared_bytes\":" + std::to_string(launch.sharedBytes) +
                  "}";
    addText("launches", "[" + launches + "]");
  }
  std::printf("%s}\n", json.c_str());
}

//===----------------------------------------------------------------------===//
// A run
//===----------------------------------------------------------------------===//

Status exec::runCalls(const Options &options, const Signature &signature,
                      Runner &runner, std::vector<npy::Array> &inputs,
                      double compileMs, ProgressLine &progress) {
  Measurements measured;
  measured.compileMs = compileMs;
  MemoryGauge memory;
  if (Status s = runner.prepare(inputs); !s)
    return s;
  std::vector<npy::Array> firstResults;
  for (int64_t i = 0; i < options.repeat; ++i) {
    progress.beginCall(i, options.repeat);
    Result<double> ms = runner.call();
    if (!ms)
      return ms.takeFailure();
    measured.callMs.push_back(*ms);
    if (!options.sameBits)
      continue;
    Result<std::vector<npy::Array> *> results = runner.getResults();
    if (!results)
      return results.takeFailure();
    if (Status s = compareCalls(signature, i, **results, firstResults); !s)
      return s;
  }
  progress.finish();
  CallInfo info = runner.getInfo();
  measured.peakMemoryMiB = info.device.empty() ? memory.getGrowthMiB()
                                               : info.deviceBytes / 1048576.0;
  Result<std::vector<npy::Array> *> results = runner.getResults();
  if (!results)
    return results.takeFailure();
  for (const std::vector<npy::Array> *arrays : {&inputs, *results})
    for (const npy::Array &array : *arrays)
      measured.tensorBytes += array.getNumBytes();
  Result<std::optional<double>> error =
      compareResults(options, signature, **results);
  if (!error)
    return error.takeFailure();
  measured.maxError = *error;
  if (Status s = writeResults(options.outputs, **results); !s)
    return s;
  if (options.report)
    printReport(measured, info);
  return Success();
}
