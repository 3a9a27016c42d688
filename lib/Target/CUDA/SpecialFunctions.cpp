//===- SpecialFunctions.cpp - functions of float32 for GPUs ---------------===//
//
// Argument reductions are those of the textbooks (Muller, Elementary
// Functions):
//
//   exp     2^t e^d              t = x log2 e rounded, d = x - t ln 2
//   expm1   2^n p(f) + 2^n - 1   n = x log2 e to the nearest integer,
//                                f = x - n ln 2
//   log     n ln 2 + q(f)        x = 2^n (1 + f), |f| <= 1/3
//   tanh    1 - 2 / (e^2x + 1), and a polynomial where that would cancel
//
// lg2.approx serves only for what is no positive finite number: near 1 its
// error is 2^-22 absolute. tanh.approx has an error of 2^-11, so nothing uses
// it.
//
// Polynomials are minimax fits of the relative error, their coefficients
// rounded to float32 one after the other.
//
//===----------------------------------------------------------------------===//

#include "SpecialFunctions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using kalmir::cuda::SpecialFunctions;

/// log2 e, rounded to float32.
static constexpr float kLog2E = 0x1.715476p+0F;

/// ln 2 as the sum of two numbers.
static constexpr float kLn2 = 0x1.62e430p-1F;
static constexpr float kLn2Rest = -0x1.05c610p-29F;

/// The first number whose exponential is no float32; x log2 e rounds to 128.
static constexpr float kLeastOverflow = 0x1.62e430p+6F;

//===----------------------------------------------------------------------===//
// What they are made of
//===----------------------------------------------------------------------===//

Value SpecialFunctions::number(float value) {
  return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
}

Value SpecialFunctions::integer(uint32_t value) {
  return arith::ConstantIntOp::create(b, b.getI32Type(),
                                      static_cast<int32_t>(value));
}

Value SpecialFunctions::fma(Value x, Value y, Value z) {
  return math::FmaOp::create(b, x, y, z);
}

Value SpecialFunctions::call(StringRef intrinsic, ValueRange arguments) {
  return LLVM::CallIntrinsicOp::create(b, b.getF32Type(),
                                       b.getStringAttr(intrinsic), arguments)
      .getResult(0);
}

Value SpecialFunctions::reciprocal(Value x) {
  return NVVM::RcpApproxFtzF32Op::create(b, b.getF32Type(), x);
}

Value SpecialFunctions::toBits(Value x) {
  return arith::BitcastOp::create(b, b.getI32Type(), x);
}

Value SpecialFunctions::fromBits(Value bits) {
  return arith::BitcastOp::create(b, b.getF32Type(), bits);
}

/// NaN stays NaN.
Value SpecialFunctions::clamp(Value x, float least, float most) {
  x = arith::MaximumFOp::create(b, x, number(least));
  return arith::MinimumFOp::create(b, x, number(most));
}

Value SpecialFunctions::polynomial(Value x, ArrayRef<float> coefficients) {
  Value result = number(coefficients.back());
  for (float coefficient : llvm::reverse(coefficients.drop_back()))
    result = fma(result, x, number(coefficient));
  return result;
}

//===----------------------------------------------------------------------===//
// Exponentials
//===----------------------------------------------------------------------===//

Value SpecialFunctions::exp2(Value x) {
  return call("llvm.nvvm.ex2.approx.ftz.f32", x);
}

Value SpecialFunctions::exp(Value x, bool isNonPositive) {
  // Beyond these bounds results are 0 and infinite. At them d is finite and not
  // negative, so that no product below is NaN.
  x = isNonPositive ? arith::MaximumFOp::create(b, x, number(-88.0F))
                    : clamp(x, -88.0F, kLeastOverflow);
  Value t = arith::MulFOp::create(b, x, number(kLog2E));
  Value d = fma(t, number(-kLn2), x);
  d = fma(t, number(-kLn2Rest), d);
  Value power = exp2(t);
  return fma(power, d, power);
}

Value SpecialFunctions::expm1(Value x) {
  Value sign = x;
  x = clamp(x, -32.0F, kLeastOverflow);
  Value n =
      math::RoundEvenOp::create(b, arith::MulFOp::create(b, x, number(kLog2E)));
  Value f = fma(n, number(-kLn2), x);
  f = fma(n, number(-kLn2Rest), f);
  Value rest = polynomial(f, {0x1.fffffep-2F, 0x1.5554aep-3F, 0x1.5556f0p-5F,
                              0x1.122a72p-7F, 0x1.6ba490p-10F});
  Value p = fma(arith::MulFOp::create(b, f, f), rest, f);
  // Half of it first: 2^128 is no float32.
  Value half = exp2(arith::AddFOp::create(b, n, number(-1.0F)));
  Value result = fma(p, half, arith::AddFOp::create(b, half, number(-0.5F)));
  result = arith::AddFOp::create(b, result, result);
  return math::CopySignOp::create(b, result, sign);
}

//===----------------------------------------------------------------------===//
// Logarithms
//===----------------------------------------------------------------------===//

/// The exponent n of a positive normal number 2^n (1 + f) with |f| <= 1/3, as
/// what to take from the bits of a number to divide it by 2^n.
Value SpecialFunctions::shiftOfExponent(Value x) {
  // Of 2/3.
  constexpr uint32_t kFirst = 0x3f2aaaab, kExponent = 0xff800000;
  return arith::AndIOp::create(
      b, arith::SubIOp::create(b, toBits(x), integer(kFirst)),
      integer(kExponent));
}

