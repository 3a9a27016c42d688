//===- Entry.h - entries of compiled libraries ------------------*- C++ -*-===//

#ifndef KALMIR_BENCH_ENTRY_H
#define KALMIR_BENCH_ENTRY_H

#include "Array.h"

#include "kalmir/runtime.h"

/// An entry of a shared library that kalmir-compile wrote, with arguments.
class Entry {
public:
  /// Loads `name` from `path` and allocates its outputs, or throws.
  Entry(const std::string &path, const std::string &name,
        std::vector<Array> inputs);

  /// Calls it once, or throws. The workspace is allocated by the call.
  void call();

  std::vector<Array> outputs;
  /// Products of all loop extents of the recurrences, summed over them.
  int64_t stateSteps = 0;

private:
  void check(int32_t status) const;

  int32_t (*function)(kalmir_tensor *const *, int64_t, void *, int64_t);
  const char *(*lastError)();
  std::vector<Array> inputs;
  std::vector<kalmir_tensor> tensors;
  std::vector<kalmir_tensor *> args;
};

#endif // KALMIR_BENCH_ENTRY_H
