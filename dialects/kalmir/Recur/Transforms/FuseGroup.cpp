//===- FuseGroup.cpp - operations that share their steps of time ----------===//

#include "FuseGroup.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace kalmir::recur;

static std::optional<unsigned> getPosition(AffineMap map, unsigned dim) {
  return map.getResultPosition(getAffineDimExpr(dim, map.getContext()));
}

/// Whether a recurrence can run in tiles of time.
static bool canTile(RecurrenceOp op) {
  return !op.getSegments() &&
         llvm::all_of(
             llvm::seq<unsigned>(op.getOutputs().size()), [&](unsigned i) {
               return op.getOutputMap(i).isFunctionOfDim(op.getTimeDim());
             });
}

std::optional<unsigned> FuseGroup::getTimePosition(OpResult result) const {
  Operation *op = result.getOwner();
  unsigned number = result.getResultNumber();
  if (auto recurrence = dyn_cast<RecurrenceOp>(op)) {
    unsigned numStates = recurrence.getStates().size();
    if (number < numStates)
      return std::nullopt;
    return getPosition(recurrence.getOutputMap(number - numStates),
                       recurrence.getTimeDim());
  }
  auto linalgOp = cast<linalg::LinalgOp>(op);
  return getPosition(
      linalgOp.getMatchingIndexingMap(linalgOp.getDpsInitOperand(number)),
      time.lookup(op));
}

namespace {
/// Follows time from one operation to its neighbours.
class GroupFinder {
public:
  explicit GroupFinder(RecurrenceOp root)
      : block(root->getBlock()), reverse(root.getReverse()) {
    add(root, root.getTimeDim());
  }

  FuseGroup find();

private:
  /// Time is iterator `dim` of `op`, if it can be.
  void add(Operation *op, unsigned dim);
  void addUser(OpOperand &use, unsigned position);
  void addDefinition(OpResult result, unsigned position);
  bool keepsTimeApart(linalg::LinalgOp op, unsigned dim);
  void dropLateOps(FuseGroup &group);

  Block *block;
  bool reverse;
  llvm::MapVector<Operation *, unsigned> time;
  SmallVector<Operation *> worklist;
};
} // namespace

static AffineMap getMap(OpOperand &operand) {
  if (auto op = dyn_cast<RecurrenceOp>(operand.getOwner())) {
    unsigned number = operand.getOperandNumber();
    return op.getSegments() ? AffineMap() : op.getMaps()[number];
  }
  return cast<linalg::LinalgOp>(operand.getOwner())
      .getMatchingIndexingMap(&operand);
}

/// Whether all steps of `dim` are apart: each operand has one, or none.
bool GroupFinder::keepsTimeApart(linalg::LinalgOp op, unsigned dim) {
  if (!op.hasPureTensorSemantics() || isa<linalg::FillOp>(op) ||
      op.getIteratorTypesArray()[dim] != utils::IteratorType::parallel)
    return false;
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    std::optional<unsigned> position = getPosition(map, dim);
    for (auto [i, expr] : llvm::enumerate(map.getResults()))
      if (expr.isFunctionOfDim(dim) && position != i)
        return false;
    if (op.isDpsInit(&operand) && !position)
      return false;
  }
  return true;
}

void GroupFinder::add(Operation *op, unsigned dim) {
  if (op->getBlock() != block || time.count(op))
    return;
  if (auto recurrence = dyn_cast<RecurrenceOp>(op)) {
    if (recurrence.getReverse() != reverse || dim != recurrence.getTimeDim() ||
        recurrence.hasBufferSemantics() || !canTile(recurrence))
      return;
  } else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
             !linalgOp || !keepsTimeApart(linalgOp, dim)) {
    return;
  }
  time[op] = dim;
  worklist.push_back(op);
}

void GroupFinder::addUser(OpOperand &use, unsigned position) {
  if (!isa<RecurrenceOp, linalg::LinalgOp>(use.getOwner()))
    return;
  AffineMap map = getMap(use);
  if (!map || position >= map.getNumResults())
    return;
  if (auto dim = dyn_cast<AffineDimExpr>(map.getResult(position)))
    add(use.getOwner(), dim.getPosition());
}

void GroupFinder::addDefinition(OpResult result, unsigned position) {
  Operation *op = result.getOwner();
  auto writer = dyn_cast<DestinationStyleOpInterface>(op);
  if (writer && isa<RecurrenceOp, linalg::LinalgOp>(op))
    addUser(*writer.getTiedOpOperand(result), position);
}

FuseGroup GroupFinder::find() {
  while (!worklist.empty()) {
    Operation *op = worklist.pop_back_val();
    unsigned dim = time.lookup(op);
    auto follow = [&](Value value, unsigned position) {
      for (OpOperand &use : value.getUses())
        addUser(use, position);
      if (auto result = dyn_cast<OpResult>(value))
        addDefinition(result, position);
    };
    for (OpOperand &operand : op->getOpOperands()) {
      std::optional<unsigned> position = getPosition(getMap(operand), dim);
      if (!position)
        continue;
      // Other users of what comes from outside share no work with the group.
      if (auto result = dyn_cast<OpResult>(operand.get()))
        addDefinition(result, *position);
      auto writer = cast<DestinationStyleOpInterface>(op);
      if (writer.isDpsInit(&operand))
        follow(writer.getTiedOpResult(&operand), *position);
    }
  }
  FuseGroup group;
  for (auto [op, dim] : time)
    group.time[op] = dim;
  dropLateOps(group);
  return group;
}

/// Whether a member reads, at a step, the same step of another's result.
static bool readsSameStep(const FuseGroup &group, OpOperand &operand,
                          OpResult result) {
  std::optional<unsigned> position = group.getTimePosition(result);
  return position &&
         position == getPosition(getMap(operand),
                                 group.time.lookup(operand.getOwner()));
}

/// Leaves out of the group what needs more of it than the same step, and fills
/// in the lists.
void GroupFinder::dropLateOps(FuseGroup &group) {
  bool changed = true;
  while (changed) {
    changed = false;
    group.ops.clear();
    group.later.clear();
    llvm::SmallPtrSet<Operation *, 16> later;
    for (Operation &op : *block) {
      bool isMember = group.contains(&op);
      bool isLater = false;
      op.walk([&](Operation *nested) {
        for (OpOperand &operand : nested->getOpOperands()) {
          auto result = dyn_cast<OpResult>(operand.get());
          if (!result || result.getOwner()->getBlock() != block)
            continue;
          isLater |= later.contains(result.getOwner()) ||
                     (group.contains(result.getOwner()) &&
                      !(isMember && nested == &op &&
                        readsSameStep(group, operand, result)));
        }
      });
      if (isMember && isLater) {
        group.time.erase(&op);
        changed = true;
      }
      if (isMember && !isLater)
        group.ops.push_back(&op);
      if (isLater) {
        later.insert(&op);
        if (!op.hasTrait<OpTrait::IsTerminator>())
          group.later.push_back(&op);
      }
    }
  }
}

FuseGroup kalmir::recur::findGroup(RecurrenceOp root) {
  return GroupFinder(root).find();
}
