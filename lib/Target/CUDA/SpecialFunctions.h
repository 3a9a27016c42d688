//===- SpecialFunctions.h - functions of float32 for GPUs -------*- C++ -*-===//
//
// GPUs have a unit that approximates 2^x, log2 x, 1/x and the like in one
// instruction. Each function here is that instruction where it is exact enough,
// and otherwise the few operations around it, or instead of it, that make it
// so: at most 2 units in the last place (docs/Numerics.md has what was
// measured).
//
// Arguments and results are scalars of float32.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_TARGET_CUDA_SPECIALFUNCTIONS_H
#define KALMIR_LIB_TARGET_CUDA_SPECIALFUNCTIONS_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace kalmir::cuda {

/// Emits functions where `b` stands.
class SpecialFunctions {
public:
  explicit SpecialFunctions(mlir::ImplicitLocOpBuilder &b) : b(b) {}

  /// `isNonPositive`: of an argument that is no positive number.
  mlir::Value exp(mlir::Value x, bool isNonPositive = false);
  mlir::Value exp2(mlir::Value x);
  mlir::Value expm1(mlir::Value x);
  mlir::Value log(mlir::Value x);
  mlir::Value log2(mlir::Value x);
  mlir::Value log1p(mlir::Value x);
  /// Of an argument in [0, 1], or NaN.
  mlir::Value log1pOfFraction(mlir::Value x);
  mlir::Value tanh(mlir::Value x);
  mlir::Value sqrt(mlir::Value x);
  mlir::Value rsqrt(mlir::Value x);
  mlir::Value divide(mlir::Value x, mlir::Value y);

private:
  /// A positive number as 2^exponent (1 + fraction), |fraction| <= 1/3.
  struct Parts {
    mlir::Value exponent, fraction;
  };

  mlir::Value number(float value);
  mlir::Value integer(uint32_t value);
  mlir::Value fma(mlir::Value x, mlir::Value y, mlir::Value z);
  mlir::Value call(llvm::StringRef intrinsic, mlir::ValueRange arguments);
  mlir::Value reciprocal(mlir::Value x);
  mlir::Value toBits(mlir::Value x);
  mlir::Value fromBits(mlir::Value bits);
  mlir::Value clamp(mlir::Value x, float least, float most);
  /// c0 + c1 x + ...
  mlir::Value polynomial(mlir::Value x, llvm::ArrayRef<float> coefficients);
  mlir::Value shiftOfExponent(mlir::Value x);
  Parts split(mlir::Value x);
  mlir::Value logOfOnePlus(mlir::Value fraction);
  mlir::Value orLog2(mlir::Value result, mlir::Value x);

  mlir::ImplicitLocOpBuilder &b;
};

} // namespace kalmir::cuda

#endif // KALMIR_LIB_TARGET_CUDA_SPECIALFUNCTIONS_H
