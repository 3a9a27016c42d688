//===- SplitTime.cpp - time in chunks, as recurrences over chunks ---------===//
//
// A chunked scan over time t becomes scans over chunk c and step u of a chunk,
// t = C c + u, with c a parallel iterator like any other:
//
//   for each round, some chunks whose operands the caches of all cores hold:
//     (1) summarise   elements[c] = extend over u         c parallel, u serial
//     (2) carry       carried[c] = state before chunk c   c serial
//                     by apply(elements[c], state)
//     (3) replay      the step over u, from carried[c]    c parallel, u serial
//   (4) rest        the step over what is left of time, fewer than C steps
//   (5) sums over time: of each chunk and of the rest, then added in order
//
// Every core gets the same chunks in (1) and (3), and finds in its cache in (3)
// what (1) has read. The state goes from chunk to chunk by elements alone, so
// that no bit depends on how many chunks make a round.
//
// (1) is a scan, too, whose state is an element: its laws are those of combine.
// With `reverse` the chunks end where time ends and the rest is its beginning,
// so that the rest runs last in both directions.
//
// Buffers beside the operands hold a value for each chunk of a round and lane,
// sums over time one for each chunk and lane.
//
//===----------------------------------------------------------------------===//

#include "ChunkedTime.h"
#include "TimeSums.h"

#include "kalmir/Recur/IR/RecurUtils.h"
#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Support/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/TypeUtilities.h"

namespace kalmir::recur {
#define GEN_PASS_DEF_RECURSPLITTIMEPASS
#include "kalmir/Recur/Transforms/Passes.h.inc"
} // namespace kalmir::recur

using namespace mlir;
using namespace kalmir::recur;

static constexpr StringLiteral kFlag = "kalmir-recur-split-time";

namespace {
/// Splits one scan on buffers.
class TimeSplit {
public:
  TimeSplit(ScanOp op, int64_t length, int64_t cores, int64_t cacheBytes,
            bool onDevice)
      : b(op.getLoc(), op), op(op),
        header(cast<RecurrenceOp>(op.getOperation())), length(length),
        cores(cores), cacheBytes(cacheBytes), onDevice(onDevice),
        period(op.getSchedule()->getRescalePeriod()),
        chunked(b, header, length) {}

  void run();

private:
  bool isSummedOverTime(unsigned i) {
    return !header.getOutputMap(i).isFunctionOfDim(header.getTimeDim());
  }
  ScanOp createScan(ArrayRef<Value> inputs, ArrayRef<Value> states,
                    ArrayRef<Value> outputs, ArrayRef<AffineMap> maps,
                    ArrayRef<IteratorType> iterators, ArrayAttr groups,
                    ArrayRef<int64_t> scaleBy, int64_t rescalePeriod,
                    bool hasFinish = false);

  void enterUnlessZero(Value count);
  Value chooseUnitsPerRound();
  void beginCarry();
  void runRounds();
  void runRound(Value firstUnit, Value units);
  void summarise();
  void carry();
  void replay();
  void endCarry();
  void runRest();

  ImplicitLocOpBuilder b;
  ScanOp op;
  RecurrenceOp header;
  int64_t length, cores, cacheBytes;
  bool onDevice;
  /// Steps between two rescalings within a chunk, counted from its first.
  int64_t period;
  ChunkedTime chunked;
  /// Chunks come in units of so many; units in whole.
  int64_t unit = 1;
  Value allUnits;
  /// Whole chunks, those before the last, steps in whole chunks and after.
  Value chunks, before, whole, rest;
  /// Where whole chunks and the rest begin in time.
  Value wholeOffset, restOffset;
  /// Units of a round, the last round's may be fewer.
  Value unitsPerRound;
  /// Of the current round: how many chunks, those that run before it, the first
  /// of them in memory, and where that begins in time.
  Value count, earlier, first, offset;
  /// By chunk of a round; the state that is carried on, one chunk.
  SmallVector<Value> elements, carried, running;
  /// Where the last chunk of the last round is in `carried`.
  Value last;
  /// For each output its sums by chunk, or null if it is not summed over time.
  SmallVector<Value> sums;
};
} // namespace

