//===- Schedule.cpp - choose how recurrences run --------------------------===//
//
// Serial time needs lanes: L steps, each at least as long as its chain of
// operations. Chunks fill vectors and cores where lanes do not, at the price of
// a summary: about twice the work. In cycles, P parallel lanes, R reduced ones,
// W lanes a vector, C steps a chunk:
//
//   serial   L max(latency, ceil(ceil(P / W) / cores) R step)
//   chunked  L / cores (max(latency, ceil(P / W) R step)       replay
//                       + max(latency, ceil(P / W) R extend))  summary
//            + L / C apply
//
// A single lane is cut anyway where time is long, for its chunks fill vectors.
// Costs are expressions of the extents. Where those are known the choice is
// made here; where not, the recurrence is cloned into `scf.if` and chosen when
// it runs:
//
//   if there is one lane and time is long   chunked, the unit extents static
//   else if chunked takes less              chunked
//   else                                    serial
//
//===----------------------------------------------------------------------===//

#include "ChunkedTime.h"

#include "kalmir/Analysis/StepCost.h"
#include "kalmir/Recur/IR/RecurUtils.h"
#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Support/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"

namespace kalmir::recur {
#define GEN_PASS_DEF_RECURSCHEDULEPASS
#include "kalmir/Recur/Transforms/Passes.h.inc"
} // namespace kalmir::recur

using namespace mlir;
using namespace kalmir::recur;

static constexpr StringLiteral kFlag = "kalmir-recur-schedule";

/// Steps of a chunk where the chunks are the lanes: nine cache lines of f32, so
/// that neighbouring chunks do not fall into the same cache sets.
static constexpr int64_t kSeriesChunk = 144;
/// Steps of a chunk among other lanes.
static constexpr int64_t kLaneChunk = 64;
/// The same on a device.
static constexpr int64_t kDeviceChunk = 256;
/// Vectors of chunks that make a single series worth cutting.
static constexpr int64_t kSeriesVectors = 2;

namespace {
class Schedule : public kalmir::recur::impl::RecurSchedulePassBase<Schedule> {
public:
  using RecurSchedulePassBase::RecurSchedulePassBase;

  void runOnOperation() override {
    SmallVector<RecurrenceOp> ops;
    getOperation()->walk([&](RecurrenceOp op) {
      if (!op.getSchedule())
        ops.push_back(op);
    });
    for (RecurrenceOp op : ops)
      if (failed(schedule(op)))
        return signalPassFailure();
  }

private:
  LogicalResult schedule(RecurrenceOp op);
  LogicalResult set(RecurrenceOp op, ScheduleKind kind, int64_t length,
                    const Twine &reason);
  LogicalResult choose(ScanOp op);
  int64_t getChunkLength(int64_t chosen) {
    return chunkLength == 0 ? chosen : static_cast<int64_t>(chunkLength);
  }
};

/// Numbers that are constants as far as extents are.
class Expressions {
public:
  explicit Expressions(ImplicitLocOpBuilder &b) : b(b) {}

  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value mul(Value x, Value y) { return b.createOrFold<arith::MulIOp>(x, y); }
  Value add(Value x, Value y) { return b.createOrFold<arith::AddIOp>(x, y); }
  Value max(Value x, Value y) { return b.createOrFold<arith::MaxSIOp>(x, y); }
  Value ceilDiv(Value x, int64_t y) {
    return b.createOrFold<arith::CeilDivSIOp>(x, constant(y));
  }
  Value compare(arith::CmpIPredicate predicate, Value x, Value y) {
    return b.createOrFold<arith::CmpIOp>(predicate, x, y);
  }
  Value both(Value x, Value y) { return b.createOrFold<arith::AndIOp>(x, y); }

private:
  ImplicitLocOpBuilder &b;
};
} // namespace