SpecialFunctions::Parts SpecialFunctions::split(Value x) {
  // Denormal numbers are multiplied by 2^23.
  Value isSmall =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x, number(0x1p-126F));
  x = arith::SelectOp::create(b, isSmall,
                              arith::MulFOp::create(b, x, number(0x1p23F)), x);
  Value less =
      arith::SelectOp::create(b, isSmall, number(-23.0F), number(0.0F));
  Value shift = shiftOfExponent(x);
  Value mantissa = fromBits(arith::SubIOp::create(b, toBits(x), shift));
  Value exponent = arith::SIToFPOp::create(b, b.getF32Type(), shift);
  return {fma(exponent, number(0x1p-23F), less),
          arith::AddFOp::create(b, mantissa, number(-1.0F))};
}

/// log(1 + f), |f| <= 1/3.
Value SpecialFunctions::logOfOnePlus(Value f) {
  Value rest = polynomial(f, {-0x1.ffffd6p-2F, 0x1.5554fcp-2F, -0x1.001450p-2F,
                              0x1.99d3a8p-3F, -0x1.503884p-3F, 0x1.1ea94cp-3F,
                              -0x1.3b0e5cp-3F, 0x1.1f243cp-3F});
  return fma(arith::MulFOp::create(b, f, f), rest, f);
}

/// `result` where `x` is a positive number, or what any logarithm is of others.
Value SpecialFunctions::orLog2(Value result, Value x) {
  // Bits from 1 to those of infinity less 1, as LLVM does not see by itself.
  constexpr uint32_t kInfinity = 0x7f800000;
  Value isPositive = arith::CmpIOp::create(
      b, arith::CmpIPredicate::ult,
      arith::SubIOp::create(b, toBits(x), integer(1)), integer(kInfinity - 1));
  return arith::SelectOp::create(b, isPositive, result,
                                 call("llvm.nvvm.lg2.approx.f", x));
}

Value SpecialFunctions::log(Value x) {
  Parts parts = split(x);
  return orLog2(fma(parts.exponent, number(kLn2), logOfOnePlus(parts.fraction)),
                x);
}

Value SpecialFunctions::log2(Value x) {
  Parts parts = split(x);
  return orLog2(
      fma(logOfOnePlus(parts.fraction), number(kLog2E), parts.exponent), x);
}

Value SpecialFunctions::log1p(Value x) {
  Value sum = arith::AddFOp::create(b, x, number(1.0F));
  // With sum = 2^n (1 + f): f = 2^-n x + (2^-n - 1), which has all bits of x.
  Value shift = shiftOfExponent(sum);
  Value scaled = fromBits(arith::SubIOp::create(b, toBits(x), shift));
  // 2^(2-n), for 2^-n may be no normal number.
  Value scale = fromBits(arith::SubIOp::create(b, toBits(number(4.0F)), shift));
  Value f = arith::AddFOp::create(b, scaled,
                                  fma(scale, number(0.25F), number(-1.0F)));
  Value exponent = arith::MulFOp::create(
      b, arith::SIToFPOp::create(b, b.getF32Type(), shift), number(0x1p-23F));
  Value result = orLog2(fma(exponent, number(kLn2), logOfOnePlus(f)), sum);
  // That of -0 is -0.
  return math::CopySignOp::create(b, result, x);
}

Value SpecialFunctions::log1pOfFraction(Value x) {
  // 1 + x = 2^n (1 + f) with n 0 or 1; f = (x - 1) / 2 has all bits of x there.
  Value isLarge = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x,
                                        number(0x1.555556p-2F));
  Value f = arith::SelectOp::create(b, isLarge,
                                    fma(x, number(0.5F), number(-0.5F)), x);
  Value rest = arith::SelectOp::create(b, isLarge, number(kLn2), number(0.0F));
  return arith::AddFOp::create(b, logOfOnePlus(f), rest);
}

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

Value SpecialFunctions::tanh(Value x) {
  Value size = math::AbsFOp::create(b, x);
  Value power = exp2(arith::MulFOp::create(b, size, number(2.0F * kLog2E)));
  Value large = fma(reciprocal(arith::AddFOp::create(b, power, number(1.0F))),
                    number(-2.0F), number(1.0F));
  Value square = arith::MulFOp::create(b, x, x);
  Value rest = polynomial(square, {-0x1.555452p-2F, 0x1.10cefcp-3F,
                                   -0x1.af7d38p-5F, 0x1.0d5184p-6F});
  Value small = fma(arith::MulFOp::create(b, rest, square), x, x);
  Value isLarge =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OGE, size, number(0.55F));
  return math::CopySignOp::create(
      b, arith::SelectOp::create(b, isLarge, large, small), x);
}

Value SpecialFunctions::sqrt(Value x) {
  return call("llvm.nvvm.sqrt.approx.f", x);
}

Value SpecialFunctions::rsqrt(Value x) {
  return call("llvm.nvvm.rsqrt.approx.f", x);
}

Value SpecialFunctions::divide(Value x, Value y) {
  return call("llvm.nvvm.div.full", {x, y});
}
