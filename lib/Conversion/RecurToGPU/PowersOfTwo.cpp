//===- PowersOfTwo.cpp - exponentials of products -------------------------===//
//
// GPUs have an instruction for 2^x. An exact exp(x) takes some more, to make up
// for the rounding of x log2 e. Where x is a product, its rounding has cost as
// much before:
//
//   exp(x y)   ->   2^(x z), z = y log2 e     y and z the same at all steps
//
// This is done on the body, not on kernels, so that all kernels of a recurrence
// have the same bits, that of a single step too.
//
//===----------------------------------------------------------------------===//

#include "PowersOfTwo.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace kalmir;

/// The values of a step that are the same at all steps.
static llvm::DenseSet<Value> findTimeInvariant(recur::RecurrenceOp op) {
  llvm::DenseSet<Value> result;
  Block *step = op.getStepBlock();
  for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i)
    if (!op.getInputMap(i).isFunctionOfDim(op.getTimeDim()))
      result.insert(step->getArgument(i));
  for (Operation &bodyOp : step->without_terminator()) {
    if (bodyOp.getNumRegions() != 0)
      continue;
    auto index = dyn_cast<recur::IndexOp>(bodyOp);
    if (index ? index.getDim() != op.getTimeDim()
              : llvm::all_of(bodyOp.getOperands(), [&](Value operand) {
                  return operand.getParentBlock() != step ||
                         result.contains(operand);
                }))
      result.insert(bodyOp.result_begin(), bodyOp.result_end());
  }
  return result;
}

void threads::usePowersOfTwo(recur::RecurrenceOp op) {
  llvm::DenseSet<Value> fixed = findTimeInvariant(op);
  IRRewriter rewriter(op.getContext());
  for (auto exp :
       llvm::make_early_inc_range(op.getStepBlock()->getOps<math::ExpOp>())) {
    auto product = exp.getOperand().getDefiningOp<arith::MulFOp>();
    if (!exp.getType().isF32() || !product)
      continue;
    Value moving = product.getLhs(), factor = product.getRhs();
    if (fixed.contains(moving))
      std::swap(moving, factor);
    if (fixed.contains(moving) || !fixed.contains(factor))
      continue;
    ImplicitLocOpBuilder b(exp.getLoc(), exp);
    Value log2e =
        arith::ConstantOp::create(b, b.getF32FloatAttr(0x1.715476p+0F));
    Value scaled = arith::MulFOp::create(b, factor, log2e);
    Value power =
        math::Exp2Op::create(b, arith::MulFOp::create(b, moving, scaled));
    rewriter.replaceOp(exp, power);
  }
}
