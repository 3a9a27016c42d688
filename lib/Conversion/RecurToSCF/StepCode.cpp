//===- StepCode.cpp - a step's operations, cut into stages ----------------===//

#include "StepCode.h"

#include "kalmir/Recur/IR/RecurUtils.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;

StepCode::StepCode(LaneBuilder &b, Block &block, unsigned numInputs,
                   ArrayRef<unsigned> innerDims)
    : b(b), block(block), numInputs(numInputs),
      inner(b.plan.op.getNumIterators()) {
  if (b.plan.sharesSteps())
    sharingDim = b.plan.laneDim;
  analyse(innerDims);
  findKeptValues();
}

ValueRange StepCode::next() const {
  return cast<recur::YieldOp>(block.getTerminator()).getStates();
}

Value StepCode::contribution(unsigned i) const {
  return cast<recur::YieldOp>(block.getTerminator()).getOutputs()[i];
}

/// Everything an operation reads, its regions included.
static SmallVector<Value> getUsedValues(Operation &op) {
  llvm::SetVector<Value> used(op.operand_begin(), op.operand_end());
  getUsedValuesDefinedAbove(op.getRegions(), used);
  return used.takeVector();
}

void StepCode::analyse(ArrayRef<unsigned> innerDims) {
  recur::RecurrenceOp op = b.plan.op;
  unsigned numIterators = op.getNumIterators();
  for (unsigned dim : innerDims)
    inner.set(dim);
  for (BlockArgument argument : block.getArguments()) {
    Dependence &result = dependence[argument];
    result.iterators.resize(numIterators);
    if (argument.getArgNumber() >= numInputs) {
      result.pinned = true;
      result.iterators.set();
      continue;
    }
    AffineMap map = op.getInputMap(argument.getArgNumber());
    for (unsigned i = 0, e = map.getNumResults(); i < e; ++i)
      result.iterators.set(map.getDimPosition(i));
  }
  for (Operation &bodyOp : block.without_terminator()) {
    Dependence result;
    result.iterators.resize(numIterators);
    result.pinned = !isSpeculatable(&bodyOp);
    if (auto index = dyn_cast<recur::IndexOp>(bodyOp))
      result.iterators.set(index.getDim());
    for (Value used : getUsedValues(bodyOp)) {
      const Dependence &other = dependence[used];
      result.iterators |= other.iterators;
      result.pinned |= other.pinned;
    }
    // What all blocks share is computed before the first of them.
    if (stageOf(result) == Stage::shared)
      for (Value used : getUsedValues(bodyOp)) {
        Stage stage = stageOf(dependence[used]);
        if (stage != Stage::outside && stage != Stage::shared)
          result.pinned = true;
      }
    stages[&bodyOp] = stageOf(result);
    for (Value value : bodyOp.getResults())
      dependence[value] = result;
  }
}

Stage StepCode::stageOf(const Dependence &dependence) const {
  if (dependence.pinned)
    return Stage::inner;
  bool onInner = dependence.iterators.anyCommon(inner);
  if (dependence.iterators.test(b.plan.timeDim)) {
    if (!onInner)
      return Stage::time;
    return sharingDim && !dependence.iterators.test(*sharingDim) ? Stage::shared
                                                                 : Stage::inner;
  }
  if (onInner)
    return b.plan.oneStep ? Stage::inner : Stage::cached;
  bool onTile = b.plan.tiled && dependence.iterators.test(*sharingDim);
  return onTile ? Stage::block : Stage::outside;
}

/// The stage of a step that computes once more what has an early stage.
static Stage stepStage(Stage early) {
  return early == Stage::block ? Stage::time : Stage::inner;
}

static bool isEarly(Stage stage) {
  return stage == Stage::block || stage == Stage::cached ||
         stage == Stage::shared;
}

/// Whether each step reads a time-invariant input where it lies: it is
/// as cheap there as in scratch. Iterator values are cheap anyway.
bool StepCode::isLoadedAnew(Value value) const {
  if (b.plan.keepsInRegisters)
    return false;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    recur::RecurrenceOp op = b.plan.op;
    AffineMap map = op.getInputMap(argument.getArgNumber());
    auto type =
        dyn_cast<MemRefType>(op.getInputs()[argument.getArgNumber()].getType());
    return !type || !b.plan.laneDim || !map.isFunctionOfDim(*b.plan.laneDim) ||
           isContiguous(type, map, *b.plan.laneDim);
  }
  return isa<recur::IndexOp>(value.getDefiningOp());
}

void StepCode::findKeptValues() {
  llvm::SetVector<Value> needed;
  auto use = [&](Value value) {
    if (isEarly(stageOf(dependence[value])))
      needed.insert(value);
  };
  for (Operation &bodyOp : block.without_terminator())
    for (Value used : getUsedValues(bodyOp)) {
      if (isEarly(stages[&bodyOp]))
        neededEarly.insert(used);
      else
        use(used);
    }
  auto yield = cast<recur::YieldOp>(block.getTerminator());
  for (Value value : yield.getStates())
    use(value);
  for (unsigned i = 0, e = yield.getOutputs().size(); i < e; ++i) {
    use(contribution(i));
    use(recur::getSummand(contribution(i)));
  }
  for (Value value : needed) {
    if (isLoadedAnew(value)) {
      again.insert(value);
      continue;
    }
    Stage stage = stageOf(dependence[value]);
    (stage == Stage::block    ? keptBlock
     : stage == Stage::cached ? keptCached
                              : keptShared)
        .push_back(value);
    neededEarly.insert(value);
  }
}

