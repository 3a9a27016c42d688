//===- EmitLaunch.cpp - one recurrence as a kernel ------------------------===//
//
// A thread of the kernel:
//
//   (1) its channels and its states of them; threads beyond the last channel or
//       state go along on the last one and store nothing
//   (2) time-invariant values and initial states -> registers
//   (3) for each tile of time: wait until it is in shared memory, begin to copy
//       a later one; then for some steps at a time
//         what the states share                       stage time
//         each state                                  stage inner, rescaling
//         sums over the states: own, then shuffles    -> stored, each by one
//                                                        thread
//       and the steps that are left one at a time
//   (4) final states, and sums over time
//
// All threads of a workgroup run the same steps, so that shuffles see all of
// them.
//
//===----------------------------------------------------------------------===//

#include "EmitLaunch.h"

#include "DeferredRescaling.h"
#include "GroupSums.h"
#include "SharedTiles.h"

#include "../RecurToSCF/Carry.h"
#include "../RecurToSCF/StepCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::LaneBuilder;
using lanes::Position;
using lanes::Stage;
using lanes::StepCode;

/// Steps whose sums go through shuffles together.
static constexpr int64_t kUnrolledSteps = 4;

namespace {
/// One state of a channel.
struct OwnState {
  Position position;
  /// Whether it exists; null where all do.
  Value exists;
  /// The time-invariant values that its steps need.
  IRMapping kept;
};

/// One channel of a thread.
struct Channel {
  Position position;
  Value exists;
  /// Its number in the workgroup.
  Value number;
  IRMapping outside;
  SmallVector<OwnState, 0> states;
};

/// Where a step stands: its number, in its tile too, and its stage.
struct Step {
  Value number, inTile, stage;
};

/// What a step reads, by channel.
struct StepInputs {
  Step step;
  Value index;
  SmallVector<IRMapping, 0> shared;
  /// By state.
  SmallVector<SmallVector<IRMapping, 0>, 0> own;
};

/// The sums over own states that a step yields: by output, by channel; null for
/// what is not summed.
using StepSums = SmallVector<SmallVector<Value>, 0>;

/// Emits the kernel of one variant.
class KernelEmitter {
public:
  KernelEmitter(const LaunchPlan &plan, LaneBuilder &b, const Variant &variant)
      : plan(plan), b(b), variant(variant), op(plan.op),
        code(b, *op.getStepBlock(), op.getInputs().size(), plan.innerDims),
        rescaling(lanes::getStateRescaling(op)),
        defers(canDeferRescaling(op, rescaling)), tiles(b, plan, variant) {}

  /// Emits the launch for the states from `firstOfGroups` on. Sums are added to
  /// what outputs hold where it is not 0.
  void emit(Value numStates, Value firstOfGroups);

private:
  Value constant(int64_t value) { return b.indexConstant(value); }
  Value countStateBlocks(Value numStates);
  void findChannels(Value thread, Value block, Value numStates);
  void findStates(Channel &channel, Value numStates);
  void loadTiled(const Step &step, StepInputs &inputs);
  StepInputs loadStep(const Step &step);
  SmallVector<Value> emitStep(StepInputs &inputs, ValueRange carried,
                              StepSums &sums, bool rescales);
  SmallVector<Value> emitOneStep(const Step &step, ValueRange carried);
  SmallVector<Value> emitSteps(const Step &first, ValueRange carried);
  SmallVector<Value> redoIfOutOfRange(const Step &first, ValueRange before,
                                      ArrayRef<Value> after);
  SmallVector<Value> emitTile(Value first, Value stage, ValueRange carried);
  SmallVector<Value> emitTime(ValueRange carried);
  void storeSums(ArrayRef<StepInputs> steps, ArrayRef<StepSums> sums);
  void store(Value value, unsigned output, const Position &position,
             Value exists);
  bool isSummed(unsigned output);
  bool isOverTime(unsigned output);

