//===- Carry.cpp - states between operands, registers and scratch ---------===//

#include "Carry.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
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

/// Evaluates what some states of a position begin with, into a map from its
/// outputs.
static IRMapping computeStates(LaneBuilder &b, const Position &position) {
  IRMapping results;
  auto generic = dyn_cast_or_null<linalg::GenericOp>(b.plan.computedStates);
  if (!generic)
    return results;
  recur::RecurrenceOp op = b.plan.op;
  // Where its iterators are, by any of the states: they all have the same.
  SmallVector<Value> at(generic.getNumLoops());
  for (auto [i, state] : llvm::enumerate(op.getStates()))
    for (OpOperand &output : generic.getDpsInitsMutable())
      if (output.get() == state)
        for (auto [k, index] :
             llvm::enumerate(b.indices(op.getStateMap(i), position)))
          at[generic.getMatchingIndexingMap(&output).getDimPosition(k)] = index;
  IRMapping map;
  for (OpOperand *input : generic.getDpsInputOperands()) {
    Value value = input->get();
    if (isa<MemRefType>(value.getType())) {
      AffineMap inputMap = generic.getMatchingIndexingMap(input);
      SmallVector<Value> indices;
      for (unsigned k = 0; k < inputMap.getNumResults(); ++k)
        indices.push_back(at[inputMap.getDimPosition(k)]);
      value = memref::LoadOp::create(b, value, indices);
    }
    map.map(generic.getMatchingBlockArgument(input), value);
  }
  for (Operation &inside : generic.getBody()->without_terminator())
    b.clone(inside, map);
  for (auto [output, value] :
       llvm::zip_equal(generic.getOutputs(),
                       generic.getBody()->getTerminator()->getOperands()))
    results.map(output, map.lookupOrDefault(value));
  return results;
}

SmallVector<Value> lanes::loadStates(LaneBuilder &b, const Position &position) {
  recur::RecurrenceOp op = b.plan.op;
  IRMapping computed = computeStates(b, position);
  SmallVector<Value> result;
  for (auto [i, state] : llvm::enumerate(b.plan.initialStates)) {
    if (Value value = computed.lookupOrNull(state))
      result.push_back(value);
    else
      result.push_back(isa<MemRefType>(state.getType())
                           ? b.load(state, op.getStateMap(i), position)
                           : b.toLanes(state));
  }
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
