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

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;

/// Waits until both teams are here. Each counts how often, which forbids
/// gpu.barrier: of two without anything in between, one would go.
void KernelEmitter::waitForTeams() { NVVM::BarrierOp::create(b); }

/// The steps of a window that the thread has for itself. Places in them differ
/// by constants (SharedTiles::open).
OwnSteps KernelEmitter::getOwnSteps(const Step &window) {
  return OwnSteps(b, variant.helpers(), window, tiles.getWindowSteps(),
                  hideOrigin(b, member));
}

/// Makes ready what the steps of a window read.
void KernelEmitter::prepareWindow(const Step &window) {
  tiles.widen(window);
  if (!values.empty())
    values.compute(getOwnSteps(window), channel, number, outside, tiles);
}

/// Stores what becomes of the sums of a window.
void KernelEmitter::finishWindow(const Step &window) {
  OwnSteps own = getOwnSteps(window);
  Value length = b.extent(op.getTimeDim());
  for (auto [step, isOwn] : llvm::zip_equal(own.steps, own.isOwn)) {
    Value exists = arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                         step.number, length);
    isOwn =
        isOwn ? arith::AndIOp::create(b, isOwn, exists).getResult() : exists;
    if (variant.isRepeated)
      isOwn = arith::AndIOp::create(b, channelExists, isOwn);
  }
  // Steps of other threads that a thread has as well are stored by both.
  Value whole = arith::CmpIOp::create(
      b, arith::CmpIPredicate::ule,
      arith::AddIOp::create(b, window.number, constant(tiles.getWindowSteps())),
      length);
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
    if (waiting.holds(i))
      finishSums(i, waiting.load(i, own, slot, countMembers()), own, whole);
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

void KernelEmitter::emitHelpers(Value thread, Value block) {
  enter(thread, block, variant.helpers());
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