//===----------------------------------------------------------------------===//
// Scans
//===----------------------------------------------------------------------===//

ScanOp TimeSplit::createScan(ArrayRef<Value> inputs, ArrayRef<Value> states,
                             ArrayRef<Value> outputs, ArrayRef<AffineMap> maps,
                             ArrayRef<IteratorType> iterators, ArrayAttr groups,
                             ArrayRef<int64_t> scaleBy, int64_t rescalePeriod,
                             bool hasFinish) {
  ScheduleAttr old = *op.getSchedule();
  auto schedule = ScheduleAttr::get(b.getContext(), ScheduleKind::serial,
                                    /*chunk_length=*/0, old.getVectorWidth(),
                                    old.getLaneBlocks(), rescalePeriod);
  auto numbers = [&](ArrayRef<int64_t> list) {
    return list.empty() ? DenseI64ArrayAttr() : b.getDenseI64ArrayAttr(list);
  };
  SmallVector<Attribute> types;
  for (IteratorType type : iterators)
    types.push_back(IteratorTypeAttr::get(b.getContext(), type));
  return ScanOp::create(b, b.getLoc(), TypeRange(), inputs,
                        /*segments=*/Value(), states, outputs,
                        b.getAffineMapArrayAttr(maps), b.getArrayAttr(types),
                        op.getReverseAttr(), op.getStrictAttr(), schedule,
                        op.getIdentity(), groups, op.getHomogeneousElement(),
                        numbers(scaleBy), numbers(op.getScaleByElement()),
                        /*finishCount=*/hasFinish);
}

/// Fills an empty region with a clone of `from`.
static void cloneRegion(Region &from, Region &to) {
  IRMapping mapping;
  from.cloneInto(&to, mapping);
}

/// Fills an empty region with combine, operands in the order (later, earlier).
static void cloneSwapped(Region &combine, Region &to) {
  cloneRegion(combine, to);
  Block &block = to.front();
  unsigned count = block.getNumArguments() / 2;
  for (unsigned i = 0; i < count; ++i) {
    BlockArgument earlier = block.getArgument(i),
                  later = block.getArgument(count + i);
    SmallVector<OpOperand *> uses;
    for (OpOperand &use : later.getUses())
      uses.push_back(&use);
    earlier.replaceAllUsesWith(later);
    for (OpOperand *use : uses)
      use->set(earlier);
  }
}

void TimeSplit::summarise() {
  SmallVector<Value> inputs, states;
  SmallVector<AffineMap> maps;
  // Nobody needs the element of the very last chunk, which stays the identity.
  // As one of the lanes of a vector it costs nothing, and saves a mask.
  Value size = count, from = chunked.constant(0);
  if (!chunked.isSeries()) {
    size = b.createOrFold<arith::MinSIOp>(
        count, b.createOrFold<arith::SubIOp>(before, earlier));
    if (op.getReverse())
      from = b.createOrFold<arith::SubIOp>(count, size);
  }
  Value start = b.createOrFold<arith::AddIOp>(
      offset, b.createOrFold<arith::MulIOp>(from, chunked.constant(length)));
  for (auto [i, input] : llvm::enumerate(op.getInputs())) {
    AffineMap map = header.getInputMap(i);
    inputs.push_back(chunked.chunksOf(input, map, start, size));
    maps.push_back(chunked.splitMap(map, /*withStep=*/true));
  }
  bool indexed = chunked.usesTimeIndex();
  if (indexed) {
    inputs.push_back(start);
    maps.push_back(
        AffineMap::get(header.getNumIterators() + 1, 0, b.getContext()));
  }
  if (!onDevice) {
    SmallVector<Value> parts;
    for (Value buffer : elements)
      parts.push_back(chunked.sliceChunks(buffer, chunked.constant(0), count));
    chunked.fill(parts, op.getIdentity());
  }
  for (Value buffer : elements) {
    states.push_back(chunked.sliceChunks(buffer, from, size));
    maps.push_back(chunked.laneMap(/*withStep=*/true));
  }
  ScanOp scan = createScan(
      inputs, states, {}, maps,
      chunked.splitIterators(/*withStep=*/true, /*keepReductions=*/false),
      op.getHomogeneousElement(), op.getScaleByElement(), period);
  if (onDevice)
    scan->setDiscardableAttr(fromIdentityAttrName, b.getUnitAttr());
  cloneRegion(op.getExtend(), scan.getStep());
  cloneRegion(op.getExtend(), scan.getExtend());
  cloneRegion(op.getCombine(), scan.getCombine());
  cloneSwapped(op.getCombine(), scan.getApply());
  for (Block *block : {&scan.getStep().front(), &scan.getExtend().front()})
    chunked.setIndices(*block, indexed ? inputs.back() : Value(),
                       /*split=*/true);
}

