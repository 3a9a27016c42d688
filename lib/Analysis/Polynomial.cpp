//===- Polynomial.cpp - Exact sparse multivariate polynomials ---*- C++ -*-===//
//
// Monomials and ring operations. Terms are kept sorted, leading term first, so
// equality is term-wise. Example: (x + 1) * (x - 1) is stored as
// [x^2 -> 1, 1 -> -1].
//
//===----------------------------------------------------------------------===//

#include "kalmir/Analysis/Polynomial.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <set>
#include <unordered_map>

using namespace kalmir::analysis;

//===----------------------------------------------------------------------===//
// Monomial
//===----------------------------------------------------------------------===//

/// Exponents saturate here; far above Polynomial::maxDegree, so a saturated
/// monomial always makes its polynomial overflown.
static constexpr unsigned exponentCap = 1u << 20;

static unsigned addExponents(unsigned a, unsigned b) {
  return std::min(std::min(a, exponentCap) + std::min(b, exponentCap),
                  exponentCap);
}

Monomial::Monomial(Symbol symbol, unsigned exponent) {
  if (exponent)
    factors.push_back({symbol, exponent});
}

unsigned Monomial::exponent(Symbol symbol) const {
  for (const Entry &entry : factors)
    if (entry.first == symbol)
      return entry.second;
  return 0;
}

unsigned Monomial::totalDegree() const {
  unsigned sum = 0;
  for (const Entry &entry : factors)
    sum = addExponents(sum, entry.second);
  return sum;
}

Monomial Monomial::operator*(const Monomial &other) const {
  Monomial result;
  const Entry *a = factors.begin(), *b = other.factors.begin();
  while (a != factors.end() && b != other.factors.end()) {
    if (a->first < b->first) {
      result.factors.push_back(*a++);
    } else if (b->first < a->first) {
      result.factors.push_back(*b++);
    } else {
      result.factors.push_back({a->first, addExponents(a->second, b->second)});
      ++a, ++b;
    }
  }
  result.factors.append(a, factors.end());
  result.factors.append(b, other.factors.end());
  return result;
}

std::optional<Monomial> Monomial::divide(const Monomial &divisor) const {
  Monomial result;
  const Entry *d = divisor.factors.begin();
  for (const Entry &entry : factors) {
    unsigned exponent = entry.second;
    if (d != divisor.factors.end() && d->first == entry.first) {
      if (d->second > exponent)
        return std::nullopt;
      exponent -= d->second;
      ++d;
    }
    if (exponent)
      result.factors.push_back({entry.first, exponent});
  }
  if (d != divisor.factors.end())
    return std::nullopt;
  return result;
}

Monomial Monomial::meet(const Monomial &other) const {
  Monomial result;
  for (const Entry &entry : factors)
    if (unsigned common = std::min(entry.second, other.exponent(entry.first)))
      result.factors.push_back({entry.first, common});
  return result;
}

Monomial Monomial::restrictTo(llvm::function_ref<bool(Symbol)> keep) const {
  Monomial result;
  for (const Entry &entry : factors)
    if (keep(entry.first))
      result.factors.push_back(entry);
  return result;
}

int Monomial::compare(const Monomial &other) const {
  size_t shared = std::min(factors.size(), other.factors.size());
  for (size_t i = 0; i < shared; ++i) {
    const Entry &a = factors[i], &b = other.factors[i];
    if (a.first != b.first)
      return a.first < b.first ? 1 : -1;
    if (a.second != b.second)
      return a.second > b.second ? 1 : -1;
  }
  if (factors.size() == other.factors.size())
    return 0;
  return factors.size() > other.factors.size() ? 1 : -1;
}

void Monomial::print(llvm::raw_ostream &os,
                     llvm::function_ref<std::string(Symbol)> name) const {
  if (isOne())
    os << '1';
  bool first = true;
  for (const Entry &entry : factors) {
    os << (first ? "" : "*") << name(entry.first);
    if (entry.second != 1)
      os << '^' << entry.second;
    first = false;
  }
}

llvm::hash_code kalmir::analysis::hash_value(const Monomial &monomial) {
  return llvm::hash_combine_range(monomial.factors.begin(),
                                  monomial.factors.end());
}

//===----------------------------------------------------------------------===//
// Polynomial: construction and queries
//===----------------------------------------------------------------------===//

/// Applies the size limits to terms that are already in canonical order.
Polynomial Polynomial::checked(std::vector<Term> sorted) {
  if (sorted.size() > maxTerms)
    return overflown();
  for (const Term &term : sorted)
    if (term.coefficient.isOversized() ||
        term.monomial.totalDegree() > maxDegree)
      return overflown();
  Polynomial result;
  result.termList = std::move(sorted);
  return result;
}

Polynomial Polynomial::constant(const Rational &value) {
  return term(Monomial(), value);
}

Polynomial Polynomial::variable(Symbol symbol) {
  return term(Monomial(symbol), 1);
}

