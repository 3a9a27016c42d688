//===- Polynomial.h - Exact sparse multivariate polynomials -----*- C++ -*-===//
//
// Exact, canonical polynomials over the rationals in numbered symbols, used to
// decide whether two scalar computations are the same function.
//
// Example: with x = Polynomial::variable(0) and y = Polynomial::variable(1),
//   gcd(x * x - y * y, x * x + x * y)  is  x + y
//   (x * x - y * y).divideExactly(x + y)  is  x - y
//
// Nothing here asserts or runs away: a result above the size limits below is
// the overflown polynomial, which every later operation hands on.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_ANALYSIS_POLYNOMIAL_H
#define KALMIR_ANALYSIS_POLYNOMIAL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DynamicAPInt.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace llvm {
class APFloat;
class raw_ostream;
} // namespace llvm

#pragma GCC visibility push(default)

namespace kalmir::analysis {

/// Arbitrary precision integer.
using Integer = llvm::DynamicAPInt;

/// Number of a variable.
using Symbol = unsigned;

/// Exact rational number. Invariant: lowest terms, denominator positive, and
/// parts that fit 64 bits are stored small, so equal values hash alike.
class Rational {
public:
  /// Zero.
  Rational() : num(0), den(1) {}
  /// The given integer. Floating point input does not convert: see fromFloat.
  template <typename T,
            typename = std::enable_if_t<std::is_integral_v<T> &&
                                        (std::is_signed_v<T> ||
                                         sizeof(T) < sizeof(int64_t))>>
  Rational(T value) : num(static_cast<int64_t>(value)), den(1) {}
  /// The given integer.
  explicit Rational(const Integer &value);

  /// `num / den` in lowest terms; nullopt when `den` is zero.
  static std::optional<Rational> fraction(const Integer &num,
                                          const Integer &den);
  /// `num / den` in lowest terms; nullopt when `den` is zero.
  static std::optional<Rational> fraction(int64_t num, int64_t den) {
    return fraction(Integer(num), Integer(den));
  }
  /// The exact value of `value`; nullopt for infinities, NaN, formats without a
  /// plain significand, and exponents beyond the IEEE double range.
  static std::optional<Rational> fromFloat(const llvm::APFloat &value);

  /// Numerator, carrying the sign.
  const Integer &numerator() const { return num; }
  /// Denominator, always positive.
  const Integer &denominator() const { return den; }

  bool isZero() const { return num == 0; }
  bool isOne() const { return num == 1 && den == 1; }
  bool isNegative() const { return num < 0; }
  bool isInteger() const { return den == 1; }
  /// True when numerator or denominator has more than
  /// Polynomial::maxCoefficientBits bits.
  bool isOversized() const;

  Rational operator+(const Rational &other) const;
  Rational operator-(const Rational &other) const;
  Rational operator*(const Rational &other) const;
  Rational operator-() const;
  /// The quotient; nullopt when `other` is zero.
  std::optional<Rational> divide(const Rational &other) const;

  bool operator==(const Rational &other) const {
    return num == other.num && den == other.den;
  }
  bool operator!=(const Rational &other) const { return !(*this == other); }
  /// Numeric order.
  bool operator<(const Rational &other) const;

  /// Nearest double up to a few units in the last place; for reports only.
  double toDouble() const;
  /// Prints `n` or `n/d`.
  void print(llvm::raw_ostream &os) const;
  friend llvm::hash_code hash_value(const Rational &value);

private:
  Rational(Integer n, Integer d) : num(std::move(n)), den(std::move(d)) {}
  static Rational reduced(const Integer &num, const Integer &den);

  Integer num, den;
};

/// Power product of symbols. Invariant: entries sorted by symbol, exponents
/// positive. The order is lexicographic with smaller symbols more significant
/// (so it is compatible with multiplication).
class Monomial {
public:
  using Entry = std::pair<Symbol, unsigned>;

  /// The empty product, 1.
  Monomial() = default;
  /// `symbol ^ exponent`.
  explicit Monomial(Symbol symbol, unsigned exponent = 1);

  /// The (symbol, exponent) pairs in symbol order.
  llvm::ArrayRef<Entry> entries() const { return factors; }
  bool isOne() const { return factors.empty(); }
  /// Exponent of `symbol`, 0 when absent.
  unsigned exponent(Symbol symbol) const;
  /// Sum of all exponents.
  unsigned totalDegree() const;

