//===- TilingInterfaceImpl.cpp - tiling of recurrences --------------------===//
//
// Offsets come in two kinds of coordinates. Upstream's loops count tiles from
// 0, whichever way time runs; operands are sliced where the steps are. With
// `reverse` the two differ in the time offset:
//
//   operand offset = length - loop offset - size
//
// TileChecks.h says which tiles are refused.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Recur/Transforms/TilingInterfaceImpl.h"

#include "kalmir/Recur/IR/RecurUtils.h"
#include "kalmir/Recur/Transforms/TileChecks.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/TilingInterface.h"

using namespace mlir;
using namespace kalmir::recur;

using Offsets = SmallVector<OpFoldResult>;

//===----------------------------------------------------------------------===//
// Coordinates
//===----------------------------------------------------------------------===//

/// Turns loop coordinates into operand coordinates and back: with `reverse`
/// the time offset is counted from the other end.
static Offsets mirrorTime(OpBuilder &b, RecurrenceOp op,
                          ArrayRef<OpFoldResult> offsets,
                          ArrayRef<OpFoldResult> sizes) {
  Offsets mirrored(offsets);
  unsigned time = op.getTimeDim();
  if (!op.getReverse() || isWhole(op, time, offsets[time], sizes[time]))
    return mirrored;
  AffineExpr length, offset, size;
  bindSymbols(b.getContext(), length, offset, size);
  mirrored[time] = affine::makeComposedFoldedAffineApply(
      b, op.getLoc(), length - offset - size,
      {getExtent(b, op, time), offsets[time], sizes[time]});
  return mirrored;
}

/// The slice of an operand that a tile (operand coordinates) uses.
/// `operand` has `shift` dimensions before those of `map`, which are whole.
static void getSlice(OpBuilder &b, Location loc, Value operand, AffineMap map,
                     unsigned shift, ArrayRef<OpFoldResult> offsets,
                     ArrayRef<OpFoldResult> sizes, Offsets &sliceOffsets,
                     Offsets &sliceSizes) {
  // The same size wherever it is asked for, so that bufferization sees that
  // what is inserted is what was extracted.
  Value root = lookThroughLoops(operand);
  for (unsigned i = 0; i < shift; ++i) {
    sliceOffsets.push_back(b.getIndexAttr(0));
    sliceSizes.push_back(isa<TensorType>(root.getType())
                             ? tensor::getMixedSize(b, loc, root, i)
                             : memref::getMixedSize(b, loc, root, i));
  }
  for (AffineExpr expr : map.getResults()) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    sliceOffsets.push_back(offsets[dim]);
    sliceSizes.push_back(sizes[dim]);
  }
}

/// Adds `offsets` to what `recur.index` gives in the blocks of a tile. The body
/// is isolated, so that an offset known only at run time enters as an input.
static void shiftIndices(OpBuilder &b, RecurrenceOp original,
                         RecurrenceHeader &header,
                         ArrayRef<OpFoldResult> offsets,
                         SmallVectorImpl<unsigned> &addedFor) {
  llvm::SmallSetVector<unsigned, 4> used;
  for (Block *block : original.getBlocksOverInputs())
    for (IndexOp index : block->getOps<IndexOp>())
      used.insert(index.getDim());
  for (unsigned dim : used) {
    auto offset = dyn_cast<Value>(offsets[dim]);
    if (!offset)
      continue;
    header.inputs.push_back(offset);
    header.inputMaps.push_back(
        AffineMap::get(original.getNumIterators(), 0, b.getContext()));
    addedFor.push_back(dim);
  }
}

static void addOffset(IndexOp index, Value offset) {
  OpBuilder b(index->getContext());
  b.setInsertionPointAfter(index);
  Value sum = arith::AddIOp::create(b, index.getLoc(), index, offset);
  index.getResult().replaceAllUsesExcept(sum, sum.getDefiningOp());
}

