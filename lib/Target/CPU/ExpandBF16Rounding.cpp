//===- ExpandBF16Rounding.cpp - rounding to bf16 as integer arithmetic ----===//
//
// On the bits x of a float32, of which bf16 keeps the upper half:
//
//   (x + 0x7fff + (x >> 16 & 1)) >> 16      to nearest, ties to even
//
// A carry can make anything of a NaN; setting its quiet bits afterwards leaves
// a NaN. A select of the NaN instead, as upstream has it, LLVM moves to vectors
// of bf16, where x86 without such an instruction takes lane by lane.
//
// A float64 is first rounded to odd in float32: an inexact result whose last
// bit is 0 goes to the neighbour on the other side of the value. 24 bits
// suffice for the second rounding, to 8, to be right (Boldo and Melquiond
// 2008).
//
//===----------------------------------------------------------------------===//

#include "kalmir/Target/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/TypeUtilities.h"

namespace kalmir {
#define GEN_PASS_DEF_EXPANDBF16ROUNDINGPASS
#include "kalmir/Target/CPU/Passes.h.inc"
} // namespace kalmir

using namespace mlir;
using arith::CmpFPredicate;

/// `element`, or a vector of it where `like` is one.
static Type getTypeLike(Type like, Type element) {
  auto shaped = dyn_cast<ShapedType>(like);
  return shaped ? Type(shaped.clone(element)) : element;
}

static Value createConstant(ImplicitLocOpBuilder &b, Type type, int64_t value) {
  TypedAttr attr = b.getIntegerAttr(getElementTypeOrSelf(type), value);
  if (auto shaped = dyn_cast<ShapedType>(type))
    attr = DenseElementsAttr::get(shaped, Attribute(attr));
  return arith::ConstantOp::create(b, attr);
}

/// A float64 as float32, rounded to odd.
static Value roundToOdd(ImplicitLocOpBuilder &b, Value wide) {
  Type type = getTypeLike(wide.getType(), b.getF32Type());
  Type bitsType = getTypeLike(type, b.getI32Type());
  Value zero = createConstant(b, bitsType, 0);
  Value one = createConstant(b, bitsType, 1);
  Value nearest = arith::TruncFOp::create(b, type, wide);
  Value bits = arith::BitcastOp::create(b, bitsType, nearest);
  Value back = arith::ExtFOp::create(b, wide.getType(), nearest);
  Value inexact = arith::CmpFOp::create(b, CmpFPredicate::ONE, back, wide);
  Value even = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                     arith::AndIOp::create(b, bits, one), zero);
  // The bits of a float grow with its absolute value.
  Value zeroWide = arith::ConstantOp::create(b, b.getZeroAttr(wide.getType()));
  Value isNegative =
      arith::CmpFOp::create(b, CmpFPredicate::OLT, wide, zeroWide);
  Value isAbove = arith::CmpFOp::create(b, CmpFPredicate::OGT, back, wide);
  Value isLarger = arith::XOrIOp::create(b, isAbove, isNegative);
  Value neighbour =
      arith::SelectOp::create(b, isLarger, arith::SubIOp::create(b, bits, one),
                              arith::AddIOp::create(b, bits, one));
  Value odd = arith::SelectOp::create(
      b, arith::AndIOp::create(b, inexact, even), neighbour, bits);
  return arith::BitcastOp::create(b, type, odd);
}

static Value roundToBF16(ImplicitLocOpBuilder &b, Value value) {
  Type bitsType = getTypeLike(value.getType(), b.getI32Type());
  Value bits = arith::BitcastOp::create(b, bitsType, value);
  Value half = createConstant(b, bitsType, 16);
  Value last = arith::AndIOp::create(b, arith::ShRUIOp::create(b, bits, half),
                                     createConstant(b, bitsType, 1));
  Value bias =
      arith::AddIOp::create(b, last, createConstant(b, bitsType, 0x7fff));
  Value rounded = arith::AddIOp::create(b, bits, bias);
  Value isNaN = arith::CmpFOp::create(b, CmpFPredicate::UNO, value, value);
  Value quiet =
      arith::AndIOp::create(b, arith::ExtSIOp::create(b, bitsType, isNaN),
                            createConstant(b, bitsType, 0x7fc00000));
  rounded = arith::OrIOp::create(b, rounded, quiet);
  Value upper =
      arith::TruncIOp::create(b, getTypeLike(bitsType, b.getI16Type()),
                              arith::ShRUIOp::create(b, rounded, half));
  return arith::BitcastOp::create(b, getTypeLike(bitsType, b.getBF16Type()),
                                  upper);
}

namespace {

struct ExpandBF16Rounding
    : public kalmir::impl::ExpandBF16RoundingPassBase<ExpandBF16Rounding> {
  void runOnOperation() override {
    getOperation().walk([&](arith::TruncFOp op) {
      Type from = getElementTypeOrSelf(op.getIn());
      if (!getElementTypeOrSelf(op.getOut()).isBF16() ||
          !(from.isF32() || from.isF64()) || op.getRoundingmode())
        return;
      ImplicitLocOpBuilder b(op.getLoc(), op);
      Value value = from.isF64() ? roundToOdd(b, op.getIn()) : op.getIn();
      op.replaceAllUsesWith(roundToBF16(b, value));
      op.erase();
    });
  }
};

} // namespace
