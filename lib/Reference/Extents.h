//===- Extents.h - checks of operands whose shapes must agree ---*- C++ -*-===//

#ifndef KALMIR_LIB_REFERENCE_EXTENTS_H
#define KALMIR_LIB_REFERENCE_EXTENTS_H

#include "kalmir/Reference/Array.h"

#include "mlir/IR/Operation.h"

namespace kalmir::reference {

/// A diagnostic at `op` unless operand `name` has the shape `expected`.
inline mlir::LogicalResult checkShape(mlir::Operation *op, llvm::StringRef name,
                                      const Array &operand,
                                      llvm::ArrayRef<int64_t> expected) {
  if (operand.getShape() == expected)
    return mlir::success();
  mlir::InFlightDiagnostic diagnostic = op->emitOpError("expected ")
                                        << name << " of shape [";
  llvm::interleaveComma(expected, diagnostic);
  diagnostic << "], found [";
  llvm::interleaveComma(operand.getShape(), diagnostic);
  diagnostic << "]";
  return diagnostic;
}

} // namespace kalmir::reference

#endif // KALMIR_LIB_REFERENCE_EXTENTS_H
