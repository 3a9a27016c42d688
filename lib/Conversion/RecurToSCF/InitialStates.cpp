//===- InitialStates.cpp - where states are before time -------------------===//

#include "InitialStates.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace kalmir;
using recur::RecurrenceOp;

/// The buffer that a view shows a part of.
static Value getBuffer(Value value) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  return value;
}

/// Whether `op` can stand between a copy from `source` to `state` and the
/// recurrence: it writes neither and does not read the state.
static bool leavesAlone(Operation *op, Value source, Value state) {
  if (isMemoryEffectFree(op) || isa<memref::AllocOp>(op))
    return true;
  auto copy = dyn_cast<linalg::CopyOp>(op);
  return copy && getBuffer(copy.getOutputs().front()) != source &&
         getBuffer(copy.getOutputs().front()) != state &&
         getBuffer(copy.getInputs().front()) != state;
}

/// The copy that fills the state `state` of `op` and does nothing else.
static linalg::CopyOp findCopy(RecurrenceOp op, Value state) {
  linalg::CopyOp copy;
  for (Operation *user : state.getUsers()) {
    auto found = dyn_cast<linalg::CopyOp>(user);
    if (found && found.getOutputs().front() == state &&
        user->getBlock() == op->getBlock() && user->isBeforeInBlock(op))
      copy = found;
  }
  if (!copy || copy.getInputs().front().getType() != state.getType())
    return {};
  // Whole buffers of somebody else, which nothing else refers to.
  Value source = copy.getInputs().front();
  if (!isa<BlockArgument>(source) || source == state ||
      getBuffer(state) != state)
    return {};
  unsigned uses = 0;
  for (Value operand : op->getOperands()) {
    uses += getBuffer(operand) == state;
    if (!llvm::is_contained(op.getInputs(), operand) &&
        getBuffer(operand) == source)
      return {};
  }
  if (uses != 1)
    return {};
  for (Operation *between = copy->getNextNode(); between != op;
       between = between->getNextNode())
    if (!leavesAlone(between, source, state))
      return {};
  return copy;
}

SmallVector<Value> lanes::takeInitialStates(RecurrenceOp op) {
  SmallVector<Value> sources(op.getStates());
  SmallVector<linalg::CopyOp> copies;
  for (Value &source : sources)
    if (linalg::CopyOp copy = findCopy(op, source)) {
      copies.push_back(copy);
      source = copy.getInputs().front();
    }
  for (linalg::CopyOp copy : copies)
    copy.erase();
  return sources;
}

/// The fill of a buffer that is there for the state of `op` alone.
static linalg::FillOp findFill(RecurrenceOp op, Value state) {
  if (!state.getDefiningOp<memref::AllocOp>())
    return {};
  linalg::FillOp fill;
  unsigned uses = 0;
  for (Operation *user : state.getUsers()) {
    if (user == op || isa<linalg::FillOp>(user))
      ++uses;
    else if (!isa<memref::DeallocOp, memref::DimOp>(user))
      return {};
    if (auto found = dyn_cast<linalg::FillOp>(user))
      fill = found;
  }
  if (!fill || uses != 2 ||
      fill.value().getType() != getElementTypeOrSelf(state.getType()))
    return {};
  // It runs as often as the recurrence, or is for nothing.
  Operation *at = op;
  while (at->getBlock() != fill->getBlock()) {
    at = at->getParentOp();
    if (!isa_and_present<scf::IfOp>(at))
      return {};
  }
  return fill->isBeforeInBlock(at) ? fill : linalg::FillOp();
}

void lanes::takeFilledStates(RecurrenceOp op, MutableArrayRef<Value> sources) {
  for (auto [state, source] : llvm::zip_equal(op.getStates(), sources)) {
    // What was copied over the fill counts.
    if (source != state)
      continue;
    if (linalg::FillOp fill = findFill(op, state)) {
      source = fill.value();
      fill.erase();
    }
  }
}