  Monomial operator*(const Monomial &other) const;
  /// The quotient; nullopt when `divisor` does not divide.
  std::optional<Monomial> divide(const Monomial &divisor) const;
  /// Greatest common divisor of the two monomials.
  Monomial meet(const Monomial &other) const;
  /// This monomial with only the symbols for which `keep` holds.
  Monomial restrictTo(llvm::function_ref<bool(Symbol)> keep) const;

  /// -1, 0, 1 in the monomial order.
  int compare(const Monomial &other) const;
  bool operator==(const Monomial &other) const {
    return factors == other.factors;
  }
  bool operator!=(const Monomial &other) const { return !(*this == other); }
  bool operator<(const Monomial &other) const { return compare(other) < 0; }

  /// Prints e.g. `x^2*y`, or `1`.
  void print(llvm::raw_ostream &os,
             llvm::function_ref<std::string(Symbol)> name) const;
  friend llvm::hash_code hash_value(const Monomial &monomial);

private:
  llvm::SmallVector<Entry, 6> factors;
};

/// Sparse polynomial over the rationals. Invariant: terms in strictly
/// decreasing monomial order, no zero coefficient; an overflown polynomial has
/// no terms.
class Polynomial {
public:
  /// One summand.
  struct Term {
    Monomial monomial;
    Rational coefficient;
  };

  /// A result with more terms than this is overflown.
  static constexpr size_t maxTerms = 20000;
  /// A result of higher total degree than this is overflown.
  static constexpr unsigned maxDegree = 256;
  /// A result with a coefficient part of more bits than this is overflown.
  static constexpr unsigned maxCoefficientBits = 2048;
  /// A product or quotient that needs more term products is given up.
  static constexpr size_t maxTermProducts = size_t(1) << 20;

  /// Zero.
  Polynomial() = default;
  static Polynomial constant(const Rational &value);
  static Polynomial variable(Symbol symbol);
  /// `coefficient * monomial`.
  static Polynomial term(const Monomial &monomial, const Rational &coefficient);
  /// The sum of `terms`, which may be unsorted and repeat monomials.
  static Polynomial fromTerms(std::vector<Term> terms);
  /// The poison value.
  static Polynomial overflown();

  /// True when the value was lost to a limit. Such a polynomial is neither
  /// zero nor constant, equals nothing (not even itself) and makes every
  /// result it enters overflown.
  bool isOverflown() const { return lost; }
  bool isZero() const { return !lost && termList.empty(); }
  bool isConstant() const;
  bool isOne() const;
  /// Value of a constant polynomial; otherwise the coefficient of monomial 1
  /// (zero when overflown).
  Rational getConstant() const;

  /// The terms, leading term first.
  llvm::ArrayRef<Term> terms() const { return termList; }
  size_t size() const { return termList.size(); }
  /// Coefficient of the greatest monomial, zero for no terms.
  Rational leadingCoefficient() const;

  Polynomial operator+(const Polynomial &other) const;
  Polynomial operator-(const Polynomial &other) const;
  Polynomial operator*(const Polynomial &other) const;
  Polynomial operator-() const;
  /// This times a constant.
  Polynomial scale(const Rational &factor) const;
  /// This times a monomial.
  Polynomial shift(const Monomial &factor) const;
  /// This to the given power (power 0 is 1).
  Polynomial power(unsigned exponent) const;

  /// True when both values are known and equal: false for overflown operands.
  bool operator==(const Polynomial &other) const;
  bool operator!=(const Polynomial &other) const { return !(*this == other); }
  /// Structural total order for containers; all overflown polynomials form one
  /// class below everything else.
  bool operator<(const Polynomial &other) const { return compare(other) < 0; }
  /// Three-way form of operator<.
  int compare(const Polynomial &other) const;
  friend llvm::hash_code hash_value(const Polynomial &polynomial);

  /// Highest power of `symbol`; 0 for zero and overflown.
  unsigned degree(Symbol symbol) const;
  /// Highest total degree of a term; 0 for zero and overflown.
  unsigned totalDegree() const;
  /// Highest total degree in the symbols that satisfy `counts`.
  unsigned totalDegreeIn(llvm::function_ref<bool(Symbol)> counts) const;
  /// Symbols that occur, ascending.
  llvm::SmallVector<Symbol> symbols() const;