/// Gives `op` a schedule and says so.
LogicalResult Schedule::set(RecurrenceOp op, ScheduleKind kind, int64_t length,
                            const Twine &reason) {
  int64_t width = vectorWidth, blocks = laneBlocks, period = rescalePeriod;
  ScheduleAttr attr = ScheduleAttr::getChecked(
      [&] { return op.emitOpError("cannot be scheduled: "); }, &getContext(),
      kind, length, width, blocks, period);
  if (!attr)
    return failure();
  std::string text;
  llvm::raw_string_ostream(text) << "runs as " << attr << reason;
  kalmir::emitPassedRemark(op.getLoc(), kFlag) << text;
  op->setAttr("schedule", attr);
  ++numScheduled;
  return success();
}

LogicalResult Schedule::schedule(RecurrenceOp op) {
  StringRef refusal = op->hasAttr(tiledAttrName)
                          ? "a tile of time is short already"
                          : whyNotChunked(op);
  if (refusal.empty() && kind == ScheduleChoice::automatic)
    return choose(cast<ScanOp>(op.getOperation()));
  if (!refusal.empty() && kind == ScheduleChoice::chunked) {
    kalmir::emitMissedRemark(op.getLoc(), kFlag)
        << ("runs serially: " + refusal).str();
    ++numRefused;
  }
  if (refusal.empty() && kind == ScheduleChoice::chunked)
    return set(op, ScheduleKind::chunked,
               getChunkLength(onDevice ? kDeviceChunk : kLaneChunk), "");
  return set(op, ScheduleKind::serial, /*length=*/0, "");
}

//===----------------------------------------------------------------------===//
// Clones
//===----------------------------------------------------------------------===//

/// The type with extent 1 in every dimension that a lane iterator spans.
static Type withUnitLanes(Type type, AffineMap map, unsigned time) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return type;
  SmallVector<int64_t> shape(tensor.getShape());
  for (unsigned i = 0, e = map.getNumResults(); i < e; ++i)
    if (map.getDimPosition(i) != time)
      shape[i] = 1;
  return tensor.clone(shape);
}

/// A clone of a scan that has a single lane, which its types then say. Returns
/// the scan; `results` are of the original's types.
static ScanOp cloneWithUnitLanes(ImplicitLocOpBuilder &b, ScanOp op,
                                 SmallVector<Value> &results) {
  auto header = cast<RecurrenceOp>(op.getOperation());
  unsigned time = header.getTimeDim();
  SmallVector<AffineMap> maps = header.getMaps();
  ScanOp clone = cast<ScanOp>(b.clone(*op));
  SmallVector<Type> resultTypes;
  unsigned numInputs = op.getInputs().size();
  b.setInsertionPoint(clone);
  for (auto [i, operand] : llvm::enumerate(clone->getOpOperands())) {
    Type type = withUnitLanes(operand.get().getType(), maps[i], time);
    if (type != operand.get().getType())
      operand.set(tensor::CastOp::create(b, type, operand.get()));
    if (i >= numInputs)
      clone->getResult(i - numInputs).setType(type);
  }
  b.setInsertionPointAfter(clone);
  for (auto [result, old] :
       llvm::zip_equal(clone->getResults(), op->getResults()))
    results.push_back(
        result.getType() == old.getType()
            ? Value(result)
            : tensor::CastOp::create(b, old.getType(), result).getResult());
  return clone;
}

//===----------------------------------------------------------------------===//
// The choice
//===----------------------------------------------------------------------===//

/// What a condition is known to be, if it is.
static std::optional<bool> getKnown(Value condition) {
  if (std::optional<int64_t> value = getConstantIntValue(condition))
    return *value != 0;
  return std::nullopt;
}

/// Estimates are of processors that begin two vector operations a cycle. A
/// scheduler of a device begins one of 32 lanes, and its vector of 128 is a
/// warp of four states a thread: the Kalman mixer takes 80 cycles where the
/// estimate is 18, and 150 by itself where it is 30 (measured on an H200).
static kalmir::analysis::StepCost
onScheduler(const kalmir::analysis::StepCost &cost) {
  // A step that computes nothing takes a slot as well.
  return {std::max(1.0, 4.5 * cost.throughput), 5 * cost.latency};
}

