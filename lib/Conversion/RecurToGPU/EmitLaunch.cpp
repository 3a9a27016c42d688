//===- EmitLaunch.cpp - one recurrence as a kernel ------------------------===//
//
// A thread of the kernel:
//
//   (1) its channel and its states of it; threads beyond the last channel or
//       state go along on the last one and store nothing
//   (2) time-invariant values and initial states -> registers
//   (3) for some steps at a time: all that they read, so that they wait for
//       memory once; then for each of them:
//         what the states share                       stage time
//         each state                                  stage inner, rescaling
//         sums over the states: own, then shuffles    -> the group's first
//         thread
//   (4) final states, and sums over time
//
// All threads of a warp run the same steps, so that shuffles see all of them.
//
//===----------------------------------------------------------------------===//

#include "EmitLaunch.h"

#include "../RecurToSCF/Carry.h"
#include "../RecurToSCF/StepCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
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

/// Steps whose inputs are read together: as many as registers hold beside the
/// states.
static int64_t getStepsAtOnce(const Variant &variant) {
  return std::clamp<int64_t>(24 / variant.statesPerThread, 2, 8);
}

namespace {
/// One state of a thread.
struct OwnState {
  Position position;
  /// Whether it exists.
  Value exists;
  /// The time-invariant values that its steps need.
  IRMapping kept;
};

/// What a step reads.
struct StepInputs {
  Value step;
  Position position;
  IRMapping shared;
  /// By state of the thread.
  SmallVector<IRMapping> own;
};

/// Emits the kernel of one variant.
class KernelEmitter {
public:
  KernelEmitter(const LaunchPlan &plan, LaneBuilder &b, Variant variant)
      : plan(plan), b(b), variant(variant), op(plan.op),
        code(b, *op.getStepBlock(), op.getInputs().size(), plan.innerDims),
        rescaling(lanes::getStateRescaling(op)) {}

  void emit(Value numChannels, Value numStates);

private:
  Value constant(int64_t value) { return b.indexConstant(value); }
  void findStates(Value numStates);
  StepInputs loadStep(Value step);
  SmallVector<Value> emitStep(const StepInputs &inputs, ValueRange carried);
  SmallVector<Value> emitTime(ValueRange carried);
  Value addUp(Value sum);
  void storeOnce(Value value, unsigned output, const Position &position);
  bool isSummed(unsigned output);
  bool isOverTime(unsigned output);

