//===- KalmanDialect.td - the dialect of probabilistic layers -------------===//

#ifndef KALMIR_KALMAN_DIALECT_TD
#define KALMIR_KALMAN_DIALECT_TD

include "mlir/IR/OpBase.td"

def Kalman_Dialect : Dialect {
  let name = "kalman";
  let cppNamespace = "::kalmir::kalman";
  let summary = "Filters and layers by their probabilistic meaning";
  let description = [{
    An operation here says which distribution is wanted, in the words of the
    field, and no algorithm: how the state is carried and how time is run is
    decided when it is converted to `recur`.
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
  let useDefaultAttributePrinterParser = 1;
}

#endif // KALMIR_KALMAN_DIALECT_TD
