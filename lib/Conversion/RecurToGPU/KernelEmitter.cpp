//===- KernelEmitter.cpp - a variant's kernel -----------------------------===//

#include "KernelEmitter.h"

#include "DeferredRescaling.h"
#include "GroupSums.h"

#include "../RecurToSCF/Carry.h"

#include "kalmir/Conversion/RecurToGPU.h"
#include "kalmir/Recur/IR/RecurFinish.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::LaneBuilder;
using lanes::Position;
using lanes::Stage;

/// Steps in the body of the loop, at whose beginning and end threads wait.
/// Deferred rescaling takes place after them.
static constexpr int64_t kUnrolledSteps = 16;

KernelEmitter::KernelEmitter(const LaunchPlan &plan, LaneBuilder &b,
                             const Variant &variant)
    : plan(plan), b(b), variant(variant), op(plan.op),
      code(b, *op.getStepBlock(), op.getInputs().size(), plan.innerDims),
      rescaling(lanes::getStateRescaling(op)),
      // What is redone must not add to sums of the launches before again.
      defers(!variant.isRepeated && canDeferRescaling(op, rescaling)),
      finish(b, plan), results(b, plan, variant), waiting(b, plan, variant),
      values(b, plan, variant, code),
      tiles(b, plan, variant, values, waiting, results) {
  for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i)
    if (tiles.isWidened(i))
      for (Operation *extension : op.getStepBlock()->getArgument(i).getUsers())
        code.leaveOut(extension);
  unrolledSteps = std::min(kUnrolledSteps, tiles.getWindowSteps());
}

bool KernelEmitter::isSummed(unsigned output) {
  AffineMap map = op.getOutputMap(output);
  return llvm::none_of(plan.innerDims,
                       [&](unsigned dim) { return map.isFunctionOfDim(dim); });
}

bool KernelEmitter::isOverTime(unsigned output) {
  return op.getOutputMap(output).isFunctionOfDim(op.getTimeDim());
}

//===----------------------------------------------------------------------===//
// Channels and states
//===----------------------------------------------------------------------===//

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
Value KernelEmitter::countLaneBlocks() {
  if (!plan.laneDim)
    return constant(1);
  return arith::CeilDivUIOp::create(b, b.extent(*plan.laneDim),
                                    constant(variant.channelsPerBlock()));
}

/// How many groups share the states of a channel.
Value KernelEmitter::countStateBlocks() {
  if (plan.isReduced)
    return constant(1);
  return b.createOrFold<arith::CeilDivUIOp>(numStates,
                                            constant(variant.numStates()));
}

void KernelEmitter::findChannel(Value thread, Value block) {
  Value group = constant(variant.threadsPerGroup);
  member = arith::RemUIOp::create(b, thread, group);
  firstState =
      arith::MulIOp::create(b, member, constant(variant.statesPerThread));
  number = arith::DivUIOp::create(b, thread, group);
  if (!plan.isReduced) {
    Value groups = countStateBlocks();
    firstOfGroup =
        arith::MulIOp::create(b, arith::RemUIOp::create(b, block, groups),
                              constant(variant.numStates()));
    block = arith::DivUIOp::create(b, block, groups);
  }
  origin = b.start();
  if (!plan.laneDim) {
    channel = origin;
    channelExists =
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, number, constant(0));
    return;
  }
  unsigned lane = *plan.laneDim;
  Value laneBlocks = countLaneBlocks();
  delinearize(b, origin, arith::DivUIOp::create(b, block, laneBlocks),
              plan.outerDims);
  origin.index[lane] =
      arith::MulIOp::create(b, arith::RemUIOp::create(b, block, laneBlocks),
                            constant(variant.channelsPerBlock()));
  auto exists = [&](Value number) -> Value {
    return arith::CmpIOp::create(
        b, arith::CmpIPredicate::ult,
        arith::AddIOp::create(b, origin.index[lane], number), b.extent(lane));
  };
  channelExists = exists(number);
  // A warp of which no channel exists does what the first warp does, another
  // thread what that of the last channel does: the same bits, also where a warp
  // decides together, so that they may store them as well.
  Value inWarp = arith::RemUIOp::create(
      b, number, constant(std::max<int64_t>(1, 32 / variant.threadsPerGroup)));
  number = arith::SelectOp::create(
      b, exists(arith::SubIOp::create(b, number, inWarp)), number, inWarp);
  number = arith::MinUIOp::create(
      b, number,
      arith::SubIOp::create(
          b, arith::SubIOp::create(b, b.extent(lane), constant(1)),
          origin.index[lane]));
  channel = origin;
  channel.index[lane] = channel.block[lane] =
      arith::AddIOp::create(b, origin.index[lane], number);
}

