//===- KernelOutputs.cpp - sums, and what becomes of them -----------------===//

#include "Addresses.h"
#include "GroupSums.h"
#include "KernelEmitter.h"

#include "../RecurToSCF/Carry.h"

#include "kalmir/Recur/IR/RecurFinish.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::Position;

/// Adds up what a row of steps, or one step, yielded across the group, and
/// stores it, or lets it wait for the end of the window. `first` is the first
/// of them.
void KernelEmitter::storeSums(const StepInputs &first, ArrayRef<Values> sums) {
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i) {
    if (!plan.isSummedAtSteps(i))
      continue;
    Values values;
    for (const Values &step : sums)
      values.push_back(step[i]);
    if (waiting.holds(i)) {
      pending.push_back({i, first.step, values});
      continue;
    }
    GroupSums group = addOverGroup(b, values, member, variant.threadsPerGroup);
    OwnSteps own;
    own.atOnce = static_cast<int64_t>(group.sums.size());
    // Several threads may store the same, without a branch.
    Value isOwner;
    if (variant.isRepeated)
      isOwner = arith::AndIOp::create(b, channelExists, group.isOwner);
    for (size_t k = 0; k < group.sums.size(); ++k) {
      own.steps.push_back(
          advance(b, first.step,
                  b.createOrFold<arith::AddIOp>(group.first, constant(k))));
      own.isOwn.push_back(isOwner);
    }
    finishSums(i, group.sums, own);
  }
}

/// Lets the sums of some rows wait for the end of the window. All at once,
/// because no read of shared memory moves up across a write.
void KernelEmitter::writeSums() {
  for (const PendingSums &sums : pending)
    waiting.write(sums.output, sums.step, thread, sums.values);
  pending.clear();
}

/// Finishes and stores sums of some steps, those that are the thread's own;
/// where `whole`, all of them are.
void KernelEmitter::finishSums(unsigned output, ArrayRef<Value> sums,
                               const OwnSteps &own, Value whole) {
  if (variant.isRepeated) {
    for (auto [sum, step, isOwn] : llvm::zip_equal(sums, own.steps, own.isOwn))
      storePart(sum, output, findStep(step.number), isOwn);
    return;
  }
  Values rounded = llvm::map_to_vector(
      sums, [&](Value sum) { return finish.round(sum, output); });
  // What is read of steps that do not exist is that of the last one; their sums
  // are whatever memory held, and are not stored.
  Value last = arith::SubIOp::create(b, b.extent(op.getTimeDim()), constant(1));
  SmallVector<Position, 0> existing;
  for (const Step &step : own.steps)
    existing.push_back(findStep(arith::MinUIOp::create(b, step.number, last)));
  Values finished = finish.emit(rounded, output, existing, tiles, own, number);
  if (!results.holds(output)) {
    storeSteps(output, finished, own, whole);
    return;
  }
  for (size_t k = 0; k < own.size(); k += own.atOnce)
    results.write(output, own.steps[k].inTile,
                  ArrayRef(finished).slice(k, own.atOnce));
}

void KernelEmitter::storeSteps(unsigned output, ArrayRef<Value> values,
                               const OwnSteps &own, Value whole) {
  auto storeAll = [&](ArrayRef<Value> exist) {
    for (auto [value, step, exists] : llvm::zip_equal(values, own.steps, exist))
      store(value, output, findStep(step.number), exists);
  };
  if (!whole)
    return storeAll(own.isOwn);
  auto ifOp = scf::IfOp::create(b, whole, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  storeAll(SmallVector<Value>(values.size()));
  b.setInsertionPointToStart(ifOp.elseBlock());
  storeAll(own.isOwn);
}

/// How many threads of the group have states; null: all of them, or all that
/// have none yield zeros.
Value KernelEmitter::countMembers() {
  if (getConstantIntValue(numStates) == variant.numStates() || variant.isRagged)
    return {};
  return arith::CeilDivUIOp::create(
      b, arith::SubIOp::create(b, numStates, firstOfGroup),
      constant(variant.statesPerThread));
}

/// Stores a value of an output, if it exists (null: it does).
void KernelEmitter::store(Value value, unsigned output,
                          const Position &position, Value exists) {
  OpBuilder::InsertionGuard guard(b);
  if (exists)
    b.setInsertionPointToStart(
        scf::IfOp::create(b, exists, /*withElseRegion=*/false).thenBlock());
  b.store(value, op.getOutputs()[output], op.getOutputMap(output), position);
}

/// Adds a sum over some of the states to that over those before them, if it
/// exists, and makes the output of it after the last states.
void KernelEmitter::storePart(Value sum, unsigned output,
                              const Position &position, Value exists) {
  Value operand = op.getOutputs()[output], partial = partials[output];
  AffineMap map = op.getOutputMap(output);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(
      scf::IfOp::create(b, exists, /*withElseRegion=*/false).thenBlock());
  auto isFirst = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                       firstOfGroup, constant(0));
  auto ifFirst =
      scf::IfOp::create(b, sum.getType(), isFirst, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard inner(b);
  b.setInsertionPointToStart(ifFirst.thenBlock());
  scf::YieldOp::create(b, sum);
  b.setInsertionPointToStart(ifFirst.elseBlock());
  scf::YieldOp::create(b, add(b, b.load(partial, map, position), sum));
  sum = ifFirst.getResult(0);
  b.setInsertionPointAfter(ifFirst);
  if (partial == operand) {
    b.store(sum, operand, map, position);
    return;
  }
  auto isLast = arith::CmpIOp::create(
      b, arith::CmpIPredicate::uge,
      arith::AddIOp::create(b, firstOfGroup, constant(variant.numStates())),
      numStates);
  auto ifLast = scf::IfOp::create(b, isLast, /*withElseRegion=*/true);
  b.setInsertionPointToStart(ifLast.thenBlock());
  b.store(finish.emit(finish.round(sum, output), output, position), operand,
          map, position);
  b.setInsertionPointToStart(ifLast.elseBlock());
  b.store(sum, partial, map, position);
}

/// Stores states, and sums over time.
void KernelEmitter::storeFinal(ArrayRef<Value> carried) {
  size_t numMembers = op.getStates().size();
  for (const OwnState &state : states) {
    Value exists = channelExists;
    if (state.exists)
      exists = arith::AndIOp::create(b, exists, state.exists);
    auto ifOp = scf::IfOp::create(b, exists, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard inner(b);
    b.setInsertionPointToStart(ifOp.thenBlock());
    lanes::storeStates(b, carried.take_front(numMembers), state.position);
    carried = carried.drop_front(numMembers);
  }
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i) {
    if (!isSummedOverTime(i))
      continue;
    GroupSums group =
        addOverGroup(b, carried.front(), member, variant.threadsPerGroup);
    Value sum = group.sums.front();
    Value isOwner = arith::AndIOp::create(b, channelExists, group.isOwner);
    if (variant.isRepeated)
      storePart(sum, i, channel, isOwner);
    else
      store(finish.round(sum, i), i, channel, isOwner);
    carried = carried.drop_front();
  }
}
