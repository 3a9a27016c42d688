//===- MapLoopsToThreads.cpp - parallel loops as kernels ------------------===//

#include "kalmir/Target/CUDA/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Transforms.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"

namespace kalmir {
#define GEN_PASS_DEF_MAPLOOPSTOTHREADSPASS
#include "kalmir/Target/CUDA/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

/// A kernel of as many threads as `loop` has iterations.
static void launch(IRRewriter &rewriter, scf::ParallelOp loop,
                   int64_t blockSize) {
  ImplicitLocOpBuilder b(loop.getLoc(), loop);
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  Value one = constant(1), block = constant(blockSize), total = one;
  SmallVector<Value> counts;
  for (auto [lower, upper, step] : llvm::zip_equal(
           loop.getLowerBound(), loop.getUpperBound(), loop.getStep())) {
    Value length = b.createOrFold<arith::SubIOp>(upper, lower);
    counts.push_back(b.createOrFold<arith::CeilDivSIOp>(length, step));
    total = b.createOrFold<arith::MulIOp>(total, counts.back());
  }
  auto op =
      gpu::LaunchOp::create(b, b.createOrFold<arith::CeilDivSIOp>(total, block),
                            one, one, block, one, one);
  b.setInsertionPointToEnd(&op.getBody().front());
  Value number = arith::AddIOp::create(
      b, arith::MulIOp::create(b, op.getBlockIds().x, block),
      op.getThreadIds().x);
  auto ifOp = scf::IfOp::create(
      b, arith::CmpIOp::create(b, arith::CmpIPredicate::slt, number, total),
      /*withElseRegion=*/false);
  gpu::TerminatorOp::create(b);

  b.setInsertionPointToStart(ifOp.thenBlock());
  SmallVector<Value> ivs(counts.size());
  for (size_t i = counts.size(); i > 0; --i) {
    Value index = number;
    if (i > 1) {
      index = arith::RemUIOp::create(b, number, counts[i - 1]);
      number = arith::DivUIOp::create(b, number, counts[i - 1]);
    }
    ivs[i - 1] = arith::AddIOp::create(
        b, arith::MulIOp::create(b, index, loop.getStep()[i - 1]),
        loop.getLowerBound()[i - 1]);
  }
  rewriter.eraseOp(loop.getBody()->getTerminator());
  rewriter.inlineBlockBefore(loop.getBody(), ifOp.thenBlock()->getTerminator(),
                             ivs);
  rewriter.eraseOp(loop);
}

namespace {
struct MapLoopsToThreads
    : public kalmir::impl::MapLoopsToThreadsPassBase<MapLoopsToThreads> {
  using MapLoopsToThreadsPassBase::MapLoopsToThreadsPassBase;

  void runOnOperation() override {
    if (blockSize < 1 || blockSize > 1024) {
      getOperation().emitError("expected a workgroup of 1 to 1024 threads, "
                               "found ")
          << static_cast<int64_t>(blockSize);
      return signalPassFailure();
    }
    SmallVector<scf::ParallelOp> loops;
    getOperation().walk<WalkOrder::PostOrder>([&](scf::ParallelOp loop) {
      if (loop.getInitVals().empty() && !loop->getParentOfType<gpu::LaunchOp>())
        loops.push_back(loop);
    });
    IRRewriter rewriter(&getContext());
    for (scf::ParallelOp loop : loops) {
      // Without results there is nothing that cannot be converted.
      if (loop->getParentOfType<scf::ParallelOp>())
        (void)scf::parallelForToNestedFors(rewriter, loop);
      else
        launch(rewriter, loop, blockSize);
    }
  }
};
} // namespace
