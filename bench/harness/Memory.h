//===- Memory.h - peak memory of this process -------------------*- C++ -*-===//

#ifndef KALMIR_BENCH_MEMORY_H
#define KALMIR_BENCH_MEMORY_H

#include <cstdint>
#include <functional>
#include <optional>

/// Bytes by which the resident memory rose at most during `call` (Linux;
/// nothing where the system does not say).
std::optional<int64_t> measurePeak(const std::function<void()> &call);

#endif // KALMIR_BENCH_MEMORY_H