  const LaunchPlan &plan;
  LaneBuilder &b;
  Variant variant;
  recur::RecurrenceOp op;
  StepCode code;
  lanes::Rescaling rescaling;
  Position channel;
  /// Whether the channel exists; the thread's number in its group.
  Value channelExists, member;
  IRMapping outside;
  SmallVector<OwnState> states;
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

void KernelEmitter::findStates(Value numStates) {
  Value last = arith::SubIOp::create(b, numStates, constant(1));
  for (int64_t i = 0; i < variant.statesPerThread; ++i) {
    OwnState &state = states.emplace_back();
    Value number = arith::AddIOp::create(
        b, member, constant(i * variant.threadsPerChannel));
    Value inside =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ult, number, numStates);
    state.exists = arith::AndIOp::create(b, channelExists, inside);
    state.position = channel;
    delinearize(b, state.position, arith::MinUIOp::create(b, number, last),
                plan.innerDims);
    state.kept = outside;
    code.emit(Stage::cached, state.position, state.kept);
  }
}

static bool isFloat(Value value) {
  return isa<FloatType>(getElementTypeOrSelf(value.getType()));
}

static Value add(LaneBuilder &b, Value x, Value y) {
  if (isFloat(x))
    return arith::AddFOp::create(b, x, y);
  return arith::AddIOp::create(b, x, y);
}

/// The sum over the threads of a group, in all of them.
Value KernelEmitter::addUp(Value sum) {
  for (int64_t distance = 1; distance < variant.threadsPerChannel;
       distance *= 2) {
    auto shuffle =
        mlir::gpu::ShuffleOp::create(b, sum, static_cast<int32_t>(distance),
                                     /*width=*/32, mlir::gpu::ShuffleMode::XOR);
    sum = add(b, sum, shuffle.getShuffleResult());
  }
  return sum;
}

/// Stores what all threads of a group have; one does it.
void KernelEmitter::storeOnce(Value value, unsigned output,
                              const Position &position) {
  Value operand = op.getOutputs()[output];
  Type element = getElementTypeOrSelf(operand);
  if (value.getType() != element)
    value = arith::TruncFOp::create(b, element, value);
  Value isFirst =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, member, constant(0));
  Value stores = arith::AndIOp::create(b, channelExists, isFirst);
  auto ifOp = scf::IfOp::create(b, stores, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  b.store(value, operand, op.getOutputMap(output), position);
}

StepInputs KernelEmitter::loadStep(Value step) {
  unsigned timeDim = op.getTimeDim();
  StepInputs inputs;
  inputs.step = step;
  Value index = step;
  if (op.getReverse())
    index = arith::SubIOp::create(
        b, arith::SubIOp::create(b, b.extent(timeDim), constant(1)), step);
  inputs.position = channel;
  inputs.position.index[timeDim] = index;
  code.emitLoads(Stage::time, inputs.position, inputs.shared);
  for (const OwnState &state : states) {
    Position at = state.position;
    at.index[timeDim] = index;
    code.emitLoads(Stage::inner, at, inputs.own.emplace_back());
  }
  return inputs;
}

static void append(IRMapping &map, const IRMapping &more) {
  for (auto [from, to] : more.getValueMap())
    map.map(from, to);
}

/// Carries the states, state by state, then the sums over time.
SmallVector<Value> KernelEmitter::emitStep(const StepInputs &inputs,
                                           ValueRange carried) {
  unsigned timeDim = op.getTimeDim();
  const Position &now = inputs.position;
  Value index = now.index[timeDim];
  IRMapping shared = outside;
  append(shared, inputs.shared);
  code.emitOperations(Stage::time, now, shared);
  Value due = lanes::isRescaleDue(b, inputs.step, rescaling);

  unsigned numOutputs = op.getOutputs().size();
  size_t numMembers = op.getStates().size();
  SmallVector<Value> next, sums(numOutputs);
  for (auto [state, own] : llvm::zip_equal(states, inputs.own)) {
    IRMapping map = shared;
    append(map, own);
    for (Value value : code.keptValues(Stage::cached))
      map.map(value, state.kept.lookup(value));
    map.map(code.carried(), carried.take_front(numMembers));
    carried = carried.drop_front(numMembers);
    Position at = state.position;
    at.index[timeDim] = index;
    code.emitOperations(Stage::inner, at, map);
    SmallVector<Value> after;
    for (Value value : code.next())
      after.push_back(map.lookup(value));
    lanes::rescaleIf(b, due, after, rescaling);
    llvm::append_range(next, after);

    for (unsigned i = 0; i < numOutputs; ++i) {
      if (!isSummed(i)) {
        auto ifOp = scf::IfOp::create(b, state.exists, false);
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToStart(ifOp.thenBlock());
        b.store(map.lookup(code.contribution(i)), op.getOutputs()[i],
                op.getOutputMap(i), at);
        continue;
      }
      Value summand = map.lookup(recur::getSummand(code.contribution(i)));
      Type sumType =
          recur::getSumType(getElementTypeOrSelf(op.getOutputs()[i].getType()));
      if (summand.getType() != sumType)
        summand = arith::ExtFOp::create(b, sumType, summand);
      summand =
          arith::SelectOp::create(b, state.exists, summand, b.zero(sumType));
      sums[i] = sums[i] ? add(b, sums[i], summand) : summand;
    }
  }
  for (unsigned i = 0; i < numOutputs; ++i) {
    if (!sums[i])
      continue;
    if (isOverTime(i)) {
      storeOnce(addUp(sums[i]), i, now);
      continue;
    }
    next.push_back(add(b, carried.front(), sums[i]));
    carried = carried.drop_front();
  }
  return next;
}

/// The time loop, and one for the steps that are left.
SmallVector<Value> KernelEmitter::emitTime(ValueRange carried) {
  Value length = b.extent(op.getTimeDim());
  int64_t stepsAtOnce = getStepsAtOnce(variant);
  Value steps = constant(stepsAtOnce);
  Value whole =
      arith::MulIOp::create(b, arith::DivUIOp::create(b, length, steps), steps);
  SmallVector<Value> results = b.count(
      constant(0), whole, carried,
      [&](Value first, ValueRange carried) {
        SmallVector<StepInputs, 0> inputs;
        for (int64_t i = 0; i < stepsAtOnce; ++i)
          inputs.push_back(
              loadStep(arith::AddIOp::create(b, first, constant(i))));
        SmallVector<Value> values(carried);
        for (const StepInputs &step : inputs)
          values = emitStep(step, values);
        return values;
      },
      stepsAtOnce);
  return b.count(whole, length, results, [&](Value step, ValueRange carried) {
    return emitStep(loadStep(step), carried);
  });
}

void KernelEmitter::emit(Value numChannels, Value numStates) {
  int64_t channelsPerBlock = plan.blockSize / variant.threadsPerChannel;
  Value blocks =
      arith::CeilDivUIOp::create(b, numChannels, constant(channelsPerBlock));
  Value one = constant(1);
  auto launch = mlir::gpu::LaunchOp::create(b, blocks, one, one,
                                            constant(plan.blockSize), one, one);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(&launch.getBody().front());
  mlir::gpu::TerminatorOp::create(b);
  b.setInsertionPoint(launch.getBody().front().getTerminator());
  // (1)
  Value group = constant(variant.threadsPerChannel);
  Value thread = launch.getThreadIds().x;
  member = arith::RemUIOp::create(b, thread, group);
  Value number =
      arith::AddIOp::create(b,
                            arith::MulIOp::create(b, launch.getBlockIds().x,
                                                  constant(channelsPerBlock)),
                            arith::DivUIOp::create(b, thread, group));
  channelExists =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ult, number, numChannels);
  channel = b.start();
  delinearize(b, channel,
              arith::MinUIOp::create(
                  b, number, arith::SubIOp::create(b, numChannels, one)),
              plan.gridDims);
  // (2)
  code.emit(Stage::outside, channel, outside);
  findStates(numStates);
  SmallVector<Value> carried;
  for (const OwnState &state : states)
    llvm::append_range(carried, lanes::loadStates(b, state.position));
  size_t numCarried = carried.size();
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
    if (isSummed(i) && !isOverTime(i))
      carried.push_back(b.zero(recur::getSumType(
          getElementTypeOrSelf(op.getOutputs()[i].getType()))));
  // (3)
  SmallVector<Value> results = emitTime(carried);
  // (4)
  ArrayRef<Value> rest(results);
  for (const OwnState &state : states) {
    auto ifOp = scf::IfOp::create(b, state.exists, false);
    OpBuilder::InsertionGuard inner(b);
    b.setInsertionPointToStart(ifOp.thenBlock());
    lanes::storeStates(b, rest.take_front(op.getStates().size()),
                       state.position);
    rest = rest.drop_front(op.getStates().size());
  }
  rest = ArrayRef(results).drop_front(numCarried);
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
    if (isSummed(i) && !isOverTime(i)) {
      storeOnce(addUp(rest.front()), i, channel);
      rest = rest.drop_front();
    }
}

