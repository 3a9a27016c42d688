//===- ToInformationForm.cpp - covariance to information form -------------===//

#include "kalmir/Kalman/IR/Kalman.h"
#include "kalmir/Kalman/Transforms/Passes.h"
#include "kalmir/Support/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

namespace kalmir::kalman {
#define GEN_PASS_DEF_KALMANTOINFORMATIONFORMPASS
#include "kalmir/Kalman/Transforms/Passes.h.inc"
} // namespace kalmir::kalman

using namespace mlir;
using namespace kalmir::kalman;

static constexpr StringLiteral kFlag = "kalmir-kalman-to-information-form";

/// Whether `value` is a constant with all elements above 0.
static bool isPositiveConstant(Value value) {
  auto isPositive = [](const APFloat &number) {
    return !number.isNaN() && number > APFloat::getZero(number.getSemantics());
  };
  FloatAttr scalar;
  if (matchPattern(value, m_Constant(&scalar)))
    return isPositive(scalar.getValue());
  DenseFPElementsAttr elements;
  return matchPattern(value, m_Constant(&elements)) &&
         llvm::all_of(elements.getValues<APFloat>(), isPositive);
}

/// numerator / variance, numerator being 1 where it is null.
static Value createQuotient(OpBuilder &b, Location loc, Value numerator,
                            Value variance) {
  auto type = dyn_cast<RankedTensorType>(variance.getType());
  if (!type) {
    if (!numerator)
      numerator = arith::ConstantOp::create(
          b, loc, b.getFloatAttr(variance.getType(), 1.0));
    return b.createOrFold<arith::DivFOp>(loc, numerator, variance);
  }
  Value empty = tensor::EmptyOp::create(
      b, loc, tensor::getMixedSizes(b, loc, variance), type.getElementType());
  Value quotient =
      numerator
          ? linalg::DivOp::create(b, loc, ValueRange{numerator, variance},
                                  empty)
                .getResult(0)
          : linalg::ReciprocalOp::create(b, loc, variance, empty).getResult(0);
  if (quotient.getType() != type)
    quotient = tensor::CastOp::create(b, loc, type, quotient);
  return quotient;
}

namespace {
struct KalmanToInformationFormPass
    : kalmir::kalman::impl::KalmanToInformationFormPassBase<
          KalmanToInformationFormPass> {
  void runOnOperation() override {
    getOperation()->walk([&](ScalarFilterOp op) {
      if (op.isInformationForm())
        return;
      if (!op.getPositiveNoise() &&
          !isPositiveConstant(op.getObservationNoise()))
        return refuse(op, "the observation noise may be 0, which has no "
                          "precision; a positive constant or positive_noise "
                          "says that it is not");
      if (!op.getDiffuse() && !op.getPositivePrior() &&
          !isPositiveConstant(op.getPriorVariance()))
        return refuse(op, "the prior variance may be 0, which has no "
                          "precision; a positive constant or positive_prior "
                          "says that it is not");
      rewrite(op);
    });
  }

  void refuse(ScalarFilterOp op, StringRef reason) {
    ++numRefused;
    kalmir::emitMissedRemark(op.getLoc(), kFlag) << reason;
  }

  void rewrite(ScalarFilterOp op) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    Value precision, information;
    if (op.getDiffuse()) {
      precision = arith::ConstantOp::create(
          b, loc, b.getFloatAttr(op.getStateElementType(), 0.0));
      information = precision;
      op.setDiffuse(false);
    } else {
      precision = createQuotient(b, loc, Value(), op.getPriorVariance());
      information =
          createQuotient(b, loc, op.getPriorMean(), op.getPriorVariance());
      op.getPriorMeanMutable().clear();
      op.getPriorVarianceMutable().clear();
      op.setPositivePrior(false);
    }
    op.getPriorPrecisionMutable().assign(precision);
    op.getPriorInformationMutable().assign(information);
    ++numRewritten;
    kalmir::emitPassedRemark(loc, kFlag) << "carries precision and information";
  }
};
} // namespace