KernelEmitter::Values KernelEmitter::loadInitial(const OwnState &state) {
  if (!op->hasAttr(recur::fromIdentityAttrName))
    return lanes::loadStates(b, state.position);
  Values identity;
  for (Attribute number : cast<recur::ScanOp>(op.getOperation()).getIdentity())
    identity.push_back(arith::ConstantOp::create(b, cast<TypedAttr>(number)));
  return identity;
}

void KernelEmitter::findStates() {
  Value last = arith::SubIOp::create(b, numStates, constant(1));
  for (int64_t i = 0; i < variant.statesPerThread; ++i) {
    OwnState &state = states.emplace_back();
    Value own = arith::AddIOp::create(
        b, firstOfGroup, arith::AddIOp::create(b, firstState, constant(i)));
    if (getConstantIntValue(numStates) != variant.numStates())
      state.exists =
          arith::CmpIOp::create(b, arith::CmpIPredicate::ult, own, numStates);
    state.position = channel;
    delinearize(b, state.position, arith::MinUIOp::create(b, own, last),
                plan.innerDims);
    state.kept = outside;
    code.emit(Stage::cached, state.position, state.kept);
  }
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

KernelEmitter::Step KernelEmitter::advance(const Step &first, Value steps) {
  return {arith::AddIOp::create(b, first.number, steps),
          arith::AddIOp::create(b, first.inTile, steps)};
}

/// Where the channel has a step, counted in the order in which they run.
Position KernelEmitter::findStep(Value step) {
  Position at = channel;
  Value &index = at.index[op.getTimeDim()];
  index = step;
  if (op.getReverse())
    index = arith::SubIOp::create(
        b, arith::SubIOp::create(b, b.extent(op.getTimeDim()), constant(1)),
        step);
  return at;
}

/// Reads what is not in tiles.
KernelEmitter::StepInputs KernelEmitter::loadStep(const Step &step) {
  unsigned timeDim = op.getTimeDim();
  StepInputs inputs;
  inputs.step = step;
  Position at = findStep(step.number);
  inputs.index = at.index[timeDim];
  auto isTiled = [&](unsigned input) { return tiles.holds(input); };
  code.emitLoads(Stage::time, at, inputs.shared, isTiled);
  for (const OwnState &state : states) {
    at = state.position;
    at.index[timeDim] = inputs.index;
    code.emitLoads(Stage::inner, at, inputs.own.emplace_back(), isTiled);
  }
  return inputs;
}

/// Reads what a step has in tiles, those whose steps lie side by side only if
/// asked for.
void KernelEmitter::loadTiled(StepInputs &inputs, bool withTimeLast) {
  for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i)
    if (tiles.holds(i) && (withTimeLast || !tiles.isTimeLast(i)))
      mapInput(i,
               tiles.load(i, inputs.step.inTile, number, firstState,
                          variant.statesPerThread),
               inputs);
}

void KernelEmitter::loadTimeLast(MutableArrayRef<StepInputs> steps) {
  const Step &first = steps.front().step;
  for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i)
    if (tiles.holds(i) && tiles.isTimeLast(i))
      for (auto [step, values] : llvm::zip_equal(
               steps, tiles.loadSteps(i, first.inTile, steps.size(), number,
                                      firstState, variant.statesPerThread)))
        mapInput(i, values, step);
}

