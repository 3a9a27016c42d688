//===- SparseGcd.h - Sparse modular interpolation of a gcd ------*- C++ -*-===//
//
// Private to the polynomial gcd. Recovers the gcd of two integer polynomials
// with respect to one main symbol from its univariate images modulo primes
// (Zippel's method: find which terms occur one symbol at a time modulo one
// prime, then only their coefficients modulo further primes, then combine by
// the Chinese remainder theorem). The result is a candidate: probabilistic, to
// be verified by the caller. Example: for (x-y)*(x+1), (x-y)*(x+2), main symbol
// x, degree 1 and lead 1 it proposes x - y.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_ANALYSIS_SPARSEGCD_H
#define KALMIR_LIB_ANALYSIS_SPARSEGCD_H

#include "ModularField.h"

namespace kalmir::analysis::detail {

/// Work allowance shared by all steps of one gcd.
struct WorkBudget {
  uint64_t left;

  /// Takes `amount`; false, with nothing left, when that much is not there.
  bool spend(uint64_t amount) {
    if (left < amount) {
      left = 0;
      return false;
    }
    left -= amount;
    return true;
  }
};

/// A polynomial with integer coefficients laid out for modular evaluation.
class ImagePlan {
public:
  /// `order[0]` is the main symbol; symbols outside `order` do not occur.
  ImagePlan(const Polynomial &source, const std::vector<Symbol> &order);

  size_t size() const { return coefficients.size(); }
  /// Number of (term, symbol) incidences, the cost of start().
  size_t weight() const { return factors.size() + size(); }
  unsigned mainDegree() const { return highest; }
  /// Reduces the coefficients for `field`.
  void enter(const ModularField &field);
  /// Prepares the points (step^s for the first `geometric` symbols after the
  /// main one, `point` for the others), s = 1, 2, ...
  void start(const ModularField &field, const std::vector<uint64_t> &point,
             const std::vector<uint64_t> &ratios, size_t geometric);
  /// The image at the next prepared point, in the main symbol.
  Dense next(const ModularField &field);

private:
  unsigned highest = 0;
  std::vector<Integer> coefficients;
  std::vector<unsigned> mainExponents;
  /// (number of further symbol, exponent) of all terms in sequence, and where
  /// each term's part ends.
  std::vector<std::pair<size_t, unsigned>> factors;
  std::vector<size_t> ends;
  std::vector<uint64_t> residues, current, steps;
};

/// Interpolates one gcd.
class SparseGcd {
public:
  /// Inputs: integer polynomials a, b; `order[0]` the main symbol, the first
  /// `bounds.size()` further symbols may occur in the result with at most the
  /// given degrees; `degree` the result's degree in the main symbol; `lead` its
  /// leading coefficient there.
  SparseGcd(const Polynomial &a, const Polynomial &b, const Polynomial &lead,
            std::vector<Symbol> order, std::vector<unsigned> bounds,
            unsigned degree, WorkBudget &budget, RandomSource &random);

  /// The candidate; nullopt on bad luck or when the budget is gone. Retries
  /// pass another `firstPrime`, in case that prime is unsuitable.
  std::optional<Polynomial> run(unsigned firstPrime);

private:
  using Exponents = std::vector<unsigned>;
  struct Unknown {
    Exponents exponents;
    uint64_t value;
  };
  /// Terms below the leading one, by power of the main symbol.
  using Image = std::vector<std::vector<Unknown>>;

  void enter(const ModularField &field);
  bool solve(const ModularField &field, const std::vector<uint64_t> &point,
             size_t geometric, Image &image);
  bool solveOne(const ModularField &field, const std::vector<uint64_t> &nodes,
                const std::vector<uint64_t> &values,
                std::vector<Unknown> &unknowns);
  bool discover(const ModularField &field, Image &image);
  bool extend(const ModularField &field, size_t which,
              std::vector<uint64_t> &point, Image &image);

  const Polynomial &leadSource;
  std::vector<Symbol> order;
  std::vector<unsigned> bounds;
  unsigned degree;
  WorkBudget &budget;
  RandomSource &random;
  ImagePlan planA, planB, planLead;
};

} // namespace kalmir::analysis::detail

#endif // KALMIR_LIB_ANALYSIS_SPARSEGCD_H
