//===- SparseGcd.cpp - Sparse modular interpolation of a gcd ----*- C++ -*-===//
//
// Implementation of the scheme described in SparseGcd.h. Example of one step:
// knowing that the coefficient of x^0 modulo p is c*y at one value of z, it is
// solved for c at further values of z and c is interpolated as a polynomial in
// z, giving its terms in y and z.
//
//===----------------------------------------------------------------------===//

#include "SparseGcd.h"

using namespace kalmir::analysis;
using namespace kalmir::analysis::detail;

//===----------------------------------------------------------------------===//
// ImagePlan
//===----------------------------------------------------------------------===//

ImagePlan::ImagePlan(const Polynomial &source,
                     const std::vector<Symbol> &order) {
  std::map<Symbol, size_t> position;
  for (size_t i = 1; i < order.size(); ++i)
    position[order[i]] = i - 1;
  for (const Polynomial::Term &term : source.terms()) {
    coefficients.push_back(term.coefficient.numerator());
    mainExponents.push_back(0);
    for (auto [symbol, exponent] : term.monomial.entries()) {
      auto known = position.find(symbol);
      if (known != position.end())
        factors.push_back({known->second, exponent});
      else
        mainExponents.back() = exponent;
    }
    ends.push_back(factors.size());
    highest = std::max(highest, mainExponents.back());
  }
}

void ImagePlan::enter(const ModularField &field) {
  residues.clear();
  for (const Integer &value : coefficients)
    residues.push_back(field.reduce(value));
}

void ImagePlan::start(const ModularField &field,
                      const std::vector<uint64_t> &point,
                      const std::vector<uint64_t> &ratios, size_t geometric) {
  current = residues;
  steps.assign(size(), 1);
  size_t next = 0;
  for (size_t term = 0; term < size(); ++term)
    for (; next < ends[term]; ++next) {
      auto [i, exponent] = factors[next];
      uint64_t &target = i < geometric ? steps[term] : current[term];
      target = field.mul(
          target, field.pow(i < geometric ? ratios[i] : point[i], exponent));
    }
}

Dense ImagePlan::next(const ModularField &field) {
  Dense image(highest + 1, 0);
  for (size_t term = 0; term < size(); ++term) {
    current[term] = field.mul(current[term], steps[term]);
    uint64_t &slot = image[mainExponents[term]];
    slot = field.add(slot, current[term]);
  }
  trim(image);
  return image;
}

//===----------------------------------------------------------------------===//
// SparseGcd
//===----------------------------------------------------------------------===//

SparseGcd::SparseGcd(const Polynomial &a, const Polynomial &b,
                     const Polynomial &lead, std::vector<Symbol> symbolOrder,
                     std::vector<unsigned> degreeBounds, unsigned mainDegree,
                     WorkBudget &work, RandomSource &source)
    : leadSource(lead), order(std::move(symbolOrder)),
      bounds(std::move(degreeBounds)), degree(mainDegree), budget(work),
      random(source), planA(a, order), planB(b, order), planLead(lead, order) {}

void SparseGcd::enter(const ModularField &field) {
  planA.enter(field);
  planB.enter(field);
  planLead.enter(field);
}

/// Solves sum_j value_j * nodes[j]^s = values[s-1], s = 1, ..., for the values.
bool SparseGcd::solveOne(const ModularField &field,
                         const std::vector<uint64_t> &nodes,
                         const std::vector<uint64_t> &values,
                         std::vector<Unknown> &unknowns) {
  size_t n = nodes.size();
  if (!budget.spend(4 * uint64_t(n) * n + 100 * n))
    return false;
  Dense master = {1};
  for (uint64_t node : nodes) {
    master.insert(master.begin(), 0);
    for (size_t i = 0; i + 1 < master.size(); ++i)
      master[i] = field.sub(master[i], field.mul(node, master[i + 1]));
  }
  for (size_t j = 0; j < n; ++j) {
    // Row j of the inverse is master / (z - node), by synthetic division.
    uint64_t quotient = 0, sum = 0, scale = 0;
    for (size_t i = n; i-- > 0;) {
      quotient = field.add(master[i + 1], field.mul(quotient, nodes[j]));
      sum = field.add(sum, field.mul(quotient, values[i]));
      scale = field.add(field.mul(scale, nodes[j]), quotient);
    }
    scale = field.mul(scale, nodes[j]);
    if (scale == 0) // Two monomials took the same value.
      return false;
    unknowns[j].value = field.mul(sum, field.inverse(scale));
  }
  return true;
}

