//===- Rescale.cpp - keep homogeneous values in range ---------------------===//
//
// On the bits of a float with m mantissa bits, e the biased exponent:
//
//   E     = max over the members that set the scale of
//           (bits & exponent mask)                            e << m
//   scale = (2 bias << m) - E                                 2^(bias - e)
//   members *= scale
//
// The largest of them comes into [1, 2). Multiplying by a power of two rounds
// nothing but what underflows. Zero and denormal members alone give 2^bias. NaN
// stays NaN; what has outgrown the type (e of twice the bias and more) is lost.
//
//===----------------------------------------------------------------------===//

#include "Rescale.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;

/// The bits of a float's exponent.
static APInt getExponentMask(FloatType type) {
  unsigned bits = type.getWidth();
  unsigned mantissa =
      llvm::APFloat::semanticsPrecision(type.getFloatSemantics()) - 1;
  return APInt::getBitsSet(bits, mantissa, bits - 1);
}

static Type getBitsType(LaneBuilder &b, Type type) {
  Type bits =
      b.getIntegerType(getElementTypeOrSelf(type).getIntOrFloatBitWidth());
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(bits);
  return bits;
}

Value lanes::getExponent(LaneBuilder &b, Value value) {
  Type type = value.getType(), bits = getBitsType(b, type);
  APInt mask = getExponentMask(cast<FloatType>(getElementTypeOrSelf(type)));
  return arith::AndIOp::create(
      b, arith::BitcastOp::create(b, bits, value),
      b.splat(IntegerAttr::get(getElementTypeOrSelf(bits), mask), bits));
}

Value lanes::getInverse(LaneBuilder &b, Value exponent, Type type) {
  auto floatType = cast<FloatType>(getElementTypeOrSelf(type));
  const llvm::fltSemantics &semantics = floatType.getFloatSemantics();
  APInt twiceBias = APInt(floatType.getWidth(),
                          2 * llvm::APFloat::semanticsMaxExponent(semantics))
                    << (llvm::APFloat::semanticsPrecision(semantics) - 1);
  Type bits = exponent.getType();
  Value inverse = arith::SubIOp::create(
      b, b.splat(IntegerAttr::get(getElementTypeOrSelf(bits), twiceBias), bits),
      exponent);
  return arith::BitcastOp::create(b, type, inverse);
}

static void rescaleGroup(LaneBuilder &b, MutableArrayRef<Value> values,
                         const recur::HomogeneousGroup &group) {
  Value largest;
  for (int64_t member : group.scaleBy) {
    Value exponent = getExponent(b, values[member]);
    largest = largest ? arith::MaxSIOp::create(b, largest, exponent).getResult()
                      : exponent;
  }
  Value scale = getInverse(b, largest, values[group.members.front()].getType());
  for (int64_t member : group.members)
    values[member] = arith::MulFOp::create(b, values[member], scale);
}

void lanes::rescale(LaneBuilder &b, MutableArrayRef<Value> values,
                    const Rescaling &rescaling) {
  for (const recur::HomogeneousGroup &group : rescaling.groups)
    rescaleGroup(b, values, group);
}

void lanes::rescaleIf(LaneBuilder &b, Value due, MutableArrayRef<Value> values,
                      const Rescaling &rescaling) {
  if (!due) {
    rescale(b, values, rescaling);
    return;
  }
  OpBuilder::InsertionGuard guard(b);
  auto ifOp = scf::IfOp::create(b, ValueRange(values).getTypes(), due,
                                /*withElseRegion=*/true);
  b.setInsertionPointToStart(ifOp.elseBlock());
  scf::YieldOp::create(b, values);
  b.setInsertionPointToStart(ifOp.thenBlock());
  rescale(b, values, rescaling);
  scf::YieldOp::create(b, values);
  llvm::copy(ifOp.getResults(), values.begin());
}

Value lanes::isRescaleDue(LaneBuilder &b, Value step,
                          const Rescaling &rescaling) {
  if (rescaling.groups.empty() || rescaling.period == 1)
    return {};
  Value period = b.indexConstant(rescaling.period);
  return arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                               arith::RemUIOp::create(b, step, period),
                               b.indexConstant(rescaling.period - 1));
}
