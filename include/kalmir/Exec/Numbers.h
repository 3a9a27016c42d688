//===- Numbers.h - elements of any type as float64 --------------*- C++ -*-===//

#ifndef KALMIR_EXEC_NUMBERS_H
#define KALMIR_EXEC_NUMBERS_H

#include "kalmir/Exec/Npy.h"

namespace kalmir::exec {

/// A floating-point format of 16 bits.
struct Float16Format {
  int exponentBits, mantissaBits;
};
inline constexpr Float16Format kHalf = {5, 10}, kBrain = {8, 7};

double decode(Float16Format format, uint16_t bits);
/// The nearest number, ties to even; infinity where it is too large.
uint16_t encode(Float16Format format, double value);

/// All elements of an array; `isBF16` says what 16-bit elements are.
std::vector<double> readNumbers(const npy::Array &array, bool isBF16);

/// Writes numbers, each rounded once, into an array of as many elements.
void writeNumbers(const std::vector<double> &numbers, bool isBF16,
                  npy::Array &array);

} // namespace kalmir::exec

#endif // KALMIR_EXEC_NUMBERS_H
