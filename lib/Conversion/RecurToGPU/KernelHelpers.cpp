//===- KernelHelpers.cpp - what helpers do --------------------------------===//
//
//   begin to copy the first tiles
//   barrier, after which the first tile is there
//   prepare the first window
//   for each window
//     barrier, after which the window runs
//     begin to copy a tile to come, if the window is the first of its tile
//     finish the window before it
//     prepare the window after it
//   barrier
//   finish the last window
//
//===----------------------------------------------------------------------===//

#include "Addresses.h"
#include "KernelEmitter.h"

#include "../RecurToSCF/LanePlan.h"

#include "kalmir/Recur/IR/RecurFinish.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::Position;

//===----------------------------------------------------------------------===//
// How many
//===----------------------------------------------------------------------===//

/// What a workgroup may have of threads.
static constexpr int64_t kMostThreads = 1024;

/// How many channels a helper finishes: those that leave it a row of steps of
/// each, if their results lie side by side and are nothing but sums, rounded to
/// 16 bits. (Of those of 32 bits, the mixer would be slower by a twentieth.)
static int64_t countChannelsPerHelper(const LaunchPlan &plan,
                                      const Variant &variant) {
  recur::RecurrenceOp op = plan.op;
  if (variant.isRepeated || !plan.laneDim)
    return 1;
  for (auto [i, output] : llvm::enumerate(op.getOutputs())) {
    if (!plan.isSummedAtSteps(i))
      continue;
    auto type = cast<MemRefType>(output.getType());
    if (!isa<Float16Type, BFloat16Type>(type.getElementType()) ||
        !lanes::isContiguous(type, op.getOutputMap(i), *plan.laneDim) ||
        !recur::isFinishTrivial(op, i))
      return 1;
  }
  return std::max<int64_t>(
      kWindowSteps / variant.helpers().threadsPerChannel / kRowSteps, 1);
}

/// What groups of one thread do for a channel, nobody does twice. Half as many
/// helpers as carriers are enough, unless they compute functions, and a quarter
/// where they only widen: that leaves registers for another workgroup.
/// Workgroups that leave no room for them have none.
Variant KernelEmitter::addHelpers(const LaunchPlan &plan, Variant variant,
                                  const lanes::StepCode &code) {
  recur::RecurrenceOp op = plan.op;
  int64_t threads = variant.blockSize;
  bool haveFunctions = SharedValues::existIn(code, *op.getStepBlock());
  bool haveSums =
      llvm::any_of(llvm::seq<unsigned>(0, op.getOutputs().size()),
                   [&](unsigned i) { return plan.isSummedAtSteps(i); });
  bool haveLittleToDo =
      !haveFunctions && !haveSums && variant.blockSize == kBlockSize;
  if (haveLittleToDo)
    threads /= 4;
  else if (!haveFunctions && threads % 64 == 0)
    threads /= 2;
  if (variant.threadsPerGroup < kRowSteps || plan.isOneStep ||
      variant.blockSize + threads > kMostThreads)
    return variant;
  variant.numHelpers = threads;
  if (haveLittleToDo)
    variant.numWorkgroups = kWorkgroups + 1;
  if (haveSums)
    variant.channelsPerHelper = countChannelsPerHelper(plan, variant);
  return variant;
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

/// Waits until both teams are here. Each counts how often, which forbids
/// gpu.barrier: of two without anything in between, one would go.
void KernelEmitter::waitForTeams() { NVVM::BarrierOp::create(b); }

/// Makes ready what the steps of a window read.
void KernelEmitter::prepareWindow(const Step &window) {
  tiles.widen(window);
  if (values.empty())
    return;
  OwnSteps own(b, variant.helpers(), window, tiles.getWindowSteps(),
               hideOrigin(b, member));
  values.compute(own, channel, number, outside, tiles);
}

/// The steps of a window that the thread finishes, and which of them exist.
/// Places in them differ by constants (SharedTiles::open). Those of other
/// threads that a thread has as well are stored by both where all of them
/// exist: `whole`.
OwnSteps KernelEmitter::getFinishedSteps(const Step &window, Value &whole) {
  OwnSteps own(b, variant.finishers(), window, tiles.getWindowSteps(),
               hideOrigin(b, finishingMember));
  Value length = b.extent(op.getTimeDim());
  for (auto [step, isOwn] : llvm::zip_equal(own.steps, own.isOwn)) {
    Value exists = arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                         step.number, length);
    isOwn =
        isOwn ? arith::AndIOp::create(b, isOwn, exists).getResult() : exists;
    if (variant.isRepeated)
      isOwn = arith::AndIOp::create(b, channelExists, isOwn);
  }
  whole = arith::CmpIOp::create(
      b, arith::CmpIPredicate::ule,
      arith::AddIOp::create(b, window.number, constant(tiles.getWindowSteps())),
      length);
  return own;
}

