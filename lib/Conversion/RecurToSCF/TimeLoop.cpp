//===- TimeLoop.cpp - a tile of lanes through time ------------------------===//
//
//   keepValues: stage outside, stage block -> scratch    once
//               for inner lanes: stage cached -> scratch
//
//   emit:       stage outside
//               for each step:                           emitStep
//                 for inner lanes: stage shared -> scratch
//                 for each block of the tile:            emitBlock
//                   stage time
//                   for inner lanes:                     emitLane
//                     (1) carried values: registers, or from scratch, or,
//                         for a single step, from the operands
//                     (2) kept values from scratch
//                     (3) stage inner
//                     (4) rescale, if due
//                     (5) carried values: to where they came from
//                     (6) outputs: store or add
//                   store the sums of the step
//
// Where operands are staged, they are brought and taken for as many steps as
// are staged at once (emitStagedSteps).
//
// The values that loops carry are: the carried values if they live in
// registers, the sums over time, and in the inner loops the sums of the step.
//
//===----------------------------------------------------------------------===//

#include "TimeLoop.h"

#include "Carry.h"

#include "kalmir/Recur/IR/RecurUtils.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;

/// Steps from touching memory ahead of time to using it.
static constexpr int64_t prefetchSteps = 8;

SmallVector<Type> TimeLoop::keptTypes(Stage stage) const {
  return llvm::map_to_vector(code.keptValues(stage), [&](Value value) {
    return code.emittedType(value);
  });
}

void TimeLoop::keepValues(const Position &position) const {
  if (keptBlock.empty() && keptCached.empty())
    return;
  IRMapping map;
  code.emit(Stage::outside, position, map);
  code.emit(Stage::block, position, map);
  auto keep = [&](Stage stage, ArrayRef<Scratch> kept, const Position &at,
                  const IRMapping &map) {
    for (auto [value, scratch] : llvm::zip_equal(code.keptValues(stage), kept))
      b.store(map.lookup(value), scratch, at);
  };
  keep(Stage::block, keptBlock, position, map);
  if (keptCached.empty())
    return;
  b.loop(innerDims, position, {}, [&](const Position &at, ValueRange) {
    IRMapping inner = map;
    code.emit(Stage::cached, at, inner);
    keep(Stage::cached, keptCached, at, inner);
    return SmallVector<Value>();
  });
}

SmallVector<Value> TimeLoop::emit(const Tile &tile, Value lower, Value upper,
                                  ValueRange initial) const {
  IRMapping outside;
  code.emit(Stage::outside, tile.position, outside);
  SmallVector<Value> values(initial);
  for (const Output &output : outputs) {
    if (output.kind == OutputKind::timeSum)
      values.push_back(b.zero(output.sumType));
    if (output.kind == OutputKind::memorySum && !output.overTime)
      b.forBlocks(tile, [&](const Position &position) {
        output.clearMemory(b, position);
      });
  }
  Value next = lower;
  if (staging && !staging->empty()) {
    Value steps = arith::SubIOp::create(b, upper, lower);
    Value odd =
        arith::RemUIOp::create(b, steps, b.indexConstant(staging->numSteps()));
    next = arith::SubIOp::create(b, upper, odd);
    values = b.count(
        lower, next, values,
        [&](Value first, ValueRange values) {
          return emitStagedSteps(first, tile, outside, values);
        },
        staging->numSteps());
  }
  return b.count(next, upper, values, [&](Value step, ValueRange values) {
    return emitStep(step, tile, outside, values);
  });
}

/// The place of step number `step` in the operands.
static Value stepIndex(LaneBuilder &b, Value step) {
  if (!b.plan.op.getReverse())
    return step;
  Value last =
      arith::SubIOp::create(b, b.extent(b.plan.timeDim), b.indexConstant(1));
  return arith::SubIOp::create(b, last, step);
}

/// What all blocks of the tile share in a step. Vectors span the last inner
/// iterator if what is kept can be stored in such vectors.
void TimeLoop::emitShared(const Tile &tile, const IRMapping &outside) const {
  if (keptShared.empty())
    return;
  std::optional<unsigned> lanes;
  if (llvm::all_of(keptShared, [](const Scratch &scratch) {
        return fillsBytes(scratch.type);
      }))
    lanes = innerDims.back();
  llvm::SaveAndRestore along(b.plan.laneDim, lanes);
  Position position = tile.position;
  position.mask = {};
  b.loop(innerDims, position, {}, [&](const Position &at, ValueRange) {
    IRMapping map = outside;
    code.emit(Stage::shared, at, map);
    for (auto [value, scratch] :
         llvm::zip_equal(code.keptValues(Stage::shared), keptShared))
      b.store(map.lookup(value), scratch, at);
    return SmallVector<Value>();
  });
}

