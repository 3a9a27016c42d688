//===- ScalarFilter.cpp - kalman.scalar_filter ----------------------------===//
//
// The labels C1 to C7 are those of the op's description in KalmanOps.td; the
// refusal tests in test/Dialect/Kalman/invalid.mlir carry them too.
//
//===----------------------------------------------------------------------===//

#include "KalmanOpsDetail.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace kalmir::kalman;

Type ScalarFilterOp::getStateElementType() {
  if (Value prior = isInformationForm() ? getPriorPrecision() : getPriorMean())
    return getElementTypeOrSelf(prior);
  if (std::optional<Type> type = getStateType())
    return *type;
  Type observed = getObserved().getType().getElementType();
  return observed.isF64() ? observed : Float32Type::get(getContext());
}

FilterResult ScalarFilterOp::getQuantity(unsigned i) {
  return cast<FilterResultAttr>(getQuantities()[i]).getValue();
}

SmallVector<int64_t> ScalarFilterOp::getLaneDims() {
  SmallVector<int64_t> dims;
  for (int64_t dim = 0, rank = getObserved().getType().getRank(); dim < rank;
       ++dim)
    if (dim != static_cast<int64_t>(getTimeDim()))
      dims.push_back(dim);
  return dims;
}

static int64_t getRank(Value value) {
  auto shaped = dyn_cast<RankedTensorType>(value.getType());
  return shaped ? shaped.getRank() : 0;
}

SmallVector<int64_t>
ScalarFilterOp::getParameterDims(Value parameter,
                                 std::optional<ArrayRef<int64_t>> over) {
  if (over)
    return SmallVector<int64_t>(*over);
  if (!isa<RankedTensorType>(parameter.getType()))
    return {};
  if (getRank(parameter) == getRank(getObserved()))
    return llvm::to_vector(llvm::seq<int64_t>(getRank(getObserved())));
  return getLaneDims();
}

namespace {
/// Checks shapes of operands and results against those of `observed`.
class ShapeVerifier {
public:
  explicit ShapeVerifier(ScalarFilterOp op) : op(op) {
    int64_t rank = op.getObserved().getType().getRank();
    for (int64_t dim = 0; dim < rank; ++dim)
      extents.push_back({"of dimension " + std::to_string(dim)});
  }

  /// C2, C3 for a parameter.
  LogicalResult checkParameter(StringRef name, Value value,
                               std::optional<ArrayRef<int64_t>> over) {
    if (!value)
      return success();
    int64_t rank = getRank(value), all = extents.size();
    bool scalar = !isa<RankedTensorType>(value.getType());
    if (!over && !scalar && rank != all && rank != all - 1)
      return op.emitOpError("expected ")
             << name << " to be a scalar, of rank " << all << " or " << all - 1
             << ", or to say 'over' which dimensions it varies, found "
             << value.getType();
    SmallVector<int64_t> dims = op.getParameterDims(value, over);
    for (auto [i, dim] : llvm::enumerate(dims))
      if (dim < 0 || dim >= all || (i > 0 && dims[i - 1] >= dim))
        return op.emitOpError("expected ")
               << name
               << " over dimensions of observed in increasing order, found ["
               << dims << "]";
    if (rank != static_cast<int64_t>(dims.size()))
      return op.emitOpError("expected ")
             << name << " of rank " << dims.size() << " over [" << dims
             << "], found " << value.getType();
    return check(name, value, dims);
  }

  /// C3 for an operand or result with dimensions `dims` of `observed`.
  LogicalResult check(StringRef name, Value value, ArrayRef<int64_t> dims) {
    if (!isa<RankedTensorType>(value.getType()))
      return success();
    SmallVector<Extent *> expected =
        llvm::map_to_vector(dims, [&](int64_t dim) { return &extents[dim]; });
    return verifyShape(op, name, value.getType(), expected);
  }

private:
  ScalarFilterOp op;
  SmallVector<Extent> extents;
};
} // namespace

