//===- TileChecks.cpp - which tiles of a recurrence are right -------------===//

#include "kalmir/Recur/Transforms/TileChecks.h"

#include "kalmir/Recur/IR/RecurUtils.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace kalmir::recur;

Value kalmir::recur::lookThroughLoops(Value value) {
  while (auto argument = dyn_cast<BlockArgument>(value)) {
    auto loop =
        dyn_cast<LoopLikeOpInterface>(argument.getOwner()->getParentOp());
    OpOperand *init = loop ? loop.getTiedLoopInit(argument) : nullptr;
    if (!init)
      break;
    value = init->get();
  }
  return value;
}

/// Whether `size` is the extent of `dim`, as far as can be proved. The loops
/// around a tile may be under construction, without terminators; extents of
/// what they carry are those of what enters them.
static bool isExtent(RecurrenceOp op, unsigned dim, OpFoldResult size) {
  std::optional<int64_t> constant = getConstantIntValue(size);
  std::optional<int64_t> extent = getStaticExtent(op, dim);
  if (constant && extent)
    return *constant == *extent;
  return anySpan(op, dim, [&](Value operand, unsigned position) {
    Value root = lookThroughLoops(operand);
    if (auto value = dyn_cast<Value>(size)) {
      Value source;
      std::optional<int64_t> index;
      if (auto dimOp = value.getDefiningOp<tensor::DimOp>()) {
        source = dimOp.getSource();
        index = dimOp.getConstantIndex();
      } else if (auto dimOp = value.getDefiningOp<memref::DimOp>()) {
        source = dimOp.getSource();
        index = dimOp.getConstantIndex();
      }
      if (source && index == static_cast<int64_t>(position) &&
          lookThroughLoops(source) == root)
        return true;
    }
    FailureOr<bool> equal =
        ValueBoundsConstraintSet::areEqual({size}, {root, position});
    return succeeded(equal) && *equal;
  });
}

bool kalmir::recur::isWhole(RecurrenceOp op, unsigned dim, OpFoldResult offset,
                            OpFoldResult size) {
  if (!isZeroInteger(offset)) {
    FailureOr<bool> zero = ValueBoundsConstraintSet::areEqual(
        {offset},
        {OpFoldResult(IntegerAttr::get(IndexType::get(op->getContext()), 0))});
    if (failed(zero) || !*zero)
      return false;
  }
  return isExtent(op, dim, size);
}

/// Whether the value of `offset` depends on the index of a parallel loop.
static bool dependsOnParallelLoop(OpFoldResult offset) {
  SetVector<Value> worklist;
  auto add = [&](OpFoldResult ofr) {
    auto value = dyn_cast_if_present<Value>(ofr);
    if (value && value.getType().isIntOrIndex())
      worklist.insert(value);
  };
  add(offset);
  for (size_t i = 0; i < worklist.size(); ++i) {
    Value value = worklist[i];
    if (Operation *definition = value.getDefiningOp()) {
      for (Value operand : definition->getOperands())
        add(operand);
      continue;
    }
    Operation *parent = cast<BlockArgument>(value).getOwner()->getParentOp();
    if (isa<scf::ForallOp, scf::ParallelOp>(parent))
      return true;
    if (auto loop = dyn_cast<LoopLikeOpInterface>(parent))
      for (std::optional<SmallVector<OpFoldResult>> bounds :
           {loop.getLoopLowerBounds(), loop.getLoopSteps()})
        for (OpFoldResult bound : bounds.value_or(SmallVector<OpFoldResult>()))
          add(bound);
  }
  return false;
}

std::string kalmir::recur::whyNotTile(RecurrenceOp op,
                                      ArrayRef<OpFoldResult> offsets,
                                      ArrayRef<OpFoldResult> sizes) {
  unsigned time = op.getTimeDim();
  for (auto [dim, type] : llvm::enumerate(op.getIterators())) {
    if (type != IteratorType::parallel &&
        isWhole(op, dim, offsets[dim], sizes[dim]))
      continue;
    if (type == IteratorType::reduction)
      return ("reduction iterator " + Twine(dim) +
              " can only be tiled whole: outputs are overwritten, not "
              "accumulated")
          .str();
    if (type != IteratorType::recurrence)
      continue;
    if (op.getSegments())
      return "time can only be tiled whole where sequences are packed";
    for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
      if (!op.getOutputMap(i).isFunctionOfDim(time))
        return ("time can only be tiled whole where an output is summed over "
                "it, as output " +
                Twine(i) + " is")
            .str();
    if (dependsOnParallelLoop(offsets[dim]))
      return "time tiles depend on each other and cannot run in a parallel "
             "loop";
  }
  return "";
}

std::optional<unsigned>
kalmir::recur::getPartialIterator(RecurrenceOp op, unsigned result,
                                  ArrayRef<OpFoldResult> offsets,
                                  ArrayRef<OpFoldResult> sizes) {
  unsigned numStates = op.getStates().size();
  bool isState = result < numStates;
  AffineMap map =
      isState ? op.getStateMap(result) : op.getOutputMap(result - numStates);
  unsigned shift = isState && op.getSegments() ? 1 : 0;
  SmallVector<IteratorType> iterators = op.getIterators();
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    if (iterators[dim] != IteratorType::parallel &&
        !isWhole(op, dim, offsets[i + shift], sizes[i + shift]))
      return dim;
  }
  return std::nullopt;
}

bool kalmir::recur::visitsTilesOnce(OpBuilder &b, RecurrenceOp op,
                                    ArrayRef<OpFoldResult> offsets,
                                    ArrayRef<OpFoldResult> sizes) {
  auto tilesBy = [&](Value index, OpFoldResult step) {
    for (auto [offset, size] : llvm::zip_equal(offsets, sizes)) {
      OpFoldResult distance = step;
      if (auto value = dyn_cast<Value>(offset); value && value != index) {
        // A normalised loop: offset = index * tile size.
        auto apply = value.getDefiningOp<affine::AffineApplyOp>();
        if (!apply || apply.getMapOperands() != ValueRange(index) ||
            !isConstantIntValue(step, 1))
          continue;
        auto product =
            dyn_cast<AffineBinaryOpExpr>(apply.getAffineMap().getResult(0));
        if (!product || product.getKind() != AffineExprKind::Mul ||
            !isa<AffineConstantExpr>(product.getRHS()))
          continue;
        distance = b.getIndexAttr(
            cast<AffineConstantExpr>(product.getRHS()).getValue());
      } else if (!value) {
        continue;
      }
      if (ValueBoundsConstraintSet::compare(
              {size}, ValueBoundsConstraintSet::LE, {distance}))
        return true;
    }
    return false;
  };
  auto hoistsOutOf = [&](Operation *parent) {
    return llvm::none_of(op->getOperands(), [&](Value operand) {
      return parent->isAncestor(
          lookThroughLoops(operand).getParentRegion()->getParentOp());
    });
  };
  for (Operation *parent = b.getInsertionBlock()->getParentOp();
       parent && hoistsOutOf(parent); parent = parent->getParentOp()) {
    auto loop = dyn_cast<LoopLikeOpInterface>(parent);
    if (!loop)
      continue;
    std::optional<SmallVector<Value>> indices = loop.getLoopInductionVars();
    std::optional<SmallVector<OpFoldResult>> steps = loop.getLoopSteps();
    if (!indices || !steps)
      return false;
    for (auto [index, step] : llvm::zip_equal(*indices, *steps))
      if (!tilesBy(index, step))
        return false;
  }
  return true;
}
