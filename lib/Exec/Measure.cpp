//===- Measure.cpp - time, memory and progress of a run -------------------===//

#include "kalmir/Exec/Measure.h"

#include <cstdio>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace kalmir::exec;

/// VmHWM of this process in KiB, 0 where the system does not tell.
static int64_t getHighWaterKiB() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    long long number;
    if (std::sscanf(line.c_str(), "VmHWM: %lld", &number) == 1)
      return number;
  }
  return 0;
}

MemoryGauge::MemoryGauge() {
  // 5 sets the high-water mark to the present size.
  std::ofstream("/proc/self/clear_refs") << "5";
  baselineKiB = getHighWaterKiB();
}

double MemoryGauge::getGrowthMiB() const {
  return (getHighWaterKiB() - baselineKiB) / 1024.0;
}

ProgressLine::ProgressLine(std::string tool)
    : tool(std::move(tool)), isTerminal(::isatty(STDERR_FILENO)) {}

std::function<void(double)> ProgressLine::getCallback() {
  if (!isTerminal)
    return {};
  return [this](double fraction) { show(fraction); };
}

void ProgressLine::beginCall(int64_t number, int64_t total) {
  call = number;
  numCalls = total;
  show(0);
}

void ProgressLine::show(double fraction) {
  double now = watch.getMs();
  if (!isTerminal || now < 1000 || now - lastShownMs < 200)
    return;
  lastShownMs = now;
  isShown = true;
  std::fprintf(stderr, "\r%s: %3.0f %%, %.0f s", tool.c_str(),
               100 * (call + fraction) / numCalls, now / 1e3);
  std::fflush(stderr);
}

void ProgressLine::finish() {
  if (isShown)
    std::fputs("\r\x1b[K", stderr);
  isShown = false;
}
