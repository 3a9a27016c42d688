//===- DropUnitIterators.cpp - recurrences without iterators of extent 1 --===//
//
//   recur.generic over (b, t, m), b and m of extent 1
//     ins(%x : memref<1x?x1xf32>) state(%h : memref<1x1xf32>) ...
//
// becomes a recurrence over t alone, on views of the operands:
//
//   recur.generic ins(%x[0, :, 0] : memref<?xf32>) state(%h[0, 0]) ...
//
// What is contiguous then shows in the type.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Recur/IR/RecurUtils.h"
#include "kalmir/Recur/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/SmallBitVector.h"

namespace kalmir::recur {
#define GEN_PASS_DEF_RECURDROPUNITITERATORSPASS
#include "kalmir/Recur/Transforms/Passes.h.inc"
} // namespace kalmir::recur

using namespace mlir;
using namespace kalmir::recur;

/// The operand without the dimensions that `dropped` iterators span.
static Value dropDims(OpBuilder &b, Location loc, Value operand, AffineMap map,
                      const llvm::SmallBitVector &dropped) {
  if (!isa<MemRefType>(operand.getType()))
    return operand;
  SmallVector<OpFoldResult> sizes = memref::getMixedSizes(b, loc, operand);
  SmallVector<OpFoldResult> offsets(sizes.size(), b.getIndexAttr(0));
  SmallVector<unsigned> dims;
  for (unsigned i = 0, e = map.getNumResults(); i < e; ++i)
    if (dropped.test(map.getDimPosition(i))) {
      sizes[i] = b.getIndexAttr(1);
      dims.push_back(i);
    }
  if (dims.empty())
    return operand;
  return createSubview(b, loc, operand, offsets, sizes, dims);
}

/// The map without the results and dimensions of `dropped` iterators.
static AffineMap dropDims(AffineMap map, const llvm::SmallBitVector &dropped) {
  SmallVector<unsigned> position(map.getNumDims());
  unsigned numDims = 0;
  for (unsigned dim = 0, e = map.getNumDims(); dim < e; ++dim) {
    position[dim] = numDims;
    numDims += !dropped.test(dim);
  }
  SmallVector<AffineExpr> results;
  for (unsigned i = 0, e = map.getNumResults(); i < e; ++i)
    if (unsigned dim = map.getDimPosition(i); !dropped.test(dim))
      results.push_back(getAffineDimExpr(position[dim], map.getContext()));
  return AffineMap::get(numDims, 0, results, map.getContext());
}

static void setIndices(Block &block, const llvm::SmallBitVector &dropped) {
  for (auto index : llvm::make_early_inc_range(block.getOps<IndexOp>())) {
    unsigned dim = index.getDim();
    if (dropped.test(dim)) {
      OpBuilder b(index);
      index.replaceAllUsesWith(
          arith::ConstantIndexOp::create(b, index.getLoc(), 0).getResult());
      index.erase();
      continue;
    }
    unsigned before = 0;
    for (unsigned other : dropped.set_bits())
      before += other < dim;
    index.setDim(dim - before);
  }
}

/// Returns whether there was an iterator to drop.
static bool dropUnitIterators(RecurrenceOp op) {
  llvm::SmallBitVector dropped(op.getNumIterators());
  for (auto [dim, type] : llvm::enumerate(op.getIterators()))
    if (type != IteratorType::recurrence && getStaticExtent(op, dim) == 1)
      dropped.set(dim);
  if (dropped.none() || !op.hasBufferSemantics() || op.getSegments())
    return false;
  // There are no views of what is empty, and nothing to gain.
  for (unsigned dim = 0, e = op.getNumIterators(); dim < e; ++dim)
    if (getStaticExtent(op, dim) == 0)
      return false;
  OpBuilder b(op);
  RecurrenceHeader header = RecurrenceHeader::of(op);
  auto drop = [&](SmallVector<Value> &operands, SmallVector<AffineMap> &maps) {
    for (auto [operand, map] : llvm::zip_equal(operands, maps)) {
      operand = dropDims(b, op.getLoc(), operand, map, dropped);
      map = dropDims(map, dropped);
    }
  };
  drop(header.inputs, header.inputMaps);
  drop(header.states, header.stateMaps);
  drop(header.outputs, header.outputMaps);
  SmallVector<IteratorType> iterators;
  for (auto [dim, type] : llvm::enumerate(header.iterators))
    if (!dropped.test(dim))
      iterators.push_back(type);
  header.iterators = iterators;
  RecurrenceOp narrow = createLike(b, op, header);
  for (Block *block : narrow.getBlocksOverInputs())
    setIndices(*block, dropped);
  op.erase();
  return true;
}

namespace {
struct RecurDropUnitIterators
    : public kalmir::recur::impl::RecurDropUnitIteratorsPassBase<
          RecurDropUnitIterators> {
  using RecurDropUnitIteratorsPassBase::RecurDropUnitIteratorsPassBase;

  void runOnOperation() override {
    SmallVector<RecurrenceOp> ops;
    getOperation()->walk([&](RecurrenceOp op) { ops.push_back(op); });
    for (RecurrenceOp op : ops)
      numDropped += dropUnitIterators(op);
  }
};
} // namespace