Type StepCode::emittedType(Value value) const {
  bool laned =
      b.plan.laneDim && dependence.at(value).iterators.test(*b.plan.laneDim);
  return laned ? b.laneType(value.getType()) : value.getType();
}

void StepCode::emitLoads(Stage stage, const Position &position, IRMapping &map,
                         function_ref<bool(unsigned)> skip) const {
  recur::RecurrenceOp op = b.plan.op;
  for (BlockArgument argument : block.getArguments().take_front(numInputs)) {
    Stage own = stageOf(dependence.at(argument));
    if (skip && skip(argument.getArgNumber()))
      continue;
    bool wanted = own == stage && !argument.use_empty();
    if (isEarly(own))
      wanted = wanted && neededEarly.contains(argument);
    if (wanted || (again.contains(argument) && stage == stepStage(own)))
      map.map(argument,
              b.load(op.getInputs()[argument.getArgNumber()],
                     op.getInputMap(argument.getArgNumber()), position));
  }
}

void StepCode::emitOperations(Stage stage, const Position &position,
                              IRMapping &map) const {
  for (Operation &bodyOp : block.without_terminator()) {
    Stage own = stages.at(&bodyOp);
    bool repeated = bodyOp.getNumResults() == 1 && stage == stepStage(own) &&
                    again.contains(bodyOp.getResult(0));
    if ((own == stage || repeated) && !leftOut.contains(&bodyOp))
      emitOperation(bodyOp, position, map);
  }
}

int64_t StepCode::countOperations(Stage stage) const {
  return llvm::count_if(block.without_terminator(), [&](Operation &op) {
    return getStage(op) == stage && !leftOut.contains(&op);
  });
}

Value StepCode::emitValue(Value value, const Position &position,
                          IRMapping &map) const {
  emitValues(value, position, map);
  return map.lookup(value);
}

void StepCode::emitValues(ValueRange values, ArrayRef<Position> positions,
                          MutableArrayRef<IRMapping> maps) const {
  recur::RecurrenceOp op = b.plan.op;
  llvm::SetVector<Value> needed;
  for (Value value : values)
    needed.insert_range(recur::getNeededValues(
        value, [&](Value other) { return maps.front().contains(other); }));
  auto forEach = [&](function_ref<void(const Position &, IRMapping &)> emit) {
    for (auto [position, map] : llvm::zip_equal(positions, maps))
      emit(position, map);
  };
  for (BlockArgument argument : block.getArguments().take_front(numInputs)) {
    unsigned number = argument.getArgNumber();
    if (needed.contains(argument) && !maps.front().contains(argument))
      forEach([&](const Position &position, IRMapping &map) {
        map.map(argument, b.load(op.getInputs()[number], op.getInputMap(number),
                                 position));
      });
  }
  for (Operation &bodyOp : block.without_terminator())
    if (llvm::any_of(bodyOp.getResults(), [&](Value result) {
          return needed.contains(result) && !maps.front().contains(result);
        }))
      forEach([&](const Position &position, IRMapping &map) {
        emitOperation(bodyOp, position, map);
      });
}

/// Integer division traps on 0, and lanes that do not exist hold 0: they divide
/// by 1 instead.
Value StepCode::guardDivisor(Operation &op, Value divisor,
                             const Position &position) const {
  if (!position.mask ||
      !isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp,
           arith::CeilDivSIOp, arith::CeilDivUIOp, arith::FloorDivSIOp>(op))
    return divisor;
  Type element = cast<VectorType>(divisor.getType()).getElementType();
  Value one = b.splat(b.getIntegerAttr(element, 1), divisor.getType());
  return arith::SelectOp::create(b, position.mask, divisor, one);
}

/// Clones an operation: on scalars if all it reads is uniform, else on vectors.
void StepCode::emitOperation(Operation &op, const Position &position,
                             IRMapping &map) const {
  if (auto index = dyn_cast<recur::IndexOp>(op)) {
    Value value = position.index[index.getDim()];
    if (index.getDim() == b.plan.laneDim) {
      Type type = b.laneType(value.getType());
      value = arith::AddIOp::create(
          b, b.toLanes(value),
          vector::StepOp::create(b, cast<VectorType>(type)));
    }
    map.map(index.getResult(), value);
    return;
  }
  bool uniform = llvm::none_of(op.getOperands(), [&](Value operand) {
    return isa<VectorType>(map.lookup(operand).getType());
  });
  if (uniform) {
    b.clone(op, map);
    return;
  }
  IRMapping laned;
  for (auto [i, operand] : llvm::enumerate(op.getOperands())) {
    Value value = b.toLanes(map.lookup(operand));
    laned.map(operand, i == 1 ? guardDivisor(op, value, position) : value);
  }
  Operation *clone = b.clone(op, laned);
  for (auto [from, to] :
       llvm::zip_equal(op.getResults(), clone->getResults())) {
    to.setType(b.laneType(to.getType()));
    map.map(from, to);
  }
}
