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

namespace {
/// Splits one scan on buffers.
class TimeSplit {
public:
  TimeSplit(ScanOp op, int64_t length)
      : b(op.getLoc(), op), op(op),
        header(cast<RecurrenceOp>(op.getOperation())), length(length),
        period(op.getSchedule()->getRescalePeriod()),
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
                    ArrayRef<int64_t> scaleBy, int64_t rescalePeriod);

  void summarise();
  void carry();
  void emitCarry(ArrayRef<Value> running);
  void replay();
  void runRest();
  void addSums();

  ImplicitLocOpBuilder b;
  ScanOp op;
  RecurrenceOp header;
  int64_t length;
  /// Steps between two rescalings within a chunk, counted from its first.
  int64_t period;
  ChunkedTime chunked;
  /// Whole chunks, those before the last, steps in whole chunks and after.
  Value chunks, before, whole, rest;
  /// Where whole chunks and the rest begin in time.
  Value wholeOffset, restOffset;
  /// The last chunk in the order of running.
  Value last;
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
                             ArrayRef<int64_t> scaleBy, int64_t rescalePeriod) {
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
      op.getHomogeneousElement(), op.getScaleByElement(), period);
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
  // The running state lies as the chunks' states do, not as the operand.
  SmallVector<Value> buffers, running;
  for (auto [i, state] : llvm::enumerate(op.getStates())) {
    Type type = getElementTypeOrSelf(state);
    buffers.push_back(chunked.allocate(one, type));
    running.push_back(chunked.chunkAt(buffers.back(), zero));
    chunked.copyState(i, running.back(), /*toState=*/false);
    carried.push_back(
        chunked.allocate(b.createOrFold<arith::MaxSIOp>(chunks, one), type));
  }
  if (getConstantIntValue(before) != 0)
    emitCarry(running);
  for (auto [from, to] : llvm::zip_equal(running, carried))
    memref::CopyOp::create(b, from, chunked.chunkAt(to, last));
  for (Value buffer : buffers)
    memref::DeallocOp::create(b, buffer);
}

/// The scan over all chunks but the last. What it stores for a chunk is the
/// state that it finds, which has been rescaled, not the one that it leaves.
void TimeSplit::emitCarry(ArrayRef<Value> running) {
  AffineMap map = chunked.laneMap(/*withStep=*/false);
  Value from = chunked.constant(op.getReverse() ? 1 : 0);
  SmallVector<Value> inputs(elements), outputs;
  if (chunked.isSeries())
    for (Value &input : inputs)
      input = chunked.sliceChunks(input, from, before);
  for (Value buffer : carried)
    outputs.push_back(chunked.sliceChunks(buffer, from, before));
  SmallVector<AffineMap> maps(inputs.size(), map);
  maps.append(running.size(), map.dropResult(0));
  maps.append(outputs.size(), map);
  ScanOp scan = createScan(
      inputs, running, outputs, maps,
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
      .assign(ValueRange(step.getArguments().take_back(running.size())));
}

void TimeSplit::replay() {
  SmallVector<Value> inputs, states, outputs;
  SmallVector<AffineMap> maps;
  Value zero = chunked.constant(0);
  for (Value buffer : carried)
    states.push_back(chunked.sliceChunks(buffer, zero, chunks));
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
      inputs, states, outputs, maps,
      chunked.splitIterators(/*withStep=*/true, /*keepReductions=*/true),
      op.getHomogeneous(), op.getScaleBy(), period);
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
                           op.getHomogeneous(), op.getScaleBy(),
                           // The last chunk may not have rescaled for a while.
                           /*rescalePeriod=*/1);
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
    Value vector = chunked.constant(
        getSeriesLanes(header, op.getSchedule()->getVectorWidth()));
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
  if (getConstantIntValue(before) != 0)
    summarise();
  if (getConstantIntValue(chunks) != 0) {
    carry();
    replay();
  }
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
    TimeSplit(scan, schedule.getChunkLength()).run();
    ++numSplit;
    return success();
  }
};
} // namespace
