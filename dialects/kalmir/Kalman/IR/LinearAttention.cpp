//===- LinearAttention.cpp - kalman.linear_attention ----------------------===//
//
// The labels C1 to C5 are those of the op's description in KalmanOps.td; the
// refusal tests in test/Dialect/Kalman/invalid.mlir carry them too.
//
//===----------------------------------------------------------------------===//

#include "KalmanOpsDetail.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace kalmir::kalman;

Type LinearAttentionOp::getStateElementType() {
  if (Value prior = getPriorPrecision())
    return cast<RankedTensorType>(prior.getType()).getElementType();
  if (std::optional<Type> type = getStateType())
    return *type;
  Type value = getValue().getType().getElementType();
  return value.isF64() ? value : Float32Type::get(getContext());
}

AttentionResult LinearAttentionOp::getQuantity(unsigned i) {
  return cast<AttentionResultAttr>(getQuantities()[i]).getValue();
}

static bool isFinal(AttentionResult quantity) {
  return quantity == AttentionResult::final_precision ||
         quantity == AttentionResult::final_information;
}

/// C1: ranks; C2: extents.
static LogicalResult verifyShapes(LinearAttentionOp op) {
  Extent b{"B"}, l{"L"}, m{"M"}, s{"S"};
  auto check = [&](StringRef name, Value value, ArrayRef<Extent *> extents) {
    return verifyShape(op, name, value.getType(), extents);
  };
  auto checkParameter = [&](StringRef name, Value value) -> LogicalResult {
    Extent *all[] = {&b, &l, &m, &s};
    int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
    if (rank < 2 || rank > 4)
      return op.emitOpError("expected ")
             << name << " of shape [M,S], [L,M,S] or [B,L,M,S], found "
             << value.getType();
    return check(name, value, ArrayRef(all).take_back(rank));
  };
  if (failed(check("value", op.getValue(), {&b, &l, &m})) ||
      failed(check("precision", op.getPrecision(), {&b, &l, &m})) ||
      failed(check("key", op.getKey(), {&b, &l, &s})) ||
      failed(check("query", op.getQuery(), {&b, &l, &s})) ||
      failed(checkParameter("decay", op.getDecay())) ||
      failed(checkParameter("process noise", op.getProcessNoise())))
    return failure();
  if (op.getPriorPrecision() &&
      (failed(check("prior precision", op.getPriorPrecision(), {&b, &m, &s})) ||
       failed(
           check("prior information", op.getPriorInformation(), {&b, &m, &s}))))
    return failure();
  for (auto [i, result] : llvm::enumerate(op.getResults())) {
    AttentionResult quantity = op.getQuantity(i);
    SmallVector<Extent *> extents = isFinal(quantity)
                                        ? SmallVector<Extent *>{&b, &m, &s}
                                        : SmallVector<Extent *>{&b, &l, &m};
    if (failed(check(stringifyAttentionResult(quantity), result, extents)))
      return failure();
  }
  return success();
}

/// C3: one type for the state.
static LogicalResult verifyStateType(LinearAttentionOp op) {
  Type type = op.getStateElementType();
  if (!type.isF32() && !type.isF64())
    return op.emitOpError("expected a state of f32 or f64, found ") << type;
  auto check = [&](StringRef name, Type found) -> LogicalResult {
    if (found == type)
      return success();
    return op.emitOpError("expected ")
           << name << " of the state's type " << type << ", found " << found;
  };
  if (op.getStateType() && failed(check("state_type", *op.getStateType())))
    return failure();
  if (op.getPriorInformation() &&
      failed(check("prior information",
                   getElementTypeOrSelf(op.getPriorInformation()))))
    return failure();
  for (auto [i, result] : llvm::enumerate(op.getResults()))
    if (isFinal(op.getQuantity(i)) &&
        failed(check(stringifyAttentionResult(op.getQuantity(i)),
                     getElementTypeOrSelf(result))))
      return failure();
  return success();
}

LogicalResult LinearAttentionOp::verify() {
  if (failed(
          verifyQuantities<AttentionResultAttr>(*this, getQuantities()))) // C4
    return failure();
  if (!getPriorPrecision() != !getPriorInformation()) // C5
    return emitOpError("expected precision and information of the prior, "
                       "found only one of them");
  return failure(failed(verifyShapes(*this)) || failed(verifyStateType(*this)));
}

LogicalResult
LinearAttentionOp::reifyResultShapes(OpBuilder &b,
                                     ReifiedRankedShapedTypeDims &shapes) {
  auto size = [&](Value operand, int64_t dim) {
    return tensor::getMixedSize(b, getLoc(), operand, dim);
  };
  for (unsigned i = 0, e = getNumResults(); i < e; ++i) {
    OpFoldResult batch = size(getValue(), 0), channels = size(getValue(), 2);
    if (isFinal(getQuantity(i)))
      shapes.push_back({batch, channels, size(getKey(), 2)});
    else
      shapes.push_back({batch, size(getValue(), 1), channels});
  }
  return success();
}

void LinearAttentionOp::getCanonicalizationPatterns(RewritePatternSet &results,
                                                    MLIRContext *context) {
  results.add<DropUnusedResults<LinearAttentionOp>>(context);
}
