//===- ElementBasis.h - the least element of a scan -------------*- C++ -*-===//
//
// The matrices of all runs of steps of a component lie in the algebra (closed
// under sums, multiples and products) that the matrices of single steps and the
// identity span. Its dimension is the number of scalars that a run's element
// needs; entries that are zero, one, or a fixed combination of others drop out.
//
// Examples: KLA needs 7 of 9 entries; an affine recurrence x = a x + b needs a
// and b; a rotation [c -s; s c] needs 2 of 4; a running sum needs only b.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_ANALYSIS_ELEMENTBASIS_H
#define KALMIR_ANALYSIS_ELEMENTBASIS_H

#include "kalmir/Analysis/ProjectiveAnalysis.h"

namespace kalmir::analysis {

/// Which matrix entries make up the element, and how the others follow.
class ElementBasis {
public:
  /// entry = constant + sum of factor * element[number].
  struct Entry {
    Rational constant;
    llvm::SmallVector<std::pair<unsigned, Rational>> terms;
  };

  explicit ElementBasis(const ProjectiveComponent &component);

  /// Number of coordinates: the matrix is size x size.
  unsigned getSize() const { return size; }
  /// (row, column) of each scalar of the element.
  llvm::ArrayRef<std::pair<unsigned, unsigned>> getPivots() const {
    return pivots;
  }
  /// The entry at (row, column) in terms of the element's scalars.
  const Entry &getEntry(unsigned row, unsigned column) const {
    return entries[row * size + column];
  }

private:
  unsigned size;
  llvm::SmallVector<std::pair<unsigned, unsigned>> pivots;
  llvm::SmallVector<Entry> entries;
};

} // namespace kalmir::analysis

#endif // KALMIR_ANALYSIS_ELEMENTBASIS_H
