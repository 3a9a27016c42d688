//===- Compare.h - results and what they should be --------------*- C++ -*-===//

#ifndef KALMIR_EXEC_COMPARE_H
#define KALMIR_EXEC_COMPARE_H

#include "kalmir/Exec/Signature.h"

namespace kalmir::exec {

/// The largest |found - expected| / majorant, where the majorant is |expected|
/// without an array of its own; equal elements are right whatever it is, and
/// where it is infinite everything is. Fails where shapes differ, where NaN is
/// found and not expected or the other way round, and where that is larger than
/// `tolerance`, with the position and the values.
Result<double> compare(const Argument &declared, size_t number,
                       const npy::Array &found, const npy::Array &expected,
                       const npy::Array *majorant, double tolerance);

/// Fails unless both arrays have the same bits.
Status compareBits(const Argument &declared, size_t number,
                   const npy::Array &found, const npy::Array &expected,
                   int64_t call);

} // namespace kalmir::exec

#endif // KALMIR_EXEC_COMPARE_H
