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
/// The regions of a scan to be, as functions that clone another scan's.
struct ScanRegions {
  Region *step, *extend, *combine, *apply;
  /// `apply` is a combine whose operands are (later, earlier).
  bool applyIsCombine = false;
  /// `extend` is a combine whose operands are (later, earlier).
  bool extendIsCombine = false;
};

/// Splits one scan on buffers.
class TimeSplit {
public:
  TimeSplit(ScanOp op, int64_t length)
      : b(op.getLoc(), op), op(op),
        header(cast<RecurrenceOp>(op.getOperation())),
        time(header.getTimeDim()), length(length) {}

  void run();

private:
  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  /// Whether there are no lanes but the chunks.
  bool isSeries() { return header.getNumIterators() == 1; }
  /// A map over (.., c, u, ..): time becomes c and u if `withStep`, c alone
  /// otherwise; iterators after it move by one or none.
  AffineMap splitMap(AffineMap map, bool withStep);
  /// The map of a buffer [c, lanes]; of [lanes] without chunks.
  AffineMap laneMap(bool withStep);
  SmallVector<IteratorType> splitIterators(bool withStep, bool keepReductions);
  /// `count` chunks of an operand from chunk `first` on, time as [c, u].
  Value chunksOf(Value operand, AffineMap map, Value first, Value count);
  Value sliceTime(Value operand, AffineMap map, Value offset, Value size);
  Value sliceChunks(Value buffer, Value first, Value count);
  Value chunkAt(Value buffer, Value chunk);
  Value allocate(Value chunks, Type element);
  void copyState(unsigned i, Value chunk, bool toState);
  bool usesTimeIndex();
  void widenSums(Block &step);
  void setIndices(Block &block, Value offset, bool split);
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
  unsigned time;
  int64_t length;
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
// Views and buffers
//===----------------------------------------------------------------------===//

AffineMap TimeSplit::splitMap(AffineMap map, bool withStep) {
  unsigned numDims = map.getNumDims() + (withStep ? 1 : 0);
  SmallVector<AffineExpr> results;
  for (unsigned i = 0, e = map.getNumResults(); i < e; ++i) {
    unsigned dim = map.getDimPosition(i);
    results.push_back(
        b.getAffineDimExpr(dim > time && withStep ? dim + 1 : dim));
    if (dim == time && withStep)
      results.push_back(b.getAffineDimExpr(time + 1));
  }
  return AffineMap::get(numDims, 0, results, b.getContext());
}

AffineMap TimeSplit::laneMap(bool withStep) {
  // Parallel iterators last: the one that vectors span is among them.
  SmallVector<AffineExpr> results{b.getAffineDimExpr(time)};
  auto iterators = header.getIterators();
  for (IteratorType type : {IteratorType::reduction, IteratorType::parallel})
    for (auto [dim, own] : llvm::enumerate(iterators))
      if (own == type)
        results.push_back(
            b.getAffineDimExpr(dim > time && withStep ? dim + 1 : dim));
  return AffineMap::get(iterators.size() + (withStep ? 1 : 0), 0, results,
                        b.getContext());
}

SmallVector<IteratorType> TimeSplit::splitIterators(bool withStep,
                                                    bool keepReductions) {
  SmallVector<IteratorType> result;
  for (IteratorType type : header.getIterators()) {
    if (type == IteratorType::recurrence && withStep)
      result.push_back(IteratorType::parallel);
    result.push_back(type == IteratorType::reduction && !keepReductions
                         ? IteratorType::parallel
                         : type);
  }
  return result;
}

/// A part of one dimension of a buffer.
static Value slice(ImplicitLocOpBuilder &b, Value buffer, unsigned dim,
                   OpFoldResult offset, OpFoldResult size) {
  SmallVector<OpFoldResult> sizes =
      memref::getMixedSizes(b, b.getLoc(), buffer);
  SmallVector<OpFoldResult> offsets(sizes.size(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
  offsets[dim] = offset;
  sizes[dim] = size;
  return memref::SubViewOp::create(b, buffer, offsets, sizes, strides);
}

static std::optional<unsigned> findDim(AffineMap map, unsigned dim) {
  for (unsigned i = 0, e = map.getNumResults(); i < e; ++i)
    if (map.getDimPosition(i) == dim)
      return i;
  return std::nullopt;
}

Value TimeSplit::sliceTime(Value operand, AffineMap map, Value offset,
                           Value size) {
  std::optional<unsigned> position = findDim(map, time);
  if (!isa<MemRefType>(operand.getType()) || !position)
    return operand;
  return slice(b, operand, *position, getAsOpFoldResult(offset),
               getAsOpFoldResult(size));
}

Value TimeSplit::chunksOf(Value operand, AffineMap map, Value first,
                          Value count) {
  std::optional<unsigned> position = findDim(map, time);
  if (!isa<MemRefType>(operand.getType()) || !position)
    return operand;
  Value steps = constant(length);
  Value offset = b.createOrFold<arith::AddIOp>(
      wholeOffset, b.createOrFold<arith::MulIOp>(first, steps));
  Value part = sliceTime(operand, map, offset,
                         b.createOrFold<arith::MulIOp>(count, steps));
  auto type = cast<MemRefType>(part.getType());
  SmallVector<ReassociationIndices> groups;
  SmallVector<OpFoldResult> sizes = memref::getMixedSizes(b, b.getLoc(), part);
  SmallVector<OpFoldResult> shape;
  SmallVector<int64_t> staticShape;
  for (auto [i, size] : llvm::enumerate(sizes)) {
    ReassociationIndices &group = groups.emplace_back();
    group.push_back(shape.size());
    if (i == *position) {
      shape.push_back(getAsOpFoldResult(count));
      group.push_back(shape.size());
      shape.push_back(b.getIndexAttr(length));
    } else {
      shape.push_back(size);
    }
  }
  for (OpFoldResult size : shape)
    staticShape.push_back(
        getConstantIntValue(size).value_or(ShapedType::kDynamic));
  FailureOr<MemRefType> expanded =
      memref::ExpandShapeOp::computeExpandedType(type, staticShape, groups);
  // Splitting a dimension in two never fails.
  return memref::ExpandShapeOp::create(b, *expanded, part, groups, shape);
}

Value TimeSplit::sliceChunks(Value buffer, Value first, Value count) {
  return slice(b, buffer, 0, getAsOpFoldResult(first),
               getAsOpFoldResult(count));
}

/// The part of a buffer [c, ...] that belongs to one chunk.
Value TimeSplit::chunkAt(Value buffer, Value chunk) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<OpFoldResult> sizes =
      memref::getMixedSizes(b, b.getLoc(), buffer);
  SmallVector<OpFoldResult> offsets(sizes.size(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
  offsets[0] = getAsOpFoldResult(chunk);
  sizes[0] = b.getIndexAttr(1);
  MemRefType reduced = memref::SubViewOp::inferRankReducedResultType(
      type.getShape().drop_front(), type, offsets, sizes, strides);
  return memref::SubViewOp::create(b, reduced, buffer, offsets, sizes, strides);
}

/// A buffer [chunks, lanes].
Value TimeSplit::allocate(Value chunks, Type element) {
  SmallVector<OpFoldResult> sizes{getAsOpFoldResult(chunks)};
  AffineMap map = laneMap(/*withStep=*/false);
  for (unsigned i = 1, e = map.getNumResults(); i < e; ++i)
    sizes.push_back(getExtent(b, header, map.getDimPosition(i)));
  auto [shape, dynamicSizes] = decomposeMixedValues(sizes);
  return memref::AllocOp::create(b, MemRefType::get(shape, element),
                                 dynamicSizes, b.getI64IntegerAttr(64));
}

/// Copies state `i` to or from one chunk of a buffer [c, lanes].
void TimeSplit::copyState(unsigned i, Value chunk, bool toState) {
  AffineMap stateMap = header.getStateMap(i);
  SmallVector<AffineExpr> lanes;
  for (AffineExpr lane : laneMap(/*withStep=*/false).getResults().drop_front())
    lanes.push_back(b.getAffineDimExpr(
        *findDim(stateMap, cast<AffineDimExpr>(lane).getPosition())));
  unsigned rank = lanes.size();
  SmallVector<AffineMap> maps{
      AffineMap::getMultiDimIdentityMap(rank, b.getContext()),
      AffineMap::get(rank, 0, lanes, b.getContext())};
  Value from = op.getStates()[i], to = chunk;
  if (toState) {
    std::swap(from, to);
    std::swap(maps[0], maps[1]);
  }
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  linalg::GenericOp::create(
      b, ValueRange(from), ValueRange(to), maps, iterators,
      [](OpBuilder &nested, Location loc, ValueRange arguments) {
        linalg::YieldOp::create(nested, loc, arguments.front());
      });
}

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
  Value all = isSeries() ? chunks : before;
  Value start = op.getReverse() && !isSeries() ? constant(1) : constant(0);
  for (auto [i, input] : llvm::enumerate(op.getInputs())) {
    AffineMap map = header.getInputMap(i);
    inputs.push_back(chunksOf(input, map, start, all));
    maps.push_back(splitMap(map, /*withStep=*/true));
  }
  for (auto [type, number] :
       llvm::zip_equal(op.getElementTypes(), op.getIdentity())) {
    Value buffer = allocate(all, type);
    linalg::FillOp::create(
        b, arith::ConstantOp::create(b, cast<TypedAttr>(number)).getResult(),
        buffer);
    elements.push_back(buffer);
    maps.push_back(laneMap(/*withStep=*/true));
  }
  bool indexed = usesTimeIndex();
  if (indexed) {
    inputs.push_back(b.createOrFold<arith::AddIOp>(
        wholeOffset, b.createOrFold<arith::MulIOp>(start, constant(length))));
    maps.insert(
        maps.begin() + op.getInputs().size(),
        AffineMap::get(header.getNumIterators() + 1, 0, b.getContext()));
  }
  ScanOp scan =
      createScan(inputs, elements, {}, maps,
                 splitIterators(/*withStep=*/true, /*keepReductions=*/false),
                 op.getHomogeneousElement(), op.getScaleByElement());
  cloneRegion(op.getExtend(), scan.getStep());
  cloneRegion(op.getExtend(), scan.getExtend());
  cloneRegion(op.getCombine(), scan.getCombine());
  cloneSwapped(op.getCombine(), scan.getApply());
  for (Block *block : {&scan.getStep().front(), &scan.getExtend().front()})
    setIndices(*block, indexed ? inputs.back() : Value(), /*split=*/true);
}

void TimeSplit::carry() {
  Value one = constant(1), zero = constant(0);
  AffineMap map = laneMap(/*withStep=*/false);
  SmallVector<AffineMap> maps(elements.size(), map);
  // The running state lies as the chunks' states do, not as the operand.
  SmallVector<Value> running, states, outputs;
  for (auto [i, state] : llvm::enumerate(op.getStates())) {
    Type type = getElementTypeOrSelf(state);
    running.push_back(allocate(one, type));
    states.push_back(chunkAt(running.back(), zero));
    maps.push_back(map.dropResult(0));
    Value buffer = allocate(b.createOrFold<arith::MaxSIOp>(chunks, one), type);
    carried.push_back(buffer);
    // The first chunk begins with the initial state.
    copyState(i, states.back(), /*toState=*/false);
    copyState(i, chunkAt(buffer, first), /*toState=*/false);
    outputs.push_back(
        sliceChunks(buffer, op.getReverse() ? zero : one, before));
  }
  maps.append(outputs.size(), map);
  SmallVector<Value> inputs(elements);
  if (isSeries())
    for (Value &input : inputs)
      input = sliceChunks(input, op.getReverse() ? one : zero, before);
  ScanOp scan =
      createScan(inputs, states, outputs, maps,
                 splitIterators(/*withStep=*/false, /*keepReductions=*/false),
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
  Value zero = constant(0);
  for (auto [i, input] : llvm::enumerate(op.getInputs())) {
    AffineMap map = header.getInputMap(i);
    inputs.push_back(chunksOf(input, map, zero, chunks));
    maps.push_back(splitMap(map, /*withStep=*/true));
  }
  bool indexed = usesTimeIndex();
  if (indexed) {
    inputs.push_back(wholeOffset);
    maps.push_back(
        AffineMap::get(header.getNumIterators() + 1, 0, b.getContext()));
  }
  maps.append(carried.size(), laneMap(/*withStep=*/true));
  for (auto [i, output] : llvm::enumerate(op.getOutputs())) {
    AffineMap map = header.getOutputMap(i);
    AffineMap split = splitMap(map, /*withStep=*/true);
    if (sums[i]) {
      outputs.push_back(sliceChunks(sums[i], zero, chunks));
      split = split.insertResult(b.getAffineDimExpr(time), 0);
    } else {
      outputs.push_back(chunksOf(output, map, zero, chunks));
    }
    maps.push_back(split);
  }
  ScanOp scan =
      createScan(inputs, carried, outputs, maps,
                 splitIterators(/*withStep=*/true, /*keepReductions=*/true),
                 op.getHomogeneous(), op.getScaleBy());
  for (auto [from, to] : llvm::zip_equal(op->getRegions(), scan->getRegions()))
    cloneRegion(from, to);
  for (Block *block : {&scan.getStep().front(), &scan.getExtend().front()})
    setIndices(*block, indexed ? inputs.back() : Value(), /*split=*/true);

  widenSums(scan.getStep().front());

  // The state after the last chunk.
  for (auto [i, buffer] : llvm::enumerate(carried))
    copyState(i, chunkAt(buffer, last), /*toState=*/true);
}

void TimeSplit::runRest() {
  SmallVector<Value> inputs, states(op.getStates()), outputs;
  SmallVector<AffineMap> maps = header.getMaps();
  for (auto [i, input] : llvm::enumerate(op.getInputs()))
    inputs.push_back(sliceTime(input, header.getInputMap(i), restOffset, rest));
  bool indexed = usesTimeIndex();
  if (indexed) {
    maps.insert(maps.begin() + inputs.size(),
                AffineMap::get(header.getNumIterators(), 0, b.getContext()));
    inputs.push_back(restOffset);
  }
  for (auto [i, output] : llvm::enumerate(op.getOutputs()))
    outputs.push_back(
        sums[i] ? chunkAt(sums[i], chunks)
                : sliceTime(output, header.getOutputMap(i), restOffset, rest));
  ScanOp scan = createScan(inputs, states, outputs, maps, header.getIterators(),
                           op.getHomogeneous(), op.getScaleBy());
  for (auto [from, to] : llvm::zip_equal(op->getRegions(), scan->getRegions()))
    cloneRegion(from, to);
  for (Block *block : {&scan.getStep().front(), &scan.getExtend().front()})
    setIndices(*block, indexed ? inputs.back() : Value(), /*split=*/false);
  widenSums(scan.getStep().front());
}

//===----------------------------------------------------------------------===//
// Sums over time
//===----------------------------------------------------------------------===//

/// Sums of narrow floats are added in f32.
static Type getSumType(Type element) {
  bool narrow = isa<FloatType>(element) && element.getIntOrFloatBitWidth() < 32;
  return narrow ? Float32Type::get(element.getContext()) : element;
}

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
    auto truncation = yielded.get().getDefiningOp<arith::TruncFOp>();
    if (truncation && truncation.getIn().getType() == type)
      yielded.set(truncation.getIn());
    else
      yielded.set(arith::ExtFOp::create(b, type, yielded.get()));
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
// Time as an index
//===----------------------------------------------------------------------===//

bool TimeSplit::usesTimeIndex() {
  for (Block *block : header.getBlocksOverInputs())
    for (auto index : block->getOps<IndexOp>())
      if (index.getDim() == time)
        return true;
  return false;
}

/// Adapts `recur.index` to split iterators. `offset`, if not null, is a new
/// last input: where the slice of time begins.
void TimeSplit::setIndices(Block &block, Value offset, bool split) {
  Value start;
  if (offset)
    start = block.insertArgument(op.getInputs().size(), b.getIndexType(),
                                 b.getLoc());
  OpBuilder::InsertionGuard guard(b);
  for (auto index : llvm::make_early_inc_range(block.getOps<IndexOp>())) {
    unsigned dim = index.getDim();
    b.setInsertionPointAfter(index);
    if (dim != time) {
      if (dim > time && split)
        index.setDim(dim + 1);
      continue;
    }
    Value step = IndexOp::create(b, b.getIndexType(), split ? dim + 1 : dim);
    if (split) {
      Value chunk = IndexOp::create(b, b.getIndexType(), dim);
      step = arith::AddIOp::create(
          b, arith::MulIOp::create(b, chunk, constant(length)), step);
    }
    index.replaceAllUsesWith(arith::AddIOp::create(b, start, step).getResult());
    index.erase();
  }
}

//===----------------------------------------------------------------------===//
// All of it
//===----------------------------------------------------------------------===//

void TimeSplit::run() {
  Value zero = constant(0), one = constant(1), steps = constant(length);
  Value total = getValueOrCreateConstantIndexOp(b, b.getLoc(),
                                                getExtent(b, header, time));
  chunks = b.createOrFold<arith::DivSIOp>(total, steps);
  if (isSeries()) {
    // The chunks are the only lanes: whole vectors of them need no masks.
    Value vector = constant(seriesLanes);
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
    if (header.getOutputMap(i).isFunctionOfDim(time))
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
