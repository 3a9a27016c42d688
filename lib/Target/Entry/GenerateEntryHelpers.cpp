//===- GenerateEntryHelpers.cpp - shapes and run information of calls -----===//

#include "HelperFunctions.h"

#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Recur/IR/Recur.h"
#include "kalmir/Target/Entry/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

namespace kalmir {
#define GEN_PASS_DEF_GENERATEENTRYHELPERSPASS
#include "kalmir/Target/Entry/Passes.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;

namespace {

/// State steps and chunks of what ran so far.
struct Counts {
  Value steps, chunks;
};

/// The counts of the recurrences in `block`, added to `counts`.
Counts countBlock(Block &block, Counts counts);

Counts countRecurrence(recur::RecurrenceOp op, Counts counts) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Value product = constant(1), time;
  for (unsigned dim = 0; dim < op.getNumIterators(); ++dim) {
    auto [operand, position] = op.getDimSource(dim);
    Value extent = getExtent(builder, loc, operand, position);
    product = arith::MulIOp::create(builder, loc, product, extent);
    if (dim == op.getTimeDim())
      time = extent;
  }
  Value chunks = constant(1);
  std::optional<recur::ScheduleAttr> schedule = op.getSchedule();
  // No time is one chunk, too: 0 says that there is no recurrence.
  if (schedule && schedule->getKind() == recur::ScheduleKind::chunked)
    chunks = arith::MaxSIOp::create(
        builder, loc, chunks,
        arith::CeilDivSIOp::create(builder, loc, time,
                                   constant(schedule->getChunkLength())));
  return {arith::AddIOp::create(builder, loc, counts.steps, product),
          arith::MaxSIOp::create(builder, loc, counts.chunks, chunks)};
}

bool hasRecurrence(Operation *op) {
  return op->walk([](recur::RecurrenceOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

Counts countLoop(scf::ForOp loop, Counts counts) {
  IRRewriter rewriter(loop.getContext());
  rewriter.setInsertionPoint(loop);
  FailureOr<LoopLikeOpInterface> extended = loop.replaceWithAdditionalYields(
      rewriter, {counts.steps, counts.chunks},
      /*replaceInitOperandUsesInLoop=*/false,
      [](OpBuilder &, Location, ArrayRef<BlockArgument> args) {
        return SmallVector<Value>(args);
      });
  auto result = cast<scf::ForOp>(extended->getOperation());
  ValueRange carried = result.getRegionIterArgs().take_back(2);
  Counts inner = countBlock(*result.getBody(), {carried[0], carried[1]});
  Operation *yield = result.getBody()->getTerminator();
  unsigned last = yield->getNumOperands();
  yield->setOperand(last - 2, inner.steps);
  yield->setOperand(last - 1, inner.chunks);
  ValueRange results = result.getResults().take_back(2);
  return {results[0], results[1]};
}

/// A branch that yields the counts of the recurrences in it.
Counts countBranch(scf::IfOp branch, Counts counts) {
  Type index = IndexType::get(branch.getContext());
  scf::IfOp result = cloneBranch(
      branch, {index, index}, [&](OpBuilder &, Block &target, IRMapping &) {
        Counts inner = countBlock(target, counts);
        return SmallVector<Value>{inner.steps, inner.chunks};
      });
  return {result.getResult(0), result.getResult(1)};
}

Counts countBlock(Block &block, Counts counts) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (auto recurrence = dyn_cast<recur::RecurrenceOp>(op))
      counts = countRecurrence(recurrence, counts);
    else if (auto loop = dyn_cast<scf::ForOp>(op); loop && hasRecurrence(loop))
      counts = countLoop(loop, counts);
    else if (auto branch = dyn_cast<scf::IfOp>(op);
             branch && hasRecurrence(branch))
      counts = countBranch(branch, counts);
  }
  return counts;
}

struct GenerateEntryHelpers
    : public kalmir::impl::GenerateEntryHelpersPassBase<GenerateEntryHelpers> {
  void runOnOperation() override {
    SmallVector<func::FuncOp> helpers;
    SmallVector<func::FuncOp> entries(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp entry : entries) {
      if (!getEntry(entry))
        continue;
      if (!exists(entry, "shapes"))
        helpers.push_back(generateShapes(entry));
      if (!exists(entry, "info"))
        helpers.push_back(generateInfo(entry));
    }
    if (helpers.empty())
      return;
    for (func::FuncOp helper : helpers)
      if (failed(simplify(helper)))
        return signalPassFailure();
  }

  bool exists(func::FuncOp entry, StringRef what) {
    return getOperation().lookupSymbol(getHelperName(entry.getName(), what));
  }

  func::FuncOp generateShapes(func::FuncOp entry) {
    func::FuncOp helper = cloneAsHelper(entry, "shapes");
    Operation *terminator = helper.getBody().front().getTerminator();
    OpBuilder builder(terminator);
    SmallVector<Value> extents;
    for (Value result : terminator->getOperands())
      for (int64_t d = 0,
                   e = cast<RankedTensorType>(result.getType()).getRank();
           d < e; ++d)
        extents.push_back(getExtent(builder, helper.getLoc(), result, d));
    setHelperResults(helper, extents);
    return helper;
  }

  func::FuncOp generateInfo(func::FuncOp entry) {
    func::FuncOp helper = cloneAsHelper(entry, "info");
    Block &body = helper.getBody().front();
    OpBuilder builder = OpBuilder::atBlockBegin(&body);
    Value zero = arith::ConstantIndexOp::create(builder, helper.getLoc(), 0);
    Counts counts = countBlock(body, {zero, zero});
    setHelperResults(helper, {counts.steps, counts.chunks});
    return helper;
  }

  /// Leaves only arithmetic on extents of arguments.
  LogicalResult simplify(func::FuncOp helper) {
    if (failed(simplifyHelper(helper, [&](OpPassManager &pm, Operation *op) {
          return runPipeline(pm, op);
        })))
      return failure();
    WalkResult checked = helper.walk([&](Operation *op) {
      if (isExtentArithmetic(op) || isa<func::FuncOp, func::ReturnOp>(op))
        return WalkResult::advance();
      op->emitError() << "'"
                      << helper
                             ->getAttrOfType<FlatSymbolRefAttr>(
                                 KalmirDialect::helperAttrName)
                             .getValue()
                      << "': expected extents that follow from the extents of "
                         "the inputs, found one that depends on '"
                      << op->getName() << "'";
      return WalkResult::interrupt();
    });
    return failure(checked.wasInterrupted());
  }
};

} // namespace
