//===- ScalarFilter.cpp - meaning of kalman.scalar_filter -----------------===//
//
// The textbook loop of the op's description, independent of its conversion to
// recur. The diffuse prior is exact: until the first observation that tells
// something (h not 0) a lane has no moments at all; that observation sets them
// and adds nothing to the log-likelihood.
//
// The variance after an update is computed as P r / S, the same number as
// (1 - K h) P without its cancellation.
//
//===----------------------------------------------------------------------===//

#include "Extents.h"
#include "kalmir/Reference/Interpreter.h"

#include "kalmir/Kalman/IR/Kalman.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace kalmir;
using namespace kalmir::reference;
using kalman::FilterResult;

namespace {
/// A sum that keeps what rounding would lose (Neumaier).
class Sum {
public:
  void add(double term) {
    double next = total + term;
    lost += std::fabs(total) >= std::fabs(term) ? (total - next) + term
                                                : (term - next) + total;
    total = next;
  }
  double get() const {
    double sum = total + lost;
    return std::isnan(sum) ? total : sum;
  }

private:
  double total = 0, lost = 0;
};

/// The state of one lane.
struct Lane {
  bool isDiffuse = false;
  /// Mean and variance. While diffuse, 0 or the NaN of a parameter, which
  /// stays in the lane.
  double m = 0, P = 0;
  Sum logLikelihood;

  double getMean() const {
    return isDiffuse ? std::numeric_limits<double>::quiet_NaN() : m;
  }
  double getVariance() const {
    return isDiffuse ? P + std::numeric_limits<double>::infinity() : P;
  }

  void predict(double a, double c, double q) {
    // A diffuse state times 0 is no longer diffuse.
    if (isDiffuse && a != 0) {
      m = a * m + 0 * c;
      P = a * a * P + 0 * q;
      return;
    }
    isDiffuse = false;
    m = a * m + c;
    P = a * a * P + q;
  }

  /// Takes an observation that is a number.
  void update(double y, double h, double r) {
    if (isDiffuse && h != 0) {
      isDiffuse = false;
      m = std::isnan(r) ? r : m + y / h;
      P += r / (h * h);
      return;
    }
    double predicted = isDiffuse ? 0 : P;
    double S = h * h * predicted + r;
    double innovation = y - h * m;
    logLikelihood.add(-0.5 *
                      (std::log(2 * M_PI * S) + innovation * innovation / S));
    if (isDiffuse)
      return;
    m += P * h / S * innovation;
    P = P * r / S;
  }
};

/// A parameter with its stride along each dimension of `observed`.
struct Parameter {
  Array array;
  SmallVector<int64_t> strides;

  double at(ArrayRef<int64_t> index) const {
    int64_t position = 0;
    for (auto [i, stride] : llvm::zip_equal(index, strides))
      position += i * stride;
    return array.get<double>()[position];
  }
};

/// One op on arrays of double.
class FilterRun {
public:
  FilterRun(kalman::ScalarFilterOp op, Frame &frame) : op(op), frame(frame) {}

  LogicalResult run();

private:
  FailureOr<Parameter> read(StringRef name, Value value, ArrayRef<int64_t> dims,
                            double byDefault);
  LogicalResult readOperands();
  LogicalResult createResults();
  Lane getPrior(ArrayRef<int64_t> index) const;
  void runLane(MutableArrayRef<int64_t> index);

  kalman::ScalarFilterOp op;
  Frame &frame;
  int64_t timeDim = 0, length = 0;
  SmallVector<int64_t> shape, strides;
  Array observed;
  Parameter a, c, q, h, r, prior[2];
  SmallVector<Parameter> results;
};
} // namespace

FailureOr<Parameter> FilterRun::read(StringRef name, Value value,
                                     ArrayRef<int64_t> dims, double byDefault) {
  Parameter parameter;
  parameter.strides.assign(shape.size(), 0);
  if (!value) {
    parameter.array = Array::scalar(byDefault);
    return parameter;
  }
  parameter.array = frame.get(value);
  SmallVector<int64_t> expected;
  for (int64_t dim : dims)
    expected.push_back(shape[dim]);
  if (failed(checkShape(op, name, parameter.array, expected)))
    return failure();
  for (auto [dim, stride] :
       llvm::zip_equal(dims, getStrides(parameter.array.getShape())))
    parameter.strides[dim] = stride;
  return parameter;
}

LogicalResult FilterRun::readOperands() {
  observed = frame.get(op.getObserved());
  shape.assign(observed.getShape().begin(), observed.getShape().end());
  strides = getStrides(shape);
  timeDim = op.getTimeDim();
  length = shape[timeDim];
  auto readParameter = [&](Parameter &parameter, StringRef name, Value value,
                           std::optional<ArrayRef<int64_t>> over,
                           double byDefault) {
    SmallVector<int64_t> dims;
    if (value)
      dims = op.getParameterDims(value, over);
    FailureOr<Parameter> found = read(name, value, dims, byDefault);
    if (succeeded(found))
      parameter = std::move(*found);
    return failed(found);
  };
  auto readPrior = [&](Parameter &parameter, StringRef name, Value value) {
    SmallVector<int64_t> dims;
    if (value && isa<ShapedType>(value.getType()))
      dims = op.getLaneDims();
    FailureOr<Parameter> found = read(name, value, dims, 0);
    if (succeeded(found))
      parameter = std::move(*found);
    return failed(found);
  };
  bool isInformation = op.isInformationForm();
  return failure(
      readParameter(a, "transition", op.getTransition(), op.getTransitionOver(),
                    1) ||
      readParameter(c, "offset", op.getOffset(), op.getOffsetOver(), 0) ||
      readParameter(q, "process noise", op.getProcessNoise(),
                    op.getProcessNoiseOver(), 0) ||
      readParameter(h, "observation", op.getObservation(),
                    op.getObservationOver(), 1) ||
      readParameter(r, "observation noise", op.getObservationNoise(),
                    op.getObservationNoiseOver(), 0) ||
      readPrior(prior[0], isInformation ? "prior precision" : "prior mean",
                isInformation ? op.getPriorPrecision() : op.getPriorMean()) ||
      readPrior(
          prior[1], isInformation ? "prior information" : "prior variance",
          isInformation ? op.getPriorInformation() : op.getPriorVariance()));
}