Polynomial Polynomial::term(const Monomial &monomial,
                            const Rational &coefficient) {
  std::vector<Term> terms;
  if (!coefficient.isZero())
    terms.push_back({monomial, coefficient});
  return checked(std::move(terms));
}

Polynomial Polynomial::fromTerms(std::vector<Term> terms) {
  std::sort(terms.begin(), terms.end(), [](const Term &a, const Term &b) {
    return b.monomial < a.monomial;
  });
  std::vector<Term> merged;
  for (Term &term : terms) {
    if (!merged.empty() && merged.back().monomial == term.monomial) {
      merged.back().coefficient = merged.back().coefficient + term.coefficient;
      // Sums of unlike fractions can grow without bound: stop early.
      if (merged.back().coefficient.isOversized())
        return overflown();
      continue;
    }
    if (!merged.empty() && merged.back().coefficient.isZero())
      merged.pop_back();
    merged.push_back(std::move(term));
  }
  if (!merged.empty() && merged.back().coefficient.isZero())
    merged.pop_back();
  return checked(std::move(merged));
}

Polynomial Polynomial::overflown() {
  Polynomial result;
  result.lost = true;
  return result;
}

bool Polynomial::isConstant() const {
  return !lost && (termList.empty() ||
                   (termList.size() == 1 && termList[0].monomial.isOne()));
}

bool Polynomial::isOne() const {
  return isConstant() && !isZero() && termList[0].coefficient.isOne();
}

Rational Polynomial::getConstant() const {
  // 1 is the least monomial, so it can only be the last term.
  if (termList.empty() || !termList.back().monomial.isOne())
    return Rational();
  return termList.back().coefficient;
}

Rational Polynomial::leadingCoefficient() const {
  return termList.empty() ? Rational() : termList.front().coefficient;
}

bool Polynomial::operator==(const Polynomial &other) const {
  return !lost && !other.lost && compare(other) == 0;
}

int Polynomial::compare(const Polynomial &other) const {
  if (lost || other.lost)
    return int(other.lost) - int(lost);
  if (size() != other.size())
    return size() < other.size() ? -1 : 1;
  for (size_t i = 0; i < size(); ++i) {
    if (int order = termList[i].monomial.compare(other.termList[i].monomial))
      return order;
    const Rational &a = termList[i].coefficient;
    const Rational &b = other.termList[i].coefficient;
    if (a != b)
      return a < b ? -1 : 1;
  }
  return 0;
}

llvm::hash_code kalmir::analysis::hash_value(const Polynomial &polynomial) {
  llvm::hash_code code = llvm::hash_value(polynomial.lost);
  for (const Polynomial::Term &term : polynomial.termList)
    code = llvm::hash_combine(code, hash_value(term.monomial),
                              hash_value(term.coefficient));
  return code;
}

unsigned Polynomial::degree(Symbol symbol) const {
  unsigned highest = 0;
  for (const Term &term : termList)
    highest = std::max(highest, term.monomial.exponent(symbol));
  return highest;
}

unsigned Polynomial::totalDegree() const {
  return totalDegreeIn([](Symbol) { return true; });
}

unsigned
Polynomial::totalDegreeIn(llvm::function_ref<bool(Symbol)> counts) const {
  unsigned highest = 0;
  for (const Term &term : termList) {
    unsigned sum = 0;
    for (auto [symbol, exponent] : term.monomial.entries())
      if (counts(symbol))
        sum = addExponents(sum, exponent);
    highest = std::max(highest, sum);
  }
  return highest;
}

llvm::SmallVector<Symbol> Polynomial::symbols() const {
  std::set<Symbol> found;
  for (const Term &term : termList)
    for (const Monomial::Entry &entry : term.monomial.entries())
      found.insert(entry.first);
  return llvm::SmallVector<Symbol>(found.begin(), found.end());
}

Rational Polynomial::content() const {
  Integer numerators(0), denominators(1);
  for (const Term &term : termList) {
    // Remainders are much cheaper than gcds for wide integers.
    const Integer &n = term.coefficient.numerator();
    const Integer &d = term.coefficient.denominator();
    if (numerators == 0 || n % numerators != 0)
      numerators = gcd(numerators, abs(n));
    if (d == 1 || denominators % d == 0)
      continue;
    denominators = lcm(denominators, d);
    // The common denominator can be far wider than any coefficient.
    if (Rational(denominators).isOversized())
      break;
  }
  if (leadingCoefficient().isNegative())
    numerators = -numerators;
  return Rational::fraction(numerators, denominators).value_or(Rational());
}

Polynomial Polynomial::primitivePart() const {
  return withoutContent(content());
}

