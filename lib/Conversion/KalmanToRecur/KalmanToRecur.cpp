//===- KalmanToRecur.cpp - from probabilistic layers to recurrences -------===//

#include "kalmir/Conversion/KalmanToRecur.h"

#include "Patterns.h"

#include "kalmir/Kalman/IR/Kalman.h"
#include "kalmir/Recur/IR/Recur.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Rewrite/FrozenRewritePatternSet.h"
#include "mlir/Rewrite/PatternApplicator.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace kalmir {
#define GEN_PASS_DEF_CONVERTKALMANTORECURPASS
#include "kalmir/Conversion/KalmanToRecur.h.inc"
} // namespace kalmir

using namespace mlir;

namespace {
struct ConvertKalmanToRecurPass
    : kalmir::impl::ConvertKalmanToRecurPassBase<ConvertKalmanToRecurPass> {
  void runOnOperation() override {
    getOperation()->walk([&](Operation *op) {
      numConverted +=
          isa_and_nonnull<kalmir::kalman::KalmanDialect>(op->getDialect());
    });
    RewritePatternSet patterns(&getContext());
    kalmir::addLinearAttentionPattern(patterns);
    kalmir::addScalarFilterPattern(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace
