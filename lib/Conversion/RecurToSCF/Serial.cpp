//===- Serial.cpp - time in one loop --------------------------------------===//
//
//   parallel over the grid:
//     (1) time-invariant values of inner lanes -> cache
//     (2) initial states: registers, or to scratch if there are inner lanes
//     (3) the time loop
//     (4) final states and sums over time to their operands
//
// Without reduction iterators a block of lanes keeps its states in registers
// from the first step to the last; with them the states of a block lie in
// scratch, one vector after the other.
//
//===----------------------------------------------------------------------===//

#include "Carry.h"
#include "Schedules.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;

void lanes::emitSerial(LanePlan plan) {
  LaneBuilder b(plan);
  recur::RecurrenceOp op = plan.op;
  StepCode code(b, *op.getStepBlock(), op.getInputs().size(), plan.innerDims);
  TimeLoop time(b, code, getStateRescaling(op), plan.innerDims);
  SmallVector<Output> outputs = makeOutputs(b, plan.gridDims);
  time.outputs = outputs;
  bool inRegisters = plan.innerDims.empty();
  if (!inRegisters) {
    SmallVector<unsigned> lanes(plan.gridDims);
    llvm::append_range(lanes, plan.innerDims);
    SmallVector<Type> types = getStateTypes(b);
    size_t numStates = types.size();
    llvm::append_range(types, time.cachedTypes());
    SmallVector<Scratch> scratch = b.allocate(types, lanes);
    time.carried.assign(scratch.begin(), scratch.begin() + numStates);
    time.cache.assign(scratch.begin() + numStates, scratch.end());
  }

  b.parallel(plan.gridDims, b.start(), [&](const Position &position) {
    // (1)
    time.fillCache(position);
    // (2)
    SmallVector<Value> states;
    if (inRegisters)
      states = loadStates(b, position);
    else
      copyStatesIn(b, time.carried, position);
    // (3)
    SmallVector<Value> results =
        time.emit(position, b.indexConstant(0), b.extent(plan.timeDim), states);
    // (4)
    if (inRegisters)
      storeStates(b, ArrayRef(results).take_front(states.size()), position);
    else
      copyStatesOut(b, time.carried, position);
    const Value *sum = results.begin() + states.size();
    for (const Output &output : outputs) {
      if (output.kind == OutputKind::timeSum)
        output.finish(b, *sum++, position);
      if (output.kind == OutputKind::memorySum && !output.overTime)
        output.finishMemory(b, position);
    }
  });
  b.freeScratch();
}
