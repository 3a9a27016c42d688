//===- EmitLoops.cpp - one recurrence as loops ----------------------------===//
//
//   parallel over the tiles of the grid:
//     (1) time-invariant values of its lanes -> scratch
//     (2) initial states: registers, or to scratch
//     (3) the time loop
//     (4) final states and sums over time to their operands
//
// A single block of lanes without reduction iterators keeps its states in
// registers from the first step to the last; otherwise the states of a tile lie
// in scratch, one vector after the other. Where there is one step only, they
// are read and written where they are.
//
//===----------------------------------------------------------------------===//

#include "EmitLoops.h"

#include "Carry.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;

/// Room for the states and the kept values of every lane of a tile.
static void makeScratch(LaneBuilder &b, TimeLoop &time) {
  SmallVector<Type> types = getStateTypes(b);
  size_t numStates = types.size();
  llvm::append_range(types, time.keptTypes(Stage::cached));
  SmallVector<Scratch> scratch = b.allocate(types, b.plan.innerDims);
  time.carried.assign(scratch.begin(), scratch.begin() + numStates);
  time.keptCached.assign(scratch.begin() + numStates, scratch.end());
  time.keptBlock = b.allocate(time.keptTypes(Stage::block), {});
  time.keptShared = b.allocate(time.keptTypes(Stage::shared), b.plan.innerDims,
                               /*shared=*/true);
}

static void emit(LaneBuilder &b) {
  const LanePlan &plan = b.plan;
  b.openGrid();
  recur::RecurrenceOp op = plan.op;
  StepCode code(b, *op.getStepBlock(), op.getInputs().size(), plan.innerDims);
  TimeLoop time(b, code, getStateRescaling(op), plan.innerDims);
  std::optional<StepCode> finishing;
  if (Block *finish = op.getFinishBlock())
    finishing.emplace(b, *finish, op.getInputs().size(), plan.innerDims);
  SmallVector<Output> outputs =
      makeOutputs(b, finishing ? &*finishing : nullptr);
  time.outputs = outputs;
  Staging staging(b);
  time.staging = &staging;
  bool inRegisters = plan.innerDims.empty() && !plan.tiled;
  bool inScratch = !inRegisters && !plan.oneStep;
  if (inScratch)
    makeScratch(b, time);

  b.parallelTiles([&](const Tile &tile) {
    SmallVector<Value> states;
    b.forBlocks(tile, [&](const Position &position) {
      // (1)
      time.keepValues(position);
      // (2)
      if (inRegisters)
        states = loadStates(b, position);
      else if (inScratch)
        copyStatesIn(b, time.carried, position);
    });
    // (3)
    SmallVector<Value> results =
        time.emit(tile, b.indexConstant(0), b.extent(plan.timeDim), states);
    // (4)
    b.forBlocks(tile, [&](const Position &position) {
      if (inRegisters)
        storeStates(b, ArrayRef(results).take_front(states.size()), position);
      else if (inScratch)
        copyStatesOut(b, time.carried, position);
      const Value *sum = results.begin() + states.size();
      for (const Output &output : outputs) {
        if (output.kind == OutputKind::timeSum)
          output.finish(b, *sum++, position);
        if (output.kind == OutputKind::memorySum && !output.overTime)
          output.finishMemory(b, position);
      }
    });
  });
}

void lanes::emitLoops(LanePlan plan) {
  LaneBuilder b(plan);
  // A single block runs faster with its states in registers; with inner
  // iterators they lie in scratch anyway.
  Value isTiled;
  if (plan.tiled && plan.innerDims.empty() &&
      !recur::getStaticExtent(plan.op, *plan.laneDim))
    isTiled = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt,
                                    b.extent(*plan.laneDim),
                                    b.indexConstant(plan.width));
  if (!isTiled) {
    emit(b);
    b.freeScratch();
    return;
  }
  auto ifOp = scf::IfOp::create(b, isTiled, /*withElseRegion=*/true);
  b.setInsertionPointToStart(ifOp.thenBlock());
  emit(b);
  b.freeScratch();
  b.plan.tiled = false;
  b.setInsertionPointToStart(ifOp.elseBlock());
  emit(b);
  b.freeScratch();
}
