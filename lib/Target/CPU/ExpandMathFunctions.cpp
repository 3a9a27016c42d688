//===- ExpandMathFunctions.cpp - functions of float32 as polynomials ------===//

#include "kalmir/Target/CPU/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace kalmir {
#define GEN_PASS_DEF_EXPANDMATHFUNCTIONSPASS
#include "kalmir/Target/CPU/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

namespace {
struct ExpandMathFunctions
    : public kalmir::impl::ExpandMathFunctionsPassBase<ExpandMathFunctions> {
  void runOnOperation() override {
    // Upstream has others too, which are not accurate enough (docs/Decisions).
    auto isChosen = [](StringRef name) {
      static constexpr StringLiteral names[] = {
          math::AcosOp::getOperationName(), math::ErfOp::getOperationName(),
          math::ErfcOp::getOperationName(), math::ExpM1Op::getOperationName(),
          math::ExpOp::getOperationName(),  math::Log1pOp::getOperationName(),
          math::Log2Op::getOperationName(), math::LogOp::getOperationName(),
          math::TanhOp::getOperationName()};
      return llvm::is_contained(names, name);
    };
    RewritePatternSet patterns(&getContext());
    populateMathF32ExpansionPatterns(patterns, isChosen);
    populateMathPolynomialApproximationPatterns(patterns, isChosen);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