/// This divided by its own content.
Polynomial Polynomial::withoutContent(const Rational &content) const {
  if (lost || content.isOversized())
    return overflown();
  if (isZero() || content.isOne())
    return *this;
  std::vector<Term> integers;
  integers.reserve(size());
  // Both divisions are exact, so that no fraction has to be reduced.
  for (const Term &term : termList)
    integers.push_back(
        {term.monomial,
         Rational((term.coefficient.numerator() / content.numerator()) *
                  (content.denominator() / term.coefficient.denominator()))});
  return checked(std::move(integers));
}

Monomial Polynomial::monomialContent() const {
  if (termList.empty())
    return Monomial();
  Monomial common = termList[0].monomial;
  for (const Term &term : termList) {
    if (common.isOne())
      break;
    common = common.meet(term.monomial);
  }
  return common;
}

//===----------------------------------------------------------------------===//
// Polynomial: arithmetic
//===----------------------------------------------------------------------===//

Polynomial Polynomial::merge(const Polynomial &other, bool negateOther) const {
  if (lost || other.lost)
    return overflown();
  std::vector<Term> sum;
  sum.reserve(size() + other.size());
  auto a = termList.begin(), b = other.termList.begin();
  while (a != termList.end() || b != other.termList.end()) {
    int order = a == termList.end()         ? -1
                : b == other.termList.end() ? 1
                                            : a->monomial.compare(b->monomial);
    if (order > 0) {
      sum.push_back(*a++);
      continue;
    }
    Rational value = negateOther ? -b->coefficient : b->coefficient;
    if (order == 0)
      value = (a++)->coefficient + value;
    if (!value.isZero())
      sum.push_back({b->monomial, value});
    ++b;
  }
  return checked(std::move(sum));
}

Polynomial Polynomial::operator+(const Polynomial &other) const {
  return merge(other, /*negateOther=*/false);
}

Polynomial Polynomial::operator-(const Polynomial &other) const {
  return merge(other, /*negateOther=*/true);
}

Polynomial Polynomial::operator-() const { return scale(-1); }

Polynomial Polynomial::scale(const Rational &factor) const {
  if (lost || factor.isOne())
    return *this;
  std::vector<Term> scaled;
  if (!factor.isZero()) {
    scaled.reserve(size());
    for (const Term &term : termList)
      scaled.push_back({term.monomial, term.coefficient * factor});
  }
  return checked(std::move(scaled));
}

Polynomial Polynomial::shift(const Monomial &factor) const {
  if (lost || factor.isOne())
    return *this;
  std::vector<Term> shifted;
  shifted.reserve(size());
  for (const Term &term : termList)
    shifted.push_back({term.monomial * factor, term.coefficient});
  return checked(std::move(shifted));
}

bool Polynomial::hasIntegerCoefficients() const {
  return std::all_of(termList.begin(), termList.end(), [](const Term &term) {
    return term.coefficient.isInteger();
  });
}

namespace {
struct MonomialHash {
  size_t operator()(const Monomial &monomial) const {
    return hash_value(monomial);
  }
};
} // namespace

Polynomial Polynomial::operator*(const Polynomial &other) const {
  if (lost || other.lost)
    return overflown();
  if (isZero() || other.isZero())
    return Polynomial();
  if (other.size() == 1)
    return shift(other.termList[0].monomial)
        .scale(other.termList[0].coefficient);
  if (size() == 1)
    return other * *this;
  if (size() > maxTermProducts / other.size() ||
      totalDegree() + other.totalDegree() > maxDegree)
    return overflown();
  if (!hasIntegerCoefficients() || !other.hasIntegerCoefficients()) {
    // Integer arithmetic inside: fractions would be reduced at every step.
    Rational left = content(), right = other.content();
    Polynomial a = withoutContent(left), b = other.withoutContent(right);
    if (!a.lost && !b.lost)
      return (a * b).scale(left * right);
    // The common denominator is too wide. The loop below may still do, but
    // slowly.
    if (size() * other.size() > maxTermProducts / 64)
      return overflown();
  }
  std::unordered_map<Monomial, Rational, MonomialHash> sums;
  sums.reserve(std::min(size() * other.size(), maxTerms));
  for (const Term &a : termList) {
    for (const Term &b : other.termList) {
      Rational product = a.coefficient * b.coefficient;
      auto [slot, isNew] = sums.try_emplace(a.monomial * b.monomial, product);
      if (!isNew)
        slot->second = slot->second + product;
      if (slot->second.isOversized())
        return overflown();
    }
    // Cancelled entries count here, so allow some slack before giving up.
    if (sums.size() > 2 * maxTerms)
      return overflown();
  }
  std::vector<Term> terms;
  terms.reserve(sums.size());
  for (auto &entry : sums)
    terms.push_back({entry.first, entry.second});
  return fromTerms(std::move(terms));
}

Polynomial Polynomial::power(unsigned exponent) const {
  Polynomial result = constant(1), square = *this;
  if (lost)
    return overflown();
  for (; exponent && !result.lost; exponent >>= 1) {
    if (exponent & 1)
      result = result * square;
    if (exponent > 1)
      square = square * square;
  }
  return result;
}