/// Finds the values of all unknowns of `image` (monomials in the first
/// `geometric` further symbols), the other symbols being at `point`.
bool SparseGcd::solve(const ModularField &field,
                      const std::vector<uint64_t> &point, size_t geometric,
                      Image &image) {
  std::vector<uint64_t> ratios;
  for (size_t i = 0; i < geometric; ++i)
    ratios.push_back(random.element(field));
  size_t numPoints = 1;
  for (const auto &unknowns : image)
    numPoints = std::max(numPoints, unknowns.size());
  uint64_t terms = planA.size() + planB.size() + planLead.size();
  uint64_t dense = uint64_t(planA.mainDegree() + 1) * (planB.mainDegree() + 1);
  uint64_t weight = planA.weight() + planB.weight() + planLead.weight();
  if (!budget.spend(weight * 8 + numPoints * (terms + dense + 200)))
    return false;
  planA.start(field, point, ratios, geometric);
  planB.start(field, point, ratios, geometric);
  planLead.start(field, point, ratios, geometric);

  std::vector<std::vector<uint64_t>> values(degree);
  for (size_t s = 0; s < numPoints; ++s) {
    Dense a = planA.next(field), b = planB.next(field);
    Dense scale = planLead.next(field);
    if (scale.empty() || a.size() != planA.mainDegree() + 1 ||
        b.size() != planB.mainDegree() + 1)
      return false;
    Dense g = denseGcd(field, std::move(a), std::move(b));
    if (g.size() != degree + 1)
      return false;
    for (unsigned i = 0; i < degree; ++i)
      values[i].push_back(field.mul(g[i], scale[0]));
  }
  for (unsigned i = 0; i < degree; ++i) {
    std::vector<uint64_t> nodes;
    for (const Unknown &unknown : image[i]) {
      uint64_t node = 1;
      for (size_t k = 0; k < unknown.exponents.size(); ++k)
        node = field.mul(node, field.pow(ratios[k], unknown.exponents[k]));
      nodes.push_back(node);
    }
    if (!nodes.empty() && !solveOne(field, nodes, values[i], image[i]))
      return false;
  }
  return true;
}

/// Makes further symbol number `which` free in `image`.
bool SparseGcd::extend(const ModularField &field, size_t which,
                       std::vector<uint64_t> &point, Image &image) {
  std::vector<uint64_t> places = {point[which]};
  std::vector<Image> samples = {image};
  uint64_t base = point[which];
  for (unsigned j = 0; j < bounds[which]; ++j) {
    point[which] = random.element(field);
    if (std::find(places.begin(), places.end(), point[which]) != places.end())
      return false;
    places.push_back(point[which]);
    samples.push_back(image);
    if (!solve(field, point, which, samples.back()))
      return false;
  }
  point[which] = base;

  size_t n = places.size();
  std::vector<uint64_t> inverses(n * n, 0);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < i; ++j)
      inverses[i * n + j] = field.inverse(field.sub(places[i], places[j]));
  Image extended(image.size());
  for (size_t power = 0; power < image.size(); ++power) {
    if (!budget.spend(2 * n * n * image[power].size()))
      return false;
    for (size_t u = 0; u < image[power].size(); ++u) {
      // Divided differences, then expansion of the Newton form.
      std::vector<uint64_t> newton;
      for (const Image &sample : samples)
        newton.push_back(sample[power][u].value);
      for (size_t level = 1; level < n; ++level)
        for (size_t i = n - 1; i >= level; --i)
          newton[i] = field.mul(field.sub(newton[i], newton[i - 1]),
                                inverses[i * n + (i - level)]);
      Dense expanded;
      for (size_t i = n; i-- > 0;) {
        expanded.insert(expanded.begin(), 0);
        for (size_t k = 0; k + 1 < expanded.size(); ++k)
          expanded[k] =
              field.sub(expanded[k], field.mul(places[i], expanded[k + 1]));
        expanded[0] = field.add(expanded[0], newton[i]);
      }
      for (size_t k = 0; k < expanded.size(); ++k) {
        if (!expanded[k])
          continue;
        Exponents exponents = image[power][u].exponents;
        exponents.push_back(k);
        extended[power].push_back({std::move(exponents), expanded[k]});
      }
    }
    if (extended[power].size() > Polynomial::maxTerms)
      return false;
  }
  image = std::move(extended);
  return true;
}

