//===- Slices.h - reading and writing strided parts of tensors --*- C++ -*-===//

#ifndef KALMIR_REFERENCE_SLICES_H
#define KALMIR_REFERENCE_SLICES_H

#include "kalmir/Reference/Interpreter.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace kalmir::reference {

/// Writes the source of a parallel insertion into `target`. Fails with a
/// diagnostic if the slice leaves the target or differs from the source.
mlir::LogicalResult insertSlice(mlir::tensor::ParallelInsertSliceOp op,
                                Frame &frame, Array &target);

} // namespace kalmir::reference

#endif // KALMIR_REFERENCE_SLICES_H