/// Creates the op on the tile given in operand coordinates.
static TilingResult createTile(OpBuilder &b, RecurrenceOp op,
                               ArrayRef<OpFoldResult> offsets,
                               ArrayRef<OpFoldResult> sizes) {
  Location loc = op.getLoc();
  SmallVector<bool> whole;
  for (unsigned dim = 0, e = op.getNumIterators(); dim < e; ++dim)
    whole.push_back(isWhole(op, dim, offsets[dim], sizes[dim]));

  SmallVector<Operation *> slices;
  auto slice = [&](Value &operand, AffineMap map, unsigned shift) {
    Offsets sliceOffsets, sliceSizes;
    getSlice(b, loc, operand, map, shift, offsets, sizes, sliceOffsets,
             sliceSizes);
    Offsets strides(sliceOffsets.size(), b.getIndexAttr(1));
    Operation *created;
    if (isa<TensorType>(operand.getType()))
      created = tensor::ExtractSliceOp::create(b, loc, operand, sliceOffsets,
                                               sliceSizes, strides);
    else
      created = memref::SubViewOp::create(b, loc, operand, sliceOffsets,
                                          sliceSizes, strides);
    slices.push_back(created);
    operand = created->getResult(0);
  };

  RecurrenceHeader header = RecurrenceHeader::of(op);
  for (auto [input, map] : llvm::zip_equal(header.inputs, header.inputMaps)) {
    bool sliced = llvm::any_of(map.getResults(), [&](AffineExpr expr) {
      return !whole[cast<AffineDimExpr>(expr).getPosition()];
    });
    if (sliced)
      slice(input, map, 0);
  }
  // Destinations are sliced even if whole: the results then have the types
  // that upstream inserts.
  for (auto [state, map] : llvm::zip_equal(header.states, header.stateMaps))
    slice(state, map, op.getSegments() ? 1 : 0);
  for (auto [output, map] : llvm::zip_equal(header.outputs, header.outputMaps))
    slice(output, map, 0);

  SmallVector<unsigned> added;
  unsigned numInputs = header.inputs.size();
  shiftIndices(b, op, header, offsets, added);
  RecurrenceOp tiled = createLike(b, op, header);
  for (Block *block : tiled.getBlocksOverInputs()) {
    SmallVector<IndexOp> indices(block->getOps<IndexOp>());
    SmallVector<Value> shifts(op.getNumIterators());
    for (auto [i, dim] : llvm::enumerate(added))
      shifts[dim] = block->insertArgument(numInputs + i, b.getIndexType(), loc);
    for (IndexOp index : indices) {
      unsigned dim = index.getDim();
      if (std::optional<int64_t> constant = getConstantIntValue(offsets[dim]);
          constant && !shifts[dim]) {
        if (*constant == 0)
          continue;
        OpBuilder inner = OpBuilder::atBlockBegin(block);
        shifts[dim] = arith::ConstantIndexOp::create(inner, loc, *constant);
      }
      addOffset(index, shifts[dim]);
    }
  }
  return TilingResult{
      {tiled}, SmallVector<Value>(tiled->getResults()), std::move(slices)};
}

//===----------------------------------------------------------------------===//
// The interface
//===----------------------------------------------------------------------===//