void KernelEmitter::mapInput(unsigned input, ArrayRef<Value> values,
                             StepInputs &inputs) {
  AffineMap map = op.getInputMap(input);
  BlockArgument argument = op.getStepBlock()->getArgument(input);
  for (Value target : tiles.getTargets(argument)) {
    if (llvm::none_of(plan.innerDims,
                      [&](unsigned dim) { return map.isFunctionOfDim(dim); })) {
      inputs.shared.map(target, values.front());
      continue;
    }
    for (auto [own, value] : llvm::zip_equal(inputs.own, values))
      own.map(target, value);
  }
}

static void append(IRMapping &map, const IRMapping &more) {
  for (auto [from, to] : more.getValueMap())
    map.map(from, to);
}

/// Adds what a state contributes to the thread's sum of an output.
void KernelEmitter::addOwn(Value &sum, unsigned output, Value summand,
                           const OwnState &state) {
  Type type = recur::getSumType(op, output);
  if (summand.getType() != type)
    summand = arith::ExtFOp::create(b, type, summand);
  if (variant.isRagged && state.exists)
    summand = arith::SelectOp::create(b, state.exists, summand, b.zero(type));
  sum = sum ? add(b, sum, summand, arith::FastMathFlags::contract) : summand;
}

/// Carries the states, state by state, then the sums over time.
KernelEmitter::Values KernelEmitter::emitStep(const StepInputs &inputs,
                                              ValueRange carried, Values &sums,
                                              bool rescales) {
  unsigned timeDim = op.getTimeDim();
  unsigned numOutputs = op.getOutputs().size();
  size_t numMembers = op.getStates().size();
  Value due = lanes::isRescaleDue(b, inputs.step.number, rescaling);
  Position now = channel;
  now.index[timeDim] = inputs.index;
  IRMapping shared = outside;
  append(shared, inputs.shared);
  code.emitOperations(Stage::time, now, shared);
  append(shared, inputs.computed);

  Values next;
  sums.assign(numOutputs, Value());
  for (auto [state, own] : llvm::zip_equal(states, inputs.own)) {
    IRMapping map = shared;
    append(map, own);
    for (Value value : code.keptValues(Stage::cached))
      map.map(value, state.kept.lookup(value));
    map.map(code.carried(), carried.take_front(numMembers));
    carried = carried.drop_front(numMembers);
    Position at = state.position;
    at.index[timeDim] = inputs.index;
    code.emitOperations(Stage::inner, at, map);
    Values after;
    for (Value value : code.next())
      after.push_back(map.lookup(value));
    if (rescales)
      lanes::rescaleIf(b, due, after, rescaling);
    llvm::append_range(next, after);

    for (unsigned i = 0; i < numOutputs; ++i) {
      if (isSummed(i)) {
        addOwn(sums[i], i, map.lookup(recur::getSummand(code.contribution(i))),
               state);
        continue;
      }
      Value exists = channelExists;
      if (state.exists)
        exists = arith::AndIOp::create(b, exists, state.exists);
      store(finish.emit(map.lookup(code.contribution(i)), i, at), i, at,
            exists);
    }
  }
  // Threads have all of their states or none.
  Value exists = states.front().exists;
  for (auto [i, sum] : llvm::enumerate(sums))
    if (sum && exists && !variant.isRagged && !waiting.holds(i))
      sum = arith::SelectOp::create(b, exists, sum, b.zero(sum.getType()));
  for (unsigned i = 0; i < numOutputs; ++i) {
    if (!isSummedOverTime(i))
      continue;
    next.push_back(add(b, carried.front(), sums[i]));
    carried = carried.drop_front();
  }
  return next;
}

KernelEmitter::Values KernelEmitter::emitOneStep(const Step &step,
                                                 ValueRange carried) {
  StepInputs inputs = loadStep(step);
  loadTiled(inputs, /*withTimeLast=*/true);
  inputs.computed = values.load(step.inTile);
  Values sums;
  Values next = emitStep(inputs, carried, sums, /*rescales=*/true);
  storeSums(inputs, sums);
  writeSums();
  return next;
}

