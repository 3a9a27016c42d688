//===- TilingInterfaceImpl.cpp - tiling of recurrences --------------------===//
//
// Offsets come in two kinds of coordinates. Upstream's loops count tiles from
// 0, whichever way time runs; operands are sliced where the steps are. With
// `reverse` the two differ in the time offset:
//
//   operand offset = length - loop offset - size
//
// Refused, because the values would be wrong:
//   - part of a reduction iterator: outputs are overwritten, not accumulated;
//   - part of the time of an op with an output summed over time: likewise;
//   - part of the time of packed sequences: boundaries are not sliced;
//   - time tiles in a parallel loop: tiles depend on each other;
//   - part of the recurrence for a consumer's tile: it would restart there.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Recur/Transforms/TilingInterfaceImpl.h"

#include "kalmir/Recur/IR/RecurUtils.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/TilingInterface.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace kalmir::recur;

using Offsets = SmallVector<OpFoldResult>;

//===----------------------------------------------------------------------===//
// What a tile covers
//===----------------------------------------------------------------------===//

/// The value that enters the loops around `value`, where it is carried by them.
static Value lookThroughLoops(Value value) {
  while (auto argument = dyn_cast<BlockArgument>(value)) {
    auto loop =
        dyn_cast<LoopLikeOpInterface>(argument.getOwner()->getParentOp());
    OpOperand *init = loop ? loop.getTiedLoopInit(argument) : nullptr;
    if (!init)
      break;
    value = init->get();
  }
  return value;
}

/// Whether `size` is the extent of `dim`, as far as can be proved. The loops
/// around a tile may be under construction, without terminators; extents of
/// what they carry are those of what enters them.
static bool isExtent(RecurrenceOp op, unsigned dim, OpFoldResult size) {
  std::optional<int64_t> constant = getConstantIntValue(size);
  std::optional<int64_t> extent = getStaticExtent(op, dim);
  if (constant && extent)
    return *constant == *extent;
  return anySpan(op, dim, [&](Value operand, unsigned position) {
    Value root = lookThroughLoops(operand);
    if (auto value = dyn_cast<Value>(size)) {
      Value source;
      std::optional<int64_t> index;
      if (auto dimOp = value.getDefiningOp<tensor::DimOp>()) {
        source = dimOp.getSource();
        index = dimOp.getConstantIndex();
      } else if (auto dimOp = value.getDefiningOp<memref::DimOp>()) {
        source = dimOp.getSource();
        index = dimOp.getConstantIndex();
      }
      if (source && index == static_cast<int64_t>(position) &&
          lookThroughLoops(source) == root)
        return true;
    }
    FailureOr<bool> equal =
        ValueBoundsConstraintSet::areEqual({size}, {root, position});
    return succeeded(equal) && *equal;
  });
}

/// Whether the tile covers iterator `dim` wholly, as far as can be proved.
static bool isWhole(RecurrenceOp op, unsigned dim, OpFoldResult offset,
                    OpFoldResult size) {
  if (!isZeroInteger(offset)) {
    FailureOr<bool> zero = ValueBoundsConstraintSet::areEqual(
        {offset},
        {OpFoldResult(IntegerAttr::get(IndexType::get(op->getContext()), 0))});
    if (failed(zero) || !*zero)
      return false;
  }
  return isExtent(op, dim, size);
}

/// Whether the value of `offset` depends on the index of a parallel loop.
static bool dependsOnParallelLoop(OpFoldResult offset) {
  SetVector<Value> worklist;
  auto add = [&](OpFoldResult ofr) {
    auto value = dyn_cast_if_present<Value>(ofr);
    if (value && value.getType().isIntOrIndex())
      worklist.insert(value);
  };
  add(offset);
  for (size_t i = 0; i < worklist.size(); ++i) {
    Value value = worklist[i];
    if (Operation *definition = value.getDefiningOp()) {
      for (Value operand : definition->getOperands())
        add(operand);
      continue;
    }
    Operation *parent = cast<BlockArgument>(value).getOwner()->getParentOp();
    if (isa<scf::ForallOp, scf::ParallelOp>(parent))
      return true;
    if (auto loop = dyn_cast<LoopLikeOpInterface>(parent))
      for (std::optional<Offsets> bounds :
           {loop.getLoopLowerBounds(), loop.getLoopSteps()})
        for (OpFoldResult bound : bounds.value_or(Offsets()))
          add(bound);
  }
  return false;
}