  const LaunchPlan &plan;
  LaneBuilder &b;
  Variant variant;
  recur::RecurrenceOp op;
  StepCode code;
  lanes::Rescaling rescaling;
  /// Whether it waits for the end of some steps.
  bool defers;
  SharedTiles tiles;
  /// The outer iterators, and the first channel of the workgroup.
  Position origin;
  /// The thread's number in its group, the first of its channels in the
  /// workgroup, and its first state.
  Value member, firstChannel, firstState;
  /// The first state of the group.
  Value firstOfGroups;
  SmallVector<Channel, 0> channels;
};
} // namespace

bool KernelEmitter::isSummed(unsigned output) {
  AffineMap map = op.getOutputMap(output);
  return llvm::none_of(plan.innerDims,
                       [&](unsigned dim) { return map.isFunctionOfDim(dim); });
}

bool KernelEmitter::isOverTime(unsigned output) {
  return op.getOutputMap(output).isFunctionOfDim(op.getTimeDim());
}

/// Sets the iterators `dims` of `position` from a linear number, the last
/// fastest.
static void delinearize(LaneBuilder &b, Position &position, Value number,
                        ArrayRef<unsigned> dims) {
  for (size_t i = dims.size(); i > 0; --i) {
    unsigned dim = dims[i - 1];
    Value index = number;
    if (i > 1) {
      index = arith::RemUIOp::create(b, number, b.extent(dim));
      number = arith::DivUIOp::create(b, number, b.extent(dim));
    }
    position.index[dim] = position.block[dim] = index;
  }
}

/// How many workgroups the channels of the lane iterator take.
static Value countLaneBlocks(LaneBuilder &b, const LaunchPlan &plan,
                             const Variant &variant) {
  if (!plan.laneDim)
    return b.indexConstant(1);
  return arith::CeilDivUIOp::create(
      b, b.extent(*plan.laneDim), b.indexConstant(variant.channelsPerBlock()));
}

/// How many groups take the states of a channel.
Value KernelEmitter::countStateBlocks(Value numStates) {
  return b.createOrFold<arith::CeilDivUIOp>(numStates,
                                            constant(variant.numStates()));
}

void KernelEmitter::findChannels(Value thread, Value block, Value numStates) {
  Value group = constant(variant.threadsPerGroup);
  member = arith::RemUIOp::create(b, thread, group);
  firstState =
      arith::MulIOp::create(b, member, constant(variant.statesPerThread));
  // Groups share the states of a channel if these are not summed.
  if (!plan.isReduced) {
    Value groups = countStateBlocks(numStates);
    firstOfGroups = arith::MulIOp::create(
        b, arith::RemUIOp::create(b, block, groups),
        constant(variant.numStates()));
    block = arith::DivUIOp::create(b, block, groups);
  }
  firstChannel = arith::MulIOp::create(
      b, arith::DivUIOp::create(b, thread, group),
      constant(variant.channelsPerThread));
  origin = b.start();
  if (!plan.laneDim) {
    Channel &channel = channels.emplace_back();
    channel.position = origin;
    channel.number = firstChannel;
    channel.exists = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                           firstChannel, constant(0));
    return;
  }
  unsigned lane = *plan.laneDim;
  Value laneBlocks = countLaneBlocks(b, plan, variant);
  delinearize(b, origin, arith::DivUIOp::create(b, block, laneBlocks),
              plan.outerDims);
  origin.index[lane] = arith::MulIOp::create(
      b, arith::RemUIOp::create(b, block, laneBlocks),
      constant(variant.channelsPerBlock()));
  Value last = arith::SubIOp::create(b, b.extent(lane), constant(1));
  for (int64_t i = 0; i < variant.channelsPerThread; ++i) {
    Channel &channel = channels.emplace_back();
    channel.position = origin;
    channel.number = arith::AddIOp::create(b, firstChannel, constant(i));
    Value index =
        arith::AddIOp::create(b, origin.index[lane], channel.number);
    channel.exists = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, index,
                                           b.extent(lane));
    index = arith::MinUIOp::create(b, index, last);
    channel.position.index[lane] = channel.position.block[lane] = index;
  }
}

