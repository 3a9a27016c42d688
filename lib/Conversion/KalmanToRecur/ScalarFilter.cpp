//===- ScalarFilter.cpp - kalman.scalar_filter to recur.generic -----------===//
//
// The recurrence has the iterators of `observed`: time, the others parallel. In
// covariance form the states are mean and variance, and a step is
//
//   a, c, q = 1, 0, 0 at time 0 where the prior is that of the first state
//   mp = a m + c          Pp = a P a + q               predict
//   i  = y - h mp         S  = h Pp h + r
//   K  = h Pp / S
//   m' = mp + K i         P' = (1 - K h) Pp            update
//   m', P' = mp, Pp                                    where y is NaN
//
// and in information form, with states precision and information vector,
//
//   lp = lam / (a^2 + q lam)    ep = a eta / (a^2 + q lam) + c lp
//   lam' = lp + h^2 / r         eta' = ep + h y / r    + 0 where y is NaN
//
// Every select on the way of the state has a condition free of the state, so
// that the step stays a fraction of polynomials in the state. A prior of
// variance +inf is exact only after that analysis (see KalmanToRecur.td).
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"
#include "StepBuilder.h"

#include "kalmir/Kalman/IR/Kalman.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace kalmir;
using namespace kalmir::kalman;
using recur::IteratorType;

namespace {

/// A parameter in the body: an input of the recurrence or a constant.
class Parameter {
public:
  Parameter(RecurrenceBuilder &recurrence, ScalarFilterOp op, Value value,
            std::optional<ArrayRef<int64_t>> over, double neutral) {
    FloatAttr scalar;
    SplatElementsAttr splat;
    if (!value)
      constant = neutral;
    else if (matchPattern(value, m_Constant(&scalar)))
      constant = scalar.getValueAsDouble();
    else if (matchPattern(value, m_Constant(&splat)))
      constant = splat.getSplatValue<FloatAttr>().getValueAsDouble();
    else
      input = recurrence.addInput(value, op.getParameterDims(value, over));
  }

  /// Its value at this step.
  Value get(StepBuilder &step) const {
    return constant ? step.constant(*constant) : step.input(input);
  }
  bool is(double value) const { return constant && *constant == value; }
  /// Whether it is known not to be 0.
  bool isNonZero() const { return constant && *constant != 0.0; }

private:
  std::optional<double> constant;
  unsigned input = 0;
};

/// A belief as mean and variance.
struct Moments {
  Value mean, variance;
};

struct Parameters {
  Parameter transition, offset, processNoise, observation, observationNoise;
};

/// What the results need of a step.
struct Step {
  Moments predicted, filtered;
  SmallVector<Value> nextStates;
};

/// Writes the body of one filter.
class FilterWriter {
public:
  FilterWriter(StepBuilder &step, ScalarFilterOp op,
               const Parameters &parameters, Value y, Value first, Value second)
      : step(step), op(op), parameters(parameters), y(y), first(first),
        second(second) {}

  void write();

private:
  /// Reads the parameters; before the first transition nothing moves.
  void readParameters();
  Step writeCovarianceForm();
  Step writeInformationForm();
  Value writeResult(FilterResult quantity, const Step &filter);
  Value writeInnovation(const Moments &predicted);
  Value writeInnovationVariance(const Moments &predicted);
  Value writeLogDensity(const Moments &predicted);
  Value writeIsDiffuse(const Moments &predicted);
  /// `value`, a product with h, or 0 where h = 0 keeps a diffuse belief, which
  /// is not finite, from the observation. The condition reads the state so that
  /// the analysis takes the select as it is: as a choice of coefficients, 0
  /// would still be multiplied by infinity.
  Value zeroWithoutObservation(Value value, const Moments &predicted);

  StepBuilder &step;
  ScalarFilterOp op;
  const Parameters &parameters;
  Value y, first, second;
  Value missing, a, c, q, h, r;
  // Written once, however many results need them.
  Value diffuse, unreached, innovation, innovationVariance;
};

struct ConvertScalarFilter : OpRewritePattern<ScalarFilterOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScalarFilterOp op,
                                PatternRewriter &b) const override;
};

} // namespace

//===----------------------------------------------------------------------===//
// The step
//===----------------------------------------------------------------------===//

