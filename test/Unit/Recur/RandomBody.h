//===- RandomBody.h - random recurrences and identities ---------*- C++ -*-===//
//
// Makes bodies from random sparse matrices that act projectively, and rewrites
// them by random identities of real numbers, so that what an analysis finds can
// be compared between bodies that mean the same.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_TEST_UNIT_RECUR_RANDOMBODY_H
#define KALMIR_TEST_UNIT_RECUR_RANDOMBODY_H

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <memory>
#include <random>
#include <vector>

namespace kalmir::test {

/// An expression in inputs, states and constants; immutable and shared.
struct Expr;
using ExprRef = std::shared_ptr<const Expr>;
struct Expr {
  enum Kind { Input, State, Constant, Add, Sub, Mul, Div, Neg, Tanh };
  Kind kind;
  /// Number of the input or state, or the constant's value.
  int number = 0;
  ExprRef lhs, rhs;
};

class RandomBody {
public:
  explicit RandomBody(uint64_t seed);

  /// Rewrites `count` random places by random identities.
  void rewrite(unsigned count);
  /// Adds one term that no matrix gives.
  void breakIt();

  /// A module with one recur.generic: inputs tensor<?xf64>, states tensor<f64>,
  /// one output for each state. The operations of independent subexpressions
  /// come in random order.
  mlir::OwningOpRef<mlir::ModuleOp> build(mlir::MLIRContext *context);

  /// The scalars an element needs, found by numbers alone: the dimension of the
  /// algebra that random instances of the matrix span. 0 where the states fall
  /// into independent parts.
  unsigned getElementSize();

  /// Whether the matrix links all states with each other.
  bool isConnected() const;

  unsigned numStates, numInputs;

private:
  unsigned random(unsigned below) { return generator() % below; }
  ExprRef randomCoefficient();
  ExprRef randomScale();
  ExprRef rewriteAt(const ExprRef &expr, unsigned &place);
  ExprRef applyIdentity(const ExprRef &expr);

  std::mt19937_64 generator;
  /// matrix[i][j] over (states..., w); null is zero.
  std::vector<std::vector<ExprRef>> matrix;
  bool affine;
  std::vector<ExprRef> next;
};

} // namespace kalmir::test

#endif // KALMIR_TEST_UNIT_RECUR_RANDOMBODY_H