void KernelEmitter::findStates(Channel &channel, Value numStates) {
  Value last = arith::SubIOp::create(b, numStates, constant(1));
  for (int64_t i = 0; i < variant.statesPerThread; ++i) {
    OwnState &state = channel.states.emplace_back();
    Value number = arith::AddIOp::create(
        b, firstOfGroups, arith::AddIOp::create(b, firstState, constant(i)));
    if (getConstantIntValue(numStates) != variant.numStates())
      state.exists = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, number,
                                           numStates);
    state.position = channel.position;
    delinearize(b, state.position, arith::MinUIOp::create(b, number, last),
                plan.innerDims);
    state.kept = channel.outside;
    code.emit(Stage::cached, state.position, state.kept);
  }
}

StepInputs KernelEmitter::loadStep(const Step &step) {
  unsigned timeDim = op.getTimeDim();
  StepInputs inputs;
  inputs.step = step;
  inputs.index = step.number;
  if (op.getReverse())
    inputs.index = arith::SubIOp::create(
        b, arith::SubIOp::create(b, b.extent(timeDim), constant(1)),
        step.number);
  inputs.shared.resize(channels.size());
  inputs.own.resize(channels.size());
  for (auto &own : inputs.own)
    own.resize(variant.statesPerThread);
  auto isTiled = [&](unsigned input) { return tiles.holds(input); };
  for (auto [c, channel] : llvm::enumerate(channels)) {
    Position at = channel.position;
    at.index[timeDim] = inputs.index;
    code.emitLoads(Stage::time, at, inputs.shared[c], isTiled);
    for (auto [state, own] : llvm::zip_equal(channel.states, inputs.own[c])) {
      at = state.position;
      at.index[timeDim] = inputs.index;
      code.emitLoads(Stage::inner, at, own, isTiled);
    }
  }
  return inputs;
}

void KernelEmitter::loadTiled(const Step &step, StepInputs &inputs) {
  for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i) {
    if (!tiles.holds(i))
      continue;
    AffineMap map = op.getInputMap(i);
    bool hasStates = llvm::any_of(
        plan.innerDims, [&](unsigned dim) { return map.isFunctionOfDim(dim); });
    bool hasLanes = plan.laneDim && map.isFunctionOfDim(*plan.laneDim);
    BlockArgument argument = op.getStepBlock()->getArgument(i);
    SmallVector<Value> values;
    for (auto [c, channel] : llvm::enumerate(channels)) {
      // Channels share what does not depend on them.
      if (values.empty() || hasLanes)
        values = tiles.load(i, step.stage, step.inTile, channel.number,
                            firstState, variant.statesPerThread);
      if (!hasStates) {
        inputs.shared[c].map(argument, values[0]);
        continue;
      }
      for (auto [own, value] : llvm::zip_equal(inputs.own[c], values))
        own.map(argument, value);
    }
  }
}

static void append(IRMapping &map, const IRMapping &more) {
  for (auto [from, to] : more.getValueMap())
    map.map(from, to);
}

void KernelEmitter::store(Value value, unsigned output,
                          const Position &position, Value exists) {
  Value operand = op.getOutputs()[output];
  AffineMap map = op.getOutputMap(output);
  Type element = getElementTypeOrSelf(operand);
  OpBuilder::InsertionGuard guard(b);
  if (exists) {
    auto ifOp = scf::IfOp::create(b, exists, /*withElseRegion=*/false);
    b.setInsertionPointToStart(ifOp.thenBlock());
  }
  if (variant.isRepeated && isSummed(output)) {
    auto ifOp = scf::IfOp::create(
        b, value.getType(),
        arith::CmpIOp::create(b, arith::CmpIPredicate::ne, firstOfGroups,
                              constant(0)),
        /*withElseRegion=*/true);
    OpBuilder::InsertionGuard inner(b);
    b.setInsertionPointToStart(ifOp.thenBlock());
    Value old = b.load(operand, map, position);
    if (old.getType() != value.getType())
      old = arith::ExtFOp::create(b, value.getType(), old);
    scf::YieldOp::create(b, add(b, old, value));
    b.setInsertionPointToStart(ifOp.elseBlock());
    scf::YieldOp::create(b, value);
    value = ifOp.getResult(0);
  }
  if (value.getType() != element)
    value = arith::TruncFOp::create(b, element, value);
  b.store(value, operand, map, position);
}

