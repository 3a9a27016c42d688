//===- PolynomialGcd.cpp - Multivariate gcd over the rationals --*- C++ -*-===//
//
// Greatest common divisors. Most calls end in a quick exit: constants, single
// terms, disjoint symbols, one operand dividing the other, or coprimality shown
// by univariate images modulo a prime. The rest is interpolated (SparseGcd.h)
// and then proven: the candidate must divide both operands, and its degree must
// reach the upper bound that the images give. Randomness therefore costs only
// time, never correctness. Seeds are fixed.
//
// Example: gcd(6*x^2*y - 6*y, 4*x*y + 4*y) is x*y + y.
//
//===----------------------------------------------------------------------===//

#include "SparseGcd.h"

using namespace kalmir::analysis;
using namespace kalmir::analysis::detail;

namespace {

/// One bounded gcd computation. Every member returns nullopt when the budget is
/// gone. Polynomials are primitive with integer coefficients throughout.
class GcdEngine {
public:
  explicit GcdEngine(uint64_t work) : budget{work}, random{0x6b616c6d6972} {}

  std::optional<Polynomial> run(const Polynomial &a, const Polynomial &b);

private:
  std::optional<Polynomial> runStripped(const Polynomial &a,
                                        const Polynomial &b);
  std::optional<Polynomial> runMain(const Polynomial &a, const Polynomial &b,
                                    llvm::ArrayRef<Symbol> all,
                                    const std::map<Symbol, unsigned> &bounds);
  std::optional<Polynomial> runList(std::vector<Polynomial> list);
  std::optional<unsigned> degreeBound(const Polynomial &a, const Polynomial &b,
                                      llvm::ArrayRef<Symbol> all, Symbol main);
  std::optional<Polynomial> divide(const Polynomial &a, const Polynomial &b);

  WorkBudget budget;
  RandomSource random;
};

} // namespace

static Polynomial one() { return Polynomial::constant(1); }

static std::vector<Polynomial> coefficients(const Polynomial &p, Symbol main) {
  std::vector<Polynomial> list;
  for (auto &entry : p.collect([&](Symbol s) { return s == main; }))
    list.push_back(std::move(entry.second));
  return list;
}

/// Exact division that is charged to the budget.
std::optional<Polynomial> GcdEngine::divide(const Polynomial &a,
                                            const Polynomial &b) {
  // A term product costs about as much as fifty modular ones. The number of
  // quotient terms is guessed: typically that of the dividend or fewer.
  if (!budget.spend(50 * (uint64_t(a.size()) + b.size()) + 50 * b.size()))
    return std::nullopt;
  std::optional<Polynomial> quotient = a.divideExactly(b);
  if (!budget.spend(50 * uint64_t(b.size()) *
                    (quotient ? quotient->size() : a.size() / 8)))
    return std::nullopt;
  return quotient;
}

std::optional<Polynomial> GcdEngine::run(const Polynomial &a,
                                         const Polynomial &b) {
  Polynomial left = a.primitivePart(), right = b.primitivePart();
  if (left.isOverflown() || right.isOverflown())
    return std::nullopt;
  if (left.isZero())
    return right;
  if (right.isZero() || left == right)
    return left;
  Monomial leftShift = left.monomialContent();
  Monomial rightShift = right.monomialContent();
  Polynomial common = Polynomial::term(leftShift.meet(rightShift), 1);
  auto strip = [](const Polynomial &p, const Monomial &m) {
    return p.divideExactly(Polynomial::term(m, 1)).value_or(p);
  };
  std::optional<Polynomial> core =
      runStripped(strip(left, leftShift), strip(right, rightShift));
  if (!core)
    return std::nullopt;
  return *core * common;
}

