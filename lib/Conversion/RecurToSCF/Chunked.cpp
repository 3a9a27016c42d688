//===- Chunked.cpp - time cut into chunks ---------------------------------===//
//
// Chunks are numbered in the order in which time runs; chunk c has the steps
// c C .. min((c + 1) C, L) - 1. All buffers below hold a value for each chunk
// and lane, never one for each step and lane.
//
//   (1) summarise, parallel over chunks but the last, and all lanes:
//         element = identity
//         for t in chunk: element = extend(inputs[t], element)
//         elements[chunk] = element
//   (2) carry, parallel over lanes:
//         state = initial state
//         for all chunks: carried[chunk] = state
//                         state = apply(elements[chunk], state)
//   (3) replay, parallel over chunks and the grid:
//         the serial time loop, from carried[chunk]
//         the last chunk stores the final states
//   (4) sums over time, parallel over the grid:
//         output = partial[0] + partial[1] + ...
//
// Stages 1 and 2 have no sums, so that there the reduction iterators are as
// good as parallel ones and elements stay in registers.
//
//===----------------------------------------------------------------------===//

#include "Carry.h"
#include "Schedules.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;

namespace {
class ChunkedScan {
public:
  ChunkedScan(LanePlan plan, int64_t chunkLength);
  void emit();

private:
  void summarise();
  void carry();
  void replay();
  void combineSums();

  Value firstStep(Value chunk) {
    return arith::MulIOp::create(b, chunk, length);
  }

  LaneBuilder b;
  recur::ScanOp op;
  /// Steps of a chunk; chunks but one.
  Value length, lastChunk;
  /// The iterators of the grid, of all lanes, and each with chunks first.
  SmallVector<unsigned> grid, lanes, chunkedGrid, chunkedLanes;
  SmallVector<Scratch> elements, carried;
  SmallVector<Output> outputs;
  /// Sums over time of each chunk, for outputs of kind `timeSum` in order.
  SmallVector<Scratch> partialSums;
};
} // namespace

ChunkedScan::ChunkedScan(LanePlan plan, int64_t chunkLength)
    : b(plan), op(cast<recur::ScanOp>(plan.op.getOperation())),
      grid(plan.gridDims), lanes(plan.gridDims) {
  length = b.indexConstant(chunkLength);
  Value chunks =
      b.createOrFold<arith::CeilDivSIOp>(b.extent(plan.timeDim), length);
  b.setChunks(chunks);
  // Without steps there are no chunks; the one buffer entry stays unused.
  lastChunk = b.createOrFold<arith::MaxSIOp>(
      b.createOrFold<arith::SubIOp>(chunks, b.indexConstant(1)),
      b.indexConstant(0));
  llvm::append_range(lanes, plan.innerDims);
  chunkedGrid.push_back(b.chunkDim());
  chunkedLanes.push_back(b.chunkDim());
  llvm::append_range(chunkedGrid, grid);
  llvm::append_range(chunkedLanes, lanes);
}

void ChunkedScan::summarise() {
  Value chunks = b.extent(b.chunkDim());
  b.setChunks(lastChunk);
  SmallVector<Type> types;
  for (Type type : op.getElementTypes())
    types.push_back(b.laneType(type));
  elements = b.allocate(types, chunkedLanes);
  StepCode extend(b, op.getExtend().front(), op.getInputs().size(), {});
  Rescaling rescaling{op.getElementGroups(), 1};
  if (op.getSchedule())
    rescaling.period = op.getSchedule()->getRescalePeriod();
  TimeLoop time(b, extend, rescaling, {});
  b.parallel(chunkedLanes, b.start(), [&](const Position &position) {
    SmallVector<Value> identity;
    for (auto [number, type] :
         llvm::zip_equal(op.getIdentity(), op.getElementTypes()))
      identity.push_back(b.splat(cast<TypedAttr>(number), b.laneType(type)));
    Value first = firstStep(position.block[b.chunkDim()]);
    Value end = arith::AddIOp::create(b, first, length);
    storeAll(b, time.emit({position, {}, {}, false}, first, end, identity),
             elements, position);
  });
  b.setChunks(chunks);
}

