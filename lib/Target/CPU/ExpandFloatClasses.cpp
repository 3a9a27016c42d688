//===- ExpandFloatClasses.cpp - tests for infinite and normal numbers -----===//

#include "kalmir/Target/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"

namespace kalmir {
#define GEN_PASS_DEF_EXPANDFLOATCLASSESPASS
#include "kalmir/Target/CPU/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

namespace {

/// A scalar or vector constant of `type`.
Value createConstant(OpBuilder &builder, Location loc, Type type,
                     const APFloat &value) {
  TypedAttr attr = FloatAttr::get(getElementTypeOrSelf(type), value);
  if (auto shaped = dyn_cast<ShapedType>(type))
    attr = DenseElementsAttr::get(shaped, attr);
  return arith::ConstantOp::create(builder, loc, attr);
}

struct ExpandFloatClasses
    : public kalmir::impl::ExpandFloatClassesPassBase<ExpandFloatClasses> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](Operation *op) {
      if (!isa<math::IsInfOp, math::IsNormalOp>(op))
        return;
      rewriter.setInsertionPoint(op);
      Location loc = op->getLoc();
      Value x = op->getOperand(0);
      const llvm::fltSemantics &semantics =
          cast<FloatType>(getElementTypeOrSelf(x)).getFloatSemantics();
      // Comparisons with NaN are false, as both tests are.
      Value size = math::AbsFOp::create(rewriter, loc, x);
      Value infinity = createConstant(rewriter, loc, x.getType(),
                                      APFloat::getInf(semantics));
      if (isa<math::IsInfOp>(op)) {
        rewriter.replaceOpWithNewOp<arith::CmpFOp>(
            op, arith::CmpFPredicate::OEQ, size, infinity);
        return;
      }
      Value smallest =
          createConstant(rewriter, loc, x.getType(),
                         APFloat::getSmallestNormalized(semantics));
      Value isFinite = arith::CmpFOp::create(
          rewriter, loc, arith::CmpFPredicate::OLT, size, infinity);
      Value isLarge = arith::CmpFOp::create(
          rewriter, loc, arith::CmpFPredicate::OGE, size, smallest);
      rewriter.replaceOpWithNewOp<arith::AndIOp>(op, isFinite, isLarge);
    });
  }
};

} // namespace