/// Operands without monomial factors.
std::optional<Polynomial> GcdEngine::runStripped(const Polynomial &a,
                                                 const Polynomial &b) {
  if (a.isConstant() || b.isConstant())
    return one();
  if (a == b)
    return a;
  std::map<Symbol, unsigned> shared;
  llvm::SmallVector<Symbol> inA = a.symbols(), inB = b.symbols(), all;
  std::set_union(inA.begin(), inA.end(), inB.begin(), inB.end(),
                 std::back_inserter(all));
  for (Symbol symbol : inA)
    if (std::binary_search(inB.begin(), inB.end(), symbol))
      shared[symbol] = 0;
  bool anyBound = false;
  for (auto &entry : shared) {
    std::optional<unsigned> bound = degreeBound(a, b, all, entry.first);
    if (!bound)
      return std::nullopt;
    entry.second = *bound;
    anyBound |= *bound != 0;
  }
  if (!anyBound)
    return one();

  // A divides B only if the gcd may have the degrees of A everywhere.
  auto mayBe = [&](const Polynomial &p, llvm::ArrayRef<Symbol> symbols) {
    return llvm::all_of(symbols, [&](Symbol symbol) {
      auto known = shared.find(symbol);
      return known != shared.end() && known->second == p.degree(symbol);
    });
  };
  if (mayBe(a, inA) && divide(b, a))
    return a;
  if (mayBe(b, inB) && divide(a, b))
    return b;
  if (!budget.left)
    return std::nullopt;
  return runMain(a, b, all, shared);
}

/// Upper bound for the degree of gcd(a, b) in `main`: the degree of the gcd of
/// two images under which neither operand loses degree.
std::optional<unsigned> GcdEngine::degreeBound(const Polynomial &a,
                                               const Polynomial &b,
                                               llvm::ArrayRef<Symbol> all,
                                               Symbol main) {
  std::vector<Symbol> order = {main};
  for (Symbol symbol : all)
    if (symbol != main)
      order.push_back(symbol);
  ImagePlan planA(a, order), planB(b, order);
  unsigned fallback = std::min(planA.mainDegree(), planB.mainDegree());
  uint64_t cost =
      20 * (planA.weight() + planB.weight() + order.size()) +
      uint64_t(planA.mainDegree() + 1) * uint64_t(planB.mainDegree() + 1);
  for (unsigned attempt = 0; attempt < 3; ++attempt) {
    if (!budget.spend(cost))
      return std::nullopt;
    ModularField field(attempt);
    std::vector<uint64_t> point;
    for (size_t i = 1; i < order.size(); ++i)
      point.push_back(random.element(field));
    planA.enter(field);
    planB.enter(field);
    planA.start(field, point, {}, 0);
    planB.start(field, point, {}, 0);
    Dense imageA = planA.next(field), imageB = planB.next(field);
    if (imageA.size() != planA.mainDegree() + 1 ||
        imageB.size() != planB.mainDegree() + 1)
      continue;
    return denseGcd(field, std::move(imageA), std::move(imageB)).size() - 1;
  }
  return fallback;
}

