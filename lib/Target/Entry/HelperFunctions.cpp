//===- HelperFunctions.cpp - clones of entries that compute indices -------===//

#include "HelperFunctions.h"

#include "kalmir/Entry/IR/Entry.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace kalmir;

/// The tensor that `value` has its extents from: follows destinations, casts,
/// loops that keep extents and branches that agree.
static Value getShapeSource(Value value) {
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

scf::IfOp kalmir::cloneBranch(
    scf::IfOp branch, TypeRange types,
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

Value kalmir::getExtent(OpBuilder &builder, Location loc, Value value,
                        int64_t dim) {
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

func::FuncOp kalmir::cloneAsHelper(func::FuncOp entry, StringRef what) {
  MLIRContext *context = entry.getContext();
  OpBuilder builder(context);
  builder.setInsertionPointAfter(entry);
  auto clone = cast<func::FuncOp>(builder.clone(*entry));
  clone.setName(getHelperName(entry.getName(), what));
  clone->removeAttr(KalmirDialect::entryAttrName);
  clone->setAttr(KalmirDialect::helperAttrName,
                 FlatSymbolRefAttr::get(entry.getNameAttr()));
  clone.setResAttrsAttr(nullptr);
  return clone;
}

void kalmir::setHelperResults(func::FuncOp helper, ArrayRef<Value> values) {
  helper.getBody().front().getTerminator()->setOperands(values);
  helper.setType(FunctionType::get(helper.getContext(),
                                   helper.getArgumentTypes(),
                                   llvm::map_to_vector(values, [](Value value) {
                                     return value.getType();
                                   })));
}

LogicalResult kalmir::simplifyHelper(func::FuncOp helper,
                                     RunPipeline runPipeline) {
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
  return result;
}

bool kalmir::isExtentArithmetic(Operation *op) {
  if (auto dim = dyn_cast<tensor::DimOp>(op))
    return isa<BlockArgument>(dim.getSource());
  return isa<arith::ArithDialect, affine::AffineDialect, scf::SCFDialect>(
      op->getDialect());
}