/// C4: one prior; C5: its type.
static LogicalResult verifyPrior(ScalarFilterOp op, ShapeVerifier &shapes) {
  auto checkPair = [&](StringRef first, Value a, StringRef second,
                       Value b) -> LogicalResult {
    if (!a && !b)
      return success();
    if (!a || !b)
      return op.emitOpError("expected ")
             << first << " and " << second
             << " of the prior, found only one of them";
    if (a.getType() != b.getType())
      return op.emitOpError("expected ")
             << first << " and " << second << " of one type, found "
             << a.getType() << " and " << b.getType();
    return failure(failed(shapes.check(first, a, op.getLaneDims())) ||
                   failed(shapes.check(second, b, op.getLaneDims())));
  };
  if (failed(checkPair("prior mean", op.getPriorMean(), "prior variance",
                       op.getPriorVariance())) ||
      failed(checkPair("prior precision", op.getPriorPrecision(),
                       "prior information", op.getPriorInformation())))
    return failure();
  int count = (op.getPriorMean() ? 1 : 0) + (op.getPriorPrecision() ? 1 : 0) +
              (op.getDiffuse() ? 1 : 0);
  if (count != 1)
    return op.emitOpError("expected exactly one of prior, information_prior "
                          "and diffuse, found ")
           << count;
  return success();
}

/// C6: shapes of results.
static LogicalResult verifyResults(ScalarFilterOp op, ShapeVerifier &shapes) {
  for (auto [i, result] : llvm::enumerate(op.getResults())) {
    FilterResult quantity = op.getQuantity(i);
    SmallVector<int64_t> dims =
        quantity == FilterResult::log_likelihood
            ? op.getLaneDims()
            : llvm::to_vector(llvm::seq<int64_t>(getRank(op.getObserved())));
    if (failed(shapes.check(stringifyFilterResult(quantity), result, dims)))
      return failure();
  }
  return success();
}

/// C7: types of state and log-likelihood.
static LogicalResult verifyTypes(ScalarFilterOp op) {
  Type type = op.getStateElementType();
  if (!type.isF32() && !type.isF64())
    return op.emitOpError("expected a state of f32 or f64, found ") << type;
  if (op.getStateType() && *op.getStateType() != type)
    return op.emitOpError("expected state_type of the prior's type ")
           << type << ", found " << *op.getStateType();
  for (auto [i, result] : llvm::enumerate(op.getResults())) {
    Type found = getElementTypeOrSelf(result);
    if (op.getQuantity(i) == FilterResult::log_likelihood && !found.isF32() &&
        !found.isF64())
      return op.emitOpError("expected log_likelihood of f32 or f64, found ")
             << found;
  }
  return success();
}

LogicalResult ScalarFilterOp::verify() {
  if (failed(verifyQuantities<FilterResultAttr>(*this, getQuantities()))) // C6
    return failure();
  int64_t rank = getObserved().getType().getRank();
  if (static_cast<int64_t>(getTimeDim()) >= rank) // C1
    return emitOpError(
               "expected time_dim to be a dimension of observed, found ")
           << getTimeDim() << " for rank " << rank;
  ShapeVerifier shapes(*this);
  if (failed(shapes.check("observed", getObserved(),
                          llvm::to_vector(llvm::seq<int64_t>(rank)))) ||
      failed(shapes.checkParameter("observation_noise", getObservationNoise(),
                                   getObservationNoiseOver())) ||
      failed(shapes.checkParameter("transition", getTransition(),
                                   getTransitionOver())) ||
      failed(shapes.checkParameter("offset", getOffset(), getOffsetOver())) ||
      failed(shapes.checkParameter("process_noise", getProcessNoise(),
                                   getProcessNoiseOver())) ||
      failed(shapes.checkParameter("observation", getObservation(),
                                   getObservationOver())))
    return failure();
  return failure(failed(verifyPrior(*this, shapes)) ||
                 failed(verifyResults(*this, shapes)) ||
                 failed(verifyTypes(*this)));
}

LogicalResult
ScalarFilterOp::reifyResultShapes(OpBuilder &b,
                                  ReifiedRankedShapedTypeDims &shapes) {
  for (unsigned i = 0, e = getNumResults(); i < e; ++i) {
    SmallVector<OpFoldResult> &shape = shapes.emplace_back();
    bool lanesOnly = getQuantity(i) == FilterResult::log_likelihood;
    for (int64_t dim = 0, rank = getRank(getObserved()); dim < rank; ++dim)
      if (!lanesOnly || dim != static_cast<int64_t>(getTimeDim()))
        shape.push_back(tensor::getMixedSize(b, getLoc(), getObserved(), dim));
  }
  return success();
}

void ScalarFilterOp::getCanonicalizationPatterns(RewritePatternSet &results,
                                                 MLIRContext *context) {
  results.add<DropUnusedResults<ScalarFilterOp>>(context);
}
