//===- ExpandSigns.cpp - the sign of floats as integer arithmetic ---------===//

#include "kalmir/Target/CUDA/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/TypeUtilities.h"

namespace kalmir {
#define GEN_PASS_DEF_EXPANDSIGNSPASS
#include "kalmir/Target/CUDA/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

namespace {
struct ExpandSigns : public kalmir::impl::ExpandSignsPassBase<ExpandSigns> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](Operation *op) {
      if (!isa<math::AbsFOp, math::CopySignOp>(op))
        return;
      ImplicitLocOpBuilder b(op->getLoc(), op);
      Type type = op->getResult(0).getType();
      unsigned width = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
      if (width != 16 && width != 32 && width != 64)
        return;
      Type bits = b.getIntegerType(width);
      if (auto vector = dyn_cast<VectorType>(type))
        bits = vector.clone(bits);
      auto select = [&](Value value, const APInt &mask) -> Value {
        TypedAttr attr = b.getIntegerAttr(getElementTypeOrSelf(bits), mask);
        if (auto vector = dyn_cast<VectorType>(bits))
          attr = DenseElementsAttr::get(vector, Attribute(attr));
        return arith::AndIOp::create(b,
                                     arith::BitcastOp::create(b, bits, value),
                                     arith::ConstantOp::create(b, attr));
      };
      Value result = select(op->getOperand(0), APInt::getSignedMaxValue(width));
      if (isa<math::CopySignOp>(op))
        result = arith::OrIOp::create(
            b, result, select(op->getOperand(1), APInt::getSignMask(width)));
      rewriter.replaceOp(op, arith::BitcastOp::create(b, type, result));
    });
  }
};
} // namespace