/// The scan over the chunks of a round. What it stores for a chunk is the state
/// that it finds, which has been rescaled, not the one that it leaves.
void TimeSplit::carry() {
  AffineMap map = chunked.laneMap(/*withStep=*/false);
  Value zero = chunked.constant(0);
  SmallVector<Value> inputs, states, outputs;
  for (Value buffer : elements)
    inputs.push_back(chunked.sliceChunks(buffer, zero, count));
  for (Value buffer : running)
    states.push_back(chunked.chunkAt(buffer, zero));
  if (onDevice)
    llvm::append_range(states, op.getStates());
  for (Value buffer : carried)
    outputs.push_back(chunked.sliceChunks(buffer, zero, count));
  SmallVector<AffineMap> maps(inputs.size(), map);
  for (unsigned i = 0, e = states.size(); i < e; ++i)
    maps.push_back(onDevice ? header.getStateMap(i) : map.dropResult(0));
  maps.append(outputs.size(), map);
  ScanOp scan = createScan(
      inputs, states, outputs, maps,
      chunked.splitIterators(/*withStep=*/false, /*keepReductions=*/false),
      op.getHomogeneous(), op.getScaleBy(),
      // An element holds many steps.
      /*rescalePeriod=*/1);
  cloneRegion(op.getApply(), scan.getStep());
  cloneSwapped(op.getCombine(), scan.getExtend());
  cloneRegion(op.getCombine(), scan.getCombine());
  cloneRegion(op.getApply(), scan.getApply());
  Block &step = scan.getStep().front();
  cast<YieldOp>(step.getTerminator())
      .getOutputsMutable()
      .assign(ValueRange(step.getArguments().take_back(states.size())));
}

void TimeSplit::replay() {
  SmallVector<Value> inputs, states, outputs;
  SmallVector<AffineMap> maps;
  Value zero = chunked.constant(0);
  for (Value buffer : carried)
    states.push_back(chunked.sliceChunks(buffer, zero, count));
  for (auto [i, input] : llvm::enumerate(op.getInputs())) {
    AffineMap map = header.getInputMap(i);
    inputs.push_back(chunked.chunksOf(input, map, offset, count));
    maps.push_back(chunked.splitMap(map, /*withStep=*/true));
  }
  bool indexed = chunked.usesTimeIndex();
  if (indexed) {
    inputs.push_back(offset);
    maps.push_back(
        AffineMap::get(header.getNumIterators() + 1, 0, b.getContext()));
  }
  maps.append(carried.size(), chunked.laneMap(/*withStep=*/true));
  for (auto [i, output] : llvm::enumerate(op.getOutputs())) {
    AffineMap map = header.getOutputMap(i);
    AffineMap split = chunked.splitMap(map, /*withStep=*/true);
    if (sums[i]) {
      outputs.push_back(chunked.sliceChunks(sums[i], first, count));
      split = split.insertResult(b.getAffineDimExpr(header.getTimeDim()), 0);
    } else {
      outputs.push_back(chunked.chunksOf(output, map, offset, count));
    }
    maps.push_back(split);
  }
  ScanOp scan = createScan(
      inputs, states, outputs, maps,
      chunked.splitIterators(/*withStep=*/true, /*keepReductions=*/true),
      op.getHomogeneous(), op.getScaleBy(), period, header.getFinishBlock());
  for (auto [from, to] : llvm::zip_equal(op->getRegions(), scan->getRegions()))
    cloneRegion(from, to);
  for (Block *block : scan.getBlocksOverInputs())
    chunked.setIndices(*block, indexed ? inputs.back() : Value(),
                       /*split=*/true);

  widenTimeSums(b, cast<RecurrenceOp>(scan.getOperation()), op.getOutputs(),
                sums);
}

