//===- ElementBasis.cpp - the least element of a scan ---------------------===//
//
// A step matrix is a sum of monomials in the opaque scalars times constant
// matrices. As the monomials are independent functions, the constant matrices
// span all step matrices. Closing that span under multiplication gives the
// algebra; the pivot columns of its reduced echelon form are the element.
//
// Where w stays 1 (affine components), entries may be constant. A leading
// coordinate that every matrix carries, and that is 1 for a run, turns "equal
// to a constant" into "linearly dependent" as well.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Analysis/ElementBasis.h"

#include <map>

using namespace kalmir::analysis;

/// The leading coordinate, then the matrix by rows.
using Vector = std::vector<Rational>;

namespace {
/// A span of vectors in reduced echelon form.
class Span {
public:
  /// Adds a vector; returns whether the span grew.
  bool insert(Vector vector) {
    for (auto &[pivot, row] : rows)
      subtract(vector, row, vector[pivot]);
    size_t pivot = 0;
    while (pivot < vector.size() && vector[pivot].isZero())
      ++pivot;
    if (pivot == vector.size())
      return false;
    Rational inverse = *Rational(1).divide(vector[pivot]);
    for (Rational &number : vector)
      if (!number.isZero())
        number = number * inverse;
    for (auto &entry : rows)
      subtract(entry.second, vector, entry.second[pivot]);
    rows.emplace(pivot, std::move(vector));
    return true;
  }

  /// pivot column -> row with a 1 there and 0 in all other pivot columns.
  std::map<size_t, Vector> rows;

private:
  static void subtract(Vector &vector, const Vector &row, Rational factor) {
    if (factor.isZero())
      return;
    for (size_t i = 0; i < vector.size(); ++i)
      if (!row[i].isZero())
        vector[i] = vector[i] - factor * row[i];
  }
};
} // namespace

/// The product of two matrices in vector form; the leading coordinates
/// multiply.
static Vector multiply(const Vector &left, const Vector &right, unsigned size) {
  Vector product(left.size());
  product[0] = left[0] * right[0];
  for (unsigned i = 0; i < size; ++i)
    for (unsigned k = 0; k < size; ++k) {
      const Rational &factor = left[1 + i * size + k];
      if (factor.isZero())
        continue;
      for (unsigned j = 0; j < size; ++j) {
        const Rational &other = right[1 + k * size + j];
        if (!other.isZero())
          product[1 + i * size + j] =
              product[1 + i * size + j] + factor * other;
      }
    }
  return product;
}

/// Adds the constant matrices of all cases to `span`.
static void addStepMatrices(const ProjectiveComponent &component, Span &span) {
  unsigned size = component.matrix.size();
  size_t numCases = 1;
  for (const LinearForm &row : component.matrix)
    for (const CasedFunction &entry : row)
      numCases = std::max(numCases, entry.size());
  for (size_t number = 0; number < numCases; ++number) {
    auto at = [&](unsigned i, unsigned j) -> const RationalFunction & {
      const CasedFunction &entry = component.matrix[i][j];
      return entry.size() == 1 ? entry.front() : entry[number];
    };
    // Over one denominator, which stands in the leading coordinate.
    Polynomial denominator = Polynomial::constant(1);
    for (unsigned i = 0; i < size; ++i)
      for (unsigned j = 0; j < size; ++j)
        denominator = lcm(denominator, at(i, j).denominator());
    std::map<Monomial, Vector> matrices;
    auto add = [&](const Polynomial &polynomial, size_t position) {
      for (const Polynomial::Term &term : polynomial.terms()) {
        Vector &vector = matrices[term.monomial];
        vector.resize(1 + size * size);
        vector[position] = term.coefficient;
      }
    };
    if (!component.projective)
      add(denominator, 0);
    for (unsigned i = 0; i < size; ++i)
      for (unsigned j = 0; j < size; ++j)
        if (std::optional<Polynomial> factor =
                denominator.divideExactly(at(i, j).denominator()))
          add(at(i, j).numerator() * *factor, 1 + i * size + j);
    for (auto &[monomial, vector] : matrices)
      span.insert(vector);
  }
}

ElementBasis::ElementBasis(const ProjectiveComponent &component)
    : size(component.matrix.size()) {
  Span span;
  Vector identity(1 + size * size);
  identity[0] = Rational(component.projective ? 0 : 1);
  for (unsigned i = 0; i < size; ++i)
    identity[1 + i * size + i] = Rational(1);
  span.insert(identity);
  addStepMatrices(component, span);

  // Words in the generators span the algebra, so multiplying by generators
  // alone reaches all of it.
  std::vector<Vector> generators, pending;
  for (auto &[pivot, row] : span.rows)
    generators.push_back(row);
  pending = generators;
  while (!pending.empty()) {
    Vector word = std::move(pending.back());
    pending.pop_back();
    for (const Vector &generator : generators) {
      Vector product = multiply(generator, word, size);
      if (span.insert(product))
        pending.push_back(std::move(product));
    }
  }

  std::map<size_t, unsigned> numberOf;
  for (auto &[pivot, row] : span.rows)
    if (pivot != 0) {
      numberOf[pivot] = pivots.size();
      pivots.push_back({(pivot - 1) / size, (pivot - 1) % size});
    }
  entries.resize(size * size);
  for (auto &[pivot, row] : span.rows)
    for (unsigned i = 0; i < size * size; ++i) {
      const Rational &factor = row[1 + i];
      if (factor.isZero())
        continue;
      if (pivot == 0)
        entries[i].constant = factor;
      else
        entries[i].terms.push_back({numberOf[pivot], factor});
    }
}
