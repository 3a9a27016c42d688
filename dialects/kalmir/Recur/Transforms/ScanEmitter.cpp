//===- ScanEmitter.cpp - writes the regions of a derived scan -------------===//

#include "BodyEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace kalmir::analysis;
using namespace kalmir::recur;

/// Reads a matrix of `plan` from the scalars of its element.
static Scalar readEntry(ScalarBuilder &scalar, const ComponentPlan &plan,
                        ValueRange element, unsigned row, unsigned column) {
  const ElementBasis::Entry &entry = plan.basis.getEntry(row, column);
  Scalar sum(entry.constant);
  for (auto &[number, factor] : entry.terms)
    sum = scalar.add(sum, scalar.multiply(factor, Scalar(element[number])));
  return sum;
}

/// The coordinates of `plan` from the states of the scan; w of an affine
/// component is 1.
static SmallVector<Scalar> readCoordinates(const ComponentPlan &plan,
                                           ValueRange states) {
  SmallVector<Scalar> coordinates(states.begin(), states.end());
  if (coordinates.size() < plan.basis.getSize())
    coordinates.push_back(Rational(1));
  return coordinates;
}

/// Erases what a region computes and does not use.
static void eraseDeadOps(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

void ScanEmitter::emitStep(OpBuilder &b, Location loc, Block &block) {
  Block &body = analysis.getBody();
  unsigned numStates = analysis.getNumStates();
  ValueRange inputs = block.getArguments().take_front(getNumInputs());
  ValueRange states = block.getArguments().drop_front(getNumInputs());
  auto bodyStates = body.getArguments().take_back(numStates);
  OperandRange yielded = body.getTerminator()->getOperands();
  BodyEmitter emitter(b, loc, analysis, dictionary, inputs, inputIterators);

  // Projective components run their plan; affine ones keep the body's text.
  SmallVector<SmallVector<Value>> next(components.size());
  for (auto [number, plan] : llvm::enumerate(components)) {
    ValueRange own = states.take_front(plan.numCoordinates);
    states = states.drop_front(plan.numCoordinates);
    if (!plan.component->projective) {
      for (auto [state, value] : llvm::zip_equal(plan.component->states, own))
        emitter.mapState(bodyStates[state], value);
      continue;
    }
    SmallVector<Scalar> coordinates = readCoordinates(plan, own);
    SmallVector<Scalar> forms = emitter.emitForms(plan, coordinates);
    ScalarBuilder scalar(b, loc, plan.type);
    for (unsigned form : plan.plan.next)
      next[number].push_back(scalar.materialize(forms[form]));
    emitter.setComponent(plan, coordinates, forms);
  }
  SmallVector<Value> nextStates, outputs;
  for (auto [number, plan] : llvm::enumerate(components)) {
    if (!plan.component->projective)
      for (unsigned state : plan.component->states)
        next[number].push_back(emitter.emit(yielded[state]));
    llvm::append_range(nextStates, next[number]);
  }
  for (Value output : yielded.drop_front(numStates))
    outputs.push_back(emitter.emit(output));
  YieldOp::create(b, loc, nextStates, outputs);
  eraseDeadOps(block);
}

void ScanEmitter::emitExtend(OpBuilder &b, Location loc, Block &block) {
  ValueRange inputs = block.getArguments().take_front(getNumInputs());
  ValueRange element = block.getArguments().drop_front(getNumInputs());
  BodyEmitter emitter(b, loc, analysis, dictionary, inputs, inputIterators);
  SmallVector<Value> result;
  for (const ComponentPlan &plan : components) {
    unsigned size = plan.basis.getSize();
    auto pivots = plan.basis.getPivots();
    ValueRange own = element.take_front(pivots.size());
    element = element.drop_front(pivots.size());
    ScalarBuilder scalar(b, loc, plan.type);
    // A step acts on a run's matrix column by column.
    SmallVector<SmallVector<Scalar>> columns(size);
    for (auto [row, column] : pivots) {
      if (columns[column].empty()) {
        SmallVector<Scalar> coordinates;
        for (unsigned i = 0; i < size; ++i)
          coordinates.push_back(readEntry(scalar, plan, own, i, column));
        columns[column] = emitter.emitForms(plan, coordinates);
      }
      result.push_back(
          scalar.materialize(columns[column][plan.plan.next[row]]));
    }
  }
  YieldOp::create(b, loc, result, ValueRange());
  eraseDeadOps(block);
}

void ScanEmitter::emitCombine(OpBuilder &b, Location loc, Block &block) {
  ValueRange earlier =
      block.getArguments().take_front(block.getNumArguments() / 2);
  ValueRange later = block.getArguments().drop_front(earlier.size());
  SmallVector<Value> result;
  for (const ComponentPlan &plan : components) {
    auto pivots = plan.basis.getPivots();
    ValueRange ownEarlier = earlier.take_front(pivots.size());
    ValueRange ownLater = later.take_front(pivots.size());
    earlier = earlier.drop_front(pivots.size());
    later = later.drop_front(pivots.size());
    ScalarBuilder scalar(b, loc, plan.type);
    for (auto [row, column] : pivots) {
      SmallVector<std::pair<Scalar, Scalar>> terms;
      for (unsigned k = 0; k < plan.basis.getSize(); ++k)
        terms.push_back({readEntry(scalar, plan, ownLater, row, k),
                         readEntry(scalar, plan, ownEarlier, k, column)});
      result.push_back(scalar.materialize(scalar.sumOfProducts(terms)));
    }
  }
  YieldOp::create(b, loc, result, ValueRange());
  eraseDeadOps(block);
}

void ScanEmitter::emitApply(OpBuilder &b, Location loc, Block &block) {
  unsigned numEntries = 0;
  for (const ComponentPlan &plan : components)
    numEntries += plan.basis.getPivots().size();
  ValueRange element = block.getArguments().take_front(numEntries);
  ValueRange states = block.getArguments().drop_front(numEntries);
  SmallVector<Value> result;
  for (const ComponentPlan &plan : components) {
    ValueRange own = element.take_front(plan.basis.getPivots().size());
    element = element.drop_front(own.size());
    SmallVector<Scalar> coordinates =
        readCoordinates(plan, states.take_front(plan.numCoordinates));
    states = states.drop_front(plan.numCoordinates);
    ScalarBuilder scalar(b, loc, plan.type);
    for (unsigned row = 0; row < plan.numCoordinates; ++row) {
      SmallVector<std::pair<Scalar, Scalar>> terms;
      for (auto [column, coordinate] : llvm::enumerate(coordinates))
        terms.push_back(
            {readEntry(scalar, plan, own, row, column), coordinate});
      result.push_back(scalar.materialize(scalar.sumOfProducts(terms)));
    }
  }
  YieldOp::create(b, loc, result, ValueRange());
  eraseDeadOps(block);
}
