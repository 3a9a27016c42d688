//===- CasedFunction.h - fractions that depend on conditions ----*- C++ -*-===//
//
// A select on a state-free condition has one function for each outcome. With
// two conditions a and b the cases are, in order: neither, a, b, both.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_ANALYSIS_CASEDFUNCTION_H
#define KALMIR_ANALYSIS_CASEDFUNCTION_H

#include "kalmir/Analysis/RationalFunction.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#pragma GCC visibility push(default)

namespace kalmir::analysis {

/// One function for each case, or a single one that holds in every case.
class CasedFunction : public llvm::SmallVector<RationalFunction, 1> {
public:
  using SmallVector::SmallVector;

  /// The function of case `number`.
  const RationalFunction &inCase(size_t number) const {
    return size() == 1 ? front() : (*this)[number];
  }

  /// Leaves one function where all cases agree.
  void collapse() {
    if (llvm::all_of(*this, [&](const RationalFunction &other) {
          return other == front();
        }))
      resize(1);
  }
};

} // namespace kalmir::analysis

#pragma GCC visibility pop

#endif // KALMIR_ANALYSIS_CASEDFUNCTION_H