void threads::emitLaunches(const LaunchPlan &plan) {
  recur::RecurrenceOp op = plan.op;
  lanes::LanePlan scalars;
  scalars.op = op;
  scalars.initialStates = llvm::to_vector(op.getStates());
  scalars.timeDim = op.getTimeDim();
  scalars.gridDims = plan.gridDims;
  scalars.innerDims = plan.innerDims;
  scalars.keepsInRegisters = true;
  LaneBuilder b(scalars);
  auto multiply = [&](ArrayRef<unsigned> dims) {
    Value product = b.indexConstant(1);
    for (unsigned dim : dims)
      product = b.createOrFold<arith::MulIOp>(product, b.extent(dim));
    return product;
  };
  Value numChannels = multiply(plan.gridDims);
  Value numStates = multiply(plan.innerDims);
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
  for (Variant variant : ArrayRef(plan.variants).drop_back()) {
    Value fits = arith::CmpIOp::create(b, arith::CmpIPredicate::ule, numStates,
                                       b.indexConstant(variant.numStates()));
    auto ifOp = scf::IfOp::create(b, fits, /*withElseRegion=*/true);
    b.setInsertionPointToStart(ifOp.thenBlock());
    KernelEmitter(plan, b, variant).emit(numChannels, numStates);
    b.setInsertionPointToStart(ifOp.elseBlock());
  }
  KernelEmitter(plan, b, plan.variants.back()).emit(numChannels, numStates);
}
