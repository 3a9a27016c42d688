//===- RationalFunction.cpp - Exact fractions of polynomials ----*- C++ -*-===//
//
// Field operations that keep fractions in lowest terms with gcds as small as
// possible. Example: in a/b + c/d with coprime b and d the sum needs no gcd at
// all after that of b and d.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Analysis/RationalFunction.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>

using namespace kalmir::analysis;

RationalFunction::RationalFunction() : den(Polynomial::constant(1)) {}

RationalFunction::RationalFunction(const Polynomial &value)
    : RationalFunction() {
  num = value;
  if (value.isOverflown())
    *this = overflown();
}

RationalFunction RationalFunction::constant(const Rational &value) {
  return RationalFunction(Polynomial::constant(value));
}

RationalFunction RationalFunction::variable(Symbol symbol) {
  return RationalFunction(Polynomial::variable(symbol));
}

RationalFunction RationalFunction::overflown() {
  RationalFunction result;
  result.num = result.den = Polynomial::overflown();
  result.state = State::Lost;
  return result;
}

/// Finishes a fraction whose parts have no common factor (or are marked so):
/// moves constants into the numerator. `d` is not zero.
RationalFunction RationalFunction::make(Polynomial n, Polynomial d,
                                        State state) {
  if (state == State::Lost || n.isOverflown() || d.isOverflown())
    return overflown();
  RationalFunction result;
  result.state = state;
  if (n.isZero())
    return result;
  Rational scale = d.content();
  if (!scale.isOne()) {
    d = d.primitivePart();
    std::optional<Rational> inverse = Rational(1).divide(scale);
    if (!inverse || d.isOverflown())
      return overflown();
    n = n.scale(*inverse);
    if (n.isOverflown())
      return overflown();
  }
  result.num = std::move(n);
  result.den = std::move(d);
  return result;
}

/// Cancels the common factor of the parts. `d` is not zero.
RationalFunction RationalFunction::reduce(const Polynomial &n,
                                          const Polynomial &d, State state) {
  if (state == State::Lost || n.isOverflown() || d.isOverflown())
    return overflown();
  GcdResult common = gcdBounded(n, d);
  if (!common.exhausted) {
    if (common.gcd.isOne())
      return make(n, d, state);
    std::optional<Polynomial> top = n.divideExactly(common.gcd);
    std::optional<Polynomial> bottom = d.divideExactly(common.gcd);
    if (top && bottom)
      return make(std::move(*top), std::move(*bottom), state);
  }
  return make(n, d, State::Unreduced);
}

RationalFunction::State
RationalFunction::joined(const RationalFunction &other) const {
  return std::max(state, other.state);
}

std::optional<RationalFunction>
RationalFunction::fraction(const Polynomial &n, const Polynomial &d) {
  if (d.isZero())
    return std::nullopt;
  return reduce(n, d, State::Exact);
}

RationalFunction
RationalFunction::operator+(const RationalFunction &other) const {
  State flags = joined(other);
  if (flags == State::Lost)
    return overflown();
  if (den == other.den)
    return reduce(num + other.num, den, flags);
  GcdResult common = gcdBounded(den, other.den);
  if (common.exhausted)
    flags = State::Unreduced;
  std::optional<Polynomial> left = den.divideExactly(common.gcd);
  std::optional<Polynomial> right = other.den.divideExactly(common.gcd);
  if (!left || !right)
    return reduce(num * other.den + other.num * den, den * other.den, flags);
  Polynomial sum = num * *right + other.num * *left;
  if (common.gcd.isOne())
    return make(std::move(sum), den * other.den, flags);
  // Only factors of the common part can cancel: each operand is in lowest
  // terms, so the sum shares none with `left` and `right`.
  RationalFunction core = reduce(sum, common.gcd, flags);
  return make(core.num, core.den * *left * *right, core.state);
}

RationalFunction
RationalFunction::operator-(const RationalFunction &other) const {
  return *this + -other;
}

RationalFunction RationalFunction::operator-() const {
  RationalFunction result = *this;
  result.num = -num;
  return result;
}

RationalFunction
RationalFunction::operator*(const RationalFunction &other) const {
  State flags = joined(other);
  if (flags == State::Lost)
    return overflown();
  // Each operand is in lowest terms, so only crosswise factors cancel.
  RationalFunction first = reduce(num, other.den, flags);
  RationalFunction second = reduce(other.num, den, flags);
  return make(first.num * second.num, first.den * second.den,
              first.joined(second));
}

std::optional<RationalFunction> RationalFunction::inverse() const {
  if (isZero())
    return std::nullopt;
  return make(den, num, state);
}

std::optional<RationalFunction>
RationalFunction::divide(const RationalFunction &other) const {
  std::optional<RationalFunction> reciprocal = other.inverse();
  if (!reciprocal)
    return std::nullopt;
  return *this * *reciprocal;
}

RationalFunction RationalFunction::power(unsigned exponent) const {
  return make(num.power(exponent), den.power(exponent), state);
}

/// `p` with n / d for `symbol`, times d to the degree of p in `symbol`.
static Polynomial substituteScaled(const Polynomial &p, Symbol symbol,
                                   const Polynomial &n, const Polynomial &d) {
  // Horner's rule on the homogenised polynomial, splitting p only once.
  std::map<Monomial, Polynomial> parts =
      p.collect([&](Symbol s) { return s == symbol; });
  unsigned degree = p.degree(symbol);
  Polynomial result, scale = Polynomial::constant(1);
  size_t work = 0;
  for (unsigned power = degree + 1; power-- > 0;) {
    auto part = parts.find(Monomial(symbol, power));
    result = result * n;
    if (part != parts.end())
      result = result + part->second * scale;
    work += result.size() * n.size() + scale.size() * d.size();
    if (result.isOverflown() || work > 2 * Polynomial::maxTermProducts)
      return Polynomial::overflown();
    if (power)
      scale = scale * d;
  }
  return result;
}

