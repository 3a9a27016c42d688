//===- LinearStepPlan.h - few operations for a step -------------*- C++ -*-===//
//
// The matrix of a step, multiplied out, hides the order in which its author
// computed: predict, then update. A plan recovers it. It computes the rows of
// the matrix one after the other as
//
//     form = coefficient * earlier form + coefficients * coordinates
//
// where an earlier form may be another row or an intermediate result of the
// body (the numerator or denominator of one of its values). Fewer operations,
// and the rounding of the author's own order.
//
// Example: KLA, coordinates (n, e, d), becomes, D being a body's denominator,
//     D = a^2 d + p n;   n' = n + phi D;   e' = a e + r D;   d' = D
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_ANALYSIS_LINEARSTEPPLAN_H
#define KALMIR_ANALYSIS_LINEARSTEPPLAN_H

#include "kalmir/Analysis/ProjectiveAnalysis.h"

namespace kalmir::analysis {

/// State-free values of the body by the function they compute, so that a
/// coefficient which the body has computed is not computed again.
class CoefficientDictionary {
public:
  explicit CoefficientDictionary(ProjectiveAnalysis &analysis);

  /// The body's value for `function`, or null.
  mlir::Value lookup(const RationalFunction &function) const;
  /// Polynomials that the body computes and that are no plain symbols, those
  /// with most terms first; candidates for factors.
  llvm::ArrayRef<std::pair<Polynomial, mlir::Value>> getFactors() const {
    return factors;
  }
  /// Estimated operations to compute `function` beside the body's values.
  double getCost(const RationalFunction &function) const;
  /// The same for a coefficient: a multiplication by it included, nothing for
  /// 0, 1 and -1, one select for each case that differs.
  double getFactorCost(const CasedFunction &function) const;

private:
  std::map<RationalFunction, mlir::Value> values;
  llvm::SmallVector<std::pair<Polynomial, mlir::Value>> factors;
};

/// How one linear form is computed.
struct PlannedForm {
  LinearForm form;
  /// Number of the earlier form it builds on, or -1.
  int base = -1;
  CasedFunction baseFactor;
  /// What is left, as a form in the coordinates.
  LinearForm rest;
};

/// The forms of one component in the order of computation.
struct LinearStepPlan {
  std::vector<PlannedForm> forms;
  /// For each coordinate, the number of the form that is its next value.
  llvm::SmallVector<unsigned> next;

  LinearStepPlan(ProjectiveAnalysis &analysis,
                 const ProjectiveComponent &component,
                 const CoefficientDictionary &dictionary);
};

/// Whether all coefficients are zero.
bool isZero(const CasedFunction &function);
/// Whether the function is the constant `value` in every case.
bool isConstant(const CasedFunction &function, const Rational &value);
/// `factor` such that form = factor * base, or nullopt; the factor divides by
/// nothing that form does not divide by.
std::optional<CasedFunction> getRatio(const LinearForm &form,
                                      const LinearForm &base);
/// The form that is coordinate `position` of `size`.
LinearForm getUnitForm(unsigned size, unsigned position);

} // namespace kalmir::analysis

#endif // KALMIR_ANALYSIS_LINEARSTEPPLAN_H