LogicalResult FilterRun::createResults() {
  SmallVector<int64_t> lanes;
  for (int64_t dim : op.getLaneDims())
    lanes.push_back(shape[dim]);
  for (unsigned i = 0, e = op->getNumResults(); i < e; ++i) {
    bool isSum = op.getQuantity(i) == FilterResult::log_likelihood;
    FailureOr<Array> array =
        frame.create(op, Kind::Float, isSum ? lanes : shape);
    if (failed(array))
      return failure();
    Parameter result{std::move(*array), strides};
    if (isSum) {
      result.strides.assign(shape.size(), 0);
      for (auto [dim, stride] :
           llvm::zip_equal(op.getLaneDims(), getStrides(lanes)))
        result.strides[dim] = stride;
    }
    results.push_back(std::move(result));
  }
  return success();
}

Lane FilterRun::getPrior(ArrayRef<int64_t> index) const {
  double first = prior[0].at(index), second = prior[1].at(index);
  Lane lane;
  kalman::ScalarFilterOp filter = op;
  if (filter.getDiffuse()) {
    lane.isDiffuse = true;
  } else if (filter.isInformationForm()) {
    lane.isDiffuse = first == 0 && second == 0;
    lane.m = lane.isDiffuse ? 0 : second / first;
    lane.P = lane.isDiffuse ? 0 : 1 / first;
  } else {
    // An infinite variance says nothing of the mean, unless that is NaN.
    lane.isDiffuse = std::isinf(second) && std::isfinite(first);
    lane.m = lane.isDiffuse ? 0 : first;
    lane.P = lane.isDiffuse ? 0 : second;
  }
  return lane;
}

/// Runs the lane at `index`, whose time is moved through all steps.
void FilterRun::runLane(MutableArrayRef<int64_t> index) {
  Lane lane = getPrior(index);
  bool predictFirst =
      op.getPriorAt() == kalman::PriorTime::before_first_transition;
  auto set = [&](unsigned i, double number) {
    Parameter &result = results[i];
    int64_t position = 0;
    for (auto [at, stride] : llvm::zip_equal(index, result.strides))
      position += at * stride;
    result.array.getMutable<double>()[position] = number;
  };
  Parameter observations{observed, strides};
  for (int64_t t = 0; t < length; ++t) {
    index[timeDim] = t;
    double y = observations.at(index), ht = h.at(index), rt = r.at(index);
    if (t > 0 || predictFirst)
      lane.predict(a.at(index), c.at(index), q.at(index));
    double mean = lane.getMean(), variance = lane.getVariance();
    // h = 0 keeps a diffuse belief, which is not finite, from the innovation.
    bool isUnreached = lane.isDiffuse && ht == 0;
    for (unsigned i = 0, e = results.size(); i < e; ++i) {
      switch (op.getQuantity(i)) {
      case FilterResult::predicted_mean:
        set(i, mean);
        break;
      case FilterResult::predicted_variance:
        set(i, variance);
        break;
      case FilterResult::innovation:
        set(i, y - ht * (isUnreached ? lane.m : mean));
        break;
      case FilterResult::innovation_variance:
        set(i, ht * ht * (isUnreached ? lane.P : variance) + rt);
        break;
      default:
        break;
      }
    }
    if (!std::isnan(y))
      lane.update(y, ht, rt);
    for (unsigned i = 0, e = results.size(); i < e; ++i) {
      if (op.getQuantity(i) == FilterResult::filtered_mean)
        set(i, lane.getMean());
      else if (op.getQuantity(i) == FilterResult::filtered_variance)
        set(i, lane.getVariance());
    }
  }
  index[timeDim] = 0;
  for (unsigned i = 0, e = results.size(); i < e; ++i)
    if (op.getQuantity(i) == FilterResult::log_likelihood)
      set(i, lane.logLikelihood.get());
}

LogicalResult FilterRun::run() {
  if (failed(readOperands()) || failed(createResults()))
    return failure();
  int64_t numLanes = 1;
  for (int64_t dim : op.getLaneDims())
    numLanes *= shape[dim];
  SmallVector<int64_t> index(shape.size(), 0);
  for (int64_t lane = 0; lane < numLanes; ++lane) {
    int64_t rest = lane;
    for (int64_t dim : llvm::reverse(op.getLaneDims())) {
      index[dim] = rest % shape[dim];
      rest /= shape[dim];
    }
    runLane(index);
  }
  Statistics &statistics = frame.getInterpreter().getStatistics();
  statistics.chunks = std::max<int64_t>(statistics.chunks, 1);
  statistics.stateSteps += numLanes * length;
  for (auto [value, result] : llvm::zip_equal(op->getResults(), results))
    if (failed(frame.set(value, std::move(result.array))))
      return failure();
  return success();
}

void reference::addScalarFilterHandler(Handlers &handlers) {
  handlers.add<kalman::ScalarFilterOp>(
      [](kalman::ScalarFilterOp op, Frame &frame) {
        return FilterRun(op, frame).run();
      });
}
