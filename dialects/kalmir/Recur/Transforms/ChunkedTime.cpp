//===- ChunkedTime.cpp - how time lies in chunks --------------------------===//

#include "ChunkedTime.h"

#include "kalmir/Recur/IR/RecurUtils.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace kalmir::recur;

Value ChunkedTime::constant(int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

StringRef kalmir::recur::whyNotChunked(RecurrenceOp op) {
  if (!isa<ScanOp>(op))
    return "only a recur.scan can be cut into chunks";
  if (op.getSegments())
    return "packed sequences cannot be cut into chunks";
  for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i)
    if (op.getInputMap(i).isFunctionOfDim(op.getTimeDim()))
      return "";
  return "no input depends on time";
}

int64_t kalmir::recur::getSeriesLanes(RecurrenceOp op, int64_t vectorWidth) {
  return vectorWidth > 0 ? vectorWidth : 512 / getStateBits(op);
}

//===----------------------------------------------------------------------===//
// Maps and iterators
//===----------------------------------------------------------------------===//

AffineMap ChunkedTime::splitMap(AffineMap map, bool withStep) {
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

AffineMap ChunkedTime::laneMap(bool withStep) {
  // Parallel iterators last: the one that vectors span is among them.
  SmallVector<AffineExpr> results{b.getAffineDimExpr(time)};
  auto iterators = op.getIterators();
  for (IteratorType type : {IteratorType::reduction, IteratorType::parallel})
    for (auto [dim, own] : llvm::enumerate(iterators))
      if (own == type)
        results.push_back(
            b.getAffineDimExpr(dim > time && withStep ? dim + 1 : dim));
  return AffineMap::get(iterators.size() + (withStep ? 1 : 0), 0, results,
                        b.getContext());
}

SmallVector<IteratorType> ChunkedTime::splitIterators(bool withStep,
                                                      bool keepReductions) {
  SmallVector<IteratorType> result;
  for (IteratorType type : op.getIterators()) {
    if (type == IteratorType::recurrence && withStep)
      result.push_back(IteratorType::parallel);
    result.push_back(type == IteratorType::reduction && !keepReductions
                         ? IteratorType::parallel
                         : type);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Views and buffers
//===----------------------------------------------------------------------===//

/// A part of one dimension of a buffer; without it if `drop`.
static Value slice(ImplicitLocOpBuilder &b, Value buffer, unsigned dim,
                   OpFoldResult offset, OpFoldResult size, bool drop = false) {
  SmallVector<OpFoldResult> sizes =
      memref::getMixedSizes(b, b.getLoc(), buffer);
  SmallVector<OpFoldResult> offsets(sizes.size(), b.getIndexAttr(0));
  offsets[dim] = offset;
  sizes[dim] = size;
  return createSubview(b, b.getLoc(), buffer, offsets, sizes,
                       drop ? ArrayRef(dim) : ArrayRef<unsigned>());
}

/// The dimension of a buffer that is time, if one is.
std::optional<unsigned> ChunkedTime::getTimePosition(Value operand,
                                                     AffineMap map) {
  if (!isa<MemRefType>(operand.getType()))
    return std::nullopt;
  return map.getResultPosition(b.getAffineDimExpr(time));
}

Value ChunkedTime::sliceTime(Value operand, AffineMap map, Value offset,
                             Value size) {
  std::optional<unsigned> position = getTimePosition(operand, map);
  if (!position)
    return operand;
  return slice(b, operand, *position, getAsOpFoldResult(offset),
               getAsOpFoldResult(size));
}

Value ChunkedTime::chunksOf(Value operand, AffineMap map, Value offset,
                            Value count) {
  std::optional<unsigned> position = getTimePosition(operand, map);
  if (!position)
    return operand;
  Value part =
      sliceTime(operand, map, offset,
                b.createOrFold<arith::MulIOp>(count, constant(length)));
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

Value ChunkedTime::sliceChunks(Value buffer, Value first, Value count) {
  return slice(b, buffer, 0, getAsOpFoldResult(first),
               getAsOpFoldResult(count));
}

Value ChunkedTime::chunkAt(Value buffer, Value chunk) {
  return slice(b, buffer, 0, getAsOpFoldResult(chunk), b.getIndexAttr(1),
               /*drop=*/true);
}

Value ChunkedTime::allocate(Value chunks, Type element) {
  SmallVector<OpFoldResult> sizes{getAsOpFoldResult(chunks)};
  AffineMap map = laneMap(/*withStep=*/false);
  for (unsigned i = 1, e = map.getNumResults(); i < e; ++i)
    sizes.push_back(getExtent(b, op, map.getDimPosition(i)));
  auto [shape, dynamicSizes] = decomposeMixedValues(sizes);
  return memref::AllocOp::create(b, MemRefType::get(shape, element),
                                 dynamicSizes, b.getI64IntegerAttr(64));
}

void ChunkedTime::fill(ArrayRef<Value> buffers, ArrayAttr numbers) {
  unsigned rank = cast<MemRefType>(buffers.front().getType()).getRank();
  SmallVector<AffineMap> maps(
      buffers.size(), AffineMap::getMultiDimIdentityMap(rank, b.getContext()));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  SmallVector<Value> values;
  for (Attribute number : numbers)
    values.push_back(arith::ConstantOp::create(b, cast<TypedAttr>(number)));
  auto fill = linalg::GenericOp::create(
      b, ValueRange(), buffers, maps, iterators,
      [&](OpBuilder &nested, Location loc, ValueRange) {
        linalg::YieldOp::create(nested, loc, values);
      });
  IRRewriter rewriter(b);
  // Filling buffers never fails to become loops.
  (void)linalg::linalgOpToLoops(rewriter, fill);
  rewriter.eraseOp(fill);
}

/// The maps of the states over the lanes of a chunk.
SmallVector<AffineMap> ChunkedTime::stateMaps() {
  SmallVector<AffineMap> maps;
  auto order = laneMap(/*withStep=*/false).getResults().drop_front();
  for (unsigned i = 0, e = op.getStates().size(); i < e; ++i) {
    SmallVector<AffineExpr> lanes;
    for (AffineExpr lane : order)
      lanes.push_back(
          b.getAffineDimExpr(*op.getStateMap(i).getResultPosition(lane)));
    maps.push_back(inversePermutation(
        AffineMap::get(lanes.size(), 0, lanes, b.getContext())));
  }
  return maps;
}

/// One loop nest that copies values over lanes; `maps` lead from lanes to
/// values.
static void copyLanes(ImplicitLocOpBuilder &b, ValueRange from, ValueRange to,
                      ArrayRef<AffineMap> maps) {
  unsigned rank = maps.front().getNumDims();
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  linalg::GenericOp::create(
      b, from, to, maps, iterators,
      [&](OpBuilder &nested, Location loc, ValueRange arguments) {
        SmallVector<Value> values;
        for (size_t i = 0; i < to.size(); ++i)
          values.push_back(arguments[i % from.size()]);
        linalg::YieldOp::create(nested, loc, values);
      });
}

void ChunkedTime::copyFromStates(ArrayRef<ArrayRef<Value>> chunks) {
  SmallVector<AffineMap> maps = stateMaps();
  SmallVector<Value> to;
  for (ArrayRef<Value> chunk : chunks) {
    llvm::append_range(to, chunk);
    maps.append(chunk.size(), b.getMultiDimIdentityMap(maps[0].getNumDims()));
  }
  copyLanes(b, op.getStates(), to, maps);
}

void ChunkedTime::copyToStates(ArrayRef<Value> chunk) {
  SmallVector<AffineMap> maps = stateMaps();
  maps.insert(maps.begin(), chunk.size(),
              b.getMultiDimIdentityMap(maps[0].getNumDims()));
  copyLanes(b, chunk, op.getStates(), maps);
}

//===----------------------------------------------------------------------===//
// Time as an index
//===----------------------------------------------------------------------===//

bool ChunkedTime::usesTimeIndex() {
  for (Block *block : op.getBlocksOverInputs())
    for (auto index : block->getOps<IndexOp>())
      if (index.getDim() == time)
        return true;
  return false;
}

void ChunkedTime::setIndices(Block &block, Value offset, bool split) {
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
