//===- ScaleMembers.h - which states set the scale --------------*- C++ -*-===//

#ifndef KALMIR_RECUR_TRANSFORMS_SCALEMEMBERS_H
#define KALMIR_RECUR_TRANSFORMS_SCALEMEMBERS_H

#include "kalmir/Recur/IR/Recur.h"

#include "llvm/ADT/SmallBitVector.h"

namespace kalmir::recur {

/// The states whose size decides how a homogeneous group is rescaled: those
/// that a denominator depends on, now or at a later step. `denominators` are
/// the states that the results are divided by outside of the scan; divisors
/// within `step` are found here.
///
/// A state x outside of that set is nothing but a numerator. With the set in
/// [1, 2), no denominator is above 2, so that |x / denominator| >= |x| / 2: x
/// overflows only where every result that it is part of does.
llvm::SmallBitVector findScaleMembers(mlir::Block &step, unsigned numInputs,
                                      unsigned numStates,
                                      llvm::ArrayRef<unsigned> denominators);

} // namespace kalmir::recur

#endif // KALMIR_RECUR_TRANSFORMS_SCALEMEMBERS_H
