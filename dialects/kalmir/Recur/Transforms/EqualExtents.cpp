//===- EqualExtents.cpp - which extents of a function are equal -----------===//

#include "EqualExtents.h"

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace kalmir::recur;

EqualExtents::EqualExtents(func::FuncOp function) {
  for (Operation &op : function.getBody().front())
    visit(&op);
}

int64_t EqualExtents::getStatic(Value value, int64_t dim) {
  auto it = statics.find(leader(value, dim));
  return it == statics.end() ? ShapedType::kDynamic : it->second;
}

void EqualExtents::resolveStatics(func::FuncOp function) {
  auto note = [&](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    for (int64_t d = 0; type && d < type.getRank(); ++d)
      if (!type.isDynamicDim(d))
        statics.try_emplace(leader(value, d), type.getDimSize(d));
  };
  llvm::for_each(function.getArguments(), note);
  for (Operation &op : function.getBody().front())
    llvm::for_each(op.getResults(), note);
}

void EqualExtents::uniteAll(Value a, Value b) {
  auto type = dyn_cast<RankedTensorType>(a.getType());
  for (int64_t d = 0; type && d < type.getRank(); ++d)
    unite(a, d, b, d);
}

/// The dynamic extents of `tensor` are `dynamicSizes`, in order.
void EqualExtents::uniteSizes(Value tensor, ValueRange dynamicSizes) {
  auto type = cast<RankedTensorType>(tensor.getType());
  auto sizes = dynamicSizes.begin();
  for (int64_t d = 0; d < type.getRank(); ++d)
    if (type.isDynamicDim(d))
      unite(tensor, d, *sizes++, -1);
}

/// All operand dimensions that one iterator spans. Leading dimensions of an
/// operand without a result of its map belong to no iterator.
void EqualExtents::visitMaps(ArrayRef<std::pair<Value, AffineMap>> operands) {
  DenseMap<unsigned, std::pair<Value, int64_t>> first;
  for (auto [value, map] : operands) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type)
      continue;
    int64_t skip = type.getRank() - map.getNumResults();
    for (auto [i, expr] : llvm::enumerate(map.getResults())) {
      auto iterator = dyn_cast<AffineDimExpr>(expr);
      if (!iterator)
        continue;
      int64_t dim = i + skip;
      auto [it, isNew] = first.try_emplace(iterator.getPosition(), value, dim);
      if (!isNew)
        unite(it->second.first, it->second.second, value, dim);
    }
  }
}

void EqualExtents::visit(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    SmallVector<std::pair<Value, AffineMap>> operands;
    for (OpOperand &operand : op->getOpOperands())
      operands.push_back(
          {operand.get(), linalgOp.getMatchingIndexingMap(&operand)});
    visitMaps(operands);
  } else if (auto recurrence = dyn_cast<RecurrenceOp>(op)) {
    SmallVector<std::pair<Value, AffineMap>> operands;
    SmallVector<Value> values(recurrence.getInputs());
    llvm::append_range(values, recurrence.getStates());
    llvm::append_range(values, recurrence.getOutputs());
    for (auto [value, map] : llvm::zip(values, recurrence.getMaps()))
      operands.push_back({value, map});
    visitMaps(operands);
    if (recurrence.getSegments() && !recurrence.getStates().empty())
      for (Value state : recurrence.getStates().drop_front())
        unite(recurrence.getStates().front(), 0, state, 0);
  } else if (auto cast = dyn_cast<tensor::CastOp>(op)) {
    if (isa<RankedTensorType>(cast.getType()) &&
        isa<RankedTensorType>(cast.getSource().getType()))
      uniteAll(cast.getResult(), cast.getSource());
    return;
  } else if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    if (std::optional<int64_t> index = dim.getConstantIndex())
      unite(dim.getResult(), -1, dim.getSource(), *index);
    return;
  } else if (auto empty = dyn_cast<tensor::EmptyOp>(op)) {
    uniteSizes(empty.getResult(), empty.getDynamicSizes());
    return;
  } else if (auto splat = dyn_cast<tensor::SplatOp>(op)) {
    uniteSizes(splat.getResult(), splat.getDynamicSizes());
    return;
  } else if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    int64_t resultDim = 0;
    for (auto [d, size] : llvm::enumerate(slice.getMixedSizes())) {
      if (dropped.test(d))
        continue;
      int64_t r = resultDim++;
      if (auto value = dyn_cast<Value>(size))
        unite(slice.getResult(), r, value, -1);
      else if (getConstantIntValue(size) == slice.getSourceType().getDimSize(d))
        unite(slice.getResult(), r, slice.getSource(), d);
    }
    return;
  } else if (OpTrait::hasElementwiseMappableTraits(op)) {
    SmallVector<Value> tensors;
    for (ValueRange values :
         {ValueRange(op->getOperands()), ValueRange(op->getResults())})
      llvm::copy_if(values, std::back_inserter(tensors), [](Value value) {
        return isa<RankedTensorType>(value.getType());
      });
    for (Value tensor : tensors)
      uniteAll(tensor, tensors.front());
    return;
  }
  if (auto destination = dyn_cast<DestinationStyleOpInterface>(op))
    for (OpOperand &init : destination.getDpsInitsMutable())
      if (isa<RankedTensorType>(init.get().getType()))
        uniteAll(destination.getTiedOpResult(&init), init.get());
}
