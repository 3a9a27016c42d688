//===- KalmanOps.cpp - what the kalman operations share -------------------===//

#include "KalmanOpsDetail.h"

using namespace mlir;
using namespace kalmir::kalman;

LogicalResult kalmir::kalman::verifyShape(Operation *op, StringRef name,
                                          Type type,
                                          ArrayRef<Extent *> extents) {
  auto shaped = cast<RankedTensorType>(type);
  if (shaped.getRank() != static_cast<int64_t>(extents.size()))
    return op->emitOpError("expected ")
           << name << " of rank " << extents.size() << ", found " << shaped;
  for (auto [size, extent] : llvm::zip_equal(shaped.getShape(), extents)) {
    if (ShapedType::isDynamic(size))
      continue;
    if (ShapedType::isDynamic(extent->size)) {
      extent->size = size;
      extent->source = name.str();
    } else if (extent->size != size) {
      return op->emitOpError("expected extent ")
             << extent->name << " = " << extent->size << ", as in "
             << extent->source << ", found " << size << " in " << name;
    }
  }
  return success();
}

static ParseResult parseAttentionResults(OpAsmParser &parser,
                                         ArrayAttr &quantities,
                                         SmallVectorImpl<Type> &types) {
  return parseNamedResults<AttentionResultAttr>(
      parser, quantities, types,
      [](StringRef name) { return symbolizeAttentionResult(name); });
}

static void printAttentionResults(OpAsmPrinter &p, Operation *,
                                  ArrayAttr quantities, TypeRange types) {
  printNamedResults<AttentionResultAttr>(p, quantities, types);
}

#define GET_OP_CLASSES
#include "kalmir/Kalman/IR/KalmanOps.cpp.inc"