void ChunkedScan::carry() {
  StepCode apply(b, op.getApply().front(), /*numInputs=*/0, {});
  Rescaling rescaling{op.getStateGroups(), 1};
  b.parallel(lanes, b.start(), [&](Position position) {
    SmallVector<Value> states = loadStates(b, position);
    states = b.count(b.indexConstant(0), lastChunk, states,
                     [&](Value chunk, ValueRange states) {
                       position.block[b.chunkDim()] = chunk;
                       storeAll(b, states, carried, position);
                       SmallVector<Value> arguments =
                           loadAll(b, elements, position);
                       llvm::append_range(arguments, states);
                       IRMapping map;
                       map.map(apply.carried(), arguments);
                       for (Stage stage : {Stage::outside, Stage::inner})
                         apply.emit(stage, position, map);
                       SmallVector<Value> next;
                       for (Value value : apply.next())
                         next.push_back(b.toLanes(map.lookup(value)));
                       rescale(b, next, rescaling);
                       return next;
                     });
    position.block[b.chunkDim()] = lastChunk;
    storeAll(b, states, carried, position);
  });
}

void ChunkedScan::replay() {
  outputs = makeOutputs(b, chunkedGrid);
  SmallVector<Type> sumTypes;
  for (const Output &output : outputs)
    if (output.kind == OutputKind::timeSum)
      sumTypes.push_back(output.sumType);
  partialSums = b.allocate(sumTypes, chunkedGrid);
  const SmallVector<unsigned> &inner = b.plan.innerDims;
  StepCode step(b, op.getStep().front(), op.getInputs().size(), inner,
                b.plan.tiledDim());
  TimeLoop time(b, step, getStateRescaling(b.plan.op), inner);
  time.outputs = outputs;
  time.keptCached = b.allocate(time.keptTypes(Stage::cached), lanes);
  time.keptBlock = b.allocate(time.keptTypes(Stage::block), grid);
  if (!time.keptCached.empty() || !time.keptBlock.empty())
    b.parallel(grid, b.start(),
               [&](const Position &position) { time.keepValues(position); });
  bool inRegisters = inner.empty() && !b.plan.tiled;
  if (!inRegisters)
    time.carried = carried;

  b.parallelTiles(chunkedGrid, [&](const Tile &tile) {
    Value chunk = tile.position.block[b.chunkDim()];
    Value first = firstStep(chunk);
    Value end = arith::MinSIOp::create(
        b, arith::AddIOp::create(b, first, length), b.extent(b.plan.timeDim));
    SmallVector<Value> states;
    if (inRegisters)
      states = loadAll(b, carried, tile.position);
    SmallVector<Value> results = time.emit(tile, first, end, states);
    storeAll(b, ArrayRef(results).drop_front(states.size()), partialSums,
             tile.position);
    OpBuilder::InsertionGuard guard(b);
    Value isLast =
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, chunk, lastChunk);
    auto ifOp = scf::IfOp::create(b, isLast, /*withElseRegion=*/false);
    b.setInsertionPointToStart(ifOp.thenBlock());
    b.forBlocks(tile, [&](const Position &position) {
      if (inRegisters)
        storeStates(b, ArrayRef(results).take_front(states.size()), position);
      else
        copyStatesOut(b, carried, position);
    });
  });
}

void ChunkedScan::combineSums() {
  auto sumChunks = [&](const Output &output, const Scratch &partial,
                       Position position) {
    SmallVector<Value> sum = b.count(
        b.indexConstant(0), b.extent(b.chunkDim()), b.zero(output.sumType),
        [&](Value chunk, ValueRange sum) -> SmallVector<Value> {
          position.block[b.chunkDim()] = chunk;
          return {output.combine(b, sum.front(), b.load(partial, position))};
        });
    output.finish(b, sum.front(), position);
  };
  if (llvm::all_of(outputs,
                   [](const Output &output) { return output.overTime; }))
    return;
  b.parallel(grid, b.start(), [&](const Position &position) {
    const Scratch *partial = partialSums.begin();
    for (const Output &output : outputs) {
      if (output.kind == OutputKind::timeSum)
        sumChunks(output, *partial++, position);
      if (output.kind == OutputKind::memorySum && !output.overTime)
        b.loop(output.innerDims, position, {},
               [&](const Position &at, ValueRange) -> SmallVector<Value> {
                 sumChunks(output, output.partial, at);
                 return {};
               });
    }
  });
}

void ChunkedScan::emit() {
  // The last chunk's carried state is stored whether there are steps or not.
  Value chunks = b.extent(b.chunkDim());
  b.setChunks(b.createOrFold<arith::MaxSIOp>(chunks, b.indexConstant(1)));
  carried = b.allocate(getStateTypes(b), chunkedLanes);
  b.setChunks(chunks);
  summarise();
  carry();
  replay();
  combineSums();
  b.freeScratch();
}

void lanes::emitChunked(LanePlan plan, int64_t chunkLength) {
  ChunkedScan(plan, chunkLength).emit();
}
