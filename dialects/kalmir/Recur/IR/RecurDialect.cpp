//===- RecurDialect.cpp - the dialect and its attributes ------------------===//

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace kalmir::recur;

#include "kalmir/Recur/IR/RecurDialect.cpp.inc"

#include "kalmir/Recur/IR/RecurEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "kalmir/Recur/IR/RecurAttributes.cpp.inc"

void RecurDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "kalmir/Recur/IR/RecurAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "kalmir/Recur/IR/RecurOps.cpp.inc"
      >();
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   ScheduleKind kind, int64_t chunkLength,
                                   int64_t vectorWidth, int64_t rescalePeriod) {
  if (kind == ScheduleKind::chunked && chunkLength < 1)
    return emitError() << "expected chunk_length of at least 1 for a chunked "
                          "schedule, found "
                       << chunkLength;
  if (kind == ScheduleKind::serial && chunkLength != 0)
    return emitError() << "expected no chunk_length for a serial schedule, "
                          "found "
                       << chunkLength;
  if (vectorWidth < 0)
    return emitError() << "expected vector_width of at least 0, found "
                       << vectorWidth;
  if (rescalePeriod < 1)
    return emitError() << "expected rescale_period of at least 1, found "
                       << rescalePeriod;
  return success();
}
