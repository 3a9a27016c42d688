//===- ArithKernels.cpp - meaning of the arith dialect on lanes -----------===//

#include "kalmir/Reference/Array.h"
#include "kalmir/Reference/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace kalmir;
using namespace kalmir::reference;

//===----------------------------------------------------------------------===//
// Integers of a width
//===----------------------------------------------------------------------===//

/// The value of a `width`-bit integer read as unsigned.
static uint64_t toUnsigned(int64_t value, unsigned width) {
  return width >= 64
             ? static_cast<uint64_t>(value)
             : static_cast<uint64_t>(value) & ((uint64_t(1) << width) - 1);
}

/// The value read as signed: i1 is kept as 0 or 1, but true is -1.
static int64_t toSigned(int64_t value, unsigned width) {
  return width == 1 ? -value : value;
}

/// f on operands read as unsigned, wrapped: also for operations in which
/// signedness does not matter.
template <typename F>
static Kernel makeUnsigned(unsigned width, F f) {
  return makeBinary<int64_t, int64_t, int64_t>([=](int64_t a, int64_t b) {
    return wrap(
        static_cast<int64_t>(f(toUnsigned(a, width), toUnsigned(b, width))),
        width);
  });
}

template <typename F>
static Kernel makeSigned(unsigned width, F f) {
  return makeBinary<int64_t, int64_t, int64_t>([=](int64_t a, int64_t b) {
    return wrap(f(toSigned(a, width), toSigned(b, width)), width);
  });
}

/// f(a, b, r) for lanes, which returns null or why there is no result.
template <typename F>
static Kernel makePartial(F f) {
  return [=](ArrayRef<const void *> operands, ArrayRef<void *> results,
             int64_t n) -> const char * {
    auto *a = static_cast<const int64_t *>(operands[0]);
    auto *b = static_cast<const int64_t *>(operands[1]);
    auto *r = static_cast<int64_t *>(results[0]);
    for (int64_t i = 0; i < n; ++i)
      if (const char *why = f(a[i], b[i], r[i]))
        return why;
    return nullptr;
  };
}

template <typename F>
static Kernel makeSignedDivision(unsigned width, F f) {
  return makePartial([=](int64_t a, int64_t b, int64_t &r) -> const char * {
    int64_t dividend = toSigned(a, width), divisor = toSigned(b, width);
    if (divisor == 0)
      return "division by zero";
    if (divisor == -1 && dividend == INT64_MIN >> (64 - std::min(width, 64u)))
      return "overflow of a division";
    r = wrap(f(dividend, divisor), width);
    return nullptr;
  });
}

template <typename F>
static Kernel makeUnsignedDivision(unsigned width, F f) {
  return makePartial([=](int64_t a, int64_t b, int64_t &r) -> const char * {
    if (b == 0)
      return "division by zero";
    r = wrap(
        static_cast<int64_t>(f(toUnsigned(a, width), toUnsigned(b, width))),
        width);
    return nullptr;
  });
}

static int64_t floorDivide(int64_t a, int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static int64_t ceilDivide(int64_t a, int64_t b) {
  return a / b + (a % b != 0 && (a < 0) == (b < 0));
}

/// A shift: by the width or more there is no result, as in the dialect.
template <typename F>
static Kernel makeShift(unsigned width, F f) {
  return makePartial([=](int64_t a, int64_t b, int64_t &r) -> const char * {
    uint64_t amount = toUnsigned(b, width);
    if (amount >= width)
      return "shift by the width of the type or more";
    r = wrap(f(a, amount), width);
    return nullptr;
  });
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

static Kernel selectCmpI(arith::CmpIPredicate predicate, unsigned width) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::eq:
    return makeSigned(width, std::equal_to<>());
  case P::ne:
    return makeSigned(width, std::not_equal_to<>());
  case P::slt:
    return makeSigned(width, std::less<>());
  case P::sle:
    return makeSigned(width, std::less_equal<>());
  case P::sgt:
    return makeSigned(width, std::greater<>());
  case P::sge:
    return makeSigned(width, std::greater_equal<>());
  case P::ult:
    return makeUnsigned(width, std::less<>());
  case P::ule:
    return makeUnsigned(width, std::less_equal<>());
  case P::ugt:
    return makeUnsigned(width, std::greater<>());
  case P::uge:
    return makeUnsigned(width, std::greater_equal<>());
  }
  llvm_unreachable("covered switch");
}

template <typename F>
static Kernel compareFloats(F f) {
  return makeBinary<int64_t, double, double>(
      [=](double a, double b) -> int64_t { return f(a, b); });
}

static bool unordered(double a, double b) {
  return std::isnan(a) || std::isnan(b);
}