/// Stores what becomes of the sums of a window.
void KernelEmitter::finishWindow(const Step &window) {
  if (waiting.empty())
    return;
  Value whole;
  OwnSteps own = getFinishedSteps(window, whole);
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i) {
    if (!waiting.holds(i))
      continue;
    if (variant.channelsPerHelper > 1)
      finishVectors(i, own, whole);
    else
      finishSums(i, waiting.load(i, own, slot, 0, countMembers()), own, whole);
  }
  if (results.empty())
    return;
  Value isLast = arith::CmpIOp::create(
      b, arith::CmpIPredicate::eq, window.inTile,
      constant(tiles.getSteps() - tiles.getWindowSteps()));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(
      scf::IfOp::create(b, isLast, /*withElseRegion=*/false).thenBlock());
  results.store(arith::SubIOp::create(b, window.number, window.inTile));
}

//===----------------------------------------------------------------------===//
// Results of neighbouring channels
//===----------------------------------------------------------------------===//

void KernelEmitter::prepareVectors() {
  areVectors.resize(op.getOutputs().size());
  if (variant.channelsPerHelper == 1)
    return;
  for (auto [i, output] : llvm::enumerate(op.getOutputs()))
    if (waiting.holds(i))
      areVectors[i] = testAlignment(b, output, variant.channelsPerHelper);
}

/// Finds the channels that the thread finishes. Where fewer are left for it,
/// it takes some of the thread before as well; where the workgroup has fewer at
/// all, the last one more than once.
void KernelEmitter::findOwnChannels() {
  finishingMember = member;
  int64_t count = variant.channelsPerHelper;
  if (count == 1)
    return;
  unsigned lane = *plan.laneDim;
  Value perChannels = constant(variant.finishers().threadsPerChannel);
  finishingMember = arith::RemUIOp::create(b, thread, perChannels);
  Value end = arith::SubIOp::create(b, b.extent(lane), origin.index[lane]);
  Value last = arith::SubIOp::create(b, end, constant(1));
  firstOwn = arith::MinUIOp::create(
      b,
      arith::MulIOp::create(b, arith::DivUIOp::create(b, thread, perChannels),
                            constant(count)),
      arith::SubIOp::create(b, arith::MaxUIOp::create(b, end, constant(count)),
                            constant(count)));
  for (int64_t i = 0; i < count; ++i) {
    Position &own = ownChannels.emplace_back(origin);
    own.index[lane] = own.block[lane] = arith::AddIOp::create(
        b, origin.index[lane],
        arith::MinUIOp::create(
            b, arith::AddIOp::create(b, firstOwn, constant(i)), last));
  }
}

void KernelEmitter::finishVectors(unsigned output, const OwnSteps &own,
                                  Value whole) {
  int64_t count = variant.channelsPerHelper;
  SmallVector<Values> sums;
  for (int64_t i = 0; i < count; ++i)
    sums.push_back(waiting.load(output, own, firstOwn, i, countMembers()));
  auto type = VectorType::get({count}, recur::getSumType(op, output));
  Values rows;
  for (size_t k = 0; k < own.size(); ++k) {
    Values row = llvm::map_to_vector(
        sums, [&](const Values &ofChannel) { return ofChannel[k]; });
    rows.push_back(
        finish.round(vector::FromElementsOp::create(b, type, row), output));
  }
  storeVectors(output, rows, own, whole);
}

