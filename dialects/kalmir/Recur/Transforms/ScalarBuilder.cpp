//===- ScalarBuilder.cpp - arithmetic that folds constants ----------------===//

#include "ScanEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace kalmir::recur;
using kalmir::analysis::Rational;

static constexpr auto kContract = arith::FastMathFlags::contract;

static bool isConstant(const Scalar &x, int64_t value) {
  return x.constant && *x.constant == Rational(value);
}

Value ScalarBuilder::materialize(const Scalar &x) {
  if (!x.constant)
    return x.value;
  return arith::ConstantOp::create(
      b, loc, b.getFloatAttr(type, x.constant->toDouble()));
}

Scalar ScalarBuilder::add(const Scalar &x, const Scalar &y) {
  if (x.constant && y.constant)
    return *x.constant + *y.constant;
  if (isConstant(x, 0))
    return y;
  if (isConstant(y, 0))
    return x;
  return Value(
      arith::AddFOp::create(b, loc, materialize(x), materialize(y), kContract));
}

Scalar ScalarBuilder::multiply(const Scalar &x, const Scalar &y) {
  if (x.constant && y.constant)
    return *x.constant * *y.constant;
  if (isConstant(x, 0) || isConstant(y, 0))
    return Rational(0);
  if (isConstant(x, 1))
    return y;
  if (isConstant(y, 1))
    return x;
  if (isConstant(x, -1))
    return negate(y);
  if (isConstant(y, -1))
    return negate(x);
  return Value(
      arith::MulFOp::create(b, loc, materialize(x), materialize(y), kContract));
}

Scalar ScalarBuilder::divide(const Scalar &x, const Scalar &y) {
  if (isConstant(y, 1))
    return x;
  return Value(
      arith::DivFOp::create(b, loc, materialize(x), materialize(y), kContract));
}

Scalar ScalarBuilder::negate(const Scalar &x) {
  if (x.constant)
    return -*x.constant;
  return Value(arith::NegFOp::create(b, loc, x.value));
}

Scalar ScalarBuilder::select(Value condition, const Scalar &x,
                             const Scalar &y) {
  if (x.constant && y.constant && *x.constant == *y.constant)
    return x;
  if (!x.constant && !y.constant && x.value == y.value)
    return x;
  return Value(arith::SelectOp::create(b, loc, condition, materialize(x),
                                       materialize(y)));
}

Scalar ScalarBuilder::sumOfProducts(ArrayRef<std::pair<Scalar, Scalar>> terms) {
  Scalar sum;
  for (bool plain : {true, false})
    for (auto &[x, y] : terms)
      if ((isConstant(x, 1) || isConstant(y, 1)) == plain)
        sum = add(sum, multiply(x, y));
  return sum;
}
