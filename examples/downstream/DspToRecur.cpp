//===- DspToRecur.cpp - smoothing as a recurrence -------------------------===//

#include "Dsp.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;
using namespace kalmir;

namespace {

struct SmoothToRecur : OpRewritePattern<dsp::SmoothOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(dsp::SmoothOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Type element = op.getType().getElementType();
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(b, loc, op.getSignal());
    Value gain = arith::ConstantOp::create(
        b, loc, FloatAttr::get(element, op.getGain().convertToDouble()));
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(element));
    Value first = tensor::EmptyOp::create(b, loc, sizes[1], element);
    first = linalg::FillOp::create(b, loc, zero, first).getResult(0);
    Value smoothed = tensor::EmptyOp::create(b, loc, sizes, element);

    AffineExpr time = b.getAffineDimExpr(0), column = b.getAffineDimExpr(1);
    AffineMap everywhere = AffineMap::get(2, 0, {time, column}, getContext());
    AffineMap once = AffineMap::get(2, 0, getContext());
    AffineMap perColumn = AffineMap::get(2, 0, column, getContext());
    Attribute iterators[] = {recur::IteratorTypeAttr::get(
                                 getContext(), recur::IteratorType::recurrence),
                             recur::IteratorTypeAttr::get(
                                 getContext(), recur::IteratorType::parallel)};
    auto recurrence = recur::GenericOp::create(
        b, loc, TypeRange{first.getType(), smoothed.getType()},
        /*inputs=*/ValueRange{op.getSignal(), gain}, /*segments=*/Value(),
        /*states=*/first, /*outputs=*/smoothed,
        b.getAffineMapArrayAttr({everywhere, once, perColumn, everywhere}),
        b.getArrayAttr(iterators), /*reverse=*/false, /*strict=*/false,
        op.getScheduleAttr(), /*finishCount=*/0);

    // One step: the signal, the gain and the state come in.
    OpBuilder::InsertionGuard guard(b);
    Block *step = b.createBlock(&recurrence.getBody(), {},
                                {element, element, element}, {loc, loc, loc});
    Value state = step->getArgument(2);
    Value error = arith::SubFOp::create(b, loc, step->getArgument(0), state);
    Value change = arith::MulFOp::create(b, loc, step->getArgument(1), error);
    Value next = arith::AddFOp::create(b, loc, state, change);
    recur::YieldOp::create(b, loc, /*states=*/next, /*outputs=*/next);

    b.replaceOp(op, recurrence.getResults().back());
    return success();
  }
};

struct DspToRecur : PassWrapper<DspToRecur, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(DspToRecur)

  StringRef getArgument() const override { return "dsp-to-recur"; }
  StringRef getDescription() const override {
    return "Write dsp operations as recurrences";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect,
                    recur::RecurDialect, tensor::TensorDialect>();
  }
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<SmoothToRecur>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

std::unique_ptr<Pass> dsp::createDspToRecurPass() {
  return std::make_unique<DspToRecur>();
}
