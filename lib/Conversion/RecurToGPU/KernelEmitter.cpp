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
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::LaneBuilder;
using lanes::Position;
using lanes::Stage;

/// Steps after which deferred rescaling takes place.
static constexpr int64_t kRescaledSteps = 16;

/// Operations on states in a longer body at most. The mixer has 1792; with the
/// 2560 of the summary of its chunks, a tenth of the cycles waits for
/// instructions.
static constexpr int64_t kMostOperations = 2048;

/// Steps in the body of the loop, a multiple of those unless windows are
/// shorter or states have 64 bits, two registers each. Where helpers widen
/// inputs, a longer body is faster; else it is not.
static int64_t getUnrolledSteps(recur::RecurrenceOp op,
                                const SharedTiles &tiles,
                                int64_t operationsPerStep) {
  int64_t wanted = kRescaledSteps;
  if (llvm::any_of(op.getStates(), [](Value state) {
        return getElementTypeOrSelf(state.getType()).isF64();
      }))
    wanted /= 2;
  if (tiles.widensAny() && 2 * wanted * operationsPerStep <= kMostOperations)
    wanted *= 2;
  return std::min(wanted, tiles.getWindowSteps());
}

/// Sums that a thread keeps before it writes them all at once: no read of
/// shared memory moves up across a write.
static constexpr size_t kMostPending = 16;

KernelEmitter::KernelEmitter(const LaunchPlan &plan, LaneBuilder &b,
                             const Variant &variant, Value numStates)
    : plan(plan), b(b), numStates(numStates), op(plan.op),
      code(b, *op.getStepBlock(), op.getInputs().size(), plan.innerDims),
      variant(addHelpers(plan, variant, code)),
      rescaling(lanes::getStateRescaling(op)),
      // What is redone must not add to sums of the launches before again.
      defers(!variant.isRepeated && canDeferRescaling(op, rescaling)),
      finish(b, plan), results(b, plan, variant),
      waiting(b, plan, this->variant), values(b, plan, this->variant, code),
      tiles(b, plan, this->variant, values, waiting, results) {
  for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i)
    if (tiles.isWidened(i))
      for (Operation *extension : op.getStepBlock()->getArgument(i).getUsers())
        code.leaveOut(extension);
  int64_t perStep =
      code.countOperations(Stage::inner) * variant.statesPerThread;
  unrolledSteps = getUnrolledSteps(op, tiles, perStep);
  prepareVectors();
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

/// Takes the place of a thread, number `thread` of a team.
void KernelEmitter::enter(Value thread, Value block, const Team &team) {
  this->thread = thread;
  firstOfGroup = firstOfLaunch;
  outside.clear();
  findChannel(block, team);
  tiles.open(thread, team, origin, firstOfGroup);
  results.open(thread, team, origin);
  waiting.open();
  values.open(slot);
  code.emit(Stage::outside, channel, outside);
  finish.open(channel);
}

void KernelEmitter::findChannel(Value block, const Team &team) {
  Value perChannel = constant(team.threadsPerChannel);
  member = arith::RemUIOp::create(b, thread, perChannel);
  slot = number = arith::DivUIOp::create(b, thread, perChannel);
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
  // A warp of carriers of which no channel exists does what the first warp
  // does, another thread what that of the last channel does: the same bits,
  // also where a warp decides together, so that they may store them as well.
  Value inWarp = arith::RemUIOp::create(
      b, number,
      constant(std::max<int64_t>(1, variant.carriers().channelsPerWarp())));
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

Step KernelEmitter::getStep(Value number) {
  return {number, arith::RemUIOp::create(b, number, constant(tiles.getSteps())),
          arith::RemUIOp::create(b, number, constant(tiles.getRingSteps()))};
}

/// Where a channel has a step, counted in the order in which they run.
Position KernelEmitter::findStep(const Position &channel, Value step) {
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
               tiles.load(i, inputs.step, number, firstState,
                          variant.statesPerThread),
               inputs);
}