namespace {
/// What a step waits for, in quarters of a cycle.
struct Limits {
  Value latency, issue, memory;
  /// Lanes, with their states, beyond which instructions to issue outlast the
  /// wait for results; bytes, where lanes have no states and those take longer.
  int64_t busyLanes = 0;
  /// States of a lane from which on they outlast its bytes; 0: always.
  int64_t busyStates = 0;
  bool hasStates = false;
};
} // namespace

/// Which limit binds, as a part of a remark.
static std::string describe(const Limits &limits) {
  std::optional<int64_t> latency = getConstantIntValue(limits.latency),
                         issue = getConstantIntValue(limits.issue),
                         memory = getConstantIntValue(limits.memory);
  std::string text;
  llvm::raw_string_ostream os(text);
  if (latency && issue && memory) {
    os << "; bound by "
       << (*memory >= std::max(*latency, *issue) ? "memory"
           : *issue >= *latency                  ? "issue"
                                                 : "latency")
       << llvm::format(" (cycles a step of all lanes: latency %.0f, issue "
                       "%.0f, memory %.0f)",
                       *latency / 4.0, *issue / 4.0, *memory / 4.0);
    return text;
  }
  os << "; bound by latency up to " << limits.busyLanes
     << (limits.hasStates ? " states" : " lanes") << ", beyond by ";
  if (!limits.hasStates)
    os << (limits.busyStates > 1 ? "memory" : "issue");
  else if (limits.busyStates <= 1)
    os << "issue";
  else
    os << "issue where lanes have " << limits.busyStates
       << " states or more, else by memory";
  return text;
}

