//===- LinearAttention.cpp - meaning of kalman.linear_attention -----------===//
//
// The loop of the op's description, independent of its conversion to recur.
// A belief is held by its moments, so that it survives long stretches without
// noise and observations, in which its precision would overflow:
//
//   predict  m- = a m             V- = a^2 V + p
//   update   m = (m- + V- r) / (1 + phi V-)    V = V- / (1 + phi V-)
//
// A belief that is vague (precision 0, or nearly) has no moments; it is held by
// precision and information vector until observations have made it definite.
//
//===----------------------------------------------------------------------===//

#include "Extents.h"
#include "kalmir/Reference/Interpreter.h"

#include "kalmir/Kalman/IR/Kalman.h"

#include <cmath>

using namespace mlir;
using namespace kalmir;
using namespace kalmir::reference;
using kalman::AttentionResult;

/// Precisions below are vague: the variance and its products may overflow.
static constexpr double kVague = 1e-150;

namespace {
/// What is known of one number.
struct Belief {
  bool isVague;
  /// Precision and information vector if vague, else variance and mean.
  double spread, centre;

  /// From precision and information vector.
  static Belief fromInformation(double lam, double eta) {
    if (lam >= kVague && std::isfinite(lam))
      return {false, 1 / lam, eta / lam};
    return {true, lam, eta};
  }

  double getMean() const { return isVague ? centre / spread : centre; }
  double getVariance() const { return isVague ? 1 / spread : spread; }
  double getPrecision() const { return isVague ? spread : 1 / spread; }
  double getInformation() const { return isVague ? centre : centre / spread; }

  void step(double a, double p, double phi, double r) {
    if (isVague) {
      double den = a * a + p * spread;
      *this = fromInformation(spread / den + phi, a * centre / den + r);
      return;
    }
    double mean = a * centre, variance = a * a * spread + p;
    double gain = 1 / (1 + phi * variance);
    centre = (mean + variance * r) * gain;
    spread = variance * gain;
    if (spread > 1 / kVague)
      *this = fromInformation(1 / spread, centre / spread);
  }
};

/// One op on arrays of double.
class AttentionRun {
public:
  AttentionRun(kalman::LinearAttentionOp op, Frame &frame)
      : op(op), frame(frame) {}

  LogicalResult run();

private:
  LogicalResult readExtents();
  LogicalResult createResults();
  void runBatch(int64_t b);

  kalman::LinearAttentionOp op;
  Frame &frame;
  int64_t numBatches = 0, length = 0, numChannels = 0, numStates = 0;
  Array value, precision, key, query, decay, noise;
  SmallVector<Array> results;
};
} // namespace

LogicalResult AttentionRun::readExtents() {
  value = frame.get(op.getValue());
  precision = frame.get(op.getPrecision());
  key = frame.get(op.getKey());
  query = frame.get(op.getQuery());
  decay = frame.get(op.getDecay());
  noise = frame.get(op.getProcessNoise());
  numBatches = value.getShape()[0];
  length = value.getShape()[1];
  numChannels = value.getShape()[2];
  numStates = key.getShape()[2];
  SmallVector<int64_t> lanes = {numBatches, length, numChannels, numStates};
  auto lastOf = [&](const Array &array) {
    return ArrayRef<int64_t>(lanes).take_back(array.getRank());
  };
  auto checkLanes = [&](StringRef name, const Array &array) {
    // [M,S], [L,M,S] or [B,L,M,S].
    return checkShape(op, name, array, lastOf(array));
  };
  if (failed(checkShape(op, "precision", precision, value.getShape())) ||
      failed(checkShape(op, "key", key, {numBatches, length, numStates})) ||
      failed(checkShape(op, "query", query, {numBatches, length, numStates})) ||
      failed(checkLanes("decay", decay)) ||
      failed(checkLanes("process noise", noise)))
    return failure();
  SmallVector<int64_t> states = {numBatches, numChannels, numStates};
  if (Value prior = op.getPriorPrecision())
    return failure(
        failed(checkShape(op, "prior precision", frame.get(prior), states)) ||
        failed(checkShape(op, "prior information",
                          frame.get(op.getPriorInformation()), states)));
  return success();
}