void FilterWriter::readParameters() {
  missing = step.compare(arith::CmpFPredicate::UNO, y, y);
  Value start;
  auto read = [&](const Parameter &parameter, double neutral) {
    Value value = parameter.get(step);
    if (op.getPriorAt() == PriorTime::before_first_transition ||
        parameter.is(neutral))
      return value;
    if (!start)
      start = step.isFirstStep();
    return step.select(start, step.constant(neutral), value);
  };
  a = read(parameters.transition, 1.0);
  c = read(parameters.offset, 0.0);
  q = read(parameters.processNoise, 0.0);
  h = parameters.observation.get(step);
  r = parameters.observationNoise.get(step);
}

Step FilterWriter::writeCovarianceForm() {
  Step result;
  Value mean = step.add(step.mul(a, first), c);
  Value variance = step.add(step.mul(step.mul(a, second), a), q);
  result.predicted = {mean, variance};
  Value innovation = step.sub(y, step.mul(h, mean));
  Value hP = step.mul(h, variance);
  Value gain = step.div(hP, step.add(step.mul(h, hP), r));
  Value rest = step.sub(step.constant(1.0), step.mul(gain, h));
  Value updatedMean = step.add(mean, step.mul(gain, innovation));
  Value updatedVariance = step.mul(rest, variance);
  result.filtered = {step.select(missing, mean, updatedMean),
                     step.select(missing, variance, updatedVariance)};
  result.nextStates = {result.filtered.mean, result.filtered.variance};
  return result;
}

Step FilterWriter::writeInformationForm() {
  Step result;
  Value den = step.add(step.mul(a, a), step.mul(q, first));
  Value precision = step.div(first, den);
  Value information =
      step.add(step.div(step.mul(a, second), den), step.mul(c, precision));
  Value weight = step.div(h, r);
  Value zero = step.constant(0.0);
  Value gained = step.select(missing, zero, step.mul(h, weight));
  Value heard = step.select(missing, zero, step.mul(weight, y));
  Value nextPrecision = step.add(precision, gained);
  Value nextInformation = step.add(information, heard);
  auto toMoments = [&](Value precision, Value information) -> Moments {
    return {step.div(information, precision),
            step.div(step.constant(1.0), precision)};
  };
  result.predicted = toMoments(precision, information);
  result.filtered = toMoments(nextPrecision, nextInformation);
  result.nextStates = {nextPrecision, nextInformation};
  return result;
}

//===----------------------------------------------------------------------===//
// The results
//===----------------------------------------------------------------------===//

Value FilterWriter::writeIsDiffuse(const Moments &predicted) {
  if (!diffuse)
    diffuse =
        step.compare(arith::CmpFPredicate::OEQ, predicted.variance,
                     step.constant(std::numeric_limits<double>::infinity()));
  return diffuse;
}

Value FilterWriter::zeroWithoutObservation(Value value,
                                           const Moments &predicted) {
  if (parameters.observation.isNonZero())
    return value;
  Value zero = step.constant(0.0);
  if (!unreached)
    unreached =
        step.logicalAnd(step.compare(arith::CmpFPredicate::OEQ, h, zero),
                        writeIsDiffuse(predicted));
  return step.select(unreached, zero, value);
}

Value FilterWriter::writeInnovation(const Moments &predicted) {
  if (!innovation)
    innovation = step.sub(
        y, zeroWithoutObservation(step.mul(h, predicted.mean), predicted));
  return innovation;
}

Value FilterWriter::writeInnovationVariance(const Moments &predicted) {
  if (!innovationVariance) {
    Value hPh = step.mul(h, step.mul(h, predicted.variance));
    innovationVariance = step.add(zeroWithoutObservation(hPh, predicted), r);
  }
  return innovationVariance;
}

/// The log of the observation's density, 0 where there is none and where the
/// observation fixes a diffuse belief. NaN is not taken for diffuse.
Value FilterWriter::writeLogDensity(const Moments &predicted) {
  Value distance = writeInnovation(predicted);
  Value variance = writeInnovationVariance(predicted);
  Value logVariance = step.log(step.mul(step.constant(2.0 * M_PI), variance));
  distance = step.div(step.mul(distance, distance), variance);
  Value density =
      step.mul(step.constant(-0.5), step.add(logVariance, distance));
  Value infinity = step.constant(std::numeric_limits<double>::infinity());
  Value fixes = step.logicalAnd(
      writeIsDiffuse(predicted),
      step.compare(arith::CmpFPredicate::OEQ, variance, infinity));
  Value zero = step.constant(0.0);
  return step.select(missing, zero, step.select(fixes, zero, density));
}

