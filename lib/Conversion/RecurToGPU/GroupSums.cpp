//===- GroupSums.cpp - sums over the threads of a group -------------------===//

#include "GroupSums.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

using namespace mlir;
using namespace kalmir;

Value threads::add(ImplicitLocOpBuilder &b, Value x, Value y,
                   arith::FastMathFlags flags) {
  if (isa<FloatType>(x.getType()))
    return arith::AddFOp::create(b, x, y, flags);
  return arith::AddIOp::create(b, x, y);
}

Type threads::getExchangedType(OpBuilder &b, Type type) {
  if (isa<IndexType>(type))
    return b.getI64Type();
  if (type.isInteger() && type.getIntOrFloatBitWidth() < 32)
    return b.getI32Type();
  return type;
}

Value threads::toExchanged(ImplicitLocOpBuilder &b, Value value) {
  Type type = getExchangedType(b, value.getType());
  if (type == value.getType())
    return value;
  if (isa<IndexType>(value.getType()))
    return arith::IndexCastOp::create(b, type, value);
  return arith::ExtUIOp::create(b, type, value);
}

Value threads::fromExchanged(ImplicitLocOpBuilder &b, Value value, Type type) {
  if (value.getType() == type)
    return value;
  if (isa<IndexType>(type))
    return arith::IndexCastOp::create(b, type, value);
  return arith::TruncIOp::create(b, type, value);
}

Value threads::addLikeGroup(ImplicitLocOpBuilder &b, ArrayRef<Value> values) {
  SmallVector<Value> sums(values);
  while (sums.size() > 1) {
    size_t half = sums.size() / 2;
    for (size_t i = 0; i < half; ++i)
      sums[i] = add(b, sums[i], sums[half + i]);
    sums.truncate(half);
  }
  return sums.front();
}

threads::GroupSums threads::addOverGroup(ImplicitLocOpBuilder &b,
                                         ArrayRef<Value> values, Value member,
                                         int64_t numThreads) {
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  auto exchange = [&](Value value, int64_t distance) -> Value {
    Value other = mlir::gpu::ShuffleOp::create(
                      b, toExchanged(b, value), static_cast<int32_t>(distance),
                      /*width=*/32, mlir::gpu::ShuffleMode::XOR)
                      .getShuffleResult();
    return fromExchanged(b, other, value.getType());
  };
  GroupSums result;
  result.sums.assign(values.begin(), values.end());
  // Threads that have the same values.
  int64_t numSame = numThreads;
  for (int64_t distance = numThreads / 2; distance > 0; distance /= 2) {
    size_t half = result.sums.size() / 2;
    if (half == 0) {
      for (Value &sum : result.sums)
        sum = add(b, sum, exchange(sum, distance));
      continue;
    }
    numSame = distance;
    Value keepsUpper = arith::CmpIOp::create(
        b, arith::CmpIPredicate::ne,
        arith::AndIOp::create(b, member, constant(distance)), constant(0));
    for (size_t i = 0; i < half; ++i) {
      Value lower = result.sums[i], upper = result.sums[half + i];
      Value kept = arith::SelectOp::create(b, keepsUpper, upper, lower);
      Value given = arith::SelectOp::create(b, keepsUpper, lower, upper);
      result.sums[i] = add(b, kept, exchange(given, distance));
    }
    result.sums.truncate(half);
  }
  Value same = constant(numSame);
  result.first =
      arith::MulIOp::create(b, arith::DivUIOp::create(b, member, same),
                            constant(static_cast<int64_t>(result.sums.size())));
  result.isOwner = arith::CmpIOp::create(
      b, arith::CmpIPredicate::eq, arith::RemUIOp::create(b, member, same),
      constant(0));
  return result;
}
