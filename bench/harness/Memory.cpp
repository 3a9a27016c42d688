//===- Memory.cpp - peak memory of this process ---------------------------===//

#include "Memory.h"

#include <fstream>
#include <malloc.h>
#include <string>

/// A line of /proc/self/status, in bytes.
static std::optional<int64_t> readStatus(const std::string &key) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    int64_t kib;
    if (word == key + ":" && status >> kib)
      return kib * 1024;
  }
  return std::nullopt;
}

std::optional<int64_t> measurePeak(const std::function<void()> &call) {
  // What was freed before must not serve the call unseen.
  malloc_trim(0);
  // 5 sets the peak (VmHWM) to the present size; see proc(5).
  std::ofstream reset("/proc/self/clear_refs");
  bool canReset = bool(reset << "5" << std::flush);
  std::optional<int64_t> before = readStatus("VmRSS");
  call();
  std::optional<int64_t> peak = readStatus("VmHWM");
  if (!canReset || !before || !peak)
    return std::nullopt;
  return *peak - *before;
}