//===----------------------------------------------------------------------===//
// Rounds
//===----------------------------------------------------------------------===//

/// Goes on where there is something to do: a launch costs more than a test.
void TimeSplit::enterUnlessZero(Value count) {
  if (getConstantIntValue(count))
    return;
  Value any = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, count,
                                    chunked.constant(0));
  b.setInsertionPointToStart(
      scf::IfOp::create(b, any, /*withElseRegion=*/false).thenBlock());
}

/// As many units for each core as its cache holds the operands of, at least
/// one.
Value TimeSplit::chooseUnitsPerRound() {
  if (onDevice)
    return b.createOrFold<arith::MaxSIOp>(allUnits, chunked.constant(1));
  Value bytes = chunked.constant(0);
  auto addBytes = [&](Value operand, AffineMap map) {
    if (!isa<MemRefType>(operand.getType()) ||
        !map.isFunctionOfDim(header.getTimeDim()))
      return;
    Value step = chunked.constant(llvm::divideCeil(
        getElementTypeOrSelf(operand).getIntOrFloatBitWidth(), 8));
    for (unsigned i = 0, e = map.getNumResults(); i < e; ++i)
      if (unsigned dim = map.getDimPosition(i); dim != header.getTimeDim())
        step = b.createOrFold<arith::MulIOp>(
            step, getValueOrCreateConstantIndexOp(b, b.getLoc(),
                                                  getExtent(b, header, dim)));
    bytes = b.createOrFold<arith::AddIOp>(bytes, step);
  };
  for (auto [i, input] : llvm::enumerate(op.getInputs()))
    addBytes(input, header.getInputMap(i));
  for (auto [i, output] : llvm::enumerate(op.getOutputs()))
    addBytes(output, header.getOutputMap(i));
  Value one = chunked.constant(1);
  Value share = b.createOrFold<arith::DivSIOp>(
      chunked.constant(cacheBytes / (length * unit)),
      b.createOrFold<arith::MaxSIOp>(bytes, one));
  share = b.createOrFold<arith::MaxSIOp>(share, one);
  Value units = b.createOrFold<arith::MulIOp>(share, chunked.constant(cores));
  return b.createOrFold<arith::MaxSIOp>(
      b.createOrFold<arith::MinSIOp>(units, allUnits), one);
}

/// Makes room for a round. The running state lies as the chunks' states do, not
/// as the operand; on a device it is the operand, for there is one round.
void TimeSplit::beginCarry() {
  Value one = chunked.constant(1), zero = chunked.constant(0);
  Value capacity =
      b.createOrFold<arith::MulIOp>(unitsPerRound, chunked.constant(unit));
  for (Type type : op.getElementTypes())
    elements.push_back(chunked.allocate(capacity, type));
  last =
      op.getReverse() ? zero : b.createOrFold<arith::RemSIOp>(before, capacity);
  SmallVector<Value> begin, left;
  for (Value state : op.getStates()) {
    Type type = getElementTypeOrSelf(state);
    carried.push_back(chunked.allocate(capacity, type));
    if (onDevice)
      continue;
    running.push_back(chunked.allocate(one, type));
    begin.push_back(chunked.chunkAt(running.back(), zero));
    left.push_back(chunked.chunkAt(carried.back(), last));
  }
  // The latter is what is left to the rest of time where there are no chunks.
  if (!onDevice)
    chunked.copyFromStates({begin, left});
}