/// The gcd is (gcd of all coefficients in the main symbol) times (its primitive
/// part in the main symbol); the latter is interpolated.
std::optional<Polynomial>
GcdEngine::runMain(const Polynomial &a, const Polynomial &b,
                   llvm::ArrayRef<Symbol> all,
                   const std::map<Symbol, unsigned> &bounds) {
  // Prefer the symbol with the simplest leading coefficient: that coefficient
  // multiplies into the polynomial to be interpolated.
  auto measure = [](const Polynomial &lead) {
    return lead.isConstant() ? 0 : lead.size();
  };
  std::optional<Symbol> main;
  std::pair<size_t, unsigned> best;
  for (auto [symbol, bound] : bounds) {
    if (!bound)
      continue;
    std::pair<size_t, unsigned> cost(
        std::min(measure(a.coefficient(symbol, a.degree(symbol))),
                 measure(b.coefficient(symbol, b.degree(symbol)))),
        bound);
    if (!main || cost < best) {
      main = symbol;
      best = cost;
    }
  }
  unsigned degree = bounds.at(*main);
  Polynomial leadA = a.coefficient(*main, a.degree(*main));
  Polynomial leadB = b.coefficient(*main, b.degree(*main));
  std::optional<Polynomial> lead = run(leadA, leadB);
  if (!lead)
    return std::nullopt;
  // run() drops integer factors, but the true leading coefficient may hold any
  // that divide both.
  Integer factor =
      gcd(abs(leadA.content().numerator()), abs(leadB.content().numerator()));
  Polynomial fullLead = lead->scale(Rational(factor));

  std::vector<Symbol> order = {*main};
  std::vector<unsigned> degrees;
  for (bool inResult : {true, false})
    for (Symbol symbol : all) {
      if (symbol == *main)
        continue;
      auto known = bounds.find(symbol);
      unsigned limit =
          fullLead.degree(symbol) + (known == bounds.end() ? 0 : known->second);
      if ((limit != 0) != inResult)
        continue;
      order.push_back(symbol);
      if (inResult)
        degrees.push_back(limit);
    }

  for (unsigned attempt = 0; attempt < 4; ++attempt) {
    SparseGcd sparse(a, b, fullLead, order, degrees, degree, budget, random);
    std::optional<Polynomial> candidate = sparse.run(attempt);
    if (!budget.left)
      return std::nullopt;
    if (!candidate || candidate->isOverflown()) {
      // Perhaps the degree bound came from an unlucky image.
      std::optional<unsigned> again = degreeBound(a, b, all, *main);
      if (!again)
        return std::nullopt;
      degree = std::min(degree, *again);
      if (degree == 0)
        return runStripped(a, b);
      continue;
    }
    Polynomial part = candidate->primitivePart();
    if (!fullLead.isConstant()) {
      std::optional<Polynomial> content = runList(coefficients(part, *main));
      if (!content)
        return std::nullopt;
      std::optional<Polynomial> quotient = divide(part, *content);
      if (!quotient)
        continue;
      part = quotient->primitivePart();
    }
    if (part.degree(*main) != degree || !divide(a, part) || !divide(b, part))
      continue;
    std::vector<Polynomial> list = coefficients(a, *main);
    for (Polynomial &p : coefficients(b, *main))
      list.push_back(std::move(p));
    std::optional<Polynomial> content = runList(std::move(list));
    if (!content)
      return std::nullopt;
    return (*content * part).primitivePart();
  }
  return std::nullopt;
}

/// Gcd of a list, smallest operands first because it usually becomes 1 soon.
std::optional<Polynomial> GcdEngine::runList(std::vector<Polynomial> list) {
  std::sort(list.begin(), list.end());
  Polynomial result;
  for (const Polynomial &p : list) {
    std::optional<Polynomial> next = run(result, p);
    if (!next || next->isOverflown())
      return std::nullopt;
    result = std::move(*next);
    if (result.isOne())
      break;
  }
  return result;
}

GcdResult kalmir::analysis::gcdBounded(const Polynomial &a, const Polynomial &b,
                                       uint64_t work) {
  if (!a.isOverflown() && !b.isOverflown()) {
    std::optional<Polynomial> result = GcdEngine(work).run(a, b);
    if (result && !result->isOverflown())
      return {std::move(*result), /*exhausted=*/false};
  }
  return {one(), /*exhausted=*/true};
}

Polynomial kalmir::analysis::gcd(const Polynomial &a, const Polynomial &b) {
  return gcdBounded(a, b).gcd;
}

Polynomial kalmir::analysis::lcm(const Polynomial &a, const Polynomial &b) {
  if (a.isOverflown() || b.isOverflown())
    return Polynomial::overflown();
  if (a.isZero() || b.isZero())
    return Polynomial();
  GcdResult common = gcdBounded(a, b);
  if (common.exhausted)
    return Polynomial::overflown();
  std::optional<Polynomial> quotient = a.divideExactly(common.gcd);
  return quotient ? (*quotient * b).primitivePart() : Polynomial::overflown();
}
