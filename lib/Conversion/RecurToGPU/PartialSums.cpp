//===- PartialSums.cpp - outputs that sum different iterators -------------===//

#include "PartialSums.h"

#include "LaunchPlan.h"

#include "kalmir/Recur/IR/RecurUtils.h"
#include "kalmir/Support/Remarks.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using recur::IteratorType;
using recur::RecurrenceHeader;
using recur::RecurrenceOp;

/// The outputs by the reduction iterators that they keep. Those that sum
/// nothing fit anywhere, and are in the last group.
static SmallVector<BitVector> groupOutputs(RecurrenceOp op) {
  unsigned numOutputs = op.getOutputs().size();
  SmallVector<unsigned> reductions;
  for (auto [dim, type] : llvm::enumerate(op.getIterators()))
    if (type == IteratorType::reduction)
      reductions.push_back(dim);
  llvm::MapVector<SmallVector<unsigned>, BitVector> groups;
  BitVector others(numOutputs);
  for (unsigned i = 0; i < numOutputs; ++i) {
    AffineMap map = op.getOutputMap(i);
    SmallVector<unsigned> kept(llvm::make_filter_range(
        reductions, [&](unsigned dim) { return map.isFunctionOfDim(dim); }));
    if (kept == reductions && map.isFunctionOfDim(op.getTimeDim()))
      others.set(i);
    else
      groups.try_emplace(kept, numOutputs).first->second.set(i);
  }
  SmallVector<BitVector> result;
  for (auto &group : groups)
    result.push_back(group.second);
  if (!result.empty())
    result.back() |= others;
  return result;
}

/// A buffer with the values of a state.
static Value copyState(OpBuilder &b, Location loc, Value state) {
  auto [shape, sizes] =
      decomposeMixedValues(memref::getMixedSizes(b, loc, state));
  Type element = cast<MemRefType>(state.getType()).getElementType();
  Value copy =
      memref::AllocOp::create(b, loc, MemRefType::get(shape, element), sizes,
                              b.getI64IntegerAttr(/*alignment=*/64));
  linalg::CopyOp::create(b, loc, state, copy);
  return copy;
}

/// The recurrence `op` with the outputs `kept` alone, on `states`.
static RecurrenceOp createRun(RewriterBase &rewriter, RecurrenceOp op,
                              ArrayRef<Value> states, const BitVector &kept) {
  RecurrenceHeader header = RecurrenceHeader::of(op);
  header.states.assign(states.begin(), states.end());
  BitVector dropped(kept);
  dropped.flip();
  for (unsigned i = dropped.size(); i-- > 0;)
    if (dropped.test(i))
      header.eraseOutput(i);
  // An output that alone tells an extent goes on to do so as an input that
  // nobody reads.
  SmallVector<Type> added;
  for (unsigned i : dropped.set_bits()) {
    if (header.spansAllIterators())
      break;
    Value output = op.getOutputs()[i];
    header.inputs.push_back(output);
    header.inputMaps.push_back(op.getOutputMap(i));
    added.push_back(cast<MemRefType>(output.getType()).getElementType());
  }
  RecurrenceOp run = recur::createWithoutOutputs(rewriter, op, header, dropped);
  for (Block *block : run.getBlocksOverInputs())
    for (auto [k, type] : llvm::enumerate(added))
      block->insertArgument(op.getInputs().size() + k, type, op.getLoc());
  return run;
}

SmallVector<RecurrenceOp> threads::splitPartialSums(RecurrenceOp op) {
  SmallVector<BitVector> groups = groupOutputs(op);
  if (groups.size() < 2)
    return {op};
  Location loc = op.getLoc();
  emitMissedRemark(loc, passFlag)
      << ("runs " + Twine(groups.size()) +
          " times: outputs keep different reduction iterators")
             .str();
  IRRewriter rewriter(op);
  SmallVector<RecurrenceOp> runs;
  for (const BitVector &group : ArrayRef(groups).drop_back()) {
    SmallVector<Value> states;
    for (Value state : op.getStates())
      states.push_back(copyState(rewriter, loc, state));
    runs.push_back(createRun(rewriter, op, states, group));
    for (Value state : states)
      memref::DeallocOp::create(rewriter, loc, state);
  }
  runs.push_back(createRun(rewriter, op, SmallVector<Value>(op.getStates()),
                           groups.back()));
  op.erase();
  return runs;
}