/// A row of steps, which lie side by side in shared memory.
KernelEmitter::Values KernelEmitter::emitRow(const Step &first,
                                             ValueRange carried) {
  SmallVector<StepInputs, 0> inputs;
  for (int64_t i = 0; i < kRowSteps; ++i)
    inputs.push_back(loadStep(advance(first, constant(i))));
  loadTimeLast(inputs);
  for (auto [step, computed] :
       llvm::zip_equal(inputs, values.loadRow(first.inTile)))
    step.computed = computed;
  Values next(carried);
  SmallVector<Values, 0> sums(kRowSteps);
  for (auto [step, stepSums] : llvm::zip_equal(inputs, sums)) {
    loadTiled(step, /*withTimeLast=*/false);
    next = emitStep(step, next, stepSums, !defers);
  }
  storeSums(inputs.front(), sums);
  return next;
}

KernelEmitter::Values KernelEmitter::emitSteps(const Step &first,
                                               ValueRange carried) {
  size_t numMembers = op.getStates().size();
  Values next(carried);
  DeferredRescaling deferred(b, rescaling);
  for (int64_t i = 0; i < unrolledSteps; i += kRowSteps) {
    if (defers && i > 0 && i % DeferredRescaling::kWatchedSteps == 0)
      for (size_t state = 0; state < states.size(); ++state)
        deferred.watchScales(
            ArrayRef(next).slice(state * numMembers, numMembers));
    next = emitRow(advance(first, constant(i)), next);
  }
  writeSums();
  return defers ? redoIfOutOfRange(first, carried, next, deferred) : next;
}

/// Rescales what is carried after some steps; where a thread of the warp has a
/// state out of range, runs them again, rescaling after each.
KernelEmitter::Values
KernelEmitter::redoIfOutOfRange(const Step &first, ValueRange before,
                                ArrayRef<Value> after,
                                DeferredRescaling &deferred) {
  size_t numMembers = op.getStates().size();
  for (size_t i = 0; i < states.size(); ++i)
    deferred.watch(after.slice(i * numMembers, numMembers));
  Value all = arith::ConstantIntOp::create(b, b.getI32Type(), -1);
  Value isOutOfRange = NVVM::VoteSyncOp::create(
      b, b.getI1Type(), all, deferred.isOutOfRange(), NVVM::VoteSyncKind::any);
  auto ifOp = scf::IfOp::create(b, before.getTypes(), isOutOfRange,
                                /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  // Another thread of the group may store a sum this time.
  if (waiting.empty())
    waitForWarp(b);
  // No constant, or LLVM unrolls what hardly ever runs.
  Value count = arith::MinUIOp::create(
      b, constant(unrolledSteps),
      arith::SubIOp::create(b, b.extent(op.getTimeDim()), first.number));
  Values again =
      b.count(constant(0), count, before, [&](Value i, ValueRange carried) {
        return emitOneStep(advance(first, i), carried);
      });
  scf::YieldOp::create(b, again);
  b.setInsertionPointToStart(ifOp.elseBlock());
  Values values(after);
  deferred.rescale(
      MutableArrayRef(values).take_front(states.size() * numMembers));
  scf::YieldOp::create(b, values);
  return ifOp.getResults();
}

/// The steps of a window of the tile that begins with step `first`, some at a
/// time and then one at a time.
KernelEmitter::Values KernelEmitter::emitWindow(Value first, Value window,
                                                ValueRange carried) {
  Step start{b.createOrFold<arith::AddIOp>(first, window), window};
  Value length = b.extent(op.getTimeDim());
  // A tile has steps, a later window of it may have none.
  Value begin = start.number;
  if (!isConstantIntValue(window, 0))
    begin = arith::MinUIOp::create(b, begin, length);
  Value count =
      arith::MinUIOp::create(b, arith::SubIOp::create(b, length, begin),
                             constant(tiles.getWindowSteps()));
  Value whole = arith::SubIOp::create(
      b, count, arith::RemUIOp::create(b, count, constant(unrolledSteps)));
  Values next = b.count(
      constant(0), whole, carried,
      [&](Value step, ValueRange carried) {
        return emitSteps(advance(start, step), carried);
      },
      unrolledSteps);
  return b.count(whole, count, next, [&](Value step, ValueRange carried) {
    return emitOneStep(advance(start, step), carried);
  });
}

/// A tile; the one after it is in stage `following`.
KernelEmitter::Values KernelEmitter::emitTile(Value first, Value following,
                                              ValueRange carried) {
  values.compute(first, tiles);
  if (tiles.getWindowSteps() == tiles.getSteps()) {
    Values next = emitWindow(first, constant(0), carried);
    Values narrow = tiles.beginNext(following);
    storeWaiting(first, constant(0));
    tiles.endNext(narrow);
    return next;
  }
  Values next = b.count(
      constant(0), constant(tiles.getSteps()), carried,
      [&](Value window, ValueRange carried) {
        Values next = emitWindow(first, window, carried);
        storeWaiting(first, window);
        return next;
      },
      tiles.getWindowSteps());
  tiles.endNext(tiles.beginNext(following));
  return next;
}

KernelEmitter::Values KernelEmitter::emitTime(ValueRange carried) {
  Value length = b.extent(op.getTimeDim());
  int64_t steps = tiles.getSteps(), stages = tiles.getStages();
  b.count(constant(0), constant(stages - 1), {},
          [&](Value stage, ValueRange) -> Values {
            tiles.copy(arith::MulIOp::create(b, stage, constant(steps)), stage);
            return {};
          });
  tiles.prepare();
  // Carried as well: the stage in use.
  Values initial{constant(0)};
  llvm::append_range(initial, carried);
  Values last = b.count(
      constant(0), length, initial,
      [&](Value first, ValueRange values) {
        Value stage = values.front();
        auto is = [&](int64_t number) -> Value {
          return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, stage,
                                       constant(number));
        };
        tiles.enter(first, stage);
        Value before = arith::SelectOp::create(
            b, is(0), constant(stages - 1),
            arith::SubIOp::create(b, stage, constant(1)));
        tiles.copy(
            arith::AddIOp::create(b, first, constant((stages - 1) * steps)),
            before);
        Value after = arith::SelectOp::create(
            b, is(stages - 1), constant(0),
            arith::AddIOp::create(b, stage, constant(1)));
        Values next{after};
        llvm::append_range(next, emitTile(first, after, values.drop_front()));
        results.store(first);
        return next;
      },
      steps);
  last.erase(last.begin());
  return last;
}

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

