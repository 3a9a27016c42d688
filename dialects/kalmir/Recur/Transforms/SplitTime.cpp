//===- SplitTime.cpp - time in chunks, as recurrences over chunks ---------===//
//
// A chunked scan over time t becomes scans over chunk c and step u of a chunk,
// t = C c + u, with c a parallel iterator like any other:
//
//   (1) summarise   elements[c] = extend over u           c parallel, u serial
//   (2) carry       carried[c] = state before chunk c     c serial
//                   by apply(elements[c], state)
//   (3) replay      the step over u, from carried[c]      c parallel, u serial
//   (4) rest        the step over what is left of time, fewer than C steps
//   (5) sums over time: of each chunk and of the rest, then added in order
//
// (1) is a scan, too, whose state is an element: its laws are those of combine.
// With `reverse` the chunks end where time ends and the rest is its beginning,
// so that the rest runs last in both directions.
//
// Buffers beside the operands hold a value for each chunk and lane, never one
// for each step and lane.
//
//===----------------------------------------------------------------------===//

#include "ChunkedTime.h"

#include "kalmir/Recur/IR/RecurUtils.h"
#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Support/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/TypeUtilities.h"

namespace kalmir::recur {
#define GEN_PASS_DEF_RECURSPLITTIMEPASS
#include "kalmir/Recur/Transforms/Passes.h.inc"
} // namespace kalmir::recur

using namespace mlir;
using namespace kalmir::recur;

static constexpr StringLiteral kFlag = "kalmir-recur-split-time";

/// Chunks of a single series come in multiples of this, the lanes of the widest
/// vectors.
static constexpr int64_t seriesLanes = 16;

namespace {
/// Splits one scan on buffers.
class TimeSplit {
public:
  TimeSplit(ScanOp op, int64_t length)
      : b(op.getLoc(), op), op(op),
        header(cast<RecurrenceOp>(op.getOperation())), length(length),
        chunked(b, header, length) {}

  void run();

private:
  bool isSummedOverTime(unsigned i) {
    return !header.getOutputMap(i).isFunctionOfDim(header.getTimeDim());
  }
  void widenSums(Block &step);
  ScanOp createScan(ArrayRef<Value> inputs, ArrayRef<Value> states,
                    ArrayRef<Value> outputs, ArrayRef<AffineMap> maps,
                    ArrayRef<IteratorType> iterators, ArrayAttr groups,
                    ArrayRef<int64_t> scaleBy);

  void summarise();
  void carry();
  void replay();
  void runRest();
  void addSums();

  ImplicitLocOpBuilder b;
  ScanOp op;
  RecurrenceOp header;
  int64_t length;
  ChunkedTime chunked;
  /// Whole chunks, those before the last, steps in whole chunks and after.
  Value chunks, before, whole, rest;
  /// Where whole chunks and the rest begin in time.
  Value wholeOffset, restOffset;
  /// The first and the last chunk in the order of running.
  Value first, last;
  SmallVector<Value> elements, carried;
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
                             ArrayRef<int64_t> scaleBy) {
  ScheduleAttr old = *op.getSchedule();
  auto schedule = ScheduleAttr::get(
      b.getContext(), ScheduleKind::serial, /*chunk_length=*/0,
      old.getVectorWidth(), old.getLaneBlocks(), old.getRescalePeriod());
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
                        numbers(scaleBy), numbers(op.getScaleByElement()));
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
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  // The last chunk's element is not needed; alone in a vector it costs nothing,
  // and saves a mask.
  Value all = chunked.isSeries() ? chunks : before;
  bool skipsFirst = op.getReverse() && !chunked.isSeries();
  Value offset = b.createOrFold<arith::AddIOp>(
      wholeOffset, chunked.constant(skipsFirst ? length : 0));
  for (auto [i, input] : llvm::enumerate(op.getInputs())) {
    AffineMap map = header.getInputMap(i);
    inputs.push_back(chunked.chunksOf(input, map, offset, all));
    maps.push_back(chunked.splitMap(map, /*withStep=*/true));
  }
  for (auto [type, number] :
       llvm::zip_equal(op.getElementTypes(), op.getIdentity())) {
    Value buffer = chunked.allocate(all, type);
    linalg::FillOp::create(
        b, arith::ConstantOp::create(b, cast<TypedAttr>(number)).getResult(),
        buffer);
    elements.push_back(buffer);
    maps.push_back(chunked.laneMap(/*withStep=*/true));
  }
  bool indexed = chunked.usesTimeIndex();
  if (indexed) {
    inputs.push_back(offset);
    maps.insert(
        maps.begin() + op.getInputs().size(),
        AffineMap::get(header.getNumIterators() + 1, 0, b.getContext()));
  }
  ScanOp scan = createScan(
      inputs, elements, {}, maps,
      chunked.splitIterators(/*withStep=*/true, /*keepReductions=*/false),
      op.getHomogeneousElement(), op.getScaleByElement());
  cloneRegion(op.getExtend(), scan.getStep());
  cloneRegion(op.getExtend(), scan.getExtend());
  cloneRegion(op.getCombine(), scan.getCombine());
  cloneSwapped(op.getCombine(), scan.getApply());
  for (Block *block : {&scan.getStep().front(), &scan.getExtend().front()})
    chunked.setIndices(*block, indexed ? inputs.back() : Value(),
                       /*split=*/true);
}