namespace {

template <typename OpTy>
struct RecurrenceTiling
    : public TilingInterface::ExternalModel<RecurrenceTiling<OpTy>, OpTy> {
  SmallVector<utils::IteratorType> getLoopIteratorTypes(Operation *op) const {
    return llvm::map_to_vector(cast<RecurrenceOp>(op).getIterators(),
                               [](IteratorType type) {
                                 return type == IteratorType::parallel
                                            ? utils::IteratorType::parallel
                                            : utils::IteratorType::reduction;
                               });
  }

  SmallVector<Range> getIterationDomain(Operation *op, OpBuilder &b) const {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(op);
    auto recurrence = cast<RecurrenceOp>(op);
    SmallVector<Range> domain;
    for (unsigned dim = 0, e = recurrence.getNumIterators(); dim < e; ++dim)
      domain.push_back({b.getIndexAttr(0), getExtent(b, recurrence, dim),
                        b.getIndexAttr(1)});
    return domain;
  }

  FailureOr<TilingResult>
  getTiledImplementation(Operation *op, OpBuilder &b,
                         ArrayRef<OpFoldResult> offsets,
                         ArrayRef<OpFoldResult> sizes) const {
    auto recurrence = cast<RecurrenceOp>(op);
    std::string reason = whyNotTile(recurrence, offsets, sizes);
    if (!reason.empty())
      return op->emitOpError("cannot be tiled: ") << reason;
    return createTile(b, recurrence, mirrorTime(b, recurrence, offsets, sizes),
                      sizes);
  }

  LogicalResult getResultTilePosition(Operation *op, OpBuilder &b,
                                      unsigned resultNumber,
                                      ArrayRef<OpFoldResult> offsets,
                                      ArrayRef<OpFoldResult> sizes,
                                      Offsets &resultOffsets,
                                      Offsets &resultSizes) const {
    auto recurrence = cast<RecurrenceOp>(op);
    unsigned numStates = recurrence.getStates().size();
    resultOffsets.clear();
    resultSizes.clear();
    Offsets mirrored = mirrorTime(b, recurrence, offsets, sizes);
    if (resultNumber < numStates)
      getSlice(b, op->getLoc(), recurrence.getStates()[resultNumber],
               recurrence.getStateMap(resultNumber),
               recurrence.getSegments() ? 1 : 0, mirrored, sizes, resultOffsets,
               resultSizes);
    else
      getSlice(b, op->getLoc(),
               recurrence.getOutputs()[resultNumber - numStates],
               recurrence.getOutputMap(resultNumber - numStates), 0, mirrored,
               sizes, resultOffsets, resultSizes);
    return success();
  }

  LogicalResult getIterationDomainTileFromResultTile(
      Operation *op, OpBuilder &b, unsigned resultNumber,
      ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
      SmallVectorImpl<OpFoldResult> &domainOffsets,
      SmallVectorImpl<OpFoldResult> &domainSizes) const {
    auto recurrence = cast<RecurrenceOp>(op);
    unsigned numStates = recurrence.getStates().size();
    bool isState = resultNumber < numStates;
    AffineMap map = isState ? recurrence.getStateMap(resultNumber)
                            : recurrence.getOutputMap(resultNumber - numStates);
    unsigned shift = isState && recurrence.getSegments() ? 1 : 0;
    Offsets operandOffsets;
    domainSizes.clear();
    for (const Range &range : getIterationDomain(op, b)) {
      operandOffsets.push_back(range.offset);
      domainSizes.push_back(range.size);
    }
    for (auto [i, expr] : llvm::enumerate(map.getResults())) {
      unsigned dim = cast<AffineDimExpr>(expr).getPosition();
      operandOffsets[dim] = offsets[i + shift];
      domainSizes[dim] = sizes[i + shift];
    }
    domainOffsets = mirrorTime(b, recurrence, operandOffsets, domainSizes);
    return success();
  }

  bool isOpFusableWithConsumerSlice(Operation *op, unsigned resultNumber,
                                    ArrayRef<OpFoldResult> offsets,
                                    ArrayRef<OpFoldResult> sizes) const {
    return !getPartialIterator(cast<RecurrenceOp>(op), resultNumber, offsets,
                               sizes);
  }

  FailureOr<TilingResult>
  generateResultTileValue(Operation *op, OpBuilder &b, unsigned resultNumber,
                          ArrayRef<OpFoldResult> offsets,
                          ArrayRef<OpFoldResult> sizes) const {
    auto recurrence = cast<RecurrenceOp>(op);
    // Remarks, not errors: fusion goes on without this producer.
    if (std::optional<unsigned> dim =
            getPartialIterator(recurrence, resultNumber, offsets, sizes)) {
      emitRemark(op->getLoc(),
                 "not fused into its consumer: the consumer's tile covers "
                 "only a part of iterator ")
          << *dim << ", and the recurrence would restart in every tile";
      return failure();
    }
    if (!visitsTilesOnce(b, recurrence, offsets, sizes)) {
      emitRemark(op->getLoc(),
                 "not fused into its consumer: a loop around the "
                 "consumer's tile would run the same lanes again");
      return failure();
    }
    SmallVector<OpFoldResult> domainOffsets, domainSizes;
    if (failed(getIterationDomainTileFromResultTile(
            op, b, resultNumber, offsets, sizes, domainOffsets, domainSizes)))
      return failure();
    FailureOr<TilingResult> tile =
        getTiledImplementation(op, b, domainOffsets, domainSizes);
    if (failed(tile))
      return failure();
    return TilingResult{tile->tiledOps,
                        {tile->tiledValues[resultNumber]},
                        tile->generatedSlices};
  }
};

} // namespace

void kalmir::recur::registerTilingInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, RecurDialect *dialect) {
    context->loadDialect<affine::AffineDialect, memref::MemRefDialect,
                         tensor::TensorDialect>();
    GenericOp::attachInterface<RecurrenceTiling<GenericOp>>(*context);
    ScanOp::attachInterface<RecurrenceTiling<ScanOp>>(*context);
  });
}