void KernelEmitter::emit(Value numStates, Value first,
                         ArrayRef<Value> partials) {
  this->numStates = numStates;
  this->partials = partials;
  firstOfGroup = first;
  Value blocks =
      b.createOrFold<arith::MulIOp>(countLaneBlocks(), countStateBlocks());
  for (unsigned dim : plan.outerDims)
    blocks = b.createOrFold<arith::MulIOp>(blocks, b.extent(dim));
  Value one = constant(1);
  Value bytes =
      arith::ConstantIntOp::create(b, b.getI32Type(), tiles.getAllBytes());
  auto launch = mlir::gpu::LaunchOp::create(
      b, blocks, one, one, constant(variant.blockSize), one, one, bytes);
  // Large groups have few channels and many workgroups. Several sums need more
  // registers than that leaves.
  if (variant.threadsPerGroup > 4 && !variant.isRagged &&
      variant.blockSize == kBlockSize && waiting.count() <= 1)
    launch->setAttr(workgroupsAttrName, b.getI32IntegerAttr(kWorkgroups));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(&launch.getBody().front());
  mlir::gpu::TerminatorOp::create(b);
  b.setInsertionPoint(launch.getBody().front().getTerminator());
  // (1)
  Value thread = launch.getThreadIds().x;
  findChannel(thread, launch.getBlockIds().x);
  tiles.open(thread, origin, firstOfGroup);
  results.open(thread, origin);
  waiting.open(thread, member);
  // (2)
  code.emit(Stage::outside, channel, outside);
  finish.open(channel);
  values.open(thread, channel, number, member, outside);
  findStates();
  Values carried;
  for (const OwnState &state : states)
    llvm::append_range(carried, loadInitial(state));
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
    if (isSummedOverTime(i))
      carried.push_back(b.zero(recur::getSumType(op, i)));
  // Threads that go along read states that others may store.
  if (variant.blockSize > 32)
    mlir::gpu::BarrierOp::create(b);
  // (3)
  Values last = emitTime(carried);
  // (4)
  storeFinal(last);
}