/// Carries the states, by channel and state, then the sums over time, by output
/// and channel.
SmallVector<Value> KernelEmitter::emitStep(StepInputs &inputs,
                                           ValueRange carried,
                                           StepSums &sums, bool rescales) {
  unsigned timeDim = op.getTimeDim();
  unsigned numOutputs = op.getOutputs().size();
  size_t numMembers = op.getStates().size();
  Value due = lanes::isRescaleDue(b, inputs.step.number, rescaling);
  SmallVector<Value> next;
  loadTiled(inputs.step, inputs);
  sums.assign(numOutputs, SmallVector<Value>(channels.size()));
  for (auto [c, channel] : llvm::enumerate(channels)) {
    Position now = channel.position;
    now.index[timeDim] = inputs.index;
    IRMapping shared = channel.outside;
    append(shared, inputs.shared[c]);
    code.emitOperations(Stage::time, now, shared);
    for (auto [state, own] : llvm::zip_equal(channel.states, inputs.own[c])) {
      IRMapping map = shared;
      append(map, own);
      for (Value value : code.keptValues(Stage::cached))
        map.map(value, state.kept.lookup(value));
      map.map(code.carried(), carried.take_front(numMembers));
      carried = carried.drop_front(numMembers);
      Position at = state.position;
      at.index[timeDim] = inputs.index;
      code.emitOperations(Stage::inner, at, map);
      SmallVector<Value> after;
      for (Value value : code.next())
        after.push_back(map.lookup(value));
      if (rescales)
        lanes::rescaleIf(b, due, after, rescaling);
      llvm::append_range(next, after);

      for (unsigned i = 0; i < numOutputs; ++i) {
        if (!isSummed(i)) {
          Value exists = channel.exists;
          if (state.exists)
            exists = arith::AndIOp::create(b, exists, state.exists);
          store(map.lookup(code.contribution(i)), i, at, exists);
          continue;
        }
        Value summand = map.lookup(recur::getSummand(code.contribution(i)));
        Type sumType = recur::getSumType(
            getElementTypeOrSelf(op.getOutputs()[i].getType()));
        if (summand.getType() != sumType)
          summand = arith::ExtFOp::create(b, sumType, summand);
        if (variant.isRagged && state.exists)
          summand = arith::SelectOp::create(b, state.exists, summand,
                                            b.zero(sumType));
        Value &sum = sums[i][c];
        sum = sum ? add(b, sum, summand) : summand;
      }
    }
    // Threads have all of their states or none.
    Value exists = channel.states.front().exists;
    for (unsigned i = 0; i < numOutputs; ++i)
      if (Value &sum = sums[i][c]; sum && exists && !variant.isRagged)
        sum = arith::SelectOp::create(b, exists, sum, b.zero(sum.getType()));
  }
  for (unsigned i = 0; i < numOutputs; ++i) {
    if (!isSummed(i) || isOverTime(i))
      continue;
    for (Value sum : sums[i]) {
      next.push_back(add(b, carried.front(), sum));
      carried = carried.drop_front();
    }
  }
  return next;
}

/// Adds up what some steps yielded across the group, and stores it.
void KernelEmitter::storeSums(ArrayRef<StepInputs> steps,
                              ArrayRef<StepSums> sums) {
  Value numChannels = constant(channels.size());
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i) {
    if (!isSummed(i) || !isOverTime(i))
      continue;
    SmallVector<Value> values;
    for (const StepSums &step : sums)
      llvm::append_range(values, step[i]);
    GroupSums group = addOverGroup(b, values, member, variant.threadsPerGroup);
    for (auto [k, sum] : llvm::enumerate(group.sums)) {
      // Which step and channel it belongs to, counted from the first ones.
      Value number = b.createOrFold<arith::AddIOp>(group.first, constant(k));
      Value step = arith::DivUIOp::create(b, number, numChannels);
      Position at = channels.front().position;
      Value first = steps.front().index;
      at.index[op.getTimeDim()] =
          op.getReverse() ? arith::SubIOp::create(b, first, step).getResult()
                          : arith::AddIOp::create(b, first, step).getResult();
      Value exists = channels.front().exists;
      if (plan.laneDim) {
        unsigned lane = *plan.laneDim;
        at.index[lane] = arith::AddIOp::create(
            b, arith::AddIOp::create(b, origin.index[lane], firstChannel),
            arith::RemUIOp::create(b, number, numChannels));
        exists = arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                       at.index[lane], b.extent(lane));
      }
      store(sum, i, at, arith::AndIOp::create(b, exists, group.isOwner));
    }
  }
}

