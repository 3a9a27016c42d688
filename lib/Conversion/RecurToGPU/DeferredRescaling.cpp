//===- DeferredRescaling.cpp - rescale after some steps, or redo ----------===//

#include "DeferredRescaling.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;

/// Scales in [2^-20, 2^e / 2^27] are in range, 2^e the largest of the type.
static constexpr int kLowest = -20, kHeadroom = 27;

/// Whether an infinity or NaN in `argument` makes `value` one.
static bool keepsInfinity(Value value, BlockArgument argument) {
  if (value == argument)
    return true;
  Operation *op = value.getDefiningOp();
  return isa_and_nonnull<arith::MulFOp, arith::AddFOp, arith::SubFOp,
                         arith::NegFOp>(op) &&
         llvm::any_of(op->getOperands(), [&](Value operand) {
           return keepsInfinity(operand, argument);
         });
}

/// Whether no value of a step is of a degree above one in the members of
/// groups: their product, or the reciprocal of one.
static bool isOfDegreeOne(Block &step, ArrayRef<BlockArgument> members) {
  llvm::DenseMap<Value, int> degrees;
  for (BlockArgument member : members)
    degrees[member] = 1;
  for (Operation &op : step.without_terminator()) {
    auto get = [&](unsigned i) { return degrees.lookup(op.getOperand(i)); };
    int degree = 0;
    if (isa<arith::MulFOp>(op))
      degree = get(0) + get(1);
    else if (isa<arith::DivFOp>(op))
      degree = get(0) - get(1);
    else if (isa<NVVM::RcpApproxFtzF32Op>(op))
      degree = -get(0);
    else
      for (unsigned i = 0, e = op.getNumOperands(); i < e; ++i)
        if (std::abs(get(i)) > std::abs(degree))
          degree = get(i);
    if (std::abs(degree) > 1)
      return false;
    for (Value value : op.getResults())
      degrees[value] = degree;
  }
  return true;
}

bool threads::canDeferRescaling(recur::RecurrenceOp op,
                                const lanes::Rescaling &rescaling) {
  if (rescaling.groups.empty() || rescaling.period != 1)
    return false;
  Block &step = *op.getStepBlock();
  ValueRange next = cast<recur::YieldOp>(step.getTerminator()).getStates();
  auto carried = step.getArguments().take_back(next.size());
  Type type = next[rescaling.groups.front().members.front()].getType();
  SmallVector<BlockArgument> members;
  for (const recur::HomogeneousGroup &group : rescaling.groups)
    for (int64_t member : group.members)
      members.push_back(carried[member]);
  if (!isOfDegreeOne(step, members))
    return false;
  return llvm::all_of(rescaling.groups, [&](const auto &group) {
    return llvm::all_of(group.members, [&](int64_t member) {
      return next[member].getType() == type &&
             keepsInfinity(next[member], carried[member]);
    });
  });
}

static Value max(lanes::LaneBuilder &b, Value x, Value y) {
  return x ? arith::MaximumFOp::create(b, x, y).getResult() : y;
}

/// The scale of a group of one state.
Value DeferredRescaling::watchScale(const recur::HomogeneousGroup &group,
                                    ArrayRef<Value> values) {
  Value scale;
  for (int64_t member : group.scaleBy)
    scale = max(b, scale, math::AbsFOp::create(b, values[member]));
  smallest = smallest
                 ? arith::MinimumFOp::create(b, smallest, scale).getResult()
                 : scale;
  largest = max(b, largest, scale);
  return scale;
}

void DeferredRescaling::watchScales(ArrayRef<Value> values) {
  for (const recur::HomogeneousGroup &group : rescaling.groups)
    watchScale(group, values);
}

void DeferredRescaling::watch(ArrayRef<Value> values) {
  for (const recur::HomogeneousGroup &group : rescaling.groups) {
    Value scale = watchScale(group, values);
    for (int64_t member : group.members)
      if (!llvm::is_contained(group.scaleBy, member))
        largest = max(b, largest, math::AbsFOp::create(b, values[member]));
    inverses.push_back(
        lanes::getInverse(b, lanes::getExponent(b, scale), scale.getType()));
  }
}

void DeferredRescaling::rescale(MutableArrayRef<Value> values) {
  size_t numStates = inverses.size() / rescaling.groups.size();
  size_t numMembers = values.size() / numStates;
  ArrayRef<Value> scales(inverses);
  for (; !values.empty(); values = values.drop_front(numMembers))
    for (const recur::HomogeneousGroup &group : rescaling.groups) {
      for (int64_t member : group.members)
        values[member] =
            arith::MulFOp::create(b, values[member], scales.front());
      scales = scales.drop_front();
    }
  inverses.clear();
}

Value DeferredRescaling::isOutOfRange() {
  auto type = cast<FloatType>(smallest.getType());
  int highest =
      llvm::APFloat::semanticsMaxExponent(type.getFloatSemantics()) - kHeadroom;
  auto power = [&](int exponent) {
    return arith::ConstantOp::create(
        b, FloatAttr::get(type, std::ldexp(1.0, exponent)));
  };
  // NaN is out of range.
  Value low = arith::CmpFOp::create(b, arith::CmpFPredicate::ULT, smallest,
                                    power(kLowest));
  Value high = arith::CmpFOp::create(b, arith::CmpFPredicate::UGT, largest,
                                     power(highest));
  return arith::OrIOp::create(b, low, high);
}
