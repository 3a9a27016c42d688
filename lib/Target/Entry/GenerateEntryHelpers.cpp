//===- GenerateEntryHelpers.cpp - shapes and run information of calls -----===//
//
// A helper is a clone of the entry that returns index arithmetic instead of
// tensors. Upstream's shape resolution replaces the dimensions of results by
// dimensions of operands; what computes values is then dead and goes.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Recur/IR/Recur.h"
#include "kalmir/Target/Entry/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace kalmir {
#define GEN_PASS_DEF_GENERATEENTRYHELPERSPASS
#include "kalmir/Target/Entry/Passes.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;

namespace {

/// The tensor that `value` has its extents from: follows destinations, casts,
/// loops that keep extents and branches that agree.
Value getShapeSource(Value value) {
  auto result = dyn_cast<OpResult>(value);
  if (!result)
    return value;
  Operation *op = result.getOwner();
  if (auto destination = dyn_cast<DestinationStyleOpInterface>(op))
    return getShapeSource(destination.getTiedOpOperand(result)->get());
  if (auto cast = dyn_cast<tensor::CastOp>(op);
      cast && isa<RankedTensorType>(cast.getSource().getType()))
    return getShapeSource(cast.getSource());
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return getShapeSource(insert.getDest());
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    Value carried = loop.getTiedLoopRegionIterArg(result);
    Value yielded =
        loop.getTiedLoopYieldedValue(cast<BlockArgument>(carried))->get();
    if (getShapeSource(yielded) == carried)
      return getShapeSource(loop.getTiedLoopInit(result)->get());
  }
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    auto sourceIn = [&](Block *block) {
      return getShapeSource(
          block->getTerminator()->getOperand(result.getResultNumber()));
    };
    Value source = sourceIn(branch.thenBlock());
    if (source == sourceIn(branch.elseBlock()) &&
        !branch->isAncestor(source.getParentRegion()->getParentOp()))
      return source;
  }
  return value;
}

/// A branch beside `branch`, whose blocks are clones that yield what `yields`
/// returns for them. The original is left.
scf::IfOp
cloneBranch(scf::IfOp branch, TypeRange types,
            function_ref<SmallVector<Value>(OpBuilder &, Block &, IRMapping &)>
                yields) {
  OpBuilder builder(branch);
  auto result = scf::IfOp::create(builder, branch.getLoc(), types,
                                  branch.getCondition(), /*addElse=*/true);
  auto fill = [&](Block *source, Block &target) {
    OpBuilder body = OpBuilder::atBlockEnd(&target);
    IRMapping mapping;
    if (source)
      for (Operation &op : source->without_terminator())
        body.clone(op, mapping);
    SmallVector<Value> values = yields(body, target, mapping);
    body.setInsertionPointToEnd(&target);
    scf::YieldOp::create(body, branch.getLoc(), values);
  };
  fill(branch.thenBlock(), result.getThenRegion().front());
  fill(branch.elseBlock(), result.getElseRegion().front());
  return result;
}