SmallVector<Value> KernelEmitter::emitOneStep(const Step &step,
                                              ValueRange carried) {
  StepInputs inputs = loadStep(step);
  StepSums sums;
  SmallVector<Value> next = emitStep(inputs, carried, sums, /*rescales=*/true);
  storeSums(inputs, sums);
  return next;
}

static Step advance(LaneBuilder &b, const Step &first, Value steps) {
  return {arith::AddIOp::create(b, first.number, steps),
          arith::AddIOp::create(b, first.inTile, steps), first.stage};
}

/// Rescales what is carried after some steps; where a thread of the warp has a
/// state out of range, runs them again, rescaling after each.
SmallVector<Value> KernelEmitter::redoIfOutOfRange(const Step &first,
                                                   ValueRange before,
                                                   ArrayRef<Value> after) {
  DeferredRescaling deferred(b, rescaling);
  size_t numMembers = op.getStates().size();
  size_t numStates =
      channels.size() * variant.statesPerThread;
  for (size_t i = 0; i < numStates; ++i)
    deferred.watch(after.slice(i * numMembers, numMembers));
  Value all = arith::ConstantIntOp::create(b, b.getI32Type(), -1);
  Value isOutOfRange =
      NVVM::VoteSyncOp::create(b, b.getI1Type(), all, deferred.isOutOfRange(),
                               NVVM::VoteSyncKind::any);
  auto ifOp = scf::IfOp::create(b, before.getTypes(), isOutOfRange,
                                /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  // Another thread of the group may store a sum this time.
  NVVM::SyncWarpOp::create(b, all);
  // No constant, or LLVM unrolls what hardly ever runs.
  Value count = arith::MinUIOp::create(
      b, constant(kUnrolledSteps),
      arith::SubIOp::create(b, b.extent(op.getTimeDim()), first.number));
  SmallVector<Value> again =
      b.count(constant(0), count, before, [&](Value i, ValueRange carried) {
        return emitOneStep(advance(b, first, i), carried);
      });
  scf::YieldOp::create(b, again);
  b.setInsertionPointToStart(ifOp.elseBlock());
  SmallVector<Value> values(after);
  deferred.rescale(MutableArrayRef(values).take_front(numStates * numMembers));
  scf::YieldOp::create(b, values);
  return ifOp.getResults();
}

/// Some steps, whose sums go through shuffles together.
SmallVector<Value> KernelEmitter::emitSteps(const Step &first,
                                            ValueRange carried) {
  SmallVector<StepInputs, 0> inputs;
  for (int64_t i = 0; i < kUnrolledSteps; ++i)
    inputs.push_back(loadStep(advance(b, first, constant(i))));
  SmallVector<Value> values(carried);
  SmallVector<StepSums, 0> sums(kUnrolledSteps);
  for (auto [step, stepSums] : llvm::zip_equal(inputs, sums))
    values = emitStep(step, values, stepSums, !defers);
  // Stored even where they will be stored again, because code that only one
  // side of a branch needs runs there, without anything to fill its waits.
  storeSums(inputs, sums);
  return defers ? redoIfOutOfRange(first, carried, values) : values;
}

/// The steps of a tile, some at a time and then one at a time.
SmallVector<Value> KernelEmitter::emitTile(Value first, Value stage,
                                           ValueRange carried) {
  Value left = arith::SubIOp::create(b, b.extent(op.getTimeDim()), first);
  Value count =
      arith::MinUIOp::create(b, left, constant(tiles.getSteps()));
  Value unrolled = constant(kUnrolledSteps);
  Value whole = arith::SubIOp::create(
      b, count, arith::RemUIOp::create(b, count, unrolled));
  auto getStep = [&](Value inTile) -> Step {
    return {arith::AddIOp::create(b, first, inTile), inTile, stage};
  };
  SmallVector<Value> results = b.count(
      constant(0), whole, carried,
      [&](Value inTile, ValueRange carried) {
        return emitSteps(getStep(inTile), carried);
      },
      kUnrolledSteps);
  return b.count(whole, count, results, [&](Value inTile, ValueRange carried) {
    return emitOneStep(getStep(inTile), carried);
  });
}

SmallVector<Value> KernelEmitter::emitTime(ValueRange carried) {
  Value length = b.extent(op.getTimeDim());
  int64_t steps = tiles.getSteps(), stages = tiles.getStages();
  b.count(constant(0), constant(stages - 1), {},
          [&](Value stage, ValueRange) -> SmallVector<Value> {
            tiles.copy(arith::MulIOp::create(b, stage, constant(steps)), stage);
            return {};
          });
  // Carried as well: the stage in use.
  SmallVector<Value> initial{constant(0)};
  llvm::append_range(initial, carried);
  SmallVector<Value> results = b.count(
      constant(0), length, initial,
      [&](Value first, ValueRange values) {
        Value stage = values.front();
        auto is = [&](int64_t number) -> Value {
          return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, stage,
                                       constant(number));
        };
        // After the wait no thread uses the stage before this one any more.
        tiles.wait(stages - 2);
        Value before = arith::SelectOp::create(
            b, is(0), constant(stages - 1),
            arith::SubIOp::create(b, stage, constant(1)));
        tiles.copy(
            arith::AddIOp::create(b, first, constant((stages - 1) * steps)),
            before);
        Value after = arith::SelectOp::create(
            b, is(stages - 1), constant(0),
            arith::AddIOp::create(b, stage, constant(1)));
        SmallVector<Value> next{after};
        llvm::append_range(next, emitTile(first, stage, values.drop_front()));
        return next;
      },
      steps);
  results.erase(results.begin());
  return results;
}

