//===- SharedValues.cpp - what states share, in shared memory -------------===//

#include "SharedValues.h"

#include "Addresses.h"
#include "SharedTiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::LaneBuilder;
using lanes::Position;
using lanes::Stage;
using lanes::StepCode;

//===----------------------------------------------------------------------===//
// Which values
//===----------------------------------------------------------------------===//

/// Whether it takes many more instructions than reading a value.
static bool isCostly(Operation &op) {
  if (isa<arith::DivFOp, arith::RemFOp>(op))
    return true;
  return isa<math::MathDialect>(op.getDialect()) &&
         !isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp,
              math::FloorOp, math::FmaOp, math::RoundEvenOp, math::TruncOp>(op);
}

/// Values that the states of a channel share in a step, that each of them
/// needs, and that functions or divisions lead to.
static SmallVector<Value> findValues(const StepCode &code, Block &step) {
  llvm::DenseSet<Value> costly;
  llvm::SetVector<Value> result;
  auto use = [&](Value value) {
    if (costly.contains(value) &&
        isa<Float32Type, Float64Type>(value.getType()))
      result.insert(value);
  };
  for (Operation &op : step.without_terminator()) {
    if (code.getStage(op) == Stage::inner) {
      op.walk([&](Operation *inside) {
        llvm::for_each(inside->getOperands(), use);
      });
      continue;
    }
    if (code.getStage(op) != Stage::time)
      continue;
    if (isCostly(op) || llvm::any_of(op.getOperands(), [&](Value operand) {
          return costly.contains(operand);
        }))
      costly.insert(op.result_begin(), op.result_end());
  }
  auto yield = cast<recur::YieldOp>(step.getTerminator());
  llvm::for_each(yield.getStates(), use);
  for (Value output : yield.getOutputs()) {
    use(output);
    use(recur::getSummand(output));
  }
  return result.takeVector();
}

/// Lets no sum absorb a product: a thread that reads it has it rounded, and all
/// variants are to have the same bits.
static void keepRounded(Value value) {
  while (auto negation = value.getDefiningOp<arith::NegFOp>())
    value = negation.getOperand();
  if (auto product = value.getDefiningOp<arith::MulFOp>())
    product.setFastmath(product.getFastmath() &
                        ~arith::FastMathFlags::contract);
}

bool SharedValues::existIn(const StepCode &code, Block &step) {
  return !findValues(code, step).empty();
}

SharedValues::SharedValues(LaneBuilder &b, const LaunchPlan &plan,
                           const Variant &variant, const StepCode &code)
    : b(b), plan(plan), code(code),
      // Padding lets threads that write different rows use different banks.
      buffers(variant.channelsPerBlock() * kRowSteps +
              llvm::alignTo(32 / variant.threadsPerGroup, kRowSteps)) {
  recur::RecurrenceOp op = plan.op;
  for (Value value : findValues(code, *op.getStepBlock())) {
    keepRounded(value);
    values.push_back(value);
    buffers.add(value.getType());
  }
  if (variant.numHelpers == 0)
    clear();
}

bool SharedValues::needs(unsigned input) const {
  recur::RecurrenceOp op = plan.op;
  Value argument = op.getStepBlock()->getArgument(input);
  return llvm::any_of(values, [&](Value value) {
    return recur::getNeededValues(value, [](Value) { return false; })
        .contains(argument);
  });
}

bool SharedValues::isNeededBeside(unsigned input) const {
  recur::RecurrenceOp op = plan.op;
  Value argument = op.getStepBlock()->getArgument(input);
  auto yield = cast<recur::YieldOp>(op.getStepBlock()->getTerminator());
  return llvm::any_of(yield->getOperands(), [&](Value operand) {
    return recur::getNeededValues(
               operand,
               [&](Value value) { return llvm::is_contained(values, value); })
        .contains(argument);
  });
}

//===----------------------------------------------------------------------===//
// Computing and reading them
//===----------------------------------------------------------------------===//

void SharedValues::open(Value slot) {
  this->slot = slot;
  buffers.open(b);
}

SmallVector<Value> SharedValues::getIndices(const Step &step) {
  auto [row, inRow] = findInRows(b, step.inRing);
  Value place = arith::MulIOp::create(b, slot, b.indexConstant(kRowSteps));
  return {row, arith::AddIOp::create(b, place, inRow)};
}

void SharedValues::compute(const OwnSteps &own, const Position &channel,
                           Value number, const IRMapping &outside,
                           SharedTiles &tiles) {
  recur::RecurrenceOp op = plan.op;
  unsigned timeDim = op.getTimeDim();
  Value last = arith::SubIOp::create(b, b.extent(timeDim), b.indexConstant(1));
  SmallVector<Position, 0> positions;
  for (const Step &step : own.steps) {
    // Those that do not exist are the last one.
    Value time = arith::MinUIOp::create(b, step.number, last);
    if (op.getReverse())
      time = arith::SubIOp::create(b, last, time);
    positions.push_back(channel);
    positions.back().index[timeDim] = time;
  }
  SmallVector<IRMapping, 0> maps(own.size(), outside);
  for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i)
    if (tiles.holds(i) && needs(i))
      tiles.read(op.getStepBlock()->getArgument(i), own, number, maps);
  code.emitValues(values, positions, maps);
  for (auto [i, value] : llvm::enumerate(values))
    for (size_t k = 0; k < own.size(); k += own.atOnce) {
      SmallVector<Value> row;
      for (int64_t step = 0; step < own.atOnce; ++step)
        row.push_back(maps[k + step].lookup(value));
      auto type = VectorType::get({own.atOnce}, value.getType());
      vector::StoreOp::create(b, vector::FromElementsOp::create(b, type, row),
                              buffers[i], getIndices(own.steps[k]),
                              /*nontemporal=*/false, getAlignment(type));
    }
}

IRMapping SharedValues::load(const Step &step) {
  IRMapping map;
  if (empty())
    return map;
  SmallVector<Value> indices = getIndices(step);
  for (auto [i, value] : llvm::enumerate(values))
    map.map(value, memref::LoadOp::create(b, buffers[i], indices));
  return map;
}

SmallVector<IRMapping, 0> SharedValues::loadRow(const Step &step) {
  SmallVector<IRMapping, 0> maps(kRowSteps);
  if (empty())
    return maps;
  SmallVector<Value> indices = getIndices(step);
  for (auto [i, value] : llvm::enumerate(values)) {
    auto type = VectorType::get({kRowSteps}, value.getType());
    Value row =
        vector::LoadOp::create(b, type, buffers[i], indices,
                               /*nontemporal=*/false, getAlignment(type));
    for (auto [k, map] : llvm::enumerate(maps))
      map.map(value, vector::ExtractOp::create(b, row, k));
  }
  return maps;
}