/// Dimension `dim` of `value` without the op that computes `value`, where that
/// is possible.
Value getExtent(OpBuilder &builder, Location loc, Value value, int64_t dim) {
  Value source = getShapeSource(value);
  auto branch = source.getDefiningOp<scf::IfOp>();
  if (!branch)
    return builder.createOrFold<tensor::DimOp>(loc, source, dim);
  unsigned position = cast<OpResult>(source).getResultNumber();
  // Which block runs is only known then; `block` finds its own yield.
  Block *blocks[] = {branch.thenBlock(), branch.elseBlock()};
  unsigned next = 0;
  scf::IfOp extents = cloneBranch(
      branch, builder.getIndexType(),
      [&](OpBuilder &body, Block &, IRMapping &mapping) {
        Value yielded = blocks[next++]->getTerminator()->getOperand(position);
        return SmallVector<Value>{
            getExtent(body, loc, mapping.lookupOrDefault(yielded), dim)};
      });
  return extents.getResult(0);
}

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

  func::FuncOp cloneAs(func::FuncOp entry, StringRef what) {
    OpBuilder builder(&getContext());
    builder.setInsertionPointAfter(entry);
    auto clone = cast<func::FuncOp>(builder.clone(*entry));
    clone.setName(getHelperName(entry.getName(), what));
    clone->removeAttr(KalmirDialect::entryAttrName);
    clone->setAttr(KalmirDialect::helperAttrName,
                   FlatSymbolRefAttr::get(entry.getNameAttr()));
    clone.setResAttrsAttr(nullptr);
    return clone;
  }

  /// Makes `helper` return `values`, which are all of type index.
  void setResults(func::FuncOp helper, ArrayRef<Value> values) {
    Operation *terminator = helper.getBody().front().getTerminator();
    terminator->setOperands(values);
    Type index = IndexType::get(&getContext());
    helper.setType(FunctionType::get(&getContext(), helper.getArgumentTypes(),
                                     SmallVector<Type>(values.size(), index)));
  }

  func::FuncOp generateShapes(func::FuncOp entry) {
    func::FuncOp helper = cloneAs(entry, "shapes");
    Operation *terminator = helper.getBody().front().getTerminator();
    OpBuilder builder(terminator);
    SmallVector<Value> extents;
    for (Value result : terminator->getOperands())
      for (int64_t d = 0,
                   e = cast<RankedTensorType>(result.getType()).getRank();
           d < e; ++d)
        extents.push_back(getExtent(builder, helper.getLoc(), result, d));
    setResults(helper, extents);
    return helper;
  }

  func::FuncOp generateInfo(func::FuncOp entry) {
    func::FuncOp helper = cloneAs(entry, "info");
    Block &body = helper.getBody().front();
    OpBuilder builder = OpBuilder::atBlockBegin(&body);
    Value zero = arith::ConstantIndexOp::create(builder, helper.getLoc(), 0);
    Counts counts = countBlock(body, {zero, zero});
    setResults(helper, {counts.steps, counts.chunks});
    return helper;
  }

  /// Leaves only arithmetic on extents of arguments.
  LogicalResult simplify(func::FuncOp helper) {
    SmallVector<tensor::DimOp> dims;
    helper.walk([&](tensor::DimOp dim) { dims.push_back(dim); });
    for (tensor::DimOp dim : dims)
      if (std::optional<int64_t> index = dim.getConstantIndex()) {
        OpBuilder builder(dim);
        dim.replaceAllUsesWith(
            getExtent(builder, dim.getLoc(), dim.getSource(), *index));
      }
    // Tensors that a loop still carries, for nobody, only go where the whole
    // module is seen; it is one of the helper alone for the time being.
    OpBuilder builder(helper);
    auto scratch = ModuleOp::create(builder, helper.getLoc());
    helper->moveBefore(scratch.getBody(), scratch.getBody()->end());
    OpPassManager pipeline(ModuleOp::getOperationName());
    pipeline.addPass(memref::createResolveShapedTypeResultDimsPass());
    pipeline.addPass(createCanonicalizerPass());
    pipeline.addPass(createRemoveDeadValuesPass());
    pipeline.addPass(createCanonicalizerPass());
    pipeline.addPass(createCSEPass());
    LogicalResult result = runPipeline(pipeline, scratch);
    helper->moveBefore(scratch);
    scratch.erase();
    if (failed(result))
      return failure();
    WalkResult checked = helper.walk([&](Operation *op) {
      if (isa<arith::ArithDialect, affine::AffineDialect, scf::SCFDialect,
              func::FuncDialect>(op->getDialect()) &&
          !isa<func::CallOp>(op))
        return WalkResult::advance();
      auto dim = dyn_cast<tensor::DimOp>(op);
      if (dim && isa<BlockArgument>(dim.getSource()))
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
