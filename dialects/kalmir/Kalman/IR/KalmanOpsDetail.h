//===- KalmanOpsDetail.h - what the kalman operations share -----*- C++ -*-===//
//
// Private to this folder: result lists in the syntax, shape checks, and the
// removal of results that nobody uses.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_KALMAN_IR_KALMANOPSDETAIL_H
#define KALMIR_KALMAN_IR_KALMANOPSDETAIL_H

#include "kalmir/Kalman/IR/Kalman.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"

namespace kalmir::kalman {

/// An extent that several operands share: the first static size seen and where.
struct Extent {
  std::string name;
  int64_t size = mlir::ShapedType::kDynamic;
  std::string source = {};
};

/// Checks the rank of `name` and its static sizes against `extents`, which
/// learn the sizes not seen before.
mlir::LogicalResult verifyShape(mlir::Operation *op, llvm::StringRef name,
                                mlir::Type type,
                                llvm::ArrayRef<Extent *> extents);

/// Checks that `quantities` names at least one result, none of them twice, and
/// as many as there are.
template <typename EnumAttr>
mlir::LogicalResult verifyQuantities(mlir::Operation *op,
                                     mlir::ArrayAttr quantities) {
  if (quantities.empty())
    return op->emitOpError("expected at least one result, found none");
  if (quantities.size() != op->getNumResults())
    return op->emitOpError("expected a name for each of the ")
           << op->getNumResults() << " results, found " << quantities.size()
           << " names";
  llvm::SmallDenseSet<mlir::Attribute> seen;
  for (mlir::Attribute quantity : quantities)
    if (!seen.insert(quantity).second)
      return op->emitOpError("expected each result once, found ")
             << stringifyEnum(mlir::cast<EnumAttr>(quantity).getValue())
             << " again";
  return mlir::success();
}

/// Prints `-> (name: type, ...)`.
template <typename EnumAttr>
void printNamedResults(mlir::OpAsmPrinter &p, mlir::ArrayAttr quantities,
                       mlir::TypeRange types) {
  p << "-> (";
  llvm::interleaveComma(llvm::zip(quantities, types), p, [&](auto result) {
    auto [quantity, type] = result;
    p << stringifyEnum(mlir::cast<EnumAttr>(quantity).getValue()) << ": "
      << type;
  });
  p << ")";
}

/// Parses what `printNamedResults` prints; `symbolize` knows the names.
template <typename EnumAttr, typename Symbolize>
mlir::ParseResult parseNamedResults(mlir::OpAsmParser &parser,
                                    mlir::ArrayAttr &quantities,
                                    llvm::SmallVectorImpl<mlir::Type> &types,
                                    Symbolize symbolize) {
  llvm::SmallVector<mlir::Attribute> names;
  auto parseOne = [&]() -> mlir::ParseResult {
    llvm::StringRef name;
    llvm::SMLoc loc = parser.getCurrentLocation();
    if (parser.parseKeyword(&name))
      return mlir::failure();
    auto quantity = symbolize(name);
    if (!quantity)
      return parser.emitError(loc, "expected the name of a result, found '")
             << name << "'";
    names.push_back(EnumAttr::get(parser.getContext(), *quantity));
    return mlir::failure(parser.parseColon() ||
                         parser.parseType(types.emplace_back()));
  };
  if (parser.parseArrow() || parser.parseCommaSeparatedList(
                                 mlir::AsmParser::Delimiter::Paren, parseOne))
    return mlir::failure();
  quantities = mlir::ArrayAttr::get(parser.getContext(), names);
  return mlir::success();
}

/// Removes the results that nobody uses, so that they are never computed.
template <typename OpTy>
struct DropUnusedResults : mlir::OpRewritePattern<OpTy> {
  using mlir::OpRewritePattern<OpTy>::OpRewritePattern;

  mlir::LogicalResult
  matchAndRewrite(OpTy op, mlir::PatternRewriter &rewriter) const override {
    llvm::SmallVector<mlir::Value> kept;
    llvm::SmallVector<mlir::Attribute> names;
    for (auto [result, name] :
         llvm::zip_equal(op.getResults(), op.getQuantities()))
      if (!result.use_empty()) {
        kept.push_back(result);
        names.push_back(name);
      }
    if (kept.size() == op.getNumResults())
      return rewriter.notifyMatchFailure(op, "every result has a use");
    if (kept.empty())
      return rewriter.notifyMatchFailure(op, "without uses the op is dead");
    mlir::OperationState state(op.getLoc(), op->getName());
    state.addOperands(op->getOperands());
    state.addTypes(mlir::TypeRange(mlir::ValueRange(kept)));
    state.propertiesAttr = op->getPropertiesAsAttribute();
    state.addAttributes(llvm::to_vector(op->getDiscardableAttrs()));
    auto narrowed = mlir::cast<OpTy>(rewriter.create(state));
    narrowed.setQuantitiesAttr(rewriter.getArrayAttr(names));
    for (auto [from, to] : llvm::zip_equal(kept, narrowed.getResults()))
      rewriter.replaceAllUsesWith(from, to);
    rewriter.eraseOp(op);
    return mlir::success();
  }
};

} // namespace kalmir::kalman

#endif // KALMIR_KALMAN_IR_KALMANOPSDETAIL_H
