//===- SerializeInnerLoops.cpp - keep the outermost parallel loops --------===//

#include "kalmir/Target/CPU/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Transforms.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"

namespace kalmir {
#define GEN_PASS_DEF_SERIALIZEINNERLOOPSPASS
#include "kalmir/Target/CPU/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

namespace {

/// Runs the last dimension of `loop`, which has several, as a serial loop.
void serializeLast(IRRewriter &rewriter, scf::ParallelOp loop) {
  rewriter.setInsertionPoint(loop);
  Location loc = loop.getLoc();
  auto outer = scf::ParallelOp::create(
      rewriter, loc, loop.getLowerBound().drop_back(),
      loop.getUpperBound().drop_back(), loop.getStep().drop_back());
  rewriter.setInsertionPoint(outer.getBody()->getTerminator());
  auto inner =
      scf::ForOp::create(rewriter, loc, loop.getLowerBound().back(),
                         loop.getUpperBound().back(), loop.getStep().back());
  SmallVector<Value> ivs(outer.getInductionVars());
  ivs.push_back(inner.getInductionVar());
  rewriter.eraseOp(loop.getBody()->getTerminator());
  rewriter.inlineBlockBefore(loop.getBody(), inner.getBody()->getTerminator(),
                             ivs);
  rewriter.eraseOp(loop);
}

struct SerializeInnerLoops
    : public kalmir::impl::SerializeInnerLoopsPassBase<SerializeInnerLoops> {
  void runOnOperation() override {
    SmallVector<scf::ParallelOp> loops;
    getOperation().walk<WalkOrder::PostOrder>([&](scf::ParallelOp loop) {
      if (loop.getInitVals().empty())
        loops.push_back(loop);
    });
    IRRewriter rewriter(&getContext());
    for (scf::ParallelOp loop : loops) {
      // Without results there is nothing that cannot be converted.
      if (loop->getParentOfType<scf::ParallelOp>())
        (void)scf::parallelForToNestedFors(rewriter, loop);
      else if (loop.getNumLoops() > 1)
        serializeLast(rewriter, loop);
    }
  }
};

} // namespace