static Kernel selectCmpF(arith::CmpFPredicate predicate) {
  using P = arith::CmpFPredicate;
  switch (predicate) {
  case P::AlwaysFalse:
    return compareFloats([](double, double) { return false; });
  case P::OEQ:
    return compareFloats([](double a, double b) { return a == b; });
  case P::OGT:
    return compareFloats([](double a, double b) { return a > b; });
  case P::OGE:
    return compareFloats([](double a, double b) { return a >= b; });
  case P::OLT:
    return compareFloats([](double a, double b) { return a < b; });
  case P::OLE:
    return compareFloats([](double a, double b) { return a <= b; });
  case P::ONE:
    return compareFloats([](double a, double b) { return a < b || a > b; });
  case P::ORD:
    return compareFloats([](double a, double b) { return !unordered(a, b); });
  case P::UEQ:
    return compareFloats([](double a, double b) { return !(a < b || a > b); });
  case P::UGT:
    return compareFloats([](double a, double b) { return !(a <= b); });
  case P::UGE:
    return compareFloats([](double a, double b) { return !(a < b); });
  case P::ULT:
    return compareFloats([](double a, double b) { return !(a >= b); });
  case P::ULE:
    return compareFloats([](double a, double b) { return !(a > b); });
  case P::UNE:
    return compareFloats([](double a, double b) { return a != b; });
  case P::UNO:
    return compareFloats(unordered);
  case P::AlwaysTrue:
    return compareFloats([](double, double) { return true; });
  }
  llvm_unreachable("covered switch");
}

//===----------------------------------------------------------------------===//
// Floating point
//===----------------------------------------------------------------------===//

template <typename F>
static Kernel makeFloat(F f) {
  return makeBinary<double, double, double>(f);
}

/// IEEE 754-2019 maximum: NaN if either is, and +0 above -0.
static double maximum(double a, double b) {
  if (unordered(a, b))
    return a + b;
  if (a == b)
    return std::signbit(a) ? b : a;
  return a > b ? a : b;
}

static double minimum(double a, double b) { return -maximum(-a, -b); }

/// The integer part of `value`, limited to [low, high]; 0 for NaN.
static double toRange(double value, double low, double high) {
  if (std::isnan(value))
    return 0;
  return std::clamp(std::trunc(value), low, high);
}

static int64_t toSignedInt(double value, unsigned width) {
  double limit = std::ldexp(1.0, width - 1);
  double clamped = toRange(value, -limit, limit);
  if (clamped >= limit)
    return wrap(width >= 64 ? INT64_MAX : (int64_t(1) << (width - 1)) - 1,
                width);
  return wrap(static_cast<int64_t>(clamped), width);
}

