//===- ScanEmitter.h - writes the regions of a derived scan -----*- C++ -*-===//
//
// From the algebra of a body (ProjectiveAnalysis), the element it needs
// (ElementBasis) and a plan for its step (LinearStepPlan), this writes the
// regions of the recur.scan. Structural zeros and ones cost nothing.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_TRANSFORMS_SCANEMITTER_H
#define KALMIR_RECUR_TRANSFORMS_SCANEMITTER_H

#include "kalmir/Analysis/ElementBasis.h"
#include "kalmir/Analysis/LinearStepPlan.h"
#include "kalmir/Recur/IR/Recur.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace kalmir::recur {

/// A scalar that may be a known constant.
struct Scalar {
  std::optional<analysis::Rational> constant;
  mlir::Value value;

  Scalar() : constant(analysis::Rational(0)) {}
  Scalar(analysis::Rational constant) : constant(std::move(constant)) {}
  Scalar(mlir::Value value) : value(value) {}
};

/// Floating-point arithmetic that folds constants; the operations it builds may
/// be contracted to multiply-adds.
class ScalarBuilder {
public:
  ScalarBuilder(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type)
      : b(b), loc(loc), type(type) {}

  Scalar add(const Scalar &x, const Scalar &y);
  Scalar multiply(const Scalar &x, const Scalar &y);
  Scalar divide(const Scalar &x, const Scalar &y);
  Scalar negate(const Scalar &x);
  Scalar select(mlir::Value condition, const Scalar &x, const Scalar &y);
  /// Sum of products; terms with factor 1 come first so that the rest can
  /// become multiply-adds.
  Scalar sumOfProducts(llvm::ArrayRef<std::pair<Scalar, Scalar>> terms);
  /// The scalar as a value of this type.
  mlir::Value materialize(const Scalar &x);

private:
  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::Type type;
};

/// What one component contributes to a scan.
struct ComponentPlan {
  const analysis::ProjectiveComponent *component;
  analysis::ElementBasis basis;
  analysis::LinearStepPlan plan;
  mlir::FloatType type;
  /// Number of coordinates that are states of the scan: all of them, or all
  /// but w for an affine component.
  unsigned numCoordinates;
};

/// Writes the regions; `inputIterators` is that of BodyEmitter. All methods
/// expect the builder at the end of a block whose arguments are those of the
/// region.
class ScanEmitter {
public:
  ScanEmitter(analysis::ProjectiveAnalysis &analysis,
              const analysis::CoefficientDictionary &dictionary,
              llvm::ArrayRef<ComponentPlan> components,
              llvm::ArrayRef<uint64_t> inputIterators)
      : analysis(analysis), dictionary(dictionary), components(components),
        inputIterators(inputIterators) {}

  void emitStep(mlir::OpBuilder &b, mlir::Location loc, mlir::Block &block);
  void emitExtend(mlir::OpBuilder &b, mlir::Location loc, mlir::Block &block);
  void emitCombine(mlir::OpBuilder &b, mlir::Location loc, mlir::Block &block);
  void emitApply(mlir::OpBuilder &b, mlir::Location loc, mlir::Block &block);

private:
  unsigned getNumInputs() const {
    return analysis.getBody().getNumArguments() - analysis.getNumStates();
  }

  analysis::ProjectiveAnalysis &analysis;
  const analysis::CoefficientDictionary &dictionary;
  llvm::ArrayRef<ComponentPlan> components;
  llvm::ArrayRef<uint64_t> inputIterators;
};

} // namespace kalmir::recur

#endif // KALMIR_RECUR_TRANSFORMS_SCANEMITTER_H
