//===- BodyEmitter.h - re-expresses a body in coordinates -------*- C++ -*-===//
//
// Clones the state-free values of a body on demand, writes coefficients, runs a
// component's step plan, and expresses state-dependent values as ratios of
// linear forms wherever that cancels something.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_TRANSFORMS_BODYEMITTER_H
#define KALMIR_RECUR_TRANSFORMS_BODYEMITTER_H

#include "ScanEmitter.h"

namespace kalmir::recur {

class BodyEmitter {
public:
  /// `inputs` are the values of the body's inputs where `b` builds, and
  /// `inputIterators` has a bit for each iterator that an input varies with.
  BodyEmitter(mlir::OpBuilder &b, mlir::Location loc,
              analysis::ProjectiveAnalysis &analysis,
              const analysis::CoefficientDictionary &dictionary,
              mlir::ValueRange inputs, llvm::ArrayRef<uint64_t> inputIterators);

  /// Makes a state of an affine component known: it stands for itself.
  void mapState(mlir::Value bodyState, mlir::Value state) {
    mapping.map(bodyState, state);
  }

  /// A state-free value of the body.
  mlir::Value emitStateFree(mlir::Value value);

  /// A state-free coefficient of type `type`.
  Scalar emitCoefficient(const analysis::CasedFunction &function,
                         mlir::FloatType type);

  /// Values of all forms of `component`'s plan at `coordinates` (w last).
  llvm::SmallVector<Scalar> emitForms(const ComponentPlan &component,
                                      llvm::ArrayRef<Scalar> coordinates);

  /// Makes the old coordinates and the forms of a component known, so that
  /// `emit` can express values in them.
  void setComponent(const ComponentPlan &component,
                    llvm::ArrayRef<Scalar> coordinates,
                    llvm::ArrayRef<Scalar> forms);

  /// Any value of the body.
  mlir::Value emit(mlir::Value value);

private:
  /// Values that some iterator does not change are shared or hoisted.
  static constexpr double kSharedRate = 0.25;
  /// A linear form whose value is at hand.
  struct KnownForm {
    analysis::LinearForm form;
    Scalar value;
  };
  struct KnownComponent {
    const ComponentPlan *plan;
    llvm::SmallVector<Scalar> coordinates;
    llvm::SmallVector<KnownForm> forms;
  };

  Scalar emitCase(const analysis::CasedFunction &function, unsigned known,
                  unsigned fixed, mlir::FloatType type);
  Scalar emitFunction(const analysis::RationalFunction &function,
                      mlir::FloatType type);
  Scalar emitPolynomial(const analysis::Polynomial &polynomial,
                        mlir::FloatType type);
  uint64_t getIterators(analysis::Symbol symbol);
  bool spansIterators(const analysis::Monomial &monomial);
  /// How often a value that varies with some iterators is computed, relative
  /// to one that varies with all.
  double getRate(uint64_t mask) const {
    return mask == allIterators ? 1 : kSharedRate;
  }
  double getProductCost(analysis::Monomial monomial);
  analysis::Monomial getCommonFactor(const analysis::LinearStepPlan &plan,
                                     int base);
  Scalar emitProduct(const analysis::Monomial &monomial, mlir::FloatType type);
  Scalar emitForm(const analysis::LinearForm &form,
                  const KnownComponent &component);
  mlir::Value emitRatio(mlir::Value numerator, mlir::Value denominator);
  mlir::Value emitKnownRatio(mlir::Value value);
  mlir::Value emitFraction(mlir::Value value);
  mlir::Value cloneOp(mlir::Value value);
  bool scalesOrShifts(mlir::Operation *op);

  mlir::OpBuilder &b;
  mlir::Location loc;
  analysis::ProjectiveAnalysis &analysis;
  const analysis::CoefficientDictionary &dictionary;
  mlir::IRMapping mapping;
  llvm::DenseMap<mlir::Value, uint64_t> iterators;
  /// Those that any input varies with.
  uint64_t allIterators = 0;
  std::map<analysis::RationalFunction, Scalar> coefficients;
  std::map<analysis::Monomial, Scalar> products;
  llvm::SmallVector<KnownComponent> known;
  llvm::DenseMap<std::pair<mlir::Value, mlir::Value>, mlir::Value> ratios;
};

} // namespace kalmir::recur

#endif // KALMIR_RECUR_TRANSFORMS_BODYEMITTER_H
