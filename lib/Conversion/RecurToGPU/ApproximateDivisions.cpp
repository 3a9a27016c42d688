//===- ApproximateDivisions.cpp - divisions by what is in range -----------===//
//
// An exact division takes some ten instructions and a branch for divisors whose
// reciprocal leaves the range of the type. A step's divisor that is a state and
// sets the scale of its group never does: before the step it was at most 2.
//
//   x / n   ->   x * rcp(n)        2 ulp, with |n| in [2^-126, 2^126]
//
//===----------------------------------------------------------------------===//

#include "ApproximateDivisions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace kalmir;

void threads::approximateDivisions(recur::ScanOp op) {
  auto yield = cast<recur::YieldOp>(op.getStepBlock()->getTerminator());
  llvm::SmallPtrSet<Value, 4> divisors;
  for (const recur::HomogeneousGroup &group : op.getStateGroups())
    for (int64_t member : group.scaleBy)
      divisors.insert(yield.getStates()[member]);
  IRRewriter rewriter(op.getContext());
  for (auto division :
       llvm::make_early_inc_range(op.getStepBlock()->getOps<arith::DivFOp>())) {
    if (!division.getType().isF32() || !divisors.contains(division.getRhs()))
      continue;
    rewriter.setInsertionPoint(division);
    Value reciprocal = NVVM::RcpApproxFtzF32Op::create(
        rewriter, division.getLoc(), division.getType(), division.getRhs());
    rewriter.replaceOpWithNewOp<arith::MulFOp>(
        division, division.getLhs(), reciprocal, division.getFastmathAttr());
  }
}
