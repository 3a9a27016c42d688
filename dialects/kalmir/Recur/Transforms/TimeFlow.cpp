//===- TimeFlow.cpp - what time does in a function ------------------------===//
//
//   (1) time: the classes of extents that recurrence iterators span
//   (2) every op that sees time is of a kind that is known, and keeps steps
//       apart
//   (3) nothing that sees time, and no initial state, depends on a final state:
//       the last state of the sequence would flow to its first steps
//
//===----------------------------------------------------------------------===//

#include "TimeFlow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace kalmir::recur;

TimeFlow::TimeFlow(func::FuncOp function)
    : function(function), extents(function) {
  for (auto op : function.getBody().front().getOps<RecurrenceOp>()) {
    recurrences.push_back(op);
    auto [value, dim] = op.getDimSource(op.getTimeDim());
    times.insert(extents.leader(value, dim));
  }
}

SmallVector<unsigned> TimeFlow::getTimeDims(Value value) {
  SmallVector<unsigned> dims;
  if (auto type = dyn_cast<RankedTensorType>(value.getType()))
    for (int64_t d = 0; d < type.getRank(); ++d)
      if (isTime(value, d))
        dims.push_back(d);
  return dims;
}

bool TimeFlow::seesTime(Operation *op) {
  auto sees = [&](Value value) { return !getTimeDims(value).empty(); };
  return llvm::any_of(op->getOperands(), sees) ||
         llvm::any_of(op->getResults(), sees);
}

/// What `op` reads: its operands, and what its regions take from outside.
static SmallVector<Value> getReadValues(Operation *op) {
  SmallVector<Value> values(op->getOperands());
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      if (nested != op &&
          !op->isAncestor(operand.getParentBlock()->getParentOp()))
        values.push_back(operand);
  });
  return values;
}

std::optional<TimeRefusal> TimeFlow::findRefusal() {
  llvm::SmallPtrSet<Value, 8> final; // depend on final states
  for (Operation &op : function.getBody().front().without_terminator()) {
    if (Reason reason = check(&op))
      return TimeRefusal{&op, *reason};
    auto recurrence = dyn_cast<RecurrenceOp>(&op);
    bool isFinal = !isa<tensor::DimOp>(op) &&
                   llvm::any_of(getReadValues(&op), [&](Value value) {
                     return final.contains(value);
                   });
    if (isFinal && (recurrence || seesTime(&op)))
      return TimeRefusal{&op, "depends on the final state of a recurrence"};
    if (recurrence)
      for (unsigned i = 0, e = recurrence.getStates().size(); i < e; ++i)
        final.insert(op.getResult(i));
    else if (isFinal)
      final.insert(op.result_begin(), op.result_end());
  }
  return std::nullopt;
}

TimeFlow::Reason TimeFlow::check(Operation *op) {
  if (auto recurrence = dyn_cast<RecurrenceOp>(op))
    return checkRecurrence(recurrence);
  bool nested = false;
  op->walk([&](RecurrenceOp) { nested = true; });
  if (nested)
    return "holds a recurrence in its region";
  if (Reason reason = checkLength(op))
    return reason;
  if (isa<tensor::DimOp, tensor::EmptyOp>(op))
    return std::nullopt;
  for (Value value : getReadValues(op))
    if (!llvm::is_contained(op->getOperands(), value) &&
        !getTimeDims(value).empty())
      return "reads any step in its region";
  if (!seesTime(op) || isa<tensor::SplatOp, tensor::CastOp>(op) ||
      OpTrait::hasElementwiseMappableTraits(op))
    return std::nullopt;
  if (isa<linalg::LinalgOp>(op))
    return checkStructured(op);
  if (isa<tensor::ExtractSliceOp>(op))
    return checkSlice(op);
  if (matchPattern(op, m_Constant())) {
    DenseElementsAttr value;
    if (matchPattern(op, m_Constant(&value)) && value.isSplat())
      return std::nullopt;
    return "has another value for every step";
  }
  return "is not known to keep time steps apart";
}

TimeFlow::Reason TimeFlow::checkRecurrence(RecurrenceOp op) {
  if (op.getReverse())
    return "runs backwards in time";
  if (op.getSegments())
    return "runs over packed sequences";
  unsigned time = op.getTimeDim();
  for (unsigned dim = 0, e = op.getNumIterators(); dim < e; ++dim) {
    auto [value, position] = op.getDimSource(dim);
    if (dim != time && isTime(value, position))
      return "has time as iterator " + std::to_string(dim) + " of its lanes";
  }
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
    if (!op.getOutputMap(i).isFunctionOfDim(time))
      return "sums output " + std::to_string(i) + " over time";
  for (Block *block : op.getBlocksOverInputs()) {
    bool counts = false;
    block->walk([&](IndexOp index) { counts |= index.getDim() == time; });
    if (counts)
      return "uses the number of the step";
  }
  return std::nullopt;
}

TimeFlow::Reason TimeFlow::checkStructured(Operation *op) {
  auto linalgOp = cast<linalg::LinalgOp>(op);
  std::optional<unsigned> time;
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = linalgOp.getMatchingIndexingMap(&operand);
    for (unsigned dim : getTimeDims(operand.get())) {
      auto iterator = dyn_cast<AffineDimExpr>(map.getResult(dim));
      if (!iterator)
        return "reads a window of time";
      if (time && *time != iterator.getPosition())
        return "combines every step with every other";
      time = iterator.getPosition();
    }
  }
  if (linalgOp.getIteratorTypesArray()[*time] != utils::IteratorType::parallel)
    return "sums over time";
  for (AffineMap map : linalgOp.getIndexingMapsArray())
    for (AffineExpr expr : map.getResults())
      if (!isa<AffineDimExpr>(expr) && expr.isFunctionOfDim(*time))
        return "reads a window of time";
  bool counts = false;
  op->walk([&](linalg::IndexOp index) { counts |= index.getDim() == *time; });
  if (counts)
    return "uses the number of the step";
  return std::nullopt;
}

TimeFlow::Reason TimeFlow::checkSlice(Operation *op) {
  auto slice = cast<tensor::ExtractSliceOp>(op);
  if (slice.getType().getRank() != slice.getSourceType().getRank())
    return "drops a dimension beside time";
  for (unsigned d : getTimeDims(slice.getSource()))
    if (!isTime(slice.getResult(), d) ||
        !isConstantIntValue(slice.getMixedOffsets()[d], 0) ||
        !isConstantIntValue(slice.getMixedStrides()[d], 1))
      return "takes a part of time";
  // Another extent that happens to be as long.
  if (getTimeDims(slice.getSource()) != getTimeDims(slice.getResult()))
    return "takes as many elements as there are steps";
  return std::nullopt;
}

/// The number of steps may give the sizes of tensors, nothing else.
TimeFlow::Reason TimeFlow::checkLength(Operation *op) {
  bool uses = llvm::any_of(getReadValues(op), [&](Value value) {
    return value.getType().isIndex() && isLength(value);
  });
  if (!uses || isa<tensor::EmptyOp, tensor::SplatOp>(op))
    return std::nullopt;
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    if (llvm::none_of(slice.getOffsets(),
                      [&](Value offset) { return isLength(offset); }) &&
        llvm::none_of(slice.getStrides(),
                      [&](Value stride) { return isLength(stride); }))
      return std::nullopt;
  return "computes with the number of steps";
}
