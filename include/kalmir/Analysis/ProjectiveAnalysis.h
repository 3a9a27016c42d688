//===- ProjectiveAnalysis.h - is a step a matrix? ---------------*- C++ -*-===//
//
// Decides whether one step of a recurrence acts on its states as a matrix.
//
// Every value of the body is treated as a fraction of polynomials in the
// states, with coefficients in the fractions of the state-free values. If all
// next states of a group that depend on each other have one denominator, and
// numerators and denominator are of degree at most 1 in the states, then in
// homogeneous coordinates (states, w), state = coordinate / w, the step is a
// matrix, composition of steps is the product of matrices, and so the scan is
// associative. Where the denominator is free of states, w stays 1 (affine).
//
// Example: the body
//     lam1 = lam / (a * a + p * lam) + phi
// is the component {lam}, projective, with the rows, over (lam, w),
//     lam1: [1 + p * phi, a * a * phi]
//     w:    [p,           a * a      ]
//
// A select on a state-free condition (missing data, a segment's start) gives
// one matrix for each outcome; all data here is therefore "cased": one function
// for each combination of outcomes of `conditions`.
//
// The identities used are those of real numbers; rounding may differ from the
// body's. Loops of this kind were parallelised by Fisher and Ghuloum (1994) and
// Sato and Iwasaki (2011); what is new here is the fraction field with exact
// cancellation, the split into components and the choice of the element.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_ANALYSIS_PROJECTIVEANALYSIS_H
#define KALMIR_ANALYSIS_PROJECTIVEANALYSIS_H

#include "kalmir/Analysis/CasedFunction.h"

#include "mlir/IR/Block.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#pragma GCC visibility push(default)

namespace kalmir::analysis {

/// A linear form in the coordinates of a component: one coefficient for each
/// coordinate, w last.
using LinearForm = llvm::SmallVector<CasedFunction>;

/// Why a body is not a scan: the value that broke it, and the reason as a
/// sentence part that continues "this value ...".
struct Refusal {
  mlir::Value value;
  std::string reason;
};

/// States that depend on each other, and the matrix that advances them.
struct ProjectiveComponent {
  /// Numbers of the member states, ascending; they are the first coordinates.
  llvm::SmallVector<unsigned> states;
  /// Whether the denominator depends on the states. If not, row w is
  /// (0, ..., 0, 1) and needs no coordinate at run time.
  bool projective = false;
  /// Row i gives the next value of coordinate i. For a projective component
  /// the rows of one case are polynomials without common factor.
  llvm::SmallVector<LinearForm> matrix;
};

/// The algebra of one body. Build it with `create`.
class ProjectiveAnalysis {
public:
  /// At most this many conditions are told apart (2^n matrices).
  static constexpr unsigned maxConditions = 4;
  /// At most this many states may depend on each other.
  static constexpr unsigned maxComponentStates = 8;

  /// Analyses `body`, whose last `numStates` arguments are the states and
  /// whose terminator's first `numStates` operands are the next states.
  ProjectiveAnalysis(mlir::Block &body, unsigned numStates);

  /// The reason why the body is no scan, or nullopt where it is one.
  const std::optional<Refusal> &getRefusal() const { return refusal; }

  /// The independent parts of the state, by their first member.
  llvm::ArrayRef<ProjectiveComponent> getComponents() const {
    return components;
  }

  /// State-free i1 values on which states are selected; case number c has
  /// condition i true where bit i of c is set.
  llvm::ArrayRef<mlir::Value> getConditions() const { return conditions; }
  unsigned getNumCases() const { return 1u << conditions.size(); }

  /// Whether `value` depends on a state.
  bool dependsOnState(mlir::Value value) const {
    return stateDependent.contains(value);
  }

  /// `value` as a fraction in states and opaque scalars, or null where it is
  /// not one (see `dependsOnState`) or is no floating-point value.
  const CasedFunction *getFunction(mlir::Value value);

  /// The numerator and denominator of a state-dependent value as linear forms
  /// of `component`, or nullopt where it is not of that kind.
  std::optional<std::pair<LinearForm, LinearForm>>
  getLinearFraction(mlir::Value value, const ProjectiveComponent &component);

  /// The scalar that `symbol` stands for; a state's block argument or a
  /// state-free value that the algebra does not look into.
  mlir::Value getValue(Symbol symbol) const { return symbols[symbol]; }

  /// State-free values of the body that the algebra can express, in body order.
  llvm::SmallVector<mlir::Value> getStateFreeValues();

  mlir::Block &getBody() const { return body; }
  unsigned getNumStates() const { return numStates; }

private:
  void findStateDependence();
  void findConditions();
  void close();
  void split();
  std::optional<CasedFunction> evaluate(mlir::Value value);
  CasedFunction opaque(mlir::Value value);
  std::optional<Refusal> checkDegree(mlir::Value value,
                                     const ProjectiveComponent &component,
                                     bool polynomialsOnly);
  Refusal explain(const ProjectiveComponent &component);
  bool isState(Symbol symbol) const { return symbol < numStates; }
  bool isLinear(const Polynomial &polynomial) const;
  std::optional<LinearForm> toForm(llvm::ArrayRef<Polynomial> cases,
                                   const ProjectiveComponent &component);
  bool closeComponent(ProjectiveComponent &component);

  mlir::Block &body;
  unsigned numStates;
  llvm::SmallVector<mlir::Value> symbols;
  llvm::DenseMap<mlir::Value, Symbol> symbolOf;
  llvm::DenseSet<mlir::Value> stateDependent;
  llvm::SmallVector<mlir::Value> conditions;
  llvm::DenseMap<mlir::Value, std::optional<CasedFunction>> functions;
  llvm::DenseMap<mlir::Value, Refusal> blame;
  llvm::SmallVector<ProjectiveComponent> components;
  std::optional<Refusal> refusal;
};

} // namespace kalmir::analysis

#pragma GCC visibility pop

#endif // KALMIR_ANALYSIS_PROJECTIVEANALYSIS_H
