//===- LinearAttention.cpp - kalman.linear_attention to recur.generic -----===//
//
// Iterators are (b, t, m, s): batch, time, channel, state. One step:
//
//   phi  = lv k^2                          precision of the observation
//   den  = a^2 + p lam
//   lam' = lam / den + phi
//   eta' = a eta / den + v lv k
//   mean = q eta' / lam'                   summed over s
//   variance = q^2 / lam'                  summed over s
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"
#include "StepBuilder.h"

#include "kalmir/Kalman/IR/Kalman.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::kalman;
using recur::IteratorType;

namespace {
struct ConvertLinearAttention : OpRewritePattern<LinearAttentionOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(LinearAttentionOp op,
                                PatternRewriter &b) const override;
};
} // namespace

/// [M,S], [L,M,S] or [B,L,M,S]: the last iterators.
static SmallVector<int64_t> getParameterDims(Value parameter) {
  int64_t rank = cast<RankedTensorType>(parameter.getType()).getRank();
  return llvm::to_vector(llvm::seq<int64_t>(4 - rank, 4));
}

LogicalResult
ConvertLinearAttention::matchAndRewrite(LinearAttentionOp op,
                                        PatternRewriter &b) const {
  Location loc = op.getLoc();
  Type type = op.getStateElementType();
  OpFoldResult batch = tensor::getMixedSize(b, loc, op.getValue(), 0);
  OpFoldResult length = tensor::getMixedSize(b, loc, op.getValue(), 1);
  OpFoldResult channels = tensor::getMixedSize(b, loc, op.getValue(), 2);
  OpFoldResult states = tensor::getMixedSize(b, loc, op.getKey(), 2);

  Value precision0 = op.getPriorPrecision();
  Value information0 = op.getPriorInformation();
  if (!precision0) {
    auto fill = [&](double value) {
      Value scalar =
          arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value));
      return createFilled(b, loc, scalar, {batch, channels, states});
    };
    precision0 = fill(1.0);
    information0 = fill(0.0);
  }

  // Without a read-out nothing sums over the state index.
  auto isReadOut = [](AttentionResult quantity) {
    return quantity == AttentionResult::mean ||
           quantity == AttentionResult::variance;
  };
  SmallVector<AttentionResult> readOuts;
  SmallVector<Type> readOutTypes;
  for (auto [i, result] : llvm::enumerate(op.getResults()))
    if (isReadOut(op.getQuantity(i))) {
      readOuts.push_back(op.getQuantity(i));
      readOutTypes.push_back(getElementTypeOrSelf(result.getType()));
    }
  RecurrenceBuilder recurrence(
      b, loc,
      {IteratorType::parallel, IteratorType::recurrence, IteratorType::parallel,
       readOuts.empty() ? IteratorType::parallel : IteratorType::reduction},
      type);
  unsigned v = recurrence.addInput(op.getValue(), {0, 1, 2});
  unsigned lv = recurrence.addInput(op.getPrecision(), {0, 1, 2});
  unsigned k = recurrence.addInput(op.getKey(), {0, 1, 3});
  unsigned q = 0;
  if (!readOuts.empty())
    q = recurrence.addInput(op.getQuery(), {0, 1, 3});
  unsigned a =
      recurrence.addInput(op.getDecay(), getParameterDims(op.getDecay()));
  unsigned p = recurrence.addInput(op.getProcessNoise(),
                                   getParameterDims(op.getProcessNoise()));
  unsigned lam = recurrence.addState(precision0);
  unsigned eta = recurrence.addState(information0);
  // Sums are formed in the state's type and rounded once: by the recurrence
  // itself, which sums narrow floats in f32, or behind it.
  for (Type result : readOutTypes) {
    bool sumsWide = type.isF32() && result.getIntOrFloatBitWidth() < 32;
    recurrence.addOutput(sumsWide ? result : type, {0, 1, 2},
                         {batch, length, channels});
  }

  recur::GenericOp generic = recurrence.build([&](StepBuilder &step) {
    Value vt = step.input(v), lvt = step.input(lv), kt = step.input(k);
    Value at = step.input(a), pt = step.input(p);
    Value lamt = step.state(lam), etat = step.state(eta);
    Value r = step.mul(step.mul(vt, lvt), kt);
    Value phi = step.mul(lvt, step.mul(kt, kt));
    Value aa = step.mul(at, at);
    Value den = step.add(aa, step.mul(pt, lamt));
    Value nextLam = step.add(step.div(lamt, den), phi);
    Value nextEta = step.add(step.div(step.mul(at, etat), den), r);
    Value qt = readOuts.empty() ? Value() : step.input(q);
    SmallVector<Value> outputs;
    for (AttentionResult quantity : readOuts) {
      if (quantity == AttentionResult::mean) {
        Value mean = step.div(nextEta, nextLam);
        if (op.getDecodeFromPrior())
          mean = step.mul(at, mean);
        outputs.push_back(step.mul(qt, mean));
      } else if (op.getDecodeFromPrior()) {
        Value variance = step.add(step.div(aa, nextLam), pt);
        outputs.push_back(step.mul(step.mul(qt, qt), variance));
      } else {
        outputs.push_back(step.div(step.mul(qt, qt), nextLam));
      }
    }
    step.yield({nextLam, nextEta}, outputs);
  });

  SmallVector<Value> results;
  unsigned nextOutput = generic.getStates().size();
  for (auto [i, result] : llvm::enumerate(op.getResults())) {
    unsigned number = op.getQuantity(i) == AttentionResult::final_precision
                          ? lam
                      : op.getQuantity(i) == AttentionResult::final_information
                          ? eta
                          : nextOutput++;
    results.push_back(
        createConverted(b, loc, generic.getResult(number),
                        cast<RankedTensorType>(result.getType())));
  }
  b.replaceOp(op, results);
  return success();
}

void kalmir::addLinearAttentionPattern(RewritePatternSet &patterns) {
  patterns.add<ConvertLinearAttention>(patterns.getContext());
}
