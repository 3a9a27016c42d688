//===- SeparateDestinations.cpp - one fill for each that writes to it -----===//

#include "kalmir/Target/Entry/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"

namespace kalmir {
#define GEN_PASS_DEF_SEPARATEDESTINATIONSPASS
#include "kalmir/Target/Entry/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

namespace {
struct SeparateDestinations
    : public kalmir::impl::SeparateDestinationsPassBase<SeparateDestinations> {
  void runOnOperation() override {
    SmallVector<linalg::FillOp> fills;
    getOperation().walk([&](linalg::FillOp fill) {
      if (fill.hasPureTensorSemantics() &&
          fill.output().getDefiningOp<tensor::EmptyOp>())
        fills.push_back(fill);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::FillOp fill : fills)
      for (OpOperand &use : llvm::make_early_inc_range(
               llvm::drop_begin(fill.getResult(0).getUses()))) {
        auto writer = dyn_cast<DestinationStyleOpInterface>(use.getOwner());
        if (!writer || !writer.isDpsInit(&use))
          continue;
        rewriter.setInsertionPoint(writer);
        Operation *empty = rewriter.clone(*fill.output().getDefiningOp());
        IRMapping mapping;
        mapping.map(fill.output(), empty->getResult(0));
        use.set(rewriter.clone(*fill, mapping)->getResult(0));
      }
  }
};
} // namespace
