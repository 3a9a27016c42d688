//===- Staging.cpp - time-contiguous operands, transposed -----------------===//

#include "Staging.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;

Staging::Staging(LaneBuilder &b) : b(b) {
  recur::RecurrenceOp op = b.plan.op;
  b.staged.clear();
  auto consider = [&](Value operand, AffineMap map) {
    if (isStaged(b.plan, operand, map))
      b.staged.push_back(
          {operand, map,
           b.allocateRows(
               numSteps(),
               cast<MemRefType>(operand.getType()).getElementType())});
  };
  for (auto [i, input] : llvm::enumerate(op.getInputs()))
    consider(input, op.getInputMap(i));
  numInputs = b.staged.size();
  for (auto [i, output] : llvm::enumerate(op.getOutputs()))
    consider(output, op.getOutputMap(i));
}

/// The smallest time among the steps from step number `first` on.
Value Staging::getLowestTime(Value first) const {
  if (!b.plan.op.getReverse())
    return first;
  Value end = arith::SubIOp::create(b, b.extent(b.plan.timeDim), first);
  return arith::SubIOp::create(b, end, b.indexConstant(numSteps()));
}

Value Staging::getRow(Value offset) const {
  if (!b.plan.op.getReverse())
    return offset;
  return arith::SubIOp::create(b, b.indexConstant(numSteps() - 1), offset);
}

/// The index of one lane at `time`; of the last lane that exists where it does
/// not.
SmallVector<Value> Staging::indicesOfLane(const StagedOperand &operand,
                                          Value time, int64_t lane,
                                          const Position &position) const {
  Position at = position;
  at.index[b.plan.timeDim] = time;
  unsigned dim = *b.plan.laneDim;
  at.index[dim] =
      arith::AddIOp::create(b, at.index[dim], b.indexConstant(lane));
  if (position.mask)
    at.index[dim] = arith::MinSIOp::create(
        b, at.index[dim],
        arith::SubIOp::create(b, b.extent(dim), b.indexConstant(1)));
  return b.indices(operand.map, at);
}

/// The transpose of a square: log2(n) times, the first half of the rows is
/// interleaved with the second.
static SmallVector<Value> transpose(LaneBuilder &b, SmallVector<Value> rows) {
  int64_t n = rows.size();
  SmallVector<int64_t> low, high;
  for (int64_t i = 0; i < n / 2; ++i) {
    low.append({i, n + i});
    high.append({n / 2 + i, n + n / 2 + i});
  }
  for (int64_t stage = 1; stage < n; stage *= 2) {
    SmallVector<Value> next;
    for (int64_t i = 0; i < n / 2; ++i)
      for (ArrayRef<int64_t> mask : {ArrayRef(low), ArrayRef(high)})
        next.push_back(
            vector::ShuffleOp::create(b, rows[i], rows[n / 2 + i], mask));
    rows = std::move(next);
  }
  return rows;
}

static VectorType getRowType(LaneBuilder &b, const StagedOperand &operand) {
  return VectorType::get(
      {b.plan.width},
      cast<MemRefType>(operand.buffer.getType()).getElementType());
}

/// Asks for what comes next in memory: short stretches of time (chunks) lie one
/// after the other, the same steps of the next block; of long ones, later steps
/// of this block.
void Staging::prefetch(Value first, const Position &position) const {
  constexpr int64_t shortStretch = 1024;
  unsigned time = b.plan.timeDim, lane = *b.plan.laneDim;
  Position next = position;
  next.mask = {};
  Value steps = b.indexConstant(numSteps());
  auto ahead = [&](unsigned dim, Value from, int64_t distance) -> Value {
    Value last = arith::MaxSIOp::create(
        b, arith::SubIOp::create(b, b.extent(dim), steps), b.indexConstant(0));
    Value target = arith::AddIOp::create(b, from, b.indexConstant(distance));
    return arith::MinSIOp::create(b, target, last);
  };
  int64_t extent = getExtent(b.plan.op, time);
  Value lowest;
  if (!ShapedType::isDynamic(extent) && extent <= shortStretch) {
    next.index[lane] = ahead(lane, position.index[lane], b.plan.width);
    lowest = getLowestTime(first);
  } else {
    lowest = getLowestTime(ahead(time, first, 4 * numSteps()));
  }
  for (auto [i, operand] : llvm::enumerate(b.staged))
    for (int64_t j = 0; j < b.plan.width; ++j)
      memref::PrefetchOp::create(b, operand.operand,
                                 indicesOfLane(operand, lowest, j, next),
                                 /*isWrite=*/i >= numInputs,
                                 /*localityHint=*/3, /*isDataCache=*/true);
}

void Staging::bring(Value first, const Position &position) const {
  prefetch(first, position);
  Value time = getLowestTime(first);
  for (const StagedOperand &input : ArrayRef(b.staged).take_front(numInputs)) {
    SmallVector<Value> rows;
    for (int64_t lane = 0; lane < b.plan.width; ++lane)
      rows.push_back(
          vector::LoadOp::create(b, getRowType(b, input), input.operand,
                                 indicesOfLane(input, time, lane, position)));
    for (auto [i, row] : llvm::enumerate(transpose(b, rows)))
      vector::StoreOp::create(b, row, input.buffer,
                              {position.slot, position.blockInTile,
                               b.indexConstant(i), b.indexConstant(0)});
  }
}

void Staging::take(Value first, const Position &position) const {
  Value time = getLowestTime(first);
  for (const StagedOperand &output : ArrayRef(b.staged).drop_front(numInputs)) {
    SmallVector<Value> rows;
    for (int64_t i = 0; i < numSteps(); ++i)
      rows.push_back(
          vector::LoadOp::create(b, getRowType(b, output), output.buffer,
                                 {position.slot, position.blockInTile,
                                  b.indexConstant(i), b.indexConstant(0)}));
    unsigned dim = *b.plan.laneDim;
    for (auto [lane, row] : llvm::enumerate(transpose(b, rows))) {
      OpBuilder::InsertionGuard guard(b);
      if (position.mask) {
        Value own = arith::AddIOp::create(b, position.index[dim],
                                          b.indexConstant(lane));
        Value exists = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, own,
                                             b.extent(dim));
        auto ifOp = scf::IfOp::create(b, exists, /*withElseRegion=*/false);
        b.setInsertionPointToStart(ifOp.thenBlock());
      }
      vector::StoreOp::create(b, row, output.operand,
                              indicesOfLane(output, time, lane, position));
    }
  }
}
