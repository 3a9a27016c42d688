//===- main.cpp - times entries and peers side by side --------------------===//
//
// kalmir-bench ITEM... [--benchmark_...]
//
//   --inputs=X.npy,...         what the items after it are given
//   --expected=Y.npy,...       what their first outputs are compared with
//   --tolerance=T              relative 2-norm that they may differ by
//   --entry=LABEL=LIB.so:NAME  an entry of a compiled library
//   --peer=LABEL=NAME          plain, homogeneous or series: a C++ peer, which
//                              takes the inputs of KLA (see peers/kla.h)
//
// Outputs hold NaN before every repetition and are checked after it: a wrong
// result is an error, not a time.
//
//===----------------------------------------------------------------------===//

#include "Array.h"
#include "Entry.h"
#include "Memory.h"

#include "../peers/kla.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>

namespace {
/// What a benchmark calls, and where the results are then.
struct Item {
  std::function<void()> call;
  std::vector<Array> outputs;
  int64_t stateSteps;
  std::vector<Array> expected;
  double tolerance;
  std::optional<int64_t> peakBytes;
  bool measured = false;
};
} // namespace

static std::vector<std::string> split(const std::string &text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);)
    parts.push_back(part);
  return parts;
}

static void loadEntry(Item &item, const std::string &place,
                      const std::vector<Array> &inputs) {
  size_t colon = place.rfind(':');
  if (colon == std::string::npos)
    throw std::runtime_error("expected LIB.so:NAME for an entry, found '" +
                             place + "'");
  auto entry = std::make_shared<Entry>(place.substr(0, colon),
                                       place.substr(colon + 1), inputs);
  item.outputs = entry->outputs;
  item.stateSteps = entry->stateSteps;
  item.call = [entry] { entry->call(); };
}

static void loadPeer(Item &item, const std::string &name,
                     const std::vector<Array> &inputs) {
  static const std::map<std::string, void (*)(const KlaProblem &)> peers = {
      {"plain", klaPlain},
      {"homogeneous", klaHomogeneous},
      {"series", klaSeriesPlain}};
  auto peer = peers.find(name);
  if (peer == peers.end())
    throw std::runtime_error("expected a peer among homogeneous, plain, "
                             "series, found '" +
                             name + "'");
  if (inputs.size() != 8)
    throw std::runtime_error("expected the 8 inputs of KLA for a peer, found " +
                             std::to_string(inputs.size()));
  const std::vector<int64_t> &v = inputs[0].shape, &k = inputs[2].shape;
  if (v.size() != 3 || k.size() != 3)
    throw std::runtime_error("expected values and keys of rank 3, found " +
                             std::to_string(v.size()) + " and " +
                             std::to_string(k.size()));
  item.outputs.push_back(Array::allocate("<f4", v));
  if (item.expected.size() > 1)
    item.outputs.push_back(Array::allocate("<f4", v));
  KlaProblem problem = {inputs[0].f32(),
                        inputs[1].f32(),
                        inputs[2].f32(),
                        inputs[3].f32(),
                        inputs[4].f32(),
                        inputs[5].f32(),
                        inputs[6].f32(),
                        inputs[7].f32(),
                        item.outputs[0].f32(),
                        item.outputs.size() > 1 ? item.outputs[1].f32()
                                                : nullptr,
                        v[0],
                        v[1],
                        v[2],
                        k[2]};
  item.stateSteps = problem.B * problem.L * problem.M * problem.S;
  item.call = [problem, inputs, run = peer->second] { run(problem); };
}

static void run(benchmark::State &state, Item &item) {
  for (Array &output : item.outputs)
    output.poison();
  try {
    if (!item.measured)
      item.peakBytes = measurePeak(item.call);
    item.measured = true;
    for (Array &output : item.outputs)
      output.poison();
    for (auto _ : state)
      item.call();
  } catch (const std::exception &error) {
    state.SkipWithError(error.what());
    return;
  }
  double worst = 0;
  for (size_t i = 0; i < item.expected.size(); ++i) {
    double error = relativeError(item.outputs[i], item.expected[i]);
    if (!(error <= item.tolerance)) {
      std::ostringstream message;
      message << "output " << i << ": expected a relative error of at most "
              << item.tolerance << ", found " << error;
      state.SkipWithError(message.str().c_str());
      return;
    }
    worst = std::max(worst, error);
  }
  state.counters["error"] = worst;
  state.counters["state_steps"] = double(item.stateSteps);
  if (item.peakBytes)
    state.counters["peak_bytes"] = double(*item.peakBytes);
}

static void parse(int argc, char **argv) {
  std::vector<Array> inputs, expected;
  double tolerance = 1e-5;
  for (int i = 1; i < argc; ++i) {
    std::string text = argv[i];
    size_t equal = text.find('=');
    std::string key = text.substr(0, equal);
    std::string value =
        equal == std::string::npos ? "" : text.substr(equal + 1);
    if (key == "--inputs" || key == "--expected") {
      std::vector<Array> &arrays = key == "--inputs" ? inputs : expected;
      arrays.clear();
      for (const std::string &path : split(value, ','))
        arrays.push_back(readNpy(path));
    } else if (key == "--tolerance") {
      char *end;
      tolerance = std::strtod(value.c_str(), &end);
      if (value.empty() || *end)
        throw std::runtime_error("expected a number for --tolerance, found '" +
                                 value + "'");
    } else if (key == "--entry" || key == "--peer") {
      size_t second = value.find('=');
      if (second == std::string::npos)
        throw std::runtime_error("expected LABEL=... for " + key + ", found '" +
                                 value + "'");
      auto item = std::make_shared<Item>();
      item->expected = expected;
      item->tolerance = tolerance;
      (key == "--entry" ? loadEntry : loadPeer)(*item, value.substr(second + 1),
                                                inputs);
      if (item->outputs.size() < expected.size())
        throw std::runtime_error(text + ": fewer outputs than expected");
      benchmark::RegisterBenchmark(
          value.substr(0, second).c_str(),
          [item](benchmark::State &state) { run(state, *item); })
          ->Unit(benchmark::kMillisecond)
          ->UseRealTime();
    } else {
      throw std::runtime_error("expected an option, found '" + text +
                               "'; see the head of main.cpp");
    }
  }
}

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  try {
    parse(argc, argv);
  } catch (const std::exception &error) {
    std::fprintf(stderr, "kalmir-bench: error: %s\n", error.what());
    return 2;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
