//===- StepBuilder.cpp - writes recurrences step by step ------------------===//

#include "StepBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::recur;

Value kalmir::castFloat(OpBuilder &b, Location loc, Value value, Type type) {
  unsigned from = value.getType().getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  if (value.getType() == type)
    return value;
  if (from < to)
    return arith::ExtFOp::create(b, loc, type, value);
  if (from > to)
    return arith::TruncFOp::create(b, loc, type, value);
  // bf16 and f16: neither contains the other.
  Value wide = arith::ExtFOp::create(b, loc, b.getF32Type(), value);
  return arith::TruncFOp::create(b, loc, type, wide);
}

//===----------------------------------------------------------------------===//
// StepBuilder
//===----------------------------------------------------------------------===//

Value StepBuilder::input(unsigned i) {
  return castFloat(b, op.getLoc(), op.getBody().getArgument(i), type);
}

Value StepBuilder::state(unsigned i) {
  return op.getBody().getArgument(op.getInputs().size() + i);
}

Value StepBuilder::constant(double value) {
  return arith::ConstantOp::create(b, op.getLoc(), b.getFloatAttr(type, value));
}

Value StepBuilder::add(Value lhs, Value rhs) {
  if (matchPattern(lhs, m_AnyZeroFloat()))
    return rhs;
  if (matchPattern(rhs, m_AnyZeroFloat()))
    return lhs;
  return arith::AddFOp::create(b, op.getLoc(), lhs, rhs);
}

Value StepBuilder::sub(Value lhs, Value rhs) {
  return arith::SubFOp::create(b, op.getLoc(), lhs, rhs);
}

Value StepBuilder::mul(Value lhs, Value rhs) {
  if (matchPattern(lhs, m_OneFloat()))
    return rhs;
  if (matchPattern(rhs, m_OneFloat()))
    return lhs;
  return arith::MulFOp::create(b, op.getLoc(), lhs, rhs);
}

Value StepBuilder::div(Value lhs, Value rhs) {
  if (matchPattern(rhs, m_OneFloat()))
    return lhs;
  return arith::DivFOp::create(b, op.getLoc(), lhs, rhs);
}

Value StepBuilder::log(Value operand) {
  return math::LogOp::create(b, op.getLoc(), operand);
}

Value StepBuilder::compare(arith::CmpFPredicate predicate, Value lhs,
                           Value rhs) {
  return arith::CmpFOp::create(b, op.getLoc(), predicate, lhs, rhs);
}

Value StepBuilder::logicalAnd(Value lhs, Value rhs) {
  return arith::AndIOp::create(b, op.getLoc(), lhs, rhs);
}

Value StepBuilder::select(Value condition, Value ifTrue, Value ifFalse) {
  return arith::SelectOp::create(b, op.getLoc(), condition, ifTrue, ifFalse);
}

Value StepBuilder::isFirstStep() {
  Location loc = op.getLoc();
  auto time = cast<RecurrenceOp>(op.getOperation()).getTimeDim();
  Value index = IndexOp::create(b, loc, b.getIndexType(), time);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, index, zero);
}

void StepBuilder::yield(ValueRange nextStates, ValueRange outputs) {
  SmallVector<Value> converted;
  for (auto [value, destination] : llvm::zip_equal(outputs, op.getOutputs()))
    converted.push_back(
        castFloat(b, op.getLoc(), value, getElementTypeOrSelf(destination)));
  YieldOp::create(b, op.getLoc(), nextStates, converted);
}

//===----------------------------------------------------------------------===//
// RecurrenceBuilder
//===----------------------------------------------------------------------===//

RecurrenceBuilder::RecurrenceBuilder(OpBuilder &b, Location loc,
                                     ArrayRef<IteratorType> iterators,
                                     Type stateType)
    : b(b), loc(loc), iterators(iterators), stateType(stateType) {}

