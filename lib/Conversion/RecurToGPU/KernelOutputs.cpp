//===- KernelOutputs.cpp - sums, and what becomes of them -----------------===//

#include "GroupSums.h"
#include "KernelEmitter.h"

#include "../RecurToSCF/Carry.h"

#include "kalmir/Recur/IR/RecurFinish.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::Position;

/// Adds up what some steps yielded across the group, and stores it. `first` is
/// the first of them.
void KernelEmitter::storeSums(const StepInputs &first, ArrayRef<Values> sums) {
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i) {
    if (!isSummed(i) || !isOverTime(i))
      continue;
    Values values;
    for (const Values &step : sums)
      values.push_back(step[i]);
    GroupSums group = addOverGroup(b, values, member, variant.threadsPerGroup);
    Value inTile =
        b.createOrFold<arith::AddIOp>(first.step.inTile, group.first);
    // Several threads may store the same, without a branch.
    Value isOwner;
    if (variant.isRepeated)
      isOwner = arith::AndIOp::create(b, channelExists, group.isOwner);
    for (auto [k, sum] : llvm::enumerate(group.sums)) {
      Value step = b.createOrFold<arith::AddIOp>(group.first, constant(k));
      Position at = channel;
      at.index[op.getTimeDim()] =
          op.getReverse()
              ? arith::SubIOp::create(b, first.index, step).getResult()
              : arith::AddIOp::create(b, first.index, step).getResult();
      if (variant.isRepeated) {
        storePart(sum, i, at, isOwner);
        continue;
      }
      sum = finish.emit(finish.round(sum, i), i, at, tiles,
                        b.createOrFold<arith::AddIOp>(inTile, constant(k)),
                        number);
      if (!results.holds(i))
        store(sum, i, at, Value());
    }
    if (results.holds(i))
      results.write(i, inTile, group.sums);
  }
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