void TimeSplit::endCarry() {
  SmallVector<Value> left;
  for (Value buffer : carried)
    left.push_back(chunked.chunkAt(buffer, last));
  chunked.copyToStates(left);
}

void TimeSplit::runRounds() {
  Value zero = chunked.constant(0);
  if (onDevice ||
      getAsOpFoldResult(allUnits) == getAsOpFoldResult(unitsPerRound))
    return runRound(zero, allUnits);
  auto loop = scf::ForOp::create(b, zero, allUnits, unitsPerRound);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value firstUnit = loop.getInductionVar();
  runRound(firstUnit, b.createOrFold<arith::MinSIOp>(
                          unitsPerRound,
                          b.createOrFold<arith::SubIOp>(allUnits, firstUnit)));
}

void TimeSplit::runRound(Value firstUnit, Value units) {
  Value size = chunked.constant(unit);
  count = b.createOrFold<arith::MulIOp>(units, size);
  earlier = b.createOrFold<arith::MulIOp>(firstUnit, size);
  first = earlier;
  if (op.getReverse())
    first = b.createOrFold<arith::SubIOp>(
        b.createOrFold<arith::SubIOp>(chunks, earlier), count);
  offset = b.createOrFold<arith::AddIOp>(
      wholeOffset,
      b.createOrFold<arith::MulIOp>(first, chunked.constant(length)));
  summarise();
  carry();
  replay();
}

void TimeSplit::runRest() {
  SmallVector<Value> inputs, states(op.getStates()), outputs;
  SmallVector<AffineMap> maps = header.getMaps();
  for (auto [i, input] : llvm::enumerate(op.getInputs()))
    inputs.push_back(
        chunked.sliceTime(input, header.getInputMap(i), restOffset, rest));
  bool indexed = chunked.usesTimeIndex();
  if (indexed) {
    maps.insert(maps.begin() + inputs.size(),
                AffineMap::get(header.getNumIterators(), 0, b.getContext()));
    inputs.push_back(restOffset);
  }
  for (auto [i, output] : llvm::enumerate(op.getOutputs()))
    outputs.push_back(sums[i]
                          ? chunked.chunkAt(sums[i], chunks)
                          : chunked.sliceTime(output, header.getOutputMap(i),
                                              restOffset, rest));
  ScanOp scan = createScan(inputs, states, outputs, maps, header.getIterators(),
                           op.getHomogeneous(), op.getScaleBy(),
                           // The last chunk may not have rescaled for a while.
                           /*rescalePeriod=*/1, header.getFinishBlock());
  for (auto [from, to] : llvm::zip_equal(op->getRegions(), scan->getRegions()))
    cloneRegion(from, to);
  for (Block *block : scan.getBlocksOverInputs())
    chunked.setIndices(*block, indexed ? inputs.back() : Value(),
                       /*split=*/false);
  widenTimeSums(b, cast<RecurrenceOp>(scan.getOperation()), op.getOutputs(),
                sums);
}

//===----------------------------------------------------------------------===//
// All of it
//===----------------------------------------------------------------------===//

