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

//===----------------------------------------------------------------------===//
// Named results: `-> (name: type, ...)`
//===----------------------------------------------------------------------===//

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

static ParseResult parseFilterResults(OpAsmParser &parser,
                                      ArrayAttr &quantities,
                                      SmallVectorImpl<Type> &types) {
  return parseNamedResults<FilterResultAttr>(
      parser, quantities, types,
      [](StringRef name) { return symbolizeFilterResult(name); });
}

static void printFilterResults(OpAsmPrinter &p, Operation *,
                               ArrayAttr quantities, TypeRange types) {
  printNamedResults<FilterResultAttr>(p, quantities, types);
}

//===----------------------------------------------------------------------===//
// Parameters of a filter: `%value over [0, 1] : type`
//===----------------------------------------------------------------------===//

static ParseResult parseParameter(OpAsmParser &parser,
                                  OpAsmParser::UnresolvedOperand &operand,
                                  Type &type, DenseI64ArrayAttr &over) {
  if (parser.parseOperand(operand))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("over"))) {
    SmallVector<int64_t> dims;
    if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
          return parser.parseInteger(dims.emplace_back());
        }))
      return failure();
    over = parser.getBuilder().getDenseI64ArrayAttr(dims);
  }
  return parser.parseColonType(type);
}

static void printParameter(OpAsmPrinter &p, Operation *, Value operand,
                           Type type, DenseI64ArrayAttr over) {
  p << operand;
  if (over)
    p << " over [" << over.asArrayRef() << "]";
  p << " : " << type;
}

static ParseResult
parseOptionalParameter(OpAsmParser &parser,
                       std::optional<OpAsmParser::UnresolvedOperand> &operand,
                       Type &type, DenseI64ArrayAttr &over) {
  return parseParameter(parser, operand.emplace(), type, over);
}

static void printOptionalParameter(OpAsmPrinter &p, Operation *op,
                                   Value operand, Type type,
                                   DenseI64ArrayAttr over) {
  printParameter(p, op, operand, type, over);
}

#define GET_OP_CLASSES
#include "kalmir/Kalman/IR/KalmanOps.cpp.inc"
