//===- MathKernels.cpp - meaning of the math dialect on lanes -------------===//

#include "kalmir/Reference/Array.h"
#include "kalmir/Reference/Kernels.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace kalmir;
using namespace kalmir::reference;

template <typename F>
static Kernel makeFloat(F f) {
  return makeUnary<double, double>(f);
}

/// A function of the C library.
template <typename OpTy>
static Kernel matchUnary(Operation *op, double (*function)(double)) {
  return isa<OpTy>(op) ? makeFloat(function) : Kernel();
}

static Kernel selectLibraryFunction(Operation *op) {
  Kernel kernel;
  auto match = [&](auto tag, double (*function)(double)) {
    using OpTy = std::remove_pointer_t<decltype(tag)>;
    if (!kernel)
      kernel = matchUnary<OpTy>(op, function);
  };
  match((math::AcosOp *)nullptr, std::acos);
  match((math::AcoshOp *)nullptr, std::acosh);
  match((math::AsinOp *)nullptr, std::asin);
  match((math::AsinhOp *)nullptr, std::asinh);
  match((math::AtanOp *)nullptr, std::atan);
  match((math::AtanhOp *)nullptr, std::atanh);
  match((math::CbrtOp *)nullptr, std::cbrt);
  match((math::CosOp *)nullptr, std::cos);
  match((math::CoshOp *)nullptr, std::cosh);
  match((math::ErfOp *)nullptr, std::erf);
  match((math::ErfcOp *)nullptr, std::erfc);
  match((math::ExpOp *)nullptr, std::exp);
  match((math::Exp2Op *)nullptr, std::exp2);
  match((math::ExpM1Op *)nullptr, std::expm1);
  match((math::LogOp *)nullptr, std::log);
  match((math::Log10Op *)nullptr, std::log10);
  match((math::Log1pOp *)nullptr, std::log1p);
  match((math::Log2Op *)nullptr, std::log2);
  match((math::SinOp *)nullptr, std::sin);
  match((math::SinhOp *)nullptr, std::sinh);
  match((math::TanOp *)nullptr, std::tan);
  match((math::TanhOp *)nullptr, std::tanh);
  // Half away from zero, and half to even.
  match((math::RoundOp *)nullptr, std::round);
  match((math::RoundEvenOp *)nullptr, std::nearbyint);
  return kernel;
}

static int64_t power(int64_t base, int64_t exponent, unsigned width) {
  if (exponent < 0) {
    // Rounded towards zero: only 1 and -1 have an inverse.
    if (base == 1)
      return 1;
    return base == -1 ? (exponent % 2 ? -1 : 1) : 0;
  }
  uint64_t result = 1, factor = base;
  for (uint64_t rest = exponent; rest; rest >>= 1, factor *= factor)
    if (rest & 1)
      result *= factor;
  return wrap(static_cast<int64_t>(result), width);
}

template <typename F>
static Kernel makePredicate(F f) {
  return makeUnary<int64_t, double>([=](double a) -> int64_t { return f(a); });
}

Kernel reference::selectMathKernel(Operation *op) {
  if (op->getNumResults() == 0)
    return {};
  if (Kernel kernel = selectLibraryFunction(op))
    return kernel;
  unsigned width = reference::getWidth(op->getResult(0).getType());
  return TypeSwitch<Operation *, Kernel>(op)
      .Case([](math::AbsFOp) {
        return makeFloat([](double a) { return std::fabs(a); });
      })
      .Case([](math::CeilOp) {
        return makeFloat([](double a) { return std::ceil(a); });
      })
      .Case([](math::FloorOp) {
        return makeFloat([](double a) { return std::floor(a); });
      })
      .Case([](math::TruncOp) {
        return makeFloat([](double a) { return std::trunc(a); });
      })
      .Case([](math::SqrtOp) {
        return makeFloat([](double a) { return std::sqrt(a); });
      })
      .Case([](math::RsqrtOp) {
        return makeFloat([](double a) { return 1 / std::sqrt(a); });
      })
      .Case([](math::Atan2Op) {
        return makeBinary<double, double, double>(
            [](double a, double b) { return std::atan2(a, b); });
      })
      .Case([](math::CopySignOp) {
        return makeBinary<double, double, double>(
            [](double a, double b) { return std::copysign(a, b); });
      })
      .Case([](math::PowFOp) {
        return makeBinary<double, double, double>(
            [](double a, double b) { return std::pow(a, b); });
      })
      .Case([](math::FPowIOp) {
        return makeBinary<double, double, int64_t>([](double a, int64_t b) {
          return std::pow(a, static_cast<double>(b));
        });
      })
      .Case([](math::FmaOp) {
        return makeTernary<double, double, double, double>(
            [](double a, double b, double c) { return std::fma(a, b, c); });
      })
      .Case([](math::ClampFOp) {
        return makeTernary<double, double, double, double>(
            [](double value, double low, double high) {
              return std::fmin(std::fmax(value, low), high);
            });
      })
      .Case([](math::IsNaNOp) {
        return makePredicate([](double a) { return std::isnan(a); });
      })
      .Case([](math::IsInfOp) {
        return makePredicate([](double a) { return std::isinf(a); });
      })
      .Case([](math::IsFiniteOp) {
        return makePredicate([](double a) { return std::isfinite(a); });
      })
      .Case([=](math::AbsIOp) {
        return makeUnary<int64_t, int64_t>([=](int64_t a) {
          return wrap(a < 0 ? static_cast<int64_t>(-static_cast<uint64_t>(a))
                            : a,
                      width);
        });
      })
      .Case([=](math::IPowIOp) {
        return makeBinary<int64_t, int64_t, int64_t>(
            [=](int64_t a, int64_t b) { return power(a, b, width); });
      })
      .Case([](math::SincosOp) -> Kernel {
        return [](ArrayRef<const void *> operands, ArrayRef<void *> results,
                  int64_t n) -> const char * {
          auto *a = static_cast<const double *>(operands[0]);
          for (int64_t i = 0; i < n; ++i) {
            static_cast<double *>(results[0])[i] = std::sin(a[i]);
            static_cast<double *>(results[1])[i] = std::cos(a[i]);
          }
          return nullptr;
        };
      })
      .Default(Kernel());
}
