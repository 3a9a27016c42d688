//===- FinishCode.cpp - what becomes of sums in a kernel ------------------===//

#include "FinishCode.h"

#include "kalmir/Recur/IR/RecurFinish.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::Position;
using lanes::Stage;

FinishCode::FinishCode(lanes::LaneBuilder &b, const LaunchPlan &plan)
    : b(b), plan(plan) {
  recur::RecurrenceOp op = plan.op;
  if (Block *finish = op.getFinishBlock())
    code.emplace(b, *finish, op.getInputs().size(), plan.innerDims);
}

void FinishCode::open(const Position &channel) {
  if (code)
    code->emit(Stage::outside, channel, outside);
}

Value FinishCode::round(Value sum, unsigned output) const {
  Type type = recur::getContributionType(plan.op, output);
  return sum.getType() == type
             ? sum
             : arith::TruncFOp::create(b, type, sum).getResult();
}

Value FinishCode::emit(Value sum, unsigned output, const Position &position,
                       IRMapping values) const {
  if (recur::isFinishTrivial(plan.op, output))
    return sum;
  values.map(code->carried()[output], sum);
  return code->emitContribution(output, position, values);
}

Value FinishCode::emit(Value sum, unsigned output,
                       const Position &position) const {
  return emit(sum, output, position, outside);
}

Value FinishCode::emit(Value sum, unsigned output, const Position &position,
                       SharedTiles &tiles, Value inTile, Value channel) const {
  IRMapping values = outside;
  recur::RecurrenceOp op = plan.op;
  if (!recur::isFinishTrivial(op, output))
    for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i) {
      BlockArgument argument = op.getFinishBlock()->getArgument(i);
      if (argument.use_empty() || !tiles.holds(i))
        continue;
      Value value = tiles
                        .load(i, inTile, channel,
                              /*firstState=*/b.indexConstant(0),
                              /*numStates=*/1)
                        .front();
      if (!tiles.isWidened(i)) {
        values.map(argument, value);
        continue;
      }
      for (Operation *extension : argument.getUsers())
        values.map(extension->getResult(0), value);
    }
  return emit(sum, output, position, values);
}
