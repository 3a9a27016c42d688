//===- TimeLoop.cpp - a block of lanes through time -----------------------===//
//
//   fillCache:  stage outside                           once
//               for inner lanes: stage cached -> cache
//
//   emit:       stage outside
//               for each step:                           emitStep
//                 stage time
//                 for inner lanes:                       emitLane
//                   (1) carried values: registers, or from scratch
//                   (2) cached values from scratch
//                   (3) stage inner
//                   (4) rescale, if due
//                   (5) carried values: registers, or to scratch
//                   (6) outputs: store or add
//                 store the sums of the step
//
// The values that loops carry are: the carried values if they live in
// registers, the sums over time, and in the inner loops the sums of the step.
//
//===----------------------------------------------------------------------===//

#include "TimeLoop.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;

SmallVector<Type> TimeLoop::cachedTypes() const {
  return llvm::map_to_vector(code.cachedValues(), [&](Value value) {
    return code.emittedType(value);
  });
}

void TimeLoop::fillCache(const Position &position) const {
  if (cache.empty())
    return;
  IRMapping outside;
  code.emit(Stage::outside, position, outside);
  b.loop(innerDims, position, {}, [&](const Position &at, ValueRange) {
    IRMapping map = outside;
    code.emit(Stage::cached, at, map);
    for (auto [value, scratch] : llvm::zip_equal(code.cachedValues(), cache))
      b.store(map.lookup(value), scratch, at);
    return SmallVector<Value>();
  });
}

SmallVector<Value> TimeLoop::emit(const Position &position, Value lower,
                                  Value upper, ValueRange initial) const {
  IRMapping outside;
  code.emit(Stage::outside, position, outside);
  SmallVector<Value> values(initial);
  for (const Output &output : outputs) {
    if (output.kind == OutputKind::timeSum)
      values.push_back(b.zero(output.sumType));
    if (output.kind == OutputKind::memorySum && !output.overTime)
      output.clearMemory(b, position);
  }
  return b.count(lower, upper, values, [&](Value step, ValueRange values) {
    return emitStep(step, position, outside, values);
  });
}

SmallVector<Value> TimeLoop::emitStep(Value step, Position position,
                                      const IRMapping &outside,
                                      ValueRange values) const {
  unsigned timeDim = b.plan.timeDim;
  position.index[timeDim] = step;
  if (b.plan.op.getReverse()) {
    Value last =
        arith::SubIOp::create(b, b.extent(timeDim), b.indexConstant(1));
    position.index[timeDim] = arith::SubIOp::create(b, last, step);
  }
  IRMapping map = outside;
  code.emit(Stage::time, position, map);
  Value due = isRescaleDue(b, step, rescaling);

  SmallVector<Value> withSums(values);
  for (const Output &output : outputs) {
    if (output.kind == OutputKind::stepSum)
      withSums.push_back(b.zero(output.sumType));
    if (output.kind == OutputKind::memorySum && output.overTime)
      output.clearMemory(b, position);
  }
  SmallVector<Value> results =
      b.loop(innerDims, position, withSums,
             [&](const Position &at, ValueRange values) {
               return emitLane(at, map, due, values);
             });

  const Value *sum = results.begin() + values.size();
  for (const Output &output : outputs) {
    if (output.kind == OutputKind::stepSum)
      output.finish(b, *sum++, position);
    if (output.kind == OutputKind::memorySum && output.overTime)
      output.finishMemory(b, position);
  }
  results.truncate(values.size());
  return results;
}

SmallVector<Value> TimeLoop::emitLane(const Position &position, IRMapping map,
                                      Value due, ValueRange values) const {
  // (1)
  SmallVector<Value> before;
  for (const Scratch &scratch : carried)
    before.push_back(b.load(scratch, position));
  if (carried.empty()) {
    llvm::append_range(before, values.take_front(code.carried().size()));
    values = values.drop_front(code.carried().size());
  }
  map.map(code.carried(), before);
  // (2)
  for (auto [value, scratch] : llvm::zip_equal(code.cachedValues(), cache))
    map.map(value, b.load(scratch, position));
  // (3)
  code.emit(Stage::inner, position, map);
  SmallVector<Value> after;
  for (Value next : code.next())
    after.push_back(b.toLanes(map.lookup(next)));
  // (4)
  rescaleIf(b, due, after, rescaling);
  // (5)
  SmallVector<Value> results;
  for (auto [value, scratch] : llvm::zip(after, carried))
    b.store(value, scratch, position);
  if (carried.empty())
    results = after;
  // (6): sums over time come before sums of the step.
  SmallVector<Value> stepSums;
  const unsigned numTimeSums =
      llvm::count_if(outputs, [](const Output &output) {
        return output.kind == OutputKind::timeSum;
      });
  unsigned timeSum = 0, stepSum = numTimeSums;
  for (auto [i, output] : llvm::enumerate(outputs)) {
    Value contribution = map.lookup(output.kind == OutputKind::stored
                                        ? code.contribution(i)
                                        : code.wideContribution(i));
    switch (output.kind) {
    case OutputKind::stored:
      output.finish(b, contribution, position);
      break;
    case OutputKind::stepSum:
      stepSums.push_back(
          output.add(b, values[stepSum++], contribution, position));
      break;
    case OutputKind::timeSum:
      results.push_back(
          output.add(b, values[timeSum++], contribution, position));
      break;
    case OutputKind::memorySum:
      output.addToMemory(b, contribution, position);
      break;
    }
  }
  llvm::append_range(results, stepSums);
  return results;
}