void TimeSplit::carry() {
  Value one = chunked.constant(1), zero = chunked.constant(0);
  AffineMap map = chunked.laneMap(/*withStep=*/false);
  SmallVector<AffineMap> maps(elements.size(), map);
  // The running state lies as the chunks' states do, not as the operand.
  SmallVector<Value> running, states, outputs;
  for (auto [i, state] : llvm::enumerate(op.getStates())) {
    Type type = getElementTypeOrSelf(state);
    running.push_back(chunked.allocate(one, type));
    states.push_back(chunked.chunkAt(running.back(), zero));
    maps.push_back(map.dropResult(0));
    Value buffer =
        chunked.allocate(b.createOrFold<arith::MaxSIOp>(chunks, one), type);
    carried.push_back(buffer);
    // The first chunk begins with the initial state.
    chunked.copyState(i, states.back(), /*toState=*/false);
    chunked.copyState(i, chunked.chunkAt(buffer, first), /*toState=*/false);
    outputs.push_back(
        chunked.sliceChunks(buffer, op.getReverse() ? zero : one, before));
  }
  maps.append(outputs.size(), map);
  SmallVector<Value> inputs(elements);
  if (chunked.isSeries())
    for (Value &input : inputs)
      input = chunked.sliceChunks(input, op.getReverse() ? one : zero, before);
  ScanOp scan = createScan(
      inputs, states, outputs, maps,
      chunked.splitIterators(/*withStep=*/false, /*keepReductions=*/false),
      op.getHomogeneous(), op.getScaleBy());
  cloneRegion(op.getApply(), scan.getStep());
  cloneSwapped(op.getCombine(), scan.getExtend());
  cloneRegion(op.getCombine(), scan.getCombine());
  cloneRegion(op.getApply(), scan.getApply());
  // What a chunk leaves is what the next one begins with.
  auto yield = cast<YieldOp>(scan.getStep().front().getTerminator());
  SmallVector<Value> next(yield.getStates());
  yield.getOutputsMutable().assign(next);
  for (Value buffer : running)
    memref::DeallocOp::create(b, buffer);
}

void TimeSplit::replay() {
  SmallVector<Value> inputs, outputs;
  SmallVector<AffineMap> maps;
  Value zero = chunked.constant(0);
  for (auto [i, input] : llvm::enumerate(op.getInputs())) {
    AffineMap map = header.getInputMap(i);
    inputs.push_back(chunked.chunksOf(input, map, wholeOffset, chunks));
    maps.push_back(chunked.splitMap(map, /*withStep=*/true));
  }
  bool indexed = chunked.usesTimeIndex();
  if (indexed) {
    inputs.push_back(wholeOffset);
    maps.push_back(
        AffineMap::get(header.getNumIterators() + 1, 0, b.getContext()));
  }
  maps.append(carried.size(), chunked.laneMap(/*withStep=*/true));
  for (auto [i, output] : llvm::enumerate(op.getOutputs())) {
    AffineMap map = header.getOutputMap(i);
    AffineMap split = chunked.splitMap(map, /*withStep=*/true);
    if (sums[i]) {
      outputs.push_back(chunked.sliceChunks(sums[i], zero, chunks));
      split = split.insertResult(b.getAffineDimExpr(header.getTimeDim()), 0);
    } else {
      outputs.push_back(chunked.chunksOf(output, map, wholeOffset, chunks));
    }
    maps.push_back(split);
  }
  ScanOp scan = createScan(
      inputs, carried, outputs, maps,
      chunked.splitIterators(/*withStep=*/true, /*keepReductions=*/true),
      op.getHomogeneous(), op.getScaleBy());
  for (auto [from, to] : llvm::zip_equal(op->getRegions(), scan->getRegions()))
    cloneRegion(from, to);
  for (Block *block : {&scan.getStep().front(), &scan.getExtend().front()})
    chunked.setIndices(*block, indexed ? inputs.back() : Value(),
                       /*split=*/true);

  widenSums(scan.getStep().front());

  // The state after the last chunk.
  for (auto [i, buffer] : llvm::enumerate(carried))
    chunked.copyState(i, chunked.chunkAt(buffer, last), /*toState=*/true);
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
                           op.getHomogeneous(), op.getScaleBy());
  for (auto [from, to] : llvm::zip_equal(op->getRegions(), scan->getRegions()))
    cloneRegion(from, to);
  for (Block *block : {&scan.getStep().front(), &scan.getExtend().front()})
    chunked.setIndices(*block, indexed ? inputs.back() : Value(),
                       /*split=*/false);
  widenSums(scan.getStep().front());
}

