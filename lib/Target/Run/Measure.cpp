//===- Measure.cpp - time, memory and progress of a run -------------------===//

#include "Measure.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

using namespace kalmir;

double Measurements::getMinMs() const {
  return *std::min_element(callMs.begin(), callMs.end());
}

double Measurements::getMedianMs() const {
  std::vector<double> sorted(callMs);
  std::sort(sorted.begin(), sorted.end());
  size_t half = sorted.size() / 2;
  return sorted.size() % 2 ? sorted[half]
                           : (sorted[half - 1] + sorted[half]) / 2;
}

/// VmHWM of this process in KiB, 0 where the system does not tell.
static int64_t getHighWaterKiB() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    llvm::StringRef rest(line);
    int64_t number;
    if (rest.consume_front("VmHWM:") &&
        !(rest = rest.ltrim()).consumeInteger(10, number))
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

ProgressLine::ProgressLine()
    : isTerminal(llvm::sys::Process::StandardErrIsDisplayed()) {}

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
  llvm::errs() << llvm::format("\rkalmir-run: %3.0f %%, %.0f s",
                               100 * (call + fraction) / numCalls, now / 1e3);
  llvm::errs().flush();
}

void ProgressLine::finish() {
  if (isShown)
    llvm::errs() << "\r\x1b[K";
  isShown = false;
}
