//===- KalmanDialect.cpp - the dialect and its attributes -----------------===//

#include "kalmir/Kalman/IR/Kalman.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace kalmir::kalman;

#include "kalmir/Kalman/IR/KalmanDialect.cpp.inc"

#include "kalmir/Kalman/IR/KalmanEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "kalmir/Kalman/IR/KalmanAttributes.cpp.inc"

void KalmanDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "kalmir/Kalman/IR/KalmanAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "kalmir/Kalman/IR/KalmanOps.cpp.inc"
      >();
}
