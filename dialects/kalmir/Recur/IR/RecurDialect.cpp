//===- RecurDialect.cpp - the dialect and its attributes ------------------===//

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/Bytecode/BytecodeImplementation.h"
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

namespace {
/// The version of the dialect that wrote a bytecode file.
struct RecurVersion : public DialectVersion {
  explicit RecurVersion(uint64_t number) : number(number) {}
  uint64_t number;
};

/// Bytecode carries the dialect's version, so that a later one can upgrade what
/// an earlier one wrote. This is version 1.
struct RecurBytecodeInterface : public BytecodeDialectInterface {
  explicit RecurBytecodeInterface(Dialect *dialect)
      : BytecodeDialectInterface(dialect) {}
  static constexpr uint64_t current = 1;

  void writeVersion(DialectBytecodeWriter &writer) const override {
    writer.writeVarInt(current);
  }

  std::unique_ptr<DialectVersion>
  readVersion(DialectBytecodeReader &reader) const override {
    uint64_t number;
    if (failed(reader.readVarInt(number)))
      return nullptr;
    if (number > current) {
      reader.emitError("expected bytecode of the recur dialect up to version ")
          << current << ", found version " << number;
      return nullptr;
    }
    return std::make_unique<RecurVersion>(number);
  }
};
} // namespace

void RecurDialect::initialize() {
  addInterfaces<RecurBytecodeInterface>();
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
                                   int64_t vectorWidth, int64_t laneBlocks,
                                   int64_t rescalePeriod) {
  if (kind == ScheduleKind::chunked && chunkLength < 1)
    return emitError() << "expected chunk_length of at least 1 for a chunked "
                          "schedule, found "
                       << chunkLength;
  if (kind == ScheduleKind::serial && chunkLength != 0)
    return emitError() << "expected no chunk_length for a serial schedule, "
                          "found "
                       << chunkLength;
  if (vectorWidth < 0 || vectorWidth > 1024)
    return emitError() << "expected vector_width of 0 to 1024, found "
                       << vectorWidth;
  if (laneBlocks < 0)
    return emitError() << "expected lane_blocks of at least 0, found "
                       << laneBlocks;
  if (rescalePeriod < 1)
    return emitError() << "expected rescale_period of at least 1, found "
                       << rescalePeriod;
  return success();
}