void KernelEmitter::loadTimeLast(MutableArrayRef<StepInputs> steps) {
  const Step &first = steps.front().step;
  for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i)
    if (tiles.holds(i) && tiles.isTimeLast(i))
      for (auto [step, values] : llvm::zip_equal(
               steps, tiles.loadSteps(i, first, steps.size(), number,
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
      if (plan.isSummed(i)) {
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
  inputs.computed = values.load(step);
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
    inputs.push_back(loadStep(advance(b, first, constant(i))));
  loadTimeLast(inputs);
  for (auto [step, computed] : llvm::zip_equal(inputs, values.loadRow(first)))
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

/// The members of each state, of what is carried.
SmallVector<ArrayRef<Value>>
KernelEmitter::splitStates(ArrayRef<Value> carried) {
  size_t numMembers = op.getStates().size();
  SmallVector<ArrayRef<Value>> split;
  for (size_t i = 0; i < states.size(); ++i)
    split.push_back(carried.slice(i * numMembers, numMembers));
  return split;
}

void KernelEmitter::watch(ArrayRef<Value> carried,
                          DeferredRescaling &deferred) {
  for (ArrayRef<Value> state : splitStates(carried))
    deferred.watch(state);
}

void KernelEmitter::rescale(Values &carried, DeferredRescaling &deferred) {
  deferred.rescale(MutableArrayRef(carried).take_front(states.size() *
                                                       op.getStates().size()));
}

KernelEmitter::Values KernelEmitter::emitSteps(const Step &first,
                                               ValueRange carried) {
  Values next(carried);
  DeferredRescaling deferred(b, rescaling);
  for (int64_t i = 0; i < unrolledSteps; i += kRowSteps) {
    if (defers && i > 0 && i % kRescaledSteps == 0) {
      watch(next, deferred);
      rescale(next, deferred);
    } else if (defers && i > 0 && i % DeferredRescaling::kWatchedSteps == 0) {
      for (ArrayRef<Value> state : splitStates(next))
        deferred.watchScales(state);
    }
    next = emitRow(advance(b, first, constant(i)), next);
    if (pending.size() * kRowSteps >= kMostPending)
      writeSums();
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
  watch(after, deferred);
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
        return emitOneStep(advance(b, first, i), carried);
      });
  scf::YieldOp::create(b, again);
  b.setInsertionPointToStart(ifOp.elseBlock());
  Values values(after);
  rescale(values, deferred);
  scf::YieldOp::create(b, values);
  return ifOp.getResults();
}

/// The steps of a window, some at a time and then one at a time.
KernelEmitter::Values KernelEmitter::emitWindow(const Step &window,
                                                ValueRange carried) {
  if (tiles.haveHelpers())
    waitForTeams();
  Value length = b.extent(op.getTimeDim());
  // A tile has steps, a later window of it may have none.
  Value begin = window.number;
  if (tiles.getWindowSteps() != tiles.getSteps())
    begin = arith::MinUIOp::create(b, begin, length);
  Value count =
      arith::MinUIOp::create(b, arith::SubIOp::create(b, length, begin),
                             constant(tiles.getWindowSteps()));
  Value whole = arith::SubIOp::create(
      b, count, arith::RemUIOp::create(b, count, constant(unrolledSteps)));
  Values next = b.count(
      constant(0), whole, carried,
      [&](Value step, ValueRange carried) {
        return emitSteps(advance(b, window, step), carried);
      },
      unrolledSteps);
  return b.count(whole, count, next, [&](Value step, ValueRange carried) {
    return emitOneStep(advance(b, window, step), carried);
  });
}

KernelEmitter::Values KernelEmitter::emitTile(Value first, ValueRange carried) {
  if (tiles.getWindowSteps() == tiles.getSteps())
    return emitWindow(getStep(first), carried);
  return b.count(
      constant(0), constant(tiles.getSteps()), carried,
      [&](Value window, ValueRange carried) {
        return emitWindow(getStep(arith::AddIOp::create(b, first, window)),
                          carried);
      },
      tiles.getWindowSteps());
}

KernelEmitter::Values KernelEmitter::emitTime(ValueRange carried) {
  bool isAlone = !tiles.haveHelpers();
  if (isAlone)
    tiles.copyFirst();
  // Carried as well: the stage in use.
  Values initial{tiles.getFirstStage()};
  llvm::append_range(initial, carried);
  Values last = b.count(
      constant(0), b.extent(op.getTimeDim()), initial,
      [&](Value first, ValueRange values) {
        Value stage = values.front();
        if (isAlone && !tiles.empty()) {
          tiles.waitForCopies();
          mlir::gpu::BarrierOp::create(b);
          tiles.copyAfter(first, stage);
        }
        tiles.use(stage);
        Values next{tiles.getStage(stage, 1)};
        llvm::append_range(next, emitTile(first, values.drop_front()));
        if (waiting.empty())
          results.store(first);
        return next;
      },
      tiles.getSteps());
  last.erase(last.begin());
  if (!isAlone)
    waitForTeams();
  return last;
}

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

bool KernelEmitter::sharesLongWindows() const {
  return tiles.widensForChannels() && !waiting.empty() &&
         tiles.getWindowSteps() == kWindowSteps;
}

Value KernelEmitter::countWorkgroups() {
  Value count =
      b.createOrFold<arith::MulIOp>(countLaneBlocks(), countStateBlocks());
  for (unsigned dim : plan.outerDims)
    count = b.createOrFold<arith::MulIOp>(count, b.extent(dim));
  return count;
}

void KernelEmitter::emit(Value first, ArrayRef<Value> partials) {
  this->partials = partials;
  firstOfLaunch = first;
  Value one = constant(1), carriers = constant(variant.blockSize);
  bool haveHelpers = tiles.haveHelpers();
  Value threads = carriers;
  if (haveHelpers)
    threads = constant(variant.blockSize + variant.helpers().numThreads);
  Value bytes =
      arith::ConstantIntOp::create(b, b.getI32Type(), tiles.getAllBytes());
  auto launch = mlir::gpu::LaunchOp::create(b, countWorkgroups(), one, one,
                                            threads, one, one, bytes);
  if (haveHelpers && variant.blockSize == kBlockSize)
    launch->setAttr(workgroupsAttrName,
                    b.getI32IntegerAttr(variant.numWorkgroups));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(&launch.getBody().front());
  mlir::gpu::TerminatorOp::create(b);
  b.setInsertionPoint(launch.getBody().front().getTerminator());
  Value thread = launch.getThreadIds().x, block = launch.getBlockIds().x;
  if (!haveHelpers) {
    emitCarriers(thread, block);
    return;
  }
  auto isCarrier =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ult, thread, carriers);
  auto ifOp = scf::IfOp::create(b, isCarrier, /*withElseRegion=*/true);
  b.setInsertionPointToStart(ifOp.thenBlock());
  emitCarriers(thread, block);
  b.setInsertionPointToStart(ifOp.elseBlock());
  emitHelpers(arith::SubIOp::create(b, thread, carriers), block);
}

void KernelEmitter::emitCarriers(Value thread, Value block) {
  // (1)
  enter(thread, block, variant.carriers());
  firstState =
      arith::MulIOp::create(b, member, constant(variant.statesPerThread));
  if (!waiting.empty())
    waiting.prepare(thread);
  // (2)
  findStates();
  Values carried;
  for (const OwnState &state : states)
    llvm::append_range(carried, loadInitial(state));
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
    if (isSummedOverTime(i))
      carried.push_back(b.zero(recur::getSumType(op, i)));
  // Threads that go along read states that others may store.
  if (tiles.haveHelpers())
    waitForTeams();
  else if (variant.blockSize > 32)
    mlir::gpu::BarrierOp::create(b);
  // (3)
  Values last = emitTime(carried);
  // (4)
  storeFinal(last);
}