Value FilterWriter::writeResult(FilterResult quantity, const Step &filter) {
  switch (quantity) {
  case FilterResult::filtered_mean:
    return filter.filtered.mean;
  case FilterResult::filtered_variance:
    return filter.filtered.variance;
  case FilterResult::predicted_mean:
    return filter.predicted.mean;
  case FilterResult::predicted_variance:
    return filter.predicted.variance;
  case FilterResult::innovation:
    return writeInnovation(filter.predicted);
  case FilterResult::innovation_variance:
    return writeInnovationVariance(filter.predicted);
  case FilterResult::log_likelihood:
    return writeLogDensity(filter.predicted);
  }
  llvm_unreachable("all results are listed");
}

void FilterWriter::write() {
  readParameters();
  Step filter =
      op.isInformationForm() ? writeInformationForm() : writeCovarianceForm();
  SmallVector<Value> outputs;
  for (unsigned i = 0, e = op.getNumResults(); i < e; ++i)
    outputs.push_back(writeResult(op.getQuantity(i), filter));
  step.yield(filter.nextStates, outputs);
}

//===----------------------------------------------------------------------===//
// The recurrence
//===----------------------------------------------------------------------===//

/// A prior over all lanes: as it is, or filled with a scalar.
static Value getPriorTensor(OpBuilder &b, ScalarFilterOp op, Value prior,
                            ArrayRef<OpFoldResult> laneSizes) {
  if (isa<RankedTensorType>(prior.getType()))
    return prior;
  return createFilled(b, op.getLoc(), prior, laneSizes);
}

LogicalResult ConvertScalarFilter::matchAndRewrite(ScalarFilterOp op,
                                                   PatternRewriter &b) const {
  Location loc = op.getLoc();
  Type type = op.getStateElementType();
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(b, loc, op.getObserved());
  SmallVector<int64_t> lanes = op.getLaneDims();
  SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(sizes.size()));
  SmallVector<OpFoldResult> laneSizes =
      llvm::map_to_vector(lanes, [&](int64_t dim) { return sizes[dim]; });
  SmallVector<IteratorType> iterators(sizes.size(), IteratorType::parallel);
  iterators[op.getTimeDim()] = IteratorType::recurrence;

  auto constant = [&](double value) -> Value {
    return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value));
  };
  Value first, second;
  if (op.getDiffuse()) {
    first = constant(0.0);
    second = constant(std::numeric_limits<double>::infinity());
  } else if (op.isInformationForm()) {
    first = op.getPriorPrecision();
    second = op.getPriorInformation();
  } else {
    first = op.getPriorMean();
    second = op.getPriorVariance();
  }

  RecurrenceBuilder recurrence(b, loc, iterators, type);
  unsigned y = recurrence.addInput(op.getObserved(), all);
  Parameters parameters{
      Parameter(recurrence, op, op.getTransition(), op.getTransitionOver(),
                1.0),
      Parameter(recurrence, op, op.getOffset(), op.getOffsetOver(), 0.0),
      Parameter(recurrence, op, op.getProcessNoise(), op.getProcessNoiseOver(),
                0.0),
      Parameter(recurrence, op, op.getObservation(), op.getObservationOver(),
                1.0),
      Parameter(recurrence, op, op.getObservationNoise(),
                op.getObservationNoiseOver(), 1.0)};
  unsigned state0 =
      recurrence.addState(getPriorTensor(b, op, first, laneSizes));
  unsigned state1 =
      recurrence.addState(getPriorTensor(b, op, second, laneSizes));
  // A sum over time is formed in the state's type and rounded once.
  for (auto [i, result] : llvm::enumerate(op.getResults())) {
    if (op.getQuantity(i) == FilterResult::log_likelihood)
      recurrence.addOutput(type, lanes, laneSizes);
    else
      recurrence.addOutput(getElementTypeOrSelf(result), all, sizes);
  }
  recur::GenericOp generic = recurrence.build([&](StepBuilder &step) {
    FilterWriter(step, op, parameters, step.input(y), step.state(state0),
                 step.state(state1))
        .write();
  });

  SmallVector<Value> results;
  for (auto [result, value] : llvm::zip_equal(
           op.getResults(),
           generic.getResults().drop_front(generic.getStates().size())))
    results.push_back(createConverted(
        b, loc, value, cast<RankedTensorType>(result.getType())));
  b.replaceOp(op, results);
  return success();
}

void kalmir::addScalarFilterPattern(RewritePatternSet &patterns) {
  patterns.add<ConvertScalarFilter>(patterns.getContext());
}