LogicalResult AttentionRun::createResults() {
  for (unsigned i = 0, e = op->getNumResults(); i < e; ++i) {
    AttentionResult quantity = op.getQuantity(i);
    bool isSum = quantity == AttentionResult::mean ||
                 quantity == AttentionResult::variance;
    SmallVector<int64_t> shape =
        isSum ? SmallVector<int64_t>{numBatches, length, numChannels}
              : SmallVector<int64_t>{numBatches, numChannels, numStates};
    FailureOr<Array> array = isSum ? frame.createZero(op, Kind::Float, shape)
                                   : frame.create(op, Kind::Float, shape);
    if (failed(array))
      return failure();
    results.push_back(std::move(*array));
  }
  return success();
}

/// All channels and states of a batch advance together, a step at a time.
void AttentionRun::runBatch(int64_t b) {
  int64_t numLanes = numChannels * numStates;
  std::vector<Belief> beliefs(numLanes, Belief::fromInformation(1, 0));
  if (Value prior = op.getPriorPrecision()) {
    const double *lam = frame.get(prior).get<double>() + b * numLanes;
    const double *eta =
        frame.get(op.getPriorInformation()).get<double>() + b * numLanes;
    for (int64_t lane = 0; lane < numLanes; ++lane)
      beliefs[lane] = Belief::fromInformation(lam[lane], eta[lane]);
  }
  /// The part of decay or noise for this batch and a step.
  auto getLanes = [&](const Array &array, int64_t t) {
    int64_t row = array.getRank() == 2   ? 0
                  : array.getRank() == 3 ? t
                                         : b * length + t;
    return array.get<double>() + row * numLanes;
  };
  std::vector<double> means(numChannels), variances(numChannels);
  for (int64_t t = 0; t < length; ++t) {
    int64_t row = b * length + t;
    const double *v = value.get<double>() + row * numChannels;
    const double *lv = precision.get<double>() + row * numChannels;
    const double *k = key.get<double>() + row * numStates;
    const double *q = query.get<double>() + row * numStates;
    const double *a = getLanes(decay, t), *p = getLanes(noise, t);
    for (int64_t m = 0; m < numChannels; ++m) {
      double mean = 0, variance = 0;
      for (int64_t s = 0; s < numStates; ++s) {
        int64_t lane = m * numStates + s;
        Belief &belief = beliefs[lane];
        belief.step(a[lane], p[lane], lv[m] * k[s] * k[s], v[m] * lv[m] * k[s]);
        double scale = 1, added = 0;
        if (op.getDecodeFromPrior()) {
          scale = a[lane];
          added = p[lane];
        }
        mean += q[s] * scale * belief.getMean();
        variance +=
            q[s] * q[s] * (scale * scale * belief.getVariance() + added);
      }
      means[m] = mean;
      variances[m] = variance;
    }
    for (unsigned i = 0, e = results.size(); i < e; ++i) {
      AttentionResult quantity = op.getQuantity(i);
      double *out = results[i].getMutable<double>() + row * numChannels;
      if (quantity == AttentionResult::mean)
        std::copy(means.begin(), means.end(), out);
      else if (quantity == AttentionResult::variance)
        std::copy(variances.begin(), variances.end(), out);
    }
  }
  for (unsigned i = 0, e = results.size(); i < e; ++i) {
    AttentionResult quantity = op.getQuantity(i);
    double *out = results[i].getMutable<double>() + b * numLanes;
    for (int64_t lane = 0; lane < numLanes; ++lane)
      if (quantity == AttentionResult::final_precision)
        out[lane] = beliefs[lane].getPrecision();
      else if (quantity == AttentionResult::final_information)
        out[lane] = beliefs[lane].getInformation();
  }
}

LogicalResult AttentionRun::run() {
  if (failed(readExtents()) || failed(createResults()))
    return failure();
  for (int64_t b = 0; b < numBatches; ++b) {
    if (frame.getOptions().progress)
      frame.getOptions().progress(double(b) / numBatches);
    runBatch(b);
  }
  Statistics &statistics = frame.getInterpreter().getStatistics();
  statistics.chunks = std::max<int64_t>(statistics.chunks, 1);
  statistics.stateSteps += numBatches * length * numChannels * numStates;
  for (auto [result, array] : llvm::zip_equal(op->getResults(), results))
    if (failed(frame.set(result, std::move(array))))
      return failure();
  return success();
}

void reference::addLinearAttentionHandler(Handlers &handlers) {
  handlers.add<kalman::LinearAttentionOp>(
      [](kalman::LinearAttentionOp op, Frame &frame) {
        return AttentionRun(op, frame).run();
      });
}
