//===- PolynomialTransform.cpp - Division, splitting, printing --*- C++ -*-===//
//
// Polynomial operations that take a polynomial apart. Example: collecting
// x*y + 2*x + 3 by x gives {x -> y + 2, 1 -> 3}.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Analysis/Polynomial.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>

using namespace kalmir::analysis;

Polynomial Polynomial::coefficient(Symbol symbol, unsigned power) const {
  if (lost)
    return overflown();
  std::vector<Term> part;
  auto others = [&](Symbol s) { return s != symbol; };
  for (const Term &term : termList)
    if (term.monomial.exponent(symbol) == power)
      part.push_back({term.monomial.restrictTo(others), term.coefficient});
  return fromTerms(std::move(part));
}

std::map<Monomial, Polynomial>
Polynomial::collect(llvm::function_ref<bool(Symbol)> inKey) const {
  std::map<Monomial, std::vector<Term>> parts;
  auto notInKey = [&](Symbol s) { return !inKey(s); };
  for (const Term &term : termList)
    parts[term.monomial.restrictTo(inKey)].push_back(
        {term.monomial.restrictTo(notInKey), term.coefficient});
  std::map<Monomial, Polynomial> result;
  for (auto &part : parts)
    result.emplace(part.first, fromTerms(std::move(part.second)));
  return result;
}

std::optional<Polynomial>
Polynomial::divideExactly(const Polynomial &divisor) const {
  if (lost || divisor.lost || divisor.isZero())
    return std::nullopt;
  if (isZero())
    return Polynomial();
  if (divisor.size() == 1) {
    const Term &lead = divisor.termList[0];
    std::optional<Rational> inverseLead = Rational(1).divide(lead.coefficient);
    if (!inverseLead)
      return std::nullopt;
    std::vector<Term> quotient;
    for (const Term &term : termList) {
      std::optional<Monomial> part = term.monomial.divide(lead.monomial);
      if (!part)
        return std::nullopt;
      quotient.push_back({*part, term.coefficient * *inverseLead});
    }
    Polynomial result = checked(std::move(quotient));
    if (result.lost)
      return std::nullopt;
    return result;
  }
  // A quotient of primitive integer polynomials is one too, which avoids
  // fractions inside and rejects early.
  Rational topContent = content(), bottomContent = divisor.content();
  Polynomial top = withoutContent(topContent);
  Polynomial bottom = divisor.withoutContent(bottomContent);
  std::optional<Rational> factor = topContent.divide(bottomContent);
  if (!factor || top.lost || bottom.lost)
    return std::nullopt;
  std::optional<Polynomial> quotient = top.dividePrimitive(bottom);
  if (!quotient)
    return std::nullopt;
  Polynomial result = quotient->scale(*factor);
  if (result.lost)
    return std::nullopt;
  return result;
}

/// divideExactly for integer polynomials of content 1, the divisor with at
/// least two terms.
std::optional<Polynomial>
Polynomial::dividePrimitive(const Polynomial &divisor) const {
  // The least terms must divide too: a cheap rejection.
  if (!termList.back().monomial.divide(divisor.termList.back().monomial))
    return std::nullopt;
  std::map<Symbol, unsigned> room;
  for (Symbol symbol : divisor.symbols()) {
    unsigned have = degree(symbol), need = divisor.degree(symbol);
    if (need > have)
      return std::nullopt;
    room[symbol] = have - need;
  }
  unsigned totalHave = totalDegree(), totalNeed = divisor.totalDegree();
  if (totalNeed > totalHave)
    return std::nullopt;

  const Monomial &leadMonomial = divisor.termList[0].monomial;
  const Integer &leadValue = divisor.termList[0].coefficient.numerator();
  std::map<Monomial, Rational> rest;
  for (const Term &term : termList)
    rest.emplace_hint(rest.begin(), term.monomial, term.coefficient);
  std::vector<Term> quotient;
  size_t products = 0;
  while (!rest.empty()) {
    auto top = std::prev(rest.end());
    std::optional<Monomial> part = top->first.divide(leadMonomial);
    // A quotient term above the degree differences proves non-divisibility and
    // keeps a failing division from running on.
    if (!part || part->totalDegree() > totalHave - totalNeed)
      return std::nullopt;
    for (auto [symbol, exponent] : part->entries()) {
      auto known = room.find(symbol);
      if (known != room.end() && exponent > known->second)
        return std::nullopt;
    }
    products += divisor.size();
    if (products > maxTermProducts || quotient.size() >= maxTerms)
      return std::nullopt;
    if (top->second.numerator() % leadValue != 0)
      return std::nullopt;
    Rational factor(top->second.numerator() / leadValue);
    rest.erase(top);
    for (const Term &term : llvm::ArrayRef(divisor.termList).drop_front()) {
      Rational product = -(term.coefficient * factor);
      auto [slot, isNew] = rest.try_emplace(term.monomial * *part, product);
      if (isNew)
        continue;
      slot->second = slot->second + product;
      if (slot->second.isZero())
        rest.erase(slot);
      else if (slot->second.isOversized())
        return std::nullopt;
    }
    quotient.push_back({std::move(*part), factor});
  }
  Polynomial result = checked(std::move(quotient));
  if (result.lost)
    return std::nullopt;
  return result;
}

Polynomial Polynomial::substitute(Symbol symbol,
                                  const Polynomial &value) const {
  unsigned highest = degree(symbol);
  if (lost)
    return overflown();
  if (highest == 0)
    return *this;
  if (value.lost)
    return overflown();
  std::map<unsigned, std::vector<Term>> byPower;
  auto others = [&](Symbol s) { return s != symbol; };
  for (const Term &term : termList)
    byPower[term.monomial.exponent(symbol)].push_back(
        {term.monomial.restrictTo(others), term.coefficient});
  // Horner's rule, with the total work bounded like one large product.
  Polynomial result;
  size_t work = 0;
  for (unsigned power = highest + 1; power-- > 0;) {
    work += result.size() * value.size();
    if (work > 2 * maxTermProducts)
      return overflown();
    result = result * value;
    auto part = byPower.find(power);
    if (part != byPower.end())
      result = result + fromTerms(std::move(part->second));
    if (result.lost)
      return overflown();
  }
  return result;
}

Polynomial Polynomial::derivative(Symbol symbol) const {
  if (lost)
    return overflown();
  std::vector<Term> terms;
  for (const Term &term : termList)
    if (unsigned exponent = term.monomial.exponent(symbol))
      terms.push_back({term.monomial.divide(Monomial(symbol)).value(),
                       term.coefficient * Rational(exponent)});
  return fromTerms(std::move(terms));
}

void Polynomial::print(llvm::raw_ostream &os,
                       llvm::function_ref<std::string(Symbol)> name) const {
  if (lost) {
    os << "<overflown>";
    return;
  }
  if (termList.empty())
    os << '0';
  bool first = true;
  for (const Term &term : termList) {
    bool negative = term.coefficient.isNegative();
    os << (first ? (negative ? "-" : "") : (negative ? " - " : " + "));
    first = false;
    Rational magnitude = negative ? -term.coefficient : term.coefficient;
    if (term.monomial.isOne()) {
      magnitude.print(os);
      continue;
    }
    if (!magnitude.isOne()) {
      magnitude.print(os);
      os << '*';
    }
    term.monomial.print(os, name);
  }
}

std::string Polynomial::str() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  print(os, [](Symbol symbol) { return "s" + std::to_string(symbol); });
  return text;
}
