//===- RationalFunction.h - Exact fractions of polynomials ------*- C++ -*-===//
//
// Fractions of polynomials in canonical form, so that equal functions have
// equal representations.
//
// Example: with k = p*h / (h*h*p + r), the covariance updates of a filter
// (1 - k*h) * p and (1 - k*h) * p * (1 - k*h) + k * r * k compare equal; both
// are stored as p*r / (h^2*p + r).
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_ANALYSIS_RATIONALFUNCTION_H
#define KALMIR_ANALYSIS_RATIONALFUNCTION_H

#include "kalmir/Analysis/Polynomial.h"

#pragma GCC visibility push(default)

namespace kalmir::analysis {

/// Quotient of two polynomials as an element of the field of fractions (where
/// x / x is 1, also at x = 0).
///
/// Invariant: numerator and denominator are coprime; the denominator has
/// integer coefficients of gcd 1 and a positive leading coefficient. Zero is
/// 0 / 1. A limit that was hit on the way weakens this; see isOverflown.
class RationalFunction {
public:
  /// Zero.
  RationalFunction();
  /// `value / 1`.
  explicit RationalFunction(const Polynomial &value);
  static RationalFunction constant(const Rational &value);
  static RationalFunction variable(Symbol symbol);
  /// `num / den` in lowest terms; nullopt when `den` is zero.
  static std::optional<RationalFunction> fraction(const Polynomial &num,
                                                  const Polynomial &den);
  /// The poison value.
  static RationalFunction overflown();

  /// The parts; both overflown polynomials when isLost().
  const Polynomial &numerator() const { return num; }
  const Polynomial &denominator() const { return den; }

  /// True when a limit was hit while computing this value or an input of it.
  /// Either the value is gone (isLost), or it is right but perhaps not in
  /// lowest terms: then a `!=`, a hash or an order proves nothing. The mark is
  /// passed on by every operation.
  bool isOverflown() const { return state != State::Exact; }
  /// True when the value is gone.
  bool isLost() const { return state == State::Lost; }

  /// Exact answers, also for fractions not in lowest terms; false when lost.
  bool isZero() const { return num.isZero(); }
  bool isOne() const { return num == den; }
  /// True when the value is known to be a constant (a fraction that is not in
  /// lowest terms may be missed).
  bool isConstant() const { return num.isConstant() && den.isOne(); }
  /// True when the denominator is 1 (same caveat).
  bool isPolynomial() const { return den.isOne(); }

  RationalFunction operator+(const RationalFunction &other) const;
  RationalFunction operator-(const RationalFunction &other) const;
  RationalFunction operator*(const RationalFunction &other) const;
  RationalFunction operator-() const;
  /// This / other; nullopt when `other` is zero.
  std::optional<RationalFunction> divide(const RationalFunction &other) const;
  /// 1 / this; nullopt for zero.
  std::optional<RationalFunction> inverse() const;
  /// This to the given power (power 0 is 1).
  RationalFunction power(unsigned exponent) const;
  /// This with `value` in place of `symbol`; nullopt when the denominator
  /// becomes zero.
  std::optional<RationalFunction>
  substitute(Symbol symbol, const RationalFunction &value) const;

  /// True only when the values are proven equal; false when one is lost.
  bool operator==(const RationalFunction &other) const;
  bool operator!=(const RationalFunction &other) const {
    return !(*this == other);
  }
  /// Structural total order for containers; consistent with == unless a value
  /// isOverflown. All lost values form one class.
  bool operator<(const RationalFunction &other) const;
  friend llvm::hash_code hash_value(const RationalFunction &value);

  /// Symbols that occur, ascending.
  llvm::SmallVector<Symbol> symbols() const;
  /// True when `symbol` occurs.
  bool dependsOn(Symbol symbol) const {
    return num.degree(symbol) != 0 || den.degree(symbol) != 0;
  }
  /// Value at a point; nullopt when lost, when the denominator is zero there,
  /// or when an intermediate number exceeds Polynomial::maxCoefficientBits.
  std::optional<Rational>
  evaluate(llvm::function_ref<Rational(Symbol)> valueOf) const;

  /// Prints `n` or `(n) / (d)`.
  void print(llvm::raw_ostream &os,
             llvm::function_ref<std::string(Symbol)> name) const;
  /// print() with names s0, s1, ...
  std::string str() const;

private:
  /// Exact: the invariant holds. Unreduced: the value is right, the parts may
  /// have a common factor. Lost: no value.
  enum class State { Exact, Unreduced, Lost };

  static RationalFunction make(Polynomial num, Polynomial den, State state);
  static RationalFunction reduce(const Polynomial &num, const Polynomial &den,
                                 State state);
  State joined(const RationalFunction &other) const;

  Polynomial num, den;
  State state = State::Exact;
};

/// Hash of the structure; consistent with == unless the value isOverflown.
llvm::hash_code hash_value(const RationalFunction &value);

/// Divides polynomials that matter only up to a common factor by what they have
/// in common, so that equal ratios become equal. Numbers become small integers
/// where possible; otherwise (0.1f is 13421773 / 2^27) they are left, but for
/// denominators that no binary fraction has. Does nothing to overflown ones.
void removeCommonFactor(llvm::ArrayRef<Polynomial *> polynomials);

} // namespace kalmir::analysis

#pragma GCC visibility pop

#endif // KALMIR_ANALYSIS_RATIONALFUNCTION_H
