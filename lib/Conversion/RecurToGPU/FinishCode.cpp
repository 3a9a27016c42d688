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
  if (auto vector = dyn_cast<VectorType>(sum.getType()))
    type = vector.clone(type);
  return sum.getType() == type
             ? sum
             : arith::TruncFOp::create(b, type, sum).getResult();
}

SmallVector<Value> FinishCode::emit(ArrayRef<Value> sums, unsigned output,
                                    ArrayRef<Position> positions,
                                    MutableArrayRef<IRMapping> maps) const {
  for (auto [sum, map] : llvm::zip_equal(sums, maps))
    map.map(code->carried()[output], sum);
  Value result = code->contribution(output);
  code->emitValues(result, positions, maps);
  return llvm::map_to_vector(
      maps, [&](IRMapping &map) { return map.lookup(result); });
}

Value FinishCode::emit(Value sum, unsigned output,
                       const Position &position) const {
  if (recur::isFinishTrivial(plan.op, output))
    return sum;
  IRMapping map = outside;
  return emit(sum, output, position, map).front();
}

SmallVector<Value> FinishCode::emit(ArrayRef<Value> sums, unsigned output,
                                    ArrayRef<Position> positions,
                                    SharedTiles &tiles, const OwnSteps &steps,
                                    Value channel) const {
  recur::RecurrenceOp op = plan.op;
  if (recur::isFinishTrivial(op, output))
    return SmallVector<Value>(sums);
  SmallVector<IRMapping, 0> maps(sums.size(), outside);
  llvm::SetVector<Value> needed = recur::getNeededValues(
      code->contribution(output), [](Value) { return false; });
  for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i) {
    BlockArgument argument = op.getFinishBlock()->getArgument(i);
    if (needed.contains(argument) && tiles.holds(i))
      tiles.read(argument, steps, channel, maps);
  }
  return emit(sums, output, positions, maps);
}
