//===- Array.h - arrays in .npy files ---------------------------*- C++ -*-===//

#ifndef KALMIR_BENCH_ARRAY_H
#define KALMIR_BENCH_ARRAY_H

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// A row-major array of float64 ("<f8"), float32 ("<f4") or bfloat16 ("<u2",
/// as NumPy has no name for it).
struct Array {
  std::string type;
  std::vector<int64_t> shape;
  std::shared_ptr<char[]> data;

  static Array allocate(std::string type, std::vector<int64_t> shape);
  int64_t size() const;
  int64_t bytes() const;
  /// The elements; `type` must be "<f4".
  float *f32() const;
  /// One element, widened.
  double at(int64_t index) const;
  /// Sets every element to NaN.
  void poison();
};

/// Reads a .npy file, or throws std::runtime_error.
Array readNpy(const std::string &path);
/// Writes a .npy file, or throws std::runtime_error.
void writeNpy(const std::string &path, const Array &array);

/// |found - expected| / |expected| in 2-norms; NaN where `found` has one.
double relativeError(const Array &found, const Array &expected);

#endif // KALMIR_BENCH_ARRAY_H
