//===- ScaleMembers.cpp - which states set the scale ----------------------===//

#include "ScaleMembers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace kalmir;

llvm::SmallBitVector recur::findScaleMembers(Block &step, unsigned numInputs,
                                             unsigned numStates,
                                             ArrayRef<unsigned> denominators) {
  // The states that each value of the body depends on.
  llvm::DenseMap<Value, llvm::SmallBitVector> states;
  for (BlockArgument argument : step.getArguments()) {
    llvm::SmallBitVector &own = states[argument];
    own.resize(numStates);
    if (argument.getArgNumber() >= numInputs)
      own.set(argument.getArgNumber() - numInputs);
  }
  llvm::SmallBitVector members(numStates);
  for (Operation &op : step.without_terminator()) {
    llvm::SmallBitVector own(numStates);
    llvm::SetVector<Value> used(op.operand_begin(), op.operand_end());
    getUsedValuesDefinedAbove(op.getRegions(), used);
    for (Value value : used)
      own |= states[value];
    for (Value result : op.getResults())
      states[result] = own;
    if (auto division = dyn_cast<arith::DivFOp>(op))
      members |= states[division.getRhs()];
  }
  for (unsigned denominator : denominators)
    members.set(denominator);

  // What they will depend on at later steps.
  ValueRange next = cast<YieldOp>(step.getTerminator()).getStates();
  for (llvm::SmallBitVector before; before != members;) {
    before = members;
    for (unsigned member : before.set_bits())
      members |= states[next[member]];
  }
  return members;
}