void TimeSplit::run() {
  Value zero = chunked.constant(0), one = chunked.constant(1),
        steps = chunked.constant(length);
  Value total = getValueOrCreateConstantIndexOp(
      b, b.getLoc(), getExtent(b, header, header.getTimeDim()));
  // Where chunks are the only lanes, whole vectors of them need no masks.
  if (chunked.isSeries())
    unit = getSeriesLanes(header, op.getSchedule()->getVectorWidth());
  allUnits = b.createOrFold<arith::DivSIOp>(
      b.createOrFold<arith::DivSIOp>(total, steps), chunked.constant(unit));
  chunks = b.createOrFold<arith::MulIOp>(allUnits, chunked.constant(unit));
  before = b.createOrFold<arith::MaxSIOp>(
      b.createOrFold<arith::SubIOp>(chunks, one), zero);
  whole = b.createOrFold<arith::MulIOp>(chunks, steps);
  rest = b.createOrFold<arith::SubIOp>(total, whole);
  bool reverse = op.getReverse();
  wholeOffset = reverse ? rest : zero;
  restOffset = reverse ? zero : whole;
  bool hasRest = getConstantIntValue(rest) != 0;

  Value parts = hasRest ? b.createOrFold<arith::AddIOp>(chunks, one) : chunks;
  for (auto [i, output] : llvm::enumerate(op.getOutputs())) {
    Value &sum = sums.emplace_back();
    if (!isSummedOverTime(i))
      continue;
    SmallVector<OpFoldResult> sizes =
        memref::getMixedSizes(b, b.getLoc(), output);
    sizes.insert(sizes.begin(), getAsOpFoldResult(parts));
    auto [shape, dynamicSizes] = decomposeMixedValues(sizes);
    sum = memref::AllocOp::create(
        b, MemRefType::get(shape, getSumType(getElementTypeOrSelf(output))),
        dynamicSizes, b.getI64IntegerAttr(64));
  }
  if (getConstantIntValue(chunks) != 0) {
    unitsPerRound = chooseUnitsPerRound();
    beginCarry();
    OpBuilder::InsertionGuard guard(b);
    if (onDevice)
      enterUnlessZero(chunks);
    runRounds();
    endCarry();
  }
  if (hasRest) {
    // Sums need the rest's, which are 0 where nothing is left.
    OpBuilder::InsertionGuard guard(b);
    if (onDevice && llvm::none_of(sums, [](Value sum) { return !!sum; }))
      enterUnlessZero(rest);
    runRest();
  }
  addTimeSums(b, op.getOutputs(), sums);
  for (ArrayRef<Value> buffers : {elements, running, carried, sums})
    for (Value buffer : buffers)
      if (buffer)
        memref::DeallocOp::create(b, buffer);
  op.erase();
}

namespace {
struct RecurSplitTime
    : public kalmir::recur::impl::RecurSplitTimePassBase<RecurSplitTime> {
  using RecurSplitTimePassBase::RecurSplitTimePassBase;

  void runOnOperation() override {
    SmallVector<RecurrenceOp> ops;
    getOperation()->walk([&](RecurrenceOp op) {
      if (op.getSchedule() &&
          op.getSchedule()->getKind() == ScheduleKind::chunked)
        ops.push_back(op);
    });
    for (RecurrenceOp op : ops)
      if (failed(split(op)))
        signalPassFailure();
  }

  LogicalResult split(RecurrenceOp op) {
    if (!op.hasBufferSemantics())
      return op.emitOpError("expected operands to be buffers, found tensors; "
                            "run one-shot-bufferize first");
    if (op.getSegments())
      return op.emitOpError("expected no packed sequences, found segments; run "
                            "kalmir-recur-expand-segments first");
    ScheduleAttr schedule = *op.getSchedule();
    StringRef refusal = whyNotChunked(op);
    if (!refusal.empty())
      kalmir::emitMissedRemark(op.getLoc(), kFlag)
          << ("time runs serially: " + refusal).str();
    // There are no views of what is empty, and nothing to split.
    bool isEmpty = false;
    for (unsigned dim = 0, e = op.getNumIterators(); dim < e; ++dim)
      isEmpty |= getStaticExtent(op, dim) == 0;
    if (isEmpty || !refusal.empty()) {
      op->setAttr("schedule",
                  ScheduleAttr::get(
                      &getContext(), ScheduleKind::serial,
                      /*chunk_length=*/0, schedule.getVectorWidth(),
                      schedule.getLaneBlocks(), schedule.getRescalePeriod()));
      return success();
    }
    auto scan = cast<ScanOp>(op.getOperation());
    TimeSplit(scan, schedule.getChunkLength(), std::max<int64_t>(1, cores),
              cacheBytes, onDevice)
        .run();
    ++numSplit;
    return success();
  }
};
} // namespace
