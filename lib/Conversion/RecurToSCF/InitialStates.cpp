//===- InitialStates.cpp - where states are before time -------------------===//

#include "InitialStates.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
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

/// Whether a linalg.generic computes elements of new buffers from elements.
static bool computesElements(linalg::GenericOp op) {
  return op.hasPureBufferSemantics() && linalg::isElementwise(op) &&
         op.getNumLoops() > 0 && !op.hasIndexSemantics() &&
         llvm::all_of(op.getDpsInitsMutable(), [&](OpOperand &output) {
           return output.get().getDefiningOp<memref::AllocOp>() &&
                  op.getMatchingBlockArgument(&output).use_empty();
         });
}

/// Whether nothing writes memory between two operations of a block.
static bool isQuietBetween(Operation *first, Operation *last) {
  for (Operation *between = first->getNextNode(); between != last;
       between = between->getNextNode())
    if (!between ||
        !(isMemoryEffectFree(between) || isa<memref::AllocOp>(between)))
      return false;
  return true;
}

/// The branching that comes first of what uses the outputs of an operation, but
/// for what only needs to know that there are buffers; null if something else
/// does. What comes later reads what the branches leave there.
static scf::IfOp findBranching(linalg::GenericOp op) {
  Operation *first = nullptr;
  for (Value output : op.getOutputs())
    for (Operation *user : output.getUsers()) {
      if (user == op || isa<memref::DeallocOp, memref::DimOp>(user))
        continue;
      Operation *at = op->getBlock()->findAncestorOpInBlock(*user);
      if (!at || at->isBeforeInBlock(op))
        return {};
      if (!first || at->isBeforeInBlock(first))
        first = at;
    }
  auto branching = dyn_cast_or_null<scf::IfOp>(first);
  return branching && branching.elseBlock() ? branching : scf::IfOp();
}

void lanes::sinkComputedStates(Operation *root) {
  SmallVector<linalg::GenericOp> ops;
  root->walk([&](linalg::GenericOp op) { ops.push_back(op); });
  for (linalg::GenericOp op : ops) {
    if (!computesElements(op))
      continue;
    bool areStates = llvm::any_of(op.getOutputs(), [](Value output) {
      return llvm::any_of(output.getUsers(), [&](Operation *user) {
        auto recurrence = dyn_cast<RecurrenceOp>(user);
        return recurrence && llvm::is_contained(recurrence.getStates(), output);
      });
    });
    scf::IfOp branching = areStates ? findBranching(op) : scf::IfOp();
    if (!branching || !isQuietBetween(op, branching))
      continue;
    for (Block *block : {branching.thenBlock(), branching.elseBlock()})
      OpBuilder(block, block->begin()).clone(*op);
    op.erase();
  }
}

/// Whether a recurrence writes what an operation reads, so that some lanes
/// could still need it when others are done.
static bool writesInputs(RecurrenceOp op, linalg::GenericOp generic) {
  return llvm::any_of(generic.getInputs(), [&](Value input) {
    auto isBuffer = [&](Value operand) {
      return getBuffer(operand) == getBuffer(input);
    };
    return llvm::any_of(op.getStates(), isBuffer) ||
           llvm::any_of(op.getOutputs(), isBuffer);
  });
}

linalg::GenericOp lanes::takeComputedStates(RecurrenceOp op,
                                            ArrayRef<Value> sources) {
  for (Operation &before : *op->getBlock()) {
    auto generic = dyn_cast<linalg::GenericOp>(before);
    if (!generic || !generic->isBeforeInBlock(op) ||
        !computesElements(generic) || !isQuietBetween(generic, op) ||
        writesInputs(op, generic))
      continue;
    // Its outputs are states, and nothing else that runs when they do.
    if (llvm::all_of(generic.getOutputs(), [&](Value output) {
          return llvm::count(op->getOperands(), output) == 1 &&
                 llvm::is_contained(op.getStates(), output) &&
                 llvm::is_contained(sources, output) &&
                 llvm::all_of(output.getUsers(), [&](Operation *user) {
                   return user == op || user == generic ||
                          isa<memref::DeallocOp, memref::DimOp>(user) ||
                          !op->getBlock()->findAncestorOpInBlock(*user);
                 });
        }))
      return generic;
  }
  return {};
}