/// Stores values of the thread's channels, by step.
void KernelEmitter::storeVectors(unsigned output, ArrayRef<Value> rows,
                                 const OwnSteps &own, Value whole) {
  AffineMap map = op.getOutputMap(output);
  Value operand = op.getOutputs()[output];
  auto storeEach = [&](ArrayRef<Value> exist) {
    for (auto [row, step, exists] : llvm::zip_equal(rows, own.steps, exist))
      for (auto [i, position] : llvm::enumerate(ownChannels))
        store(vector::ExtractOp::create(b, row, i), output,
              findStep(position, step.number), exists);
  };
  OpBuilder::InsertionGuard guard(b);
  auto ifWhole = scf::IfOp::create(b, whole, /*withElseRegion=*/true);
  b.setInsertionPointToStart(ifWhole.elseBlock());
  storeEach(own.isOwn);
  b.setInsertionPointToStart(ifWhole.thenBlock());
  auto ifVectors =
      scf::IfOp::create(b, areVectors[output], /*withElseRegion=*/true);
  b.setInsertionPointToStart(ifVectors.elseBlock());
  storeEach(Values(rows.size()));
  b.setInsertionPointToStart(ifVectors.thenBlock());
  for (auto [row, step] : llvm::zip_equal(rows, own.steps))
    vector::StoreOp::create(
        b, row, operand,
        b.indices(map, findStep(ownChannels.front(), step.number)),
        /*nontemporal=*/false, getAlignment(cast<VectorType>(row.getType())));
}

//===----------------------------------------------------------------------===//
// All of it
//===----------------------------------------------------------------------===//

void KernelEmitter::emitHelpers(Value thread, Value block) {
  enter(thread, block, variant.helpers());
  findOwnChannels();
  tiles.copyFirst();
  tiles.waitForFirst();
  waitForTeams();
  Value zero = constant(0), windowSteps = constant(tiles.getWindowSteps());
  Value tileSteps = constant(tiles.getSteps());
  Value length = b.extent(op.getTimeDim());
  auto when = [&](Value condition, llvm::function_ref<void()> emit) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(
        scf::IfOp::create(b, condition, /*withElseRegion=*/false).thenBlock());
    emit();
  };
  when(arith::CmpIOp::create(b, arith::CmpIPredicate::ne, length, zero), [&] {
    tiles.use(tiles.getFirstStage());
    prepareWindow(getStep(zero));
  });
  // That of the last tile, which may have more windows than there are steps.
  Value end = arith::MulIOp::create(
      b, arith::CeilDivUIOp::create(b, length, tileSteps), tileSteps);
  auto isFirstOfTile = [&](Value first) -> Value {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                 arith::RemUIOp::create(b, first, tileSteps),
                                 zero);
  };
  // Carried: the stage of the tile of the window that runs.
  b.count(
      zero, arith::AddIOp::create(b, end, windowSteps), tiles.getFirstStage(),
      [&](Value first, ValueRange carried) -> Values {
        Value stage = carried.front();
        Value isFirst = isFirstOfTile(first);
        when(isFirst, [&] { tiles.waitForCopies(); });
        waitForTeams();
        when(isFirst, [&] { tiles.copyAfter(first, stage); });
        tiles.use(arith::SelectOp::create(b, isFirst, tiles.getStage(stage, -1),
                                          stage));
        when(arith::CmpIOp::create(b, arith::CmpIPredicate::ne, first, zero),
             [&] {
               finishWindow(
                   getStep(arith::SubIOp::create(b, first, windowSteps)));
             });
        Value next = arith::AddIOp::create(b, first, windowSteps);
        Value following = arith::SelectOp::create(
            b, isFirstOfTile(next), tiles.getStage(stage, 1), stage);
        tiles.use(following);
        when(arith::CmpIOp::create(b, arith::CmpIPredicate::ult, next, end),
             [&] { prepareWindow(getStep(next)); });
        return {following};
      },
      tiles.getWindowSteps());
}
