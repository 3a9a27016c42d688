//===- RecurDialect.td - the recurrence dialect ---------------------------===//

#ifndef KALMIR_RECUR_DIALECT_TD
#define KALMIR_RECUR_DIALECT_TD

include "mlir/IR/OpBase.td"

def Recur_Dialect : Dialect {
  let name = "recur";
  let cppNamespace = "::kalmir::recur";
  let summary = "Recurrences over time, structured like linalg.generic";
  let description = [{
    A recurrence carries a small state through time, independently in every
    lane. `recur.generic` is its sequential definition; `recur.scan` is the
    same recurrence together with the proof that it is associative, so that it
    may also run in parallel over time.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
  let useDefaultAttributePrinterParser = 1;
}

#endif // KALMIR_RECUR_DIALECT_TD
