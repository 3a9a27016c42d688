//===- Measure.h - time, memory and progress of a run -----------*- C++ -*-===//

#ifndef KALMIR_EXEC_MEASURE_H
#define KALMIR_EXEC_MEASURE_H

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace kalmir::exec {

/// Time since its construction.
class Stopwatch {
public:
  double getMs() const {
    return std::chrono::duration<double, std::milli>(
               std::chrono::steady_clock::now() - start)
        .count();
  }

private:
  std::chrono::steady_clock::time_point start =
      std::chrono::steady_clock::now();
};

/// Growth of the process's resident high-water mark since its construction.
/// The mark is reset first where the system allows it; otherwise only growth
/// beyond the earlier peak shows.
class MemoryGauge {
public:
  MemoryGauge();
  double getGrowthMiB() const;

private:
  int64_t baselineKiB;
};

/// A line on standard error that shows how far a long run is. Silent unless
/// standard error is a terminal and the run has lasted a second.
class ProgressLine {
public:
  explicit ProgressLine(std::string tool);

  /// For EngineOptions: takes the done fraction of a call. Empty when silent.
  std::function<void(double)> getCallback();
  /// Call number `number` of `total` begins.
  void beginCall(int64_t number, int64_t total);
  /// Clears the line.
  void finish();
  ~ProgressLine() { finish(); }

private:
  void show(double fraction);

  std::string tool;
  bool isTerminal;
  Stopwatch watch;
  double lastShownMs = 0;
  bool isShown = false;
  int64_t call = 0, numCalls = 1;
};

} // namespace kalmir::exec

#endif // KALMIR_EXEC_MEASURE_H
