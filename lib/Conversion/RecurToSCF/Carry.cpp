//===- Carry.cpp - states between operands, registers and scratch ---------===//

#include "Carry.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;

Rescaling lanes::getStateRescaling(recur::RecurrenceOp op) {
  Rescaling result;
  if (auto scan = dyn_cast<recur::ScanOp>(op.getOperation()))
    result.groups = scan.getStateGroups();
  if (op.getSchedule())
    result.period = op.getSchedule()->getRescalePeriod();
  return result;
}

SmallVector<Output> lanes::makeOutputs(LaneBuilder &b,
                                       const StepCode *finishing) {
  SmallVector<Output> outputs;
  for (unsigned i = 0, e = b.plan.op.getOutputs().size(); i < e; ++i) {
    Output &output = outputs.emplace_back(b, i, finishing);
    if (output.kind == OutputKind::memorySum)
      output.partial = b.allocate(output.sumType, output.innerDims).front();
  }
  return outputs;
}

SmallVector<Type> lanes::getStateTypes(LaneBuilder &b) {
  SmallVector<Type> types;
  for (Value state : b.plan.op.getStates())
    types.push_back(b.laneType(getElementTypeOrSelf(state)));
  return types;
}

SmallVector<Value> lanes::loadStates(LaneBuilder &b, const Position &position) {
  recur::RecurrenceOp op = b.plan.op;
  SmallVector<Value> result;
  for (auto [i, state] : llvm::enumerate(b.plan.initialStates))
    result.push_back(isa<MemRefType>(state.getType())
                         ? b.load(state, op.getStateMap(i), position)
                         : b.toLanes(state));
  return result;
}

void lanes::storeStates(LaneBuilder &b, ValueRange states,
                        const Position &position) {
  recur::RecurrenceOp op = b.plan.op;
  for (auto [i, state] : llvm::enumerate(op.getStates()))
    b.store(states[i], state, op.getStateMap(i), position);
}

void lanes::copyStatesIn(LaneBuilder &b, ArrayRef<Scratch> scratch,
                         const Position &position) {
  b.loop(b.plan.innerDims, position, {},
         [&](const Position &at, ValueRange) -> SmallVector<Value> {
           for (auto [state, one] : llvm::zip_equal(loadStates(b, at), scratch))
             b.store(state, one, at);
           return {};
         });
}

void lanes::copyStatesOut(LaneBuilder &b, ArrayRef<Scratch> scratch,
                          const Position &position) {
  b.loop(b.plan.innerDims, position, {},
         [&](const Position &at, ValueRange) -> SmallVector<Value> {
           SmallVector<Value> states;
           for (const Scratch &one : scratch)
             states.push_back(b.load(one, at));
           storeStates(b, states, at);
           return {};
         });
}