static int64_t toUnsignedInt(double value, unsigned width) {
  double limit = std::ldexp(1.0, width);
  double clamped = toRange(value, 0, limit);
  if (clamped >= limit)
    return wrap(-1, width);
  return wrap(static_cast<int64_t>(static_cast<uint64_t>(clamped)), width);
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

static Kernel selectFloat(Operation *op) {
  return TypeSwitch<Operation *, Kernel>(op)
      .Case([](arith::AddFOp) { return makeFloat(std::plus<double>()); })
      .Case([](arith::SubFOp) { return makeFloat(std::minus<double>()); })
      .Case([](arith::MulFOp) { return makeFloat(std::multiplies<double>()); })
      .Case([](arith::DivFOp) { return makeFloat(std::divides<double>()); })
      .Case([](arith::RemFOp) {
        return makeFloat([](double a, double b) { return std::fmod(a, b); });
      })
      .Case([](arith::MaximumFOp) { return makeFloat(maximum); })
      .Case([](arith::MinimumFOp) { return makeFloat(minimum); })
      .Case([](arith::MaxNumFOp) {
        return makeFloat([](double a, double b) { return std::fmax(a, b); });
      })
      .Case([](arith::MinNumFOp) {
        return makeFloat([](double a, double b) { return std::fmin(a, b); });
      })
      .Case([](arith::NegFOp) {
        return makeUnary<double, double>([](double a) { return -a; });
      })
      .Case<arith::ExtFOp, arith::TruncFOp>([](auto) {
        return makeUnary<double, double>([](double a) { return a; });
      })
      .Case([](arith::CmpFOp cmp) { return selectCmpF(cmp.getPredicate()); })
      .Default(Kernel());
}

static Kernel selectInteger(Operation *op) {
  unsigned width = reference::getWidth(op->getResult(0).getType());
  return TypeSwitch<Operation *, Kernel>(op)
      .Case([=](arith::AddIOp) {
        return makeUnsigned(width, std::plus<uint64_t>());
      })
      .Case([=](arith::SubIOp) {
        return makeUnsigned(width, std::minus<uint64_t>());
      })
      .Case([=](arith::MulIOp) {
        return makeUnsigned(width, std::multiplies<uint64_t>());
      })
      .Case([=](arith::AndIOp) {
        return makeUnsigned(width, std::bit_and<uint64_t>());
      })
      .Case([=](arith::OrIOp) {
        return makeUnsigned(width, std::bit_or<uint64_t>());
      })
      .Case([=](arith::XOrIOp) {
        return makeUnsigned(width, std::bit_xor<uint64_t>());
      })
      .Case([=](arith::DivSIOp) {
        return makeSignedDivision(width, std::divides<int64_t>());
      })
      .Case([=](arith::RemSIOp) {
        return makeSignedDivision(width, std::modulus<int64_t>());
      })
      .Case([=](arith::FloorDivSIOp) {
        return makeSignedDivision(width, floorDivide);
      })
      .Case([=](arith::CeilDivSIOp) {
        return makeSignedDivision(width, ceilDivide);
      })
      .Case([=](arith::DivUIOp) {
        return makeUnsignedDivision(width, std::divides<uint64_t>());
      })
      .Case([=](arith::RemUIOp) {
        return makeUnsignedDivision(width, std::modulus<uint64_t>());
      })
      .Case([=](arith::CeilDivUIOp) {
        return makeUnsignedDivision(
            width, [](uint64_t a, uint64_t b) { return a / b + (a % b != 0); });
      })
      .Case([=](arith::ShLIOp) {
        return makeShift(width, [](int64_t a, uint64_t amount) {
          return static_cast<int64_t>(static_cast<uint64_t>(a) << amount);
        });
      })
      .Case([=](arith::ShRUIOp) {
        return makeShift(width, [=](int64_t a, uint64_t amount) {
          return static_cast<int64_t>(toUnsigned(a, width) >> amount);
        });
      })
      .Case([=](arith::ShRSIOp) {
        return makeShift(width, [=](int64_t a, uint64_t amount) {
          return toSigned(a, width) >> amount;
        });
      })
      .Case([=](arith::MaxSIOp) {
        return makeSigned(width,
                          [](int64_t a, int64_t b) { return std::max(a, b); });
      })
      .Case([=](arith::MinSIOp) {
        return makeSigned(width,
                          [](int64_t a, int64_t b) { return std::min(a, b); });
      })
      .Case([=](arith::MaxUIOp) {
        return makeUnsigned(
            width, [](uint64_t a, uint64_t b) { return std::max(a, b); });
      })
      .Case([=](arith::MinUIOp) {
        return makeUnsigned(
            width, [](uint64_t a, uint64_t b) { return std::min(a, b); });
      })
      .Case([](arith::CmpIOp cmp) {
        return selectCmpI(cmp.getPredicate(),
                          reference::getWidth(cmp.getLhs().getType()));
      })
      .Default(Kernel());
}

static Kernel selectCast(Operation *op) {
  unsigned to = reference::getWidth(op->getResult(0).getType());
  unsigned from = reference::getWidth(op->getOperand(0).getType());
  return TypeSwitch<Operation *, Kernel>(op)
      .Case<arith::ExtSIOp, arith::TruncIOp, arith::IndexCastOp>([=](auto) {
        return makeUnary<int64_t, int64_t>(
            [=](int64_t a) { return wrap(toSigned(a, from), to); });
      })
      .Case<arith::ExtUIOp, arith::IndexCastUIOp>([=](auto) {
        return makeUnary<int64_t, int64_t>([=](int64_t a) {
          return wrap(static_cast<int64_t>(toUnsigned(a, from)), to);
        });
      })
      .Case([=](arith::SIToFPOp) {
        return makeUnary<double, int64_t>(
            [=](int64_t a) { return static_cast<double>(toSigned(a, from)); });
      })
      .Case([=](arith::UIToFPOp) {
        return makeUnary<double, int64_t>([=](int64_t a) {
          return static_cast<double>(toUnsigned(a, from));
        });
      })
      .Case([=](arith::FPToSIOp) {
        return makeUnary<int64_t, double>(
            [=](double a) { return toSignedInt(a, to); });
      })
      .Case([=](arith::FPToUIOp) {
        return makeUnary<int64_t, double>(
            [=](double a) { return toUnsignedInt(a, to); });
      })
      .Default(Kernel());
}

Kernel reference::selectArithKernel(Operation *op) {
  if (op->getNumResults() != 1)
    return {};
  if (isa<arith::SelectOp>(op)) {
    std::optional<Kind> kind = getKind(op->getResult(0).getType());
    if (!kind)
      return {};
    return dispatch(*kind, [](auto *type) {
      using T = std::remove_pointer_t<decltype(type)>;
      return makeTernary<T, int64_t, T, T>(
          [](int64_t condition, T a, T b) { return condition ? a : b; });
    });
  }
  for (auto select : {selectFloat, selectInteger, selectCast})
    if (Kernel kernel = select(op))
      return kernel;
  return {};
}

Kernel reference::selectKernel(Operation *op) {
  // A representation is needed for every operand and result.
  auto isKnown = [](Type type) { return getKind(type).has_value(); };
  if (!llvm::all_of(op->getOperandTypes(), isKnown) ||
      !llvm::all_of(op->getResultTypes(), isKnown))
    return {};
  if (Kernel kernel = selectArithKernel(op))
    return kernel;
  return selectMathKernel(op);
}
