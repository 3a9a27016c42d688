//===- Structured.h - meaning of linalg operations --------------*- C++ -*-===//
//
// Every operation with the LinalgOp interface, named or generic, is run
// through its body, indexing maps and iterator types. Indexing maps are linear:
// sums of iterators times constants, plus a constant.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_REFERENCE_STRUCTURED_H
#define KALMIR_REFERENCE_STRUCTURED_H

#include "kalmir/Reference/Interpreter.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace kalmir::reference {

/// Runs a linalg operation on tensors and sets its results. Sizes that
/// disagree and indices outside of an operand are diagnosed beforehand.
mlir::LogicalResult runStructured(mlir::linalg::LinalgOp op, Frame &frame);

} // namespace kalmir::reference

#endif // KALMIR_REFERENCE_STRUCTURED_H
