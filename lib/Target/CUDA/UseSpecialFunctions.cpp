//===- UseSpecialFunctions.cpp - functions by the special-function unit ---===//
//
// Functions of float32 in kernels become what SpecialFunctions has for them, in
// log(1 + exp(-|x|)) what serves the range of their arguments, and
// x / (1 + exp(y)) a division that knows the range of its divisor.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Target/CUDA/Passes.h"

#include "SpecialFunctions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/TypeSwitch.h"

namespace kalmir {
#define GEN_PASS_DEF_USESPECIALFUNCTIONSPASS
#include "kalmir/Target/CUDA/Passes.h.inc"
} // namespace kalmir

using namespace mlir;
using kalmir::cuda::SpecialFunctions;

static bool isExp(Value value) {
  return isa_and_present<math::ExpOp, math::Exp2Op>(value.getDefiningOp());
}

/// Whether `value` is 1 plus an exponential, and so in [1, inf] or NaN.
static bool isOnePlusExp(Value value) {
  auto sum = value.getDefiningOp<arith::AddFOp>();
  return sum &&
         ((matchPattern(sum.getLhs(), m_OneFloat()) && isExp(sum.getRhs())) ||
          (matchPattern(sum.getRhs(), m_OneFloat()) && isExp(sum.getLhs())));
}

/// Whether `value` is in [-inf, -0] or NaN.
static bool isNonPositive(Value value) {
  auto negation = value.getDefiningOp<arith::NegFOp>();
  return negation && negation.getOperand().getDefiningOp<math::AbsFOp>();
}

/// Whether `value` is in [0, 1] or NaN, and has no sign.
static bool isFraction(Value value) {
  return isExp(value) && isNonPositive(value.getDefiningOp()->getOperand(0));
}

/// Whether SpecialFunctions has it.
static bool isKnown(Operation *op) {
  return isa<math::ExpOp, math::Exp2Op, math::ExpM1Op, math::LogOp,
             math::Log2Op, math::Log1pOp, math::TanhOp, math::SqrtOp,
             math::RsqrtOp>(op);
}

/// What a known function is of `x`, its argument as float32.
static Value expandKnown(ImplicitLocOpBuilder &b, Operation *op, Value x) {
  SpecialFunctions functions(b);
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](math::ExpOp) {
        return functions.exp(x, isNonPositive(op->getOperand(0)));
      })
      .Case([&](math::Exp2Op) { return functions.exp2(x); })
      .Case([&](math::ExpM1Op) { return functions.expm1(x); })
      .Case([&](math::LogOp) { return functions.log(x); })
      .Case([&](math::Log2Op) { return functions.log2(x); })
      .Case([&](math::Log1pOp) {
        return isFraction(op->getOperand(0)) ? functions.log1pOfFraction(x)
                                             : functions.log1p(x);
      })
      .Case([&](math::TanhOp) { return functions.tanh(x); })
      .Case([&](math::SqrtOp) { return functions.sqrt(x); })
      .Case([&](math::RsqrtOp) { return functions.rsqrt(x); });
}

/// What replaces a known function, or null.
static Value expandFunction(ImplicitLocOpBuilder &b, Operation *op) {
  Type type = op->getResult(0).getType();
  if (!isa<Float32Type, Float16Type, BFloat16Type>(type))
    return {};
  Value x = op->getOperand(0);
  if (type.isF32())
    return expandKnown(b, op, x);
  x = arith::ExtFOp::create(b, b.getF32Type(), x);
  return arith::TruncFOp::create(b, type, expandKnown(b, op, x));
}

/// What replaces a division, or null.
static Value expandDivision(ImplicitLocOpBuilder &b, arith::DivFOp op) {
  if (!op.getType().isF32() || !isOnePlusExp(op.getRhs()))
    return {};
  return SpecialFunctions(b).divide(op.getLhs(), op.getRhs());
}

namespace {
struct UseSpecialFunctions
    : public kalmir::impl::UseSpecialFunctionsPassBase<UseSpecialFunctions> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    // What looks at exponentials comes before them.
    getOperation().walk([&](gpu::LaunchOp kernel) {
      kernel.walk([&](Operation *op) {
        if (isa<arith::DivFOp, math::Log1pOp>(op))
          ops.push_back(op);
      });
      kernel.walk([&](Operation *op) {
        if (isKnown(op) && !isa<math::Log1pOp>(op))
          ops.push_back(op);
      });
    });
    IRRewriter rewriter(&getContext());
    for (Operation *op : ops) {
      ImplicitLocOpBuilder b(op->getLoc(), op);
      auto division = dyn_cast<arith::DivFOp>(op);
      Value result =
          division ? expandDivision(b, division) : expandFunction(b, op);
      if (!result)
        continue;
      rewriter.replaceOp(op, result);
      ++numReplaced;
    }
  }
};
} // namespace