void KernelEmitter::emit(Value numStates, Value first) {
  firstOfGroups = first;
  Value blocks = countLaneBlocks(b, plan, variant);
  if (!plan.isReduced)
    blocks = b.createOrFold<arith::MulIOp>(blocks, countStateBlocks(numStates));
  for (unsigned dim : plan.outerDims)
    blocks = b.createOrFold<arith::MulIOp>(blocks, b.extent(dim));
  Value one = constant(1);
  Value bytes =
      arith::ConstantIntOp::create(b, b.getI32Type(), tiles.getBytes());
  auto launch = mlir::gpu::LaunchOp::create(
      b, blocks, one, one, constant(variant.blockSize), one, one, bytes);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(&launch.getBody().front());
  mlir::gpu::TerminatorOp::create(b);
  b.setInsertionPoint(launch.getBody().front().getTerminator());
  // (1)
  Value thread = launch.getThreadIds().x;
  findChannels(thread, launch.getBlockIds().x, numStates);
  tiles.open(thread, origin, firstOfGroups);
  // (2)
  SmallVector<Value> carried;
  for (Channel &channel : channels) {
    code.emit(Stage::outside, channel.position, channel.outside);
    findStates(channel, numStates);
    for (const OwnState &state : channel.states)
      llvm::append_range(carried, lanes::loadStates(b, state.position));
  }
  size_t numCarried = carried.size();
  auto isTimeSum = [&](unsigned i) { return isSummed(i) && !isOverTime(i); };
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
    if (isTimeSum(i))
      carried.append(channels.size(),
                     b.zero(recur::getSumType(getElementTypeOrSelf(
                         op.getOutputs()[i].getType()))));
  // (3)
  SmallVector<Value> results = emitTime(carried);
  // (4)
  ArrayRef<Value> rest(results);
  for (const Channel &channel : channels)
    for (const OwnState &state : channel.states) {
      Value exists = channel.exists;
      if (state.exists)
        exists = arith::AndIOp::create(b, exists, state.exists);
      auto ifOp = scf::IfOp::create(b, exists, false);
      OpBuilder::InsertionGuard inner(b);
      b.setInsertionPointToStart(ifOp.thenBlock());
      lanes::storeStates(b, rest.take_front(op.getStates().size()),
                         state.position);
      rest = rest.drop_front(op.getStates().size());
    }
  rest = ArrayRef(results).drop_front(numCarried);
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i) {
    if (!isTimeSum(i))
      continue;
    for (const Channel &channel : channels) {
      GroupSums group = addOverGroup(b, rest.front(), member,
                                     variant.threadsPerGroup);
      store(group.sums.front(), i, channel.position,
            arith::AndIOp::create(b, channel.exists, group.isOwner));
      rest = rest.drop_front();
    }
  }
}