SmallVector<Value> TimeLoop::emitStep(Value step, Tile tile,
                                      const IRMapping &outside,
                                      ValueRange values) const {
  unsigned timeDim = b.plan.timeDim;
  tile.position.index[timeDim] = stepIndex(b, step);
  Value due = isRescaleDue(b, step, rescaling);
  emitShared(tile, outside);
  if (!tile.firstBlock)
    return emitBlock(tile.position, outside, due, values);

  Value later = arith::MinSIOp::create(
      b, arith::AddIOp::create(b, step, b.indexConstant(prefetchSteps)),
      arith::SubIOp::create(b, b.extent(timeDim), b.indexConstant(1)));
  Value laterIndex = stepIndex(b, later);
  b.forBlocks(tile, [&](const Position &position) {
    Position ahead = position;
    ahead.index[timeDim] = laterIndex;
    recur::RecurrenceOp op = b.plan.op;
    for (auto [i, input] : llvm::enumerate(op.getInputs()))
      b.prefetch(input, op.getInputMap(i), ahead, /*isWrite=*/false);
    for (auto [i, output] : llvm::enumerate(op.getOutputs()))
      b.prefetch(output, op.getOutputMap(i), ahead, /*isWrite=*/true);
    emitBlock(position, outside, due, {});
  });
  return {};
}

/// As many steps as are staged at once.
SmallVector<Value> TimeLoop::emitStagedSteps(Value first, const Tile &tile,
                                             const IRMapping &outside,
                                             ValueRange values) const {
  b.forBlocks(
      tile, [&](const Position &position) { staging->bring(first, position); });
  SmallVector<Value> results =
      b.count(b.indexConstant(0), b.indexConstant(staging->numSteps()), values,
              [&](Value offset, ValueRange values) {
                Value step = arith::AddIOp::create(b, first, offset);
                Tile at = tile;
                at.position.row = staging->getRow(offset);
                at.position.index[b.plan.timeDim] = stepIndex(b, step);
                Value due = isRescaleDue(b, step, rescaling);
                SmallVector<Value> next;
                emitShared(at, outside);
                b.forBlocks(at, [&](const Position &position) {
                  staging->prefetch(first, offset, position);
                  next = emitBlock(position, outside, due, values);
                });
                return next;
              });
  b.forBlocks(
      tile, [&](const Position &position) { staging->take(first, position); });
  return results;
}

SmallVector<Value> TimeLoop::emitBlock(const Position &position, IRMapping map,
                                       Value due, ValueRange values) const {
  for (auto [value, scratch] :
       llvm::zip_equal(code.keptValues(Stage::block), keptBlock))
    map.map(value, b.load(scratch, position));
  code.emit(Stage::time, position, map);

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
  bool inOperands = b.plan.oneStep && !innerDims.empty();
  if (inOperands) {
    before = loadStates(b, position);
  } else if (carried.empty()) {
    llvm::append_range(before, values.take_front(code.carried().size()));
    values = values.drop_front(code.carried().size());
  }
  map.map(code.carried(), before);
  // (2)
  for (auto [value, scratch] :
       llvm::zip_equal(code.keptValues(Stage::cached), keptCached))
    map.map(value, b.load(scratch, position));
  for (auto [value, scratch] :
       llvm::zip_equal(code.keptValues(Stage::shared), keptShared))
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
  if (inOperands)
    storeStates(b, after, position);
  else if (carried.empty())
    results = after;
  // (6): sums over time come before sums of the step.
  SmallVector<Value> stepSums;
  const unsigned numTimeSums =
      llvm::count_if(outputs, [](const Output &output) {
        return output.kind == OutputKind::timeSum;
      });
  unsigned timeSum = 0, stepSum = numTimeSums;
  for (auto [i, output] : llvm::enumerate(outputs)) {
    Value contribution =
        map.lookup(output.kind == OutputKind::stored
                       ? code.contribution(i)
                       : recur::getSummand(code.contribution(i)));
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