AffineMap RecurrenceBuilder::getMap(ArrayRef<int64_t> dims) {
  SmallVector<AffineExpr> exprs = llvm::map_to_vector(
      dims, [&](int64_t dim) { return b.getAffineDimExpr(dim); });
  return AffineMap::get(iterators.size(), 0, exprs, b.getContext());
}

unsigned RecurrenceBuilder::addInput(Value input, ArrayRef<int64_t> dims) {
  inputs.push_back(input);
  inputMaps.push_back(getMap(dims));
  return inputs.size() - 1;
}

unsigned RecurrenceBuilder::addState(Value state) {
  SmallVector<int64_t> lanes;
  for (auto [dim, type] : llvm::enumerate(iterators))
    if (type != IteratorType::recurrence)
      lanes.push_back(dim);
  states.push_back(state);
  stateMaps.push_back(getMap(lanes));
  return states.size() - 1;
}

unsigned RecurrenceBuilder::addOutput(Type elementType, ArrayRef<int64_t> dims,
                                      ArrayRef<OpFoldResult> sizes) {
  outputs.push_back(tensor::EmptyOp::create(b, loc, sizes, elementType));
  outputMaps.push_back(getMap(dims));
  return outputs.size() - 1;
}

GenericOp RecurrenceBuilder::build(function_ref<void(StepBuilder &)> write) {
  SmallVector<AffineMap> maps(inputMaps);
  llvm::append_range(maps, stateMaps);
  llvm::append_range(maps, outputMaps);
  SmallVector<Attribute> iteratorTypes;
  for (IteratorType type : iterators)
    iteratorTypes.push_back(IteratorTypeAttr::get(b.getContext(), type));
  SmallVector<Type> results(ValueRange(states).getTypes());
  llvm::append_range(results, ValueRange(outputs).getTypes());
  auto op = GenericOp::create(b, loc, results, inputs, /*segments=*/Value(),
                              states, outputs, b.getAffineMapArrayAttr(maps),
                              b.getArrayAttr(iteratorTypes),
                              /*reverse=*/false, /*strict=*/false,
                              /*schedule=*/ScheduleAttr(),
                              /*finishCount=*/0);
  SmallVector<Type> arguments;
  for (Value operand : llvm::concat<Value>(inputs, states))
    arguments.push_back(getElementTypeOrSelf(operand));
  OpBuilder::InsertionGuard guard(b);
  b.createBlock(&op.getBody(), {}, arguments,
                SmallVector<Location>(arguments.size(), loc));
  StepBuilder step(b, op, stateType);
  write(step);
  return op;
}

//===----------------------------------------------------------------------===//
// Around the recurrence
//===----------------------------------------------------------------------===//

Value kalmir::createFilled(OpBuilder &b, Location loc, Value value,
                           ArrayRef<OpFoldResult> sizes) {
  Value empty = tensor::EmptyOp::create(b, loc, sizes, value.getType());
  return linalg::FillOp::create(b, loc, value, empty).getResult(0);
}

Value kalmir::createConverted(OpBuilder &b, Location loc, Value value,
                              RankedTensorType type) {
  auto from = cast<RankedTensorType>(value.getType());
  if (from.getElementType() != type.getElementType()) {
    Value empty = tensor::EmptyOp::create(
        b, loc, tensor::getMixedSizes(b, loc, value), type.getElementType());
    AffineMap map = b.getMultiDimIdentityMap(type.getRank());
    SmallVector<utils::IteratorType> iterators(type.getRank(),
                                               utils::IteratorType::parallel);
    value = linalg::GenericOp::create(
                b, loc, empty.getType(), value, empty, ArrayRef{map, map},
                iterators,
                [&](OpBuilder &b, Location loc, ValueRange args) {
                  Value cast =
                      castFloat(b, loc, args[0], type.getElementType());
                  linalg::YieldOp::create(b, loc, cast);
                })
                .getResult(0);
  }
  if (value.getType() != type)
    value = tensor::CastOp::create(b, loc, type, value);
  return value;
}
