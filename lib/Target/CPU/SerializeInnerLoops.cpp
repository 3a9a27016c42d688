//===- SerializeInnerLoops.cpp - keep the outermost parallel loops --------===//

#include "kalmir/Target/CPU/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"

namespace kalmir {
#define GEN_PASS_DEF_SERIALIZEINNERLOOPSPASS
#include "kalmir/Target/CPU/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

namespace {

/// Runs the dimensions of `loop` from `first` on as serial loops.
void serialize(scf::ParallelOp loop, unsigned first) {
  IRRewriter rewriter(loop.getContext());
  rewriter.setInsertionPoint(loop);
  Location loc = loop.getLoc();
  SmallVector<Value> lower(loop.getLowerBound()), upper(loop.getUpperBound()),
      step(loop.getStep());
  SmallVector<Value> ivs;
  if (first > 0) {
    auto outer = scf::ParallelOp::create(
        rewriter, loc, ArrayRef(lower).take_front(first),
        ArrayRef(upper).take_front(first), ArrayRef(step).take_front(first));
    llvm::append_range(ivs, outer.getInductionVars());
    rewriter.setInsertionPoint(outer.getBody()->getTerminator());
  }
  for (unsigned dim = first; dim < lower.size(); ++dim) {
    auto inner =
        scf::ForOp::create(rewriter, loc, lower[dim], upper[dim], step[dim]);
    ivs.push_back(inner.getInductionVar());
    rewriter.setInsertionPoint(inner.getBody()->getTerminator());
  }
  rewriter.eraseOp(loop.getBody()->getTerminator());
  rewriter.inlineBlockBefore(loop.getBody(), rewriter.getInsertionBlock(),
                             rewriter.getInsertionPoint(), ivs);
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
    for (scf::ParallelOp loop : loops) {
      if (loop->getParentOfType<scf::ParallelOp>())
        serialize(loop, 0);
      else if (loop.getNumLoops() > 1)
        serialize(loop, loop.getNumLoops() - 1);
    }
  }
};

} // namespace
