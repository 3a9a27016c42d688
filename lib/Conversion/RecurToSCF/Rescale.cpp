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

static void rescaleGroup(LaneBuilder &b, MutableArrayRef<Value> values,
                         const recur::HomogeneousGroup &group) {
  Type type = values[group.members.front()].getType();
  auto floatType = cast<FloatType>(getElementTypeOrSelf(type));
  const llvm::fltSemantics &semantics = floatType.getFloatSemantics();
  unsigned bits = floatType.getWidth();
  unsigned mantissa = llvm::APFloat::semanticsPrecision(semantics) - 1;
  APInt twiceBias =
      APInt(bits, 2 * llvm::APFloat::semanticsMaxExponent(semantics))
      << mantissa;
  APInt exponentMask = APInt::getBitsSet(bits, mantissa, bits - 1);

  Type intType = b.getIntegerType(bits);
  if (auto vector = dyn_cast<VectorType>(type))
    intType = vector.clone(intType);
  auto constant = [&](const APInt &value) {
    return b.splat(IntegerAttr::get(getElementTypeOrSelf(intType), value),
                   intType);
  };

  Value mask = constant(exponentMask);
  Value largest;
  for (int64_t member : group.scaleBy) {
    Value exponent = arith::AndIOp::create(
        b, arith::BitcastOp::create(b, intType, values[member]), mask);
    largest = largest ? arith::MaxSIOp::create(b, largest, exponent).getResult()
                      : exponent;
  }
  Value inverse = arith::SubIOp::create(b, constant(twiceBias), largest);
  Value scale = arith::BitcastOp::create(b, type, inverse);
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