//===----------------------------------------------------------------------===//
// Sums over time
//===----------------------------------------------------------------------===//

/// Makes a step yield what is summed over time in the type of the sums.
void TimeSplit::widenSums(Block &step) {
  auto yield = cast<YieldOp>(step.getTerminator());
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(yield);
  for (auto [i, output] : llvm::enumerate(op.getOutputs())) {
    OpOperand &yielded = yield.getOutputsMutable()[i];
    Type type = getSumType(getElementTypeOrSelf(output));
    if (!sums[i] || yielded.get().getType() == type)
      continue;
    Value summand = getSummand(yielded.get());
    yielded.set(summand.getType() == type
                    ? summand
                    : arith::ExtFOp::create(b, type, summand).getResult());
  }
}

void TimeSplit::addSums() {
  for (auto [output, parts] : llvm::zip_equal(op.getOutputs(), sums)) {
    if (!parts)
      continue;
    Type type = getElementTypeOrSelf(parts);
    Value total = output;
    if (getElementTypeOrSelf(output) != type) {
      auto [shape, sizes] =
          decomposeMixedValues(memref::getMixedSizes(b, b.getLoc(), output));
      total = memref::AllocOp::create(b, MemRefType::get(shape, type), sizes,
                                      b.getI64IntegerAttr(64));
    }
    linalg::FillOp::create(
        b, arith::ConstantOp::create(b, b.getZeroAttr(type)).getResult(),
        total);
    unsigned rank = cast<MemRefType>(output.getType()).getRank();
    AffineMap all = AffineMap::getMultiDimIdentityMap(rank + 1, b.getContext());
    SmallVector<utils::IteratorType> iterators(rank + 1,
                                               utils::IteratorType::parallel);
    iterators.front() = utils::IteratorType::reduction;
    linalg::GenericOp::create(
        b, ValueRange(parts), ValueRange(total), {all, all.dropResult(0)},
        iterators, [&](OpBuilder &nested, Location loc, ValueRange x) {
          Value sum =
              isa<FloatType>(type)
                  ? arith::AddFOp::create(nested, loc, x[1], x[0]).getResult()
                  : arith::AddIOp::create(nested, loc, x[1], x[0]).getResult();
          linalg::YieldOp::create(nested, loc, sum);
        });
    if (total == output)
      continue;
    AffineMap same = AffineMap::getMultiDimIdentityMap(rank, b.getContext());
    linalg::GenericOp::create(
        b, ValueRange(total), ValueRange(output), {same, same},
        ArrayRef(iterators).drop_front(),
        [&](OpBuilder &nested, Location loc, ValueRange x) {
          Value narrow =
              arith::TruncFOp::create(nested, loc, x[1].getType(), x[0]);
          linalg::YieldOp::create(nested, loc, narrow);
        });
    memref::DeallocOp::create(b, total);
  }
}

//===----------------------------------------------------------------------===//
// All of it
//===----------------------------------------------------------------------===//

void TimeSplit::run() {
  Value zero = chunked.constant(0), one = chunked.constant(1),
        steps = chunked.constant(length);
  Value total = getValueOrCreateConstantIndexOp(
      b, b.getLoc(), getExtent(b, header, header.getTimeDim()));
  chunks = b.createOrFold<arith::DivSIOp>(total, steps);
  if (chunked.isSeries()) {
    // The chunks are the only lanes: whole vectors of them need no masks.
    Value vector = chunked.constant(seriesLanes);
    chunks = b.createOrFold<arith::MulIOp>(
        b.createOrFold<arith::DivSIOp>(chunks, vector), vector);
  }
  before = b.createOrFold<arith::MaxSIOp>(
      b.createOrFold<arith::SubIOp>(chunks, one), zero);
  whole = b.createOrFold<arith::MulIOp>(chunks, steps);
  rest = b.createOrFold<arith::SubIOp>(total, whole);
  bool reverse = op.getReverse();
  wholeOffset = reverse ? rest : zero;
  restOffset = reverse ? zero : whole;
  first = reverse ? before : zero;
  last = reverse ? zero : before;
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
  summarise();
  carry();
  replay();
  if (hasRest)
    runRest();
  addSums();
  for (ArrayRef<Value> buffers : {elements, carried, sums})
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
    auto scan = dyn_cast<ScanOp>(op.getOperation());
    if (!scan) {
      kalmir::emitMissedRemark(op.getLoc(), kFlag)
          << "time runs serially: only a recur.scan can be cut into chunks";
      op->setAttr("schedule",
                  ScheduleAttr::get(
                      &getContext(), ScheduleKind::serial,
                      /*chunk_length=*/0, schedule.getVectorWidth(),
                      schedule.getLaneBlocks(), schedule.getRescalePeriod()));
      return success();
    }
    TimeSplit(scan, schedule.getChunkLength()).run();
    ++numSplit;
    return success();
  }
};
} // namespace