/// Why the tile (loop coordinates) would give wrong values; empty if it is
/// right.
static std::string whyNotTile(RecurrenceOp op, ArrayRef<OpFoldResult> offsets,
                              ArrayRef<OpFoldResult> sizes) {
  unsigned time = op.getTimeDim();
  for (auto [dim, type] : llvm::enumerate(op.getIterators())) {
    if (type != IteratorType::parallel &&
        isWhole(op, dim, offsets[dim], sizes[dim]))
      continue;
    if (type == IteratorType::reduction)
      return ("reduction iterator " + Twine(dim) +
              " can only be tiled whole: outputs are overwritten, not "
              "accumulated")
          .str();
    if (type != IteratorType::recurrence)
      continue;
    if (op.getSegments())
      return "time can only be tiled whole where sequences are packed";
    for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
      if (!op.getOutputMap(i).isFunctionOfDim(time))
        return ("time can only be tiled whole where an output is summed over "
                "it, as output " +
                Twine(i) + " is")
            .str();
    if (dependsOnParallelLoop(offsets[dim]))
      return "time tiles depend on each other and cannot run in a parallel "
             "loop";
  }
  return "";
}

/// Whether a result's tile (operand coordinates) spans the whole recurrence and
/// the whole of every reduction; if not, the iterator it lacks.
static std::optional<unsigned>
getPartialIterator(RecurrenceOp op, unsigned result,
                   ArrayRef<OpFoldResult> offsets,
                   ArrayRef<OpFoldResult> sizes) {
  unsigned numStates = op.getStates().size();
  bool isState = result < numStates;
  AffineMap map =
      isState ? op.getStateMap(result) : op.getOutputMap(result - numStates);
  unsigned shift = isState && op.getSegments() ? 1 : 0;
  SmallVector<IteratorType> iterators = op.getIterators();
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    if (iterators[dim] != IteratorType::parallel &&
        !isWhole(op, dim, offsets[i + shift], sizes[i + shift]))
      return dim;
  }
  return std::nullopt;
}

/// Whether the loops around the place where `b` builds visit every tile of
/// lanes once. Upstream may carry the destinations of a fused producer through
/// them; a second visit would then start from the final state of the first.
/// `op` may be a clone inside the loops: those count around which its operands
/// come.
static bool visitsTilesOnce(OpBuilder &b, RecurrenceOp op,
                            ArrayRef<OpFoldResult> offsets,
                            ArrayRef<OpFoldResult> sizes) {
  auto tilesBy = [&](Value index, OpFoldResult step) {
    for (auto [offset, size] : llvm::zip_equal(offsets, sizes)) {
      OpFoldResult distance = step;
      if (auto value = dyn_cast<Value>(offset); value && value != index) {
        // A normalised loop: offset = index * tile size.
        auto apply = value.getDefiningOp<affine::AffineApplyOp>();
        if (!apply || apply.getMapOperands() != ValueRange(index) ||
            !isConstantIntValue(step, 1))
          continue;
        auto product =
            dyn_cast<AffineBinaryOpExpr>(apply.getAffineMap().getResult(0));
        if (!product || product.getKind() != AffineExprKind::Mul ||
            !isa<AffineConstantExpr>(product.getRHS()))
          continue;
        distance = b.getIndexAttr(
            cast<AffineConstantExpr>(product.getRHS()).getValue());
      } else if (!value) {
        continue;
      }
      if (ValueBoundsConstraintSet::compare(
              {size}, ValueBoundsConstraintSet::LE, {distance}))
        return true;
    }
    return false;
  };
  auto hoistsOutOf = [&](Operation *parent) {
    return llvm::none_of(op->getOperands(), [&](Value operand) {
      return parent->isAncestor(
          lookThroughLoops(operand).getParentRegion()->getParentOp());
    });
  };
  for (Operation *parent = b.getInsertionBlock()->getParentOp();
       parent && hoistsOutOf(parent); parent = parent->getParentOp()) {
    auto loop = dyn_cast<LoopLikeOpInterface>(parent);
    if (!loop)
      continue;
    std::optional<SmallVector<Value>> indices = loop.getLoopInductionVars();
    std::optional<Offsets> steps = loop.getLoopSteps();
    if (!indices || !steps)
      return false;
    for (auto [index, step] : llvm::zip_equal(*indices, *steps))
      if (!tilesBy(index, step))
        return false;
  }
  return true;
}

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