/// Finds all terms and their coefficients modulo the first prime.
bool SparseGcd::discover(const ModularField &field, Image &image) {
  std::vector<uint64_t> point;
  for (size_t i = 1; i < order.size(); ++i)
    point.push_back(random.element(field));
  enter(field);
  image.assign(degree, {Unknown{{}, 0}});
  if (!solve(field, point, 0, image))
    return false;
  for (auto &unknowns : image)
    if (unknowns[0].value == 0)
      unknowns.clear();
  for (size_t which = 0; which < bounds.size(); ++which)
    if (!extend(field, which, point, image))
      return false;
  return true;
}

std::optional<Polynomial> SparseGcd::run(unsigned firstPrime) {
  ModularField first(firstPrime);
  Image image;
  if (!discover(first, image))
    return std::nullopt;

  std::vector<Integer> lifted;
  Integer modulus(0);
  bool stable = false;
  for (unsigned prime = firstPrime; prime < numPrimes && !stable; ++prime) {
    ModularField field(prime);
    if (prime != firstPrime) {
      std::vector<uint64_t> point;
      for (size_t i = 1; i < order.size(); ++i)
        point.push_back(random.element(field));
      enter(field);
      if (!solve(field, point, bounds.size(), image)) {
        if (!budget.left)
          return std::nullopt;
        continue; // An unlucky prime or point.
      }
    }
    stable = modulus != 0;
    uint64_t scale = stable ? field.inverse(field.reduce(modulus)) : 1;
    Integer grown = stable ? modulus * Integer(int64_t(field.modulus))
                           : Integer(int64_t(field.modulus));
    Integer half = grown / Integer(2);
    bool changed = false;
    size_t index = 0;
    for (const auto &unknowns : image) {
      for (const Unknown &unknown : unknowns) {
        if (index == lifted.size())
          lifted.push_back(Integer(0));
        Integer &value = lifted[index++];
        uint64_t gap = field.sub(unknown.value, field.reduce(value));
        if (!gap)
          continue;
        changed = true;
        Integer step(int64_t(field.mul(gap, scale)));
        value = stable ? value + modulus * step : step;
        if (value > half)
          value = value - grown;
      }
    }
    stable = stable && !changed;
    modulus = grown;
  }
  if (!stable)
    return std::nullopt;

  Polynomial result = leadSource.shift(Monomial(order[0], degree));
  std::vector<Polynomial::Term> terms(result.terms().begin(),
                                      result.terms().end());
  size_t index = 0;
  for (unsigned power = 0; power < degree; ++power)
    for (const Unknown &unknown : image[power]) {
      Monomial monomial(order[0], power);
      for (size_t k = 0; k < unknown.exponents.size(); ++k)
        monomial = monomial * Monomial(order[k + 1], unknown.exponents[k]);
      terms.push_back({monomial, Rational(lifted[index++])});
    }
  return Polynomial::fromTerms(std::move(terms));
}