std::optional<RationalFunction>
RationalFunction::substitute(Symbol symbol,
                             const RationalFunction &value) const {
  if (!dependsOn(symbol))
    return *this;
  State flags = joined(value);
  if (flags == State::Lost)
    return overflown();
  Polynomial top = substituteScaled(num, symbol, value.num, value.den);
  Polynomial bottom = substituteScaled(den, symbol, value.num, value.den);
  if (bottom.isZero())
    return std::nullopt;
  unsigned topDegree = num.degree(symbol), bottomDegree = den.degree(symbol);
  if (topDegree < bottomDegree)
    top = top * value.den.power(bottomDegree - topDegree);
  else
    bottom = bottom * value.den.power(topDegree - bottomDegree);
  return reduce(top, bottom, flags);
}

bool RationalFunction::operator==(const RationalFunction &other) const {
  State flags = joined(other);
  if (flags == State::Exact)
    return num == other.num && den == other.den;
  if (flags == State::Lost)
    return false;
  // Not necessarily in lowest terms; overflown products compare unequal.
  return num * other.den == other.num * den;
}

bool RationalFunction::operator<(const RationalFunction &other) const {
  if (int order = num.compare(other.num))
    return order < 0;
  return den < other.den;
}

llvm::hash_code kalmir::analysis::hash_value(const RationalFunction &value) {
  return llvm::hash_combine(hash_value(value.num), hash_value(value.den));
}

llvm::SmallVector<Symbol> RationalFunction::symbols() const {
  llvm::SmallVector<Symbol> top = num.symbols(), bottom = den.symbols(), all;
  std::set_union(top.begin(), top.end(), bottom.begin(), bottom.end(),
                 std::back_inserter(all));
  return all;
}

namespace {
/// A number that becomes unknown when it grows too large.
struct BoundedNumber {
  std::optional<Rational> value;

  static BoundedNumber of(const Rational &value) {
    return value.isOversized() ? BoundedNumber{} : BoundedNumber{value};
  }
  BoundedNumber operator+(const BoundedNumber &other) const {
    return value && other.value ? of(*value + *other.value) : BoundedNumber{};
  }
  BoundedNumber operator*(const BoundedNumber &other) const {
    return value && other.value ? of(*value * *other.value) : BoundedNumber{};
  }
};
} // namespace

std::optional<Rational>
RationalFunction::evaluate(llvm::function_ref<Rational(Symbol)> valueOf) const {
  if (isLost())
    return std::nullopt;
  auto point = [&](Symbol s) { return BoundedNumber::of(valueOf(s)); };
  auto embed = [](const Rational &c) { return BoundedNumber::of(c); };
  BoundedNumber top = num.evaluate<BoundedNumber>(point, embed);
  BoundedNumber bottom = den.evaluate<BoundedNumber>(point, embed);
  if (!top.value || !bottom.value)
    return std::nullopt;
  return top.value->divide(*bottom.value);
}

void RationalFunction::print(
    llvm::raw_ostream &os, llvm::function_ref<std::string(Symbol)> name) const {
  if (isLost() || den.isOne()) {
    num.print(os, name);
    return;
  }
  os << '(';
  num.print(os, name);
  os << ") / (";
  den.print(os, name);
  os << ')';
}

std::string RationalFunction::str() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  print(os, [](Symbol symbol) { return "s" + std::to_string(symbol); });
  return text;
}

void kalmir::analysis::removeCommonFactor(
    llvm::ArrayRef<Polynomial *> polynomials) {
  Polynomial common;
  for (Polynomial *polynomial : polynomials)
    common = gcd(common, *polynomial);
  if (common.isOverflown() || common.isZero())
    return;
  std::vector<Polynomial> quotients;
  Integer above(0), below(1);
  for (Polynomial *polynomial : polynomials) {
    std::optional<Polynomial> quotient = polynomial->divideExactly(common);
    if (!quotient)
      return;
    for (const Polynomial::Term &term : quotient->terms()) {
      above = llvm::gcd(above, llvm::abs(term.coefficient.numerator()));
      below = llvm::lcm(below, term.coefficient.denominator());
    }
    quotients.push_back(std::move(*quotient));
  }
  Rational scale = *Rational::fraction(below, above);
  const Rational limit(int64_t(1) << 20);
  for (const Polynomial &quotient : quotients)
    for (const Polynomial::Term &term : quotient.terms()) {
      Rational size = term.coefficient * scale;
      if (limit < size || limit < -size) {
        // Only what no binary fraction divides by.
        while (below % Integer(2) == 0)
          below = below / Integer(2);
        scale = Rational(below);
      }
    }
  // A power of two, which is exact, keeps large numbers near 1.
  Rational largest;
  for (const Polynomial &quotient : quotients)
    for (const Polynomial::Term &term : quotient.terms()) {
      Rational size = term.coefficient * scale;
      size = size.isNegative() ? -size : size;
      largest = largest < size ? size : largest;
    }
  const Rational half = *Rational::fraction(1, 2);
  if (limit < largest)
    for (; !(largest < Rational(2)); largest = largest * half)
      scale = scale * half;
  for (; !largest.isZero() && largest < half; largest = largest + largest)
    scale = scale + scale;
  for (auto [polynomial, quotient] : llvm::zip(polynomials, quotients))
    *polynomial = quotient.scale(scale);
}