  /// Coefficient of `symbol ^ power`, a polynomial without `symbol`.
  Polynomial coefficient(Symbol symbol, unsigned power) const;
  /// Splits into {monomial in the symbols satisfying `inKey` -> coefficient
  /// polynomial in the other symbols}. Empty for zero and overflown.
  std::map<Monomial, Polynomial>
  collect(llvm::function_ref<bool(Symbol)> inKey) const;

  /// The quotient; nullopt when `divisor` is zero or does not divide this, when
  /// an operand is overflown, or when the limits were exceeded.
  std::optional<Polynomial> divideExactly(const Polynomial &divisor) const;
  /// This with `value` in place of `symbol`.
  Polynomial substitute(Symbol symbol, const Polynomial &value) const;
  /// Partial derivative.
  Polynomial derivative(Symbol symbol) const;

  /// Signed rational c such that this / c has integer coefficients of gcd 1 and
  /// a positive leading coefficient; zero for no terms.
  Rational content() const;
  /// This / content(); zero stays zero.
  Polynomial primitivePart() const;
  /// Greatest monomial that divides every term.
  Monomial monomialContent() const;

  /// Value with `valueOf` for symbols and `embed` for coefficients; T needs +
  /// and *. Precondition: !isOverflown() (otherwise the result is embed(0)).
  template <typename T>
  T evaluate(llvm::function_ref<T(Symbol)> valueOf,
             llvm::function_ref<T(const Rational &)> embed) const {
    std::map<Symbol, T> values;
    std::optional<T> sum;
    for (const Term &term : termList) {
      // A unit coefficient is skipped so that symbolic T stays small.
      std::optional<T> product;
      if (!term.coefficient.isOne() || term.monomial.isOne())
        product.emplace(embed(term.coefficient));
      for (auto [symbol, exponent] : term.monomial.entries()) {
        auto known = values.find(symbol);
        if (known == values.end())
          known = values.emplace(symbol, valueOf(symbol)).first;
        for (unsigned i = 0; i < exponent; ++i)
          product.emplace(product ? T(*product * known->second)
                                  : known->second);
      }
      sum.emplace(sum ? T(*sum + *product) : *product);
    }
    return sum ? *sum : embed(Rational());
  }

  /// Prints e.g. `3/2*x^2*y - x + 1`, `0` or `<overflown>`.
  void print(llvm::raw_ostream &os,
             llvm::function_ref<std::string(Symbol)> name) const;
  /// print() with names s0, s1, ...
  std::string str() const;

private:
  Polynomial merge(const Polynomial &other, bool negateOther) const;
  static Polynomial checked(std::vector<Term> sorted);
  bool hasIntegerCoefficients() const;
  Polynomial withoutContent(const Rational &content) const;
  std::optional<Polynomial> dividePrimitive(const Polynomial &divisor) const;

  std::vector<Term> termList;
  bool lost = false;
};

/// Hashes consistent with operator==. Not stable across processes or versions:
/// never let them decide the order of output.
llvm::hash_code hash_value(const Rational &value);
llvm::hash_code hash_value(const Monomial &monomial);
llvm::hash_code hash_value(const Polynomial &polynomial);

/// Outcome of a bounded gcd computation.
struct GcdResult {
  /// The gcd, or 1 (a common divisor, not the greatest) when `exhausted`.
  Polynomial gcd;
  /// The work limit was hit or an operand was overflown.
  bool exhausted = false;
};

/// Work limit of gcd() in modular multiplications (a few nanoseconds each).
constexpr uint64_t defaultGcdWork = 200000000;

/// Greatest common divisor with integer coefficients of gcd 1 and positive
/// leading coefficient; gcd(0, 0) is 0. Unless `exhausted`, the result is
/// proven greatest: it divides both inputs and its degree meets a bound.
GcdResult gcdBounded(const Polynomial &a, const Polynomial &b,
                     uint64_t work = defaultGcdWork);

/// gcdBounded without the flag: 1 when the work limit was hit.
Polynomial gcd(const Polynomial &a, const Polynomial &b);

/// Least common multiple, normalised like gcd; overflown when the gcd could not
/// be found. lcm with 0 is 0.
Polynomial lcm(const Polynomial &a, const Polynomial &b);

} // namespace kalmir::analysis

#pragma GCC visibility pop

#endif // KALMIR_ANALYSIS_POLYNOMIAL_H