LogicalResult Schedule::choose(ScanOp op) {
  auto header = cast<RecurrenceOp>(op.getOperation());
  ImplicitLocOpBuilder b(op.getLoc(), op);
  Expressions e(b);

  // The costs of a step, in quarters of a cycle.
  auto countScaled = [](ArrayRef<HomogeneousGroup> groups) {
    unsigned count = 0;
    for (const HomogeneousGroup &group : groups)
      count += group.members.size();
    return count;
  };
  unsigned numInputs = op.getInputs().size();
  unsigned scaled = countScaled(op.getStateGroups());
  kalmir::analysis::StepCost step =
      kalmir::analysis::estimateStep(op.getStep().front(), numInputs, scaled);
  kalmir::analysis::StepCost extend = kalmir::analysis::estimateStep(
      op.getExtend().front(), numInputs, countScaled(op.getElementGroups()));
  kalmir::analysis::StepCost apply = kalmir::analysis::estimateStep(
      op.getApply().front(), op.getElementTypes().size(), scaled);
  if (onDevice) {
    step = onScheduler(step);
    extend = onScheduler(extend);
    apply = onScheduler(apply);
  }
  auto quarters = [](double cycles) { return int64_t(4 * cycles + 1); };

  int64_t width = vectorWidth > 0
                      ? static_cast<int64_t>(vectorWidth)
                      : std::max<int64_t>(1, vectorBits / getStateBits(header));
  int64_t numCores = std::max<int64_t>(1, cores);

  Value yes = b.createOrFold<arith::ConstantOp>(b.getBoolAttr(true));
  Value no = b.createOrFold<arith::ConstantOp>(b.getBoolAttr(false));
  Value parallel = e.constant(1), reduced = e.constant(1), length;
  Value isOneLane = yes;
  for (auto [dim, type] : llvm::enumerate(header.getIterators())) {
    Value extent = getValueOrCreateConstantIndexOp(b, b.getLoc(),
                                                   getExtent(b, header, dim));
    if (type == IteratorType::recurrence) {
      length = extent;
      continue;
    }
    // A static extent above 1 decides, whatever the dynamic ones are.
    isOneLane = e.both(
        isOneLane, e.compare(arith::CmpIPredicate::eq, extent, e.constant(1)));
    Value &lanes =
        type == IteratorType::parallel || onDevice ? parallel : reduced;
    lanes = e.mul(lanes, extent);
  }
  int64_t seriesChunk = getChunkLength(kSeriesChunk);
  int64_t laneChunk = getChunkLength(onDevice ? kDeviceChunk : kLaneChunk);

  // One lane: its chunks fill vectors.
  auto atLeast = [&](int64_t chunks, int64_t steps) {
    int64_t least;
    if (llvm::MulOverflow(chunks, steps, least))
      least = std::numeric_limits<int64_t>::max();
    return e.compare(arith::CmpIPredicate::sge, length, e.constant(least));
  };
  Value isSeries =
      width == 1 || onDevice
          ? no
          : e.both(isOneLane,
                   atLeast(kSeriesVectors * getSeriesLanes(header, vectorWidth),
                           seriesChunk));

  // Lanes that leave cores idle.
  Value vectors = e.ceilDiv(parallel, width);
  Limits limits;
  limits.latency = e.constant(quarters(step.latency));
  limits.issue = e.mul(e.mul(e.ceilDiv(vectors, numCores), reduced),
                       e.constant(quarters(step.throughput)));
  limits.memory = e.constant(0);
  Value serialStep = e.max(limits.latency, limits.issue);
  Value work = e.mul(vectors, reduced);
  auto pass = [&](const kalmir::analysis::StepCost &cost) {
    return e.max(e.constant(quarters(cost.latency)),
                 e.mul(work, e.constant(quarters(cost.throughput))));
  };
  Value chunkedStep =
      e.add(e.ceilDiv(e.add(pass(step), pass(extend)), numCores),
            e.constant(quarters(apply.latency) / laneChunk + 1));
  // Memory: chunks read inputs twice.
  if (bytesPerCycle > 0) {
    Value inputBytes = e.constant(0), outputBytes = e.constant(0);
    int64_t bytesOfLane = 0;
    auto isOfEachLane = [&](AffineMap map) {
      for (auto [dim, type] : llvm::enumerate(header.getIterators()))
        if (type == IteratorType::parallel && !map.isFunctionOfDim(dim))
          return false;
      return true;
    };
    auto addBytes = [&](Value &sum, Value operand, AffineMap map) {
      if (!isa<ShapedType>(operand.getType()) ||
          !map.isFunctionOfDim(header.getTimeDim()))
        return;
      int64_t elementBytes = llvm::divideCeil(
          getElementTypeOrSelf(operand).getIntOrFloatBitWidth(), 8);
      Value bytes = e.constant(elementBytes);
      if (isOfEachLane(map))
        bytesOfLane += elementBytes;
      for (unsigned i = 0, n = map.getNumResults(); i < n; ++i)
        if (unsigned dim = map.getDimPosition(i); dim != header.getTimeDim())
          bytes = e.mul(bytes, getValueOrCreateConstantIndexOp(
                                   b, b.getLoc(), getExtent(b, header, dim)));
      sum = e.add(sum, bytes);
    };
    for (auto [i, input] : llvm::enumerate(op.getInputs()))
      addBytes(inputBytes, input, header.getInputMap(i));
    for (auto [i, output] : llvm::enumerate(op.getOutputs()))
      addBytes(outputBytes, output, header.getOutputMap(i));
    Value once = e.add(inputBytes, outputBytes);
    auto quartersOf = [&](Value bytes) {
      return e.ceilDiv(e.mul(bytes, e.constant(4)), bytesPerCycle);
    };
    limits.memory = quartersOf(once);
    limits.busyLanes = static_cast<int64_t>(
        static_cast<double>(numCores * width) * step.latency / step.throughput);
    limits.busyStates = static_cast<int64_t>(
        std::ceil(static_cast<double>(bytesOfLane * numCores * width) /
                  (static_cast<double>(bytesPerCycle) * step.throughput)));
    limits.hasStates =
        llvm::is_contained(header.getIterators(), IteratorType::reduction);
    if (!limits.hasStates && limits.busyStates > 1)
      limits.busyLanes = static_cast<int64_t>(
          step.latency * static_cast<double>(bytesPerCycle) /
          static_cast<double>(bytesOfLane));
    serialStep = e.max(serialStep, limits.memory);
    chunkedStep = e.max(chunkedStep, quartersOf(e.add(once, inputBytes)));
  }
  // By a tenth at least, two chunks, and enough vectors to give every core one.
  Value isCheaper = e.both(e.both(e.compare(arith::CmpIPredicate::slt,
                                            e.mul(chunkedStep, e.constant(11)),
                                            e.mul(serialStep, e.constant(10))),
                                  atLeast(2, laneChunk)),
                           e.compare(arith::CmpIPredicate::sge,
                                     e.mul(b.createOrFold<arith::DivSIOp>(
                                               length, e.constant(laneChunk)),
                                           vectors),
                                     e.constant(numCores)));
  // A few cores gain little at best: not worth the code of one more clone.
  if (!getKnown(isCheaper) &&
      numCores * step.throughput < 2 * (step.throughput + extend.throughput))
    isCheaper = no;

  std::string numbers;
  llvm::raw_string_ostream(numbers)
      << llvm::format(": a step takes %.1f cycles (%.0f by itself), a summary "
                      "%.1f more, ",
                      step.throughput, step.latency, extend.throughput)
      << numCores << (onDevice ? " schedulers, " : " cores, ") << width
      << " lanes a vector" << (bytesPerCycle > 0 ? describe(limits) : "");

  if (getKnown(isSeries) == true)
    return set(header, ScheduleKind::chunked, seriesChunk, numbers);
  if (getKnown(isSeries) == false) {
    if (std::optional<bool> cheaper = getKnown(isCheaper))
      return *cheaper
                 ? set(header, ScheduleKind::chunked, laneChunk, numbers)
                 : set(header, ScheduleKind::serial, /*length=*/0, numbers);
  }

  // Chosen when it runs.
  IRRewriter rewriter(op);
  auto branch = [&](Value condition, auto makeThen) {
    auto ifOp = scf::IfOp::create(b, op->getResultTypes(), condition,
                                  /*withElseRegion=*/true);
    b.setInsertionPointToStart(ifOp.thenBlock());
    SmallVector<Value> results;
    LogicalResult made = makeThen(results);
    b.setInsertionPointToEnd(ifOp.thenBlock());
    scf::YieldOp::create(b, results);
    b.setInsertionPointToStart(ifOp.elseBlock());
    return std::make_pair(ifOp, made);
  };
  SmallVector<scf::IfOp> branches;
  LogicalResult made = success();
  if (getKnown(isSeries) != false) {
    auto [ifOp, own] = branch(isSeries, [&](SmallVector<Value> &results) {
      ScanOp clone = cloneWithUnitLanes(b, op, results);
      return set(cast<RecurrenceOp>(clone.getOperation()),
                 ScheduleKind::chunked, seriesChunk,
                 ", if there is one lane and time is long");
    });
    branches.push_back(ifOp);
    made = own;
  }
  if (succeeded(made) && getKnown(isCheaper) != false) {
    auto [ifOp, own] = branch(isCheaper, [&](SmallVector<Value> &results) {
      Operation *clone = b.clone(*op);
      llvm::append_range(results, clone->getResults());
      return set(cast<RecurrenceOp>(clone), ScheduleKind::chunked, laneChunk,
                 ", if lanes leave cores idle");
    });
    branches.push_back(ifOp);
    made = own;
  }
  if (failed(made))
    return failure();
  Operation *serial = b.clone(*op);
  ValueRange results = serial->getResults();
  if (failed(set(cast<RecurrenceOp>(serial), ScheduleKind::serial,
                 /*length=*/0, ", else" + numbers)))
    return failure();
  for (scf::IfOp ifOp : llvm::reverse(branches)) {
    b.setInsertionPointToEnd(ifOp.elseBlock());
    scf::YieldOp::create(b, results);
    results = ifOp.getResults();
  }
  rewriter.replaceOp(op, results);
  return success();
}