/// Whether a variant is the one to run, an i1.
static Value isChosen(LaneBuilder &b, const LaunchPlan &plan,
                      const Variant &variant, Value numStates,
                      Value numChannels) {
  Value chosen = b.createOrFold<arith::ConstantOp>(b.getBoolAttr(true));
  if (plan.isReduced)
    chosen = b.createOrFold<arith::CmpIOp>(
        arith::CmpIPredicate::ule, numStates,
        b.indexConstant(variant.numStates()));
  if (!variant.isRagged && variant.statesPerThread > 1)
    chosen = b.createOrFold<arith::AndIOp>(
        chosen, b.createOrFold<arith::CmpIOp>(
                    arith::CmpIPredicate::eq,
                    b.createOrFold<arith::RemUIOp>(
                        numStates, b.indexConstant(variant.statesPerThread)),
                    b.indexConstant(0)));
  if (variant.channelsPerThread > 1)
    chosen = b.createOrFold<arith::AndIOp>(
        chosen, b.createOrFold<arith::CmpIOp>(
                    arith::CmpIPredicate::uge, numChannels,
                    b.indexConstant(plan.manyChannels)));
  return chosen;
}

void threads::emitLaunches(const LaunchPlan &plan) {
  recur::RecurrenceOp op = plan.op;
  lanes::LanePlan scalars;
  scalars.op = op;
  scalars.initialStates = llvm::to_vector(op.getStates());
  scalars.timeDim = op.getTimeDim();
  scalars.gridDims = plan.outerDims;
  if (plan.laneDim)
    scalars.gridDims.push_back(*plan.laneDim);
  scalars.innerDims = plan.innerDims;
  scalars.keepsInRegisters = true;
  LaneBuilder b(scalars);
  auto multiply = [&](ArrayRef<unsigned> dims) {
    Value product = b.indexConstant(1);
    for (unsigned dim : dims)
      product = b.createOrFold<arith::MulIOp>(product, b.extent(dim));
    return product;
  };
  Value numChannels = multiply(scalars.gridDims);
  Value numStates = multiply(plan.innerDims), zero = b.indexConstant(0);
  // Channels without states have nothing to run; their sums are 0.
  std::optional<int64_t> known = getConstantIntValue(numStates);
  if (!known || known == 0) {
    auto ifOp =
        scf::IfOp::create(b,
                          arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                                numStates, b.indexConstant(0)),
                          /*withElseRegion=*/true);
    b.setInsertionPointToStart(ifOp.thenBlock());
    for (Value output : op.getOutputs())
      linalg::FillOp::create(b, b.zero(getElementTypeOrSelf(output.getType())),
                             output);
    b.setInsertionPointToStart(ifOp.elseBlock());
  }
  for (const Variant &variant : ArrayRef(plan.variants).drop_back()) {
    auto ifOp = scf::IfOp::create(
        b, isChosen(b, plan, variant, numStates, numChannels),
        /*withElseRegion=*/true);
    b.setInsertionPointToStart(ifOp.thenBlock());
    KernelEmitter(plan, b, variant).emit(numStates, zero);
    b.setInsertionPointToStart(ifOp.elseBlock());
  }
  const Variant &last = plan.variants.back();
  if (!last.isRepeated) {
    KernelEmitter(plan, b, last).emit(numStates, zero);
    return;
  }
  b.count(zero, numStates, {},
          [&](Value first, ValueRange) -> SmallVector<Value> {
            KernelEmitter(plan, b, last).emit(numStates, first);
            return {};
          },
          last.numStates());
}
