//===- Kernels.h - meaning of scalar operations on lane arrays --*- C++ -*-===//
//
// One kernel is the meaning of one `arith` or `math` operation, applied to many
// lanes at a time: choosing what an operation does costs once per block of
// lanes, not once per number.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_REFERENCE_KERNELS_H
#define KALMIR_REFERENCE_KERNELS_H

#include "mlir/IR/Operation.h"

#include <functional>

namespace kalmir::reference {

/// Applies an operation to `n` lanes. Operands and results are arrays of
/// double or int64_t, by the representation of their types (see Array.h).
/// Returns null, or why the operation has no result for some lane.
using Kernel =
    std::function<const char *(llvm::ArrayRef<const void *> operands,
                               llvm::ArrayRef<void *> results, int64_t n)>;

/// The kernel of an operation of the arith or math dialect, looking at the
/// element types of its operands; empty if the reference does not know the
/// operation. Floating-point operations are those of float64 whatever the
/// declared type: extf and truncf are the identity. Integers wrap to their
/// width. Conversions from floating point saturate and take NaN to 0.
Kernel selectKernel(mlir::Operation *op);

/// The two halves of `selectKernel`.
Kernel selectArithKernel(mlir::Operation *op);
Kernel selectMathKernel(mlir::Operation *op);

//===----------------------------------------------------------------------===//
// Kernels from functions of one lane
//===----------------------------------------------------------------------===//

/// r = f(a) for lanes.
template <typename R, typename A, typename F>
Kernel makeUnary(F f) {
  return [f](llvm::ArrayRef<const void *> operands,
             llvm::ArrayRef<void *> results, int64_t n) -> const char * {
    auto *a = static_cast<const A *>(operands[0]);
    auto *__restrict r = static_cast<R *>(results[0]);
    for (int64_t i = 0; i < n; ++i)
      r[i] = f(a[i]);
    return nullptr;
  };
}

/// r = f(a, b) for lanes.
template <typename R, typename A, typename B, typename F>
Kernel makeBinary(F f) {
  return [f](llvm::ArrayRef<const void *> operands,
             llvm::ArrayRef<void *> results, int64_t n) -> const char * {
    auto *a = static_cast<const A *>(operands[0]);
    auto *b = static_cast<const B *>(operands[1]);
    auto *__restrict r = static_cast<R *>(results[0]);
    for (int64_t i = 0; i < n; ++i)
      r[i] = f(a[i], b[i]);
    return nullptr;
  };
}

/// r = f(a, b, c) for lanes.
template <typename R, typename A, typename B, typename C, typename F>
Kernel makeTernary(F f) {
  return [f](llvm::ArrayRef<const void *> operands,
             llvm::ArrayRef<void *> results, int64_t n) -> const char * {
    auto *a = static_cast<const A *>(operands[0]);
    auto *b = static_cast<const B *>(operands[1]);
    auto *c = static_cast<const C *>(operands[2]);
    auto *__restrict r = static_cast<R *>(results[0]);
    for (int64_t i = 0; i < n; ++i)
      r[i] = f(a[i], b[i], c[i]);
    return nullptr;
  };
}

} // namespace kalmir::reference

#endif // KALMIR_REFERENCE_KERNELS_H
