//===- Outputs.cpp - where outputs go, and what is summed -----------------===//

#include "Outputs.h"

#include "kalmir/Recur/IR/RecurFinish.h"
#include "kalmir/Recur/IR/RecurUtils.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;

Output::Output(LaneBuilder &b, unsigned number, const StepCode *finishing)
    : number(number), operand(b.plan.op.getOutputs()[number]),
      map(b.plan.op.getOutputMap(number)),
      finishing(recur::isFinishTrivial(b.plan.op, number) ? nullptr
                                                          : finishing),
      overTime(map.isFunctionOfDim(b.plan.timeDim)),
      sumsLanes(b.plan.laneDim && !map.isFunctionOfDim(*b.plan.laneDim)) {
  for (unsigned dim : b.plan.innerDims)
    if (map.isFunctionOfDim(dim))
      innerDims.push_back(dim);
  bool allInner = innerDims.size() == b.plan.innerDims.size();
  if (overTime && allInner)
    kind = OutputKind::stored;
  else if (innerDims.empty())
    kind = overTime       ? OutputKind::stepSum
           : b.plan.tiled ? OutputKind::memorySum
                          : OutputKind::timeSum;
  else
    kind = OutputKind::memorySum;

  sumType = kind == OutputKind::stored
                ? recur::getContributionType(b.plan.op, number)
                : recur::getSumType(b.plan.op, number);
  if (kind == OutputKind::stored || !addsInOrder(b))
    sumType = b.laneType(sumType);
}

bool Output::addsInOrder(LaneBuilder &b) const {
  return sumsLanes && b.plan.addsInOrder;
}

static bool isFloat(Type type) {
  return isa<FloatType>(getElementTypeOrSelf(type));
}

Value Output::combine(LaneBuilder &b, Value left, Value right) const {
  if (isFloat(sumType))
    return arith::AddFOp::create(b, left, right);
  return arith::AddIOp::create(b, left, right);
}

Value Output::add(LaneBuilder &b, Value sum, Value contribution,
                  const Position &position) const {
  contribution = b.toLanes(contribution);
  Type element = getElementTypeOrSelf(sumType);
  Type type = b.laneType(element);
  if (contribution.getType() != type)
    contribution = arith::ExtFOp::create(b, type, contribution);
  if (sumsLanes && position.mask)
    contribution =
        arith::SelectOp::create(b, position.mask, contribution, b.zero(type));
  if (addsInOrder(b))
    return vector::ReductionOp::create(b, vector::CombiningKind::ADD,
                                       contribution, sum);
  return combine(b, sum, contribution);
}

void Output::finish(LaneBuilder &b, Value sum, const Position &position) const {
  if (kind != OutputKind::stored && sumsLanes && !addsInOrder(b))
    sum = vector::ReductionOp::create(b, vector::CombiningKind::ADD, sum);
  Type element = recur::getContributionType(b.plan.op, number);
  if (getElementTypeOrSelf(sum) != element) {
    Type type = isa<VectorType>(sum.getType()) ? b.laneType(element) : element;
    sum = arith::TruncFOp::create(b, type, sum);
  }
  if (finishing) {
    IRMapping values;
    values.map(finishing->carried()[number], sum);
    sum =
        finishing->emitValue(finishing->contribution(number), position, values);
  }
  b.store(sum, operand, map, position);
}

void Output::clearMemory(LaneBuilder &b, const Position &position) const {
  b.loop(innerDims, position, {}, [&](const Position &at, ValueRange) {
    b.store(b.zero(sumType), partial, at);
    return SmallVector<Value>();
  });
}

void Output::addToMemory(LaneBuilder &b, Value contribution,
                         const Position &position) const {
  b.store(add(b, b.load(partial, position), contribution, position), partial,
          position);
}

void Output::finishMemory(LaneBuilder &b, const Position &position) const {
  b.loop(innerDims, position, {}, [&](const Position &at, ValueRange) {
    finish(b, b.load(partial, at), at);
    return SmallVector<Value>();
  });
}
