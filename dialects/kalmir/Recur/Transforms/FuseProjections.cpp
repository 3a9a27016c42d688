//===- FuseProjections.cpp - tiles of time through a whole layer ----------===//
//
//   1. The group: the recurrences of a block and the linalg operations around
//      them that keep time apart, found by following which dimension of every
//      tensor is time. What depends on a group's results in another way than
//      step by step is left out.
//   2. One loop over tiles of time. In it every operation of the group on one
//      tile, in the block's order, by its TilingInterface; a slice of what
//      another made is replaced by that one's tile.
//   3. The loop carries the states of recurrences, and a destination for each
//      result that is read outside of the group. All others are gone.
//
// Every operation sees each step exactly once, in order: nothing is computed
// twice, which is why windows must be recurrences first.
//
// Upstream's scf::tileAndFuseConsumer was not used: docs/Decisions says why.
//
//===----------------------------------------------------------------------===//

#include "FuseGroup.h"
#include "kalmir/Recur/IR/RecurUtils.h"
#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Support/Remarks.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/TilingInterface.h"

namespace kalmir::recur {
#define GEN_PASS_DEF_RECURFUSEPROJECTIONSPASS
#include "kalmir/Recur/Transforms/Passes.h.inc"
} // namespace kalmir::recur

using namespace mlir;
using namespace kalmir::recur;

static constexpr StringLiteral kFlag = "kalmir-recur-fuse-projections";
/// On a recurrence: the tile length that is wanted.
static constexpr StringLiteral kLengthAttr = "recur.tile_length";

namespace {
/// Emits the loop of one group.
class TimeTiler {
public:
  TimeTiler(RewriterBase &b, FuseGroup &group, int64_t tileLength)
      : b(b), group(group), tileLength(tileLength) {}

  /// Replaces the group by the loop; fails if an operation cannot be tiled,
  /// which has been said then.
  LogicalResult run();

private:
  /// A result that is read outside, and the loop's argument that holds it.
  struct Carried {
    OpResult result;
    Value init;
  };

  void collectCarried();
  bool isState(OpResult result) const {
    auto op = dyn_cast<RecurrenceOp>(result.getOwner());
    return op && result.getResultNumber() < op.getStates().size();
  }
  LogicalResult tile(Operation *op);
  void replaceSlice(tensor::ExtractSliceOp slice, OpOperand &use,
                    Operation *original, unsigned operandNumber);

  RewriterBase &b;
  FuseGroup &group;
  int64_t tileLength;
  SmallVector<Carried> carried;
  scf::ForOp loop;
  /// What the loop carries on, by entry of `carried`.
  SmallVector<Value> yielded;
  /// The tile's first step as loops count, and as operands do: they differ
  /// where time runs backwards.
  OpFoldResult loopOffset, operandOffset, size;
  /// The tile, and for states the value, of every result so far.
  DenseMap<Value, Value> tiles;
};
} // namespace

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

/// What a destination starts from: a fresh tensor behind a fill, or null.
static tensor::EmptyOp getEmpty(Value init) {
  if (auto fill = init.getDefiningOp<linalg::FillOp>())
    init = fill.output();
  return init.getDefiningOp<tensor::EmptyOp>();
}

/// Finds the results that the loop has to carry: states, and what is read
/// outside. Creates what they start from.
void TimeTiler::collectCarried() {
  for (Operation *op : group.ops)
    for (OpResult result : op->getResults()) {
      Value init =
          cast<DestinationStyleOpInterface>(op).getTiedOpOperand(result)->get();
      if (isState(result)) {
        carried.push_back({result, init});
        continue;
      }
      bool isRead = llvm::any_of(result.getUsers(), [&](Operation *user) {
        return !group.contains(user);
      });
      if (!isRead)
        continue;
      if (tensor::EmptyOp empty = getEmpty(init))
        init = empty;
      else
        init = tensor::EmptyOp::create(
            b, op->getLoc(), tensor::getMixedSizes(b, op->getLoc(), init),
            cast<RankedTensorType>(init.getType()).getElementType());
      carried.push_back({result, init});
    }
}

/// Reads extents from destinations, which have the shapes of results and are
/// there before them.
static void readExtentsFromDestinations(Operation *root) {
  root->walk([](tensor::DimOp dim) {
    while (auto result = dyn_cast<OpResult>(dim.getSource())) {
      auto writer = dyn_cast<DestinationStyleOpInterface>(result.getOwner());
      if (!writer)
        return;
      dim.getSourceMutable().assign(writer.getTiedOpOperand(result)->get());
    }
  });
}

/// What takes the place of a slice of such a destination.
static Value createFresh(OpBuilder &b, tensor::ExtractSliceOp slice) {
  Value fresh =
      tensor::EmptyOp::create(b, slice.getLoc(), slice.getMixedSizes(),
                              slice.getType().getElementType());
  if (auto fill = slice.getSource().getDefiningOp<linalg::FillOp>())
    fresh = linalg::FillOp::create(b, fill.getLoc(), fill.value(), fresh)
                .getResult(0);
  return fresh;
}

/// Replaces what a tiled operation reads of tensors that are not there any
/// more. `slice` is of the tensor that operand `operandNumber` of the original
/// was; it gives the size of the tile even where it is replaced.
void TimeTiler::replaceSlice(tensor::ExtractSliceOp slice, OpOperand &use,
                             Operation *original, unsigned operandNumber) {
  b.setInsertionPoint(use.getOwner());
  OpOperand &operand = original->getOpOperand(operandNumber);
  auto writer = cast<DestinationStyleOpInterface>(original);
  Value value = operand.get();
  if (writer.isDpsInit(&operand)) {
    OpResult result = writer.getTiedOpResult(&operand);
    if (isState(result)) {
      for (auto [i, entry] : llvm::enumerate(carried))
        if (entry.result == result)
          slice.getSourceMutable().assign(loop.getRegionIterArg(i));
      return;
    }
    if (getEmpty(value)) {
      for (auto [i, entry] : llvm::enumerate(carried)) {
        if (entry.result != result)
          continue;
        // In place: the tile's part of what the loop carries.
        slice.getSourceMutable().assign(loop.getRegionIterArg(i));
        if (auto fill = value.getDefiningOp<linalg::FillOp>())
          use.set(linalg::FillOp::create(b, fill.getLoc(), fill.value(),
                                         slice.getResult())
                      .getResult(0));
        return;
      }
      use.set(createFresh(b, slice));
      b.eraseOp(slice);
      return;
    }
  }
  Value tile = tiles.lookup(value);
  if (!tile)
    return;
  if (tile.getType() != use.get().getType())
    tile = tensor::CastOp::create(b, tile.getLoc(), use.get().getType(), tile);
  use.set(tile);
  b.eraseOp(slice);
}

LogicalResult TimeTiler::tile(Operation *op) {
  auto tiling = cast<TilingInterface>(op);
  SmallVector<OpFoldResult> offsets, sizes;
  for (Range range : tiling.getIterationDomain(b)) {
    offsets.push_back(range.offset);
    sizes.push_back(range.size);
  }
  unsigned time = group.time.lookup(op);
  offsets[time] = isa<RecurrenceOp>(op) ? loopOffset : operandOffset;
  sizes[time] = size;
  b.setInsertionPointToEnd(loop.getBody());
  FailureOr<TilingResult> tiled =
      tiling.getTiledImplementation(b, offsets, sizes);
  if (failed(tiled))
    return failure();
  Operation *tiledOp = tiled->tiledOps.front();
  // Inputs that a recurrence's tile gets more stand behind the others.
  unsigned numInputs = op->getNumOperands() - op->getNumResults();
  unsigned numAdded = tiledOp->getNumOperands() - op->getNumOperands();
  for (unsigned i = 0, e = op->getNumOperands(); i < e; ++i) {
    OpOperand &use = tiledOp->getOpOperand(i < numInputs ? i : i + numAdded);
    if (auto slice = use.get().getDefiningOp<tensor::ExtractSliceOp>();
        slice && slice->getBlock() == loop.getBody())
      replaceSlice(slice, use, op, i);
  }
  if (isa<RecurrenceOp>(tiledOp)) {
    tiledOp->removeDiscardableAttr(kLengthAttr);
    tiledOp->setDiscardableAttr(tiledAttrName, b.getUnitAttr());
  }
  b.setInsertionPointToEnd(loop.getBody());
  for (OpResult result : op->getResults()) {
    Value tile = tiled->tiledValues[result.getResultNumber()];
    tiles[result] = tile;
    for (auto [i, entry] : llvm::enumerate(carried)) {
      if (entry.result != result)
        continue;
      SmallVector<OpFoldResult> at, extent;
      if (failed(tiling.getResultTilePosition(b, result.getResultNumber(),
                                              offsets, sizes, at, extent)))
        return failure();
      SmallVector<OpFoldResult> strides(at.size(), b.getIndexAttr(1));
      yielded[i] = tensor::InsertSliceOp::create(
          b, op->getLoc(), tile, loop.getRegionIterArg(i), at, extent, strides);
    }
  }
  return success();
}

LogicalResult TimeTiler::run() {
  Operation *last = group.ops.back();
  b.setInsertionPointAfter(last);
  Location loc = last->getLoc();
  collectCarried();
  auto root = cast<RecurrenceOp>(*llvm::find_if(
      group.ops, [](Operation *op) { return isa<RecurrenceOp>(op); }));
  OpFoldResult length = getExtent(b, root, root.getTimeDim());
  loop = scf::ForOp::create(
      b, loc, getValueOrCreateConstantIndexOp(b, loc, b.getIndexAttr(0)),
      getValueOrCreateConstantIndexOp(b, loc, length),
      getValueOrCreateConstantIndexOp(b, loc, b.getIndexAttr(tileLength)),
      llvm::map_to_vector(carried, [](auto &entry) { return entry.init; }));
  yielded.resize(carried.size());
  b.setInsertionPointToStart(loop.getBody());
  loopOffset = loop.getInductionVar();
  AffineExpr end, start;
  bindSymbols(b.getContext(), end, start);
  std::optional<int64_t> known = getConstantIntValue(length);
  size = known && *known % tileLength == 0
             ? OpFoldResult(b.getIndexAttr(tileLength))
             : affine::makeComposedFoldedAffineMin(
                   b, loc,
                   AffineMap::get(
                       0, 2,
                       {getAffineConstantExpr(tileLength, b.getContext()),
                        end - start},
                       b.getContext()),
                   {length, loopOffset});
  operandOffset = loopOffset;
  if (root.getReverse()) {
    AffineExpr extent = getAffineSymbolExpr(2, b.getContext());
    operandOffset = affine::makeComposedFoldedAffineApply(
        b, loc, end - start - extent, {length, loopOffset, size});
  }
  for (Operation *op : group.ops)
    if (failed(tile(op)))
      return failure();
  b.setInsertionPointToEnd(loop.getBody());
  scf::YieldOp::create(b, loc, yielded);

  // Extents were read of results that are about to go.
  readExtentsFromDestinations(loop->getParentOp());
  for (auto [entry, result] : llvm::zip_equal(carried, loop.getResults()))
    b.replaceUsesWithIf(entry.result, result, [&](OpOperand &use) {
      return !loop->isAncestor(use.getOwner());
    });
  return success();
}

//===----------------------------------------------------------------------===//
// The cost model
//===----------------------------------------------------------------------===//

/// Extents that are not known: channels are many, all else counts once.
static constexpr int64_t kAssumedChannels = 1024;
/// Shorter tiles leave matrix products too few rows.
static constexpr int64_t kShortestTile = 32, kLongestTile = 512;

/// Bytes of all that the group makes at one step.
static int64_t getStepBytes(const FuseGroup &group) {
  int64_t total = 0;
  for (Operation *op : group.ops)
    for (OpResult result : op->getResults()) {
      std::optional<unsigned> time = group.getTimePosition(result);
      if (!time)
        continue;
      auto type = cast<RankedTensorType>(result.getType());
      int64_t bytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
      for (auto [dim, extent] : llvm::enumerate(type.getShape()))
        if (dim != *time)
          bytes *= !ShapedType::isDynamic(extent)       ? extent
                   : int64_t(dim) + 1 == type.getRank() ? kAssumedChannels
                                                        : 1;
      total += bytes;
    }
  return total;
}

namespace {
class FuseProjections
    : public kalmir::recur::impl::RecurFuseProjectionsPassBase<
          FuseProjections> {
public:
  using RecurFuseProjectionsPassBase::RecurFuseProjectionsPassBase;

  void runOnOperation() override {
    if (tileLength < 0 || cacheBytes < 1) {
      getOperation()->emitError("expected a tile length of at least 0 and a "
                                "cache of at least 1 byte, found ")
          << static_cast<int64_t>(tileLength) << " and "
          << static_cast<int64_t>(cacheBytes);
      return signalPassFailure();
    }
    IRRewriter rewriter(&getContext());
    splitSlicedProducts(rewriter);
    readExtentsFromDestinations(getOperation());
    SmallVector<RecurrenceOp> roots;
    getOperation()->walk([&](RecurrenceOp op) {
      if (!op.hasBufferSemantics() && !op->hasAttr(tiledAttrName))
        roots.push_back(op);
    });
    llvm::SmallPtrSet<Operation *, 8> done;
    for (RecurrenceOp root : roots) {
      if (done.contains(root))
        continue;
      FuseGroup group = findGroup(root);
      for (Operation *op : group.ops)
        if (isa<RecurrenceOp>(op))
          done.insert(op);
      if (!llvm::any_of(group.ops, isContraction))
        continue;
      if (failed(fuse(rewriter, root, group)))
        return signalPassFailure();
    }
  }

private:
  static bool isContraction(Operation *op) {
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    return linalgOp && linalg::isaContractionOpInterface(linalgOp);
  }

  void splitSlicedProducts(RewriterBase &rewriter);
  int64_t chooseLength(RecurrenceOp root, const FuseGroup &group,
                       std::string &reason);
  LogicalResult fuse(RewriterBase &rewriter, RecurrenceOp root,
                     FuseGroup &group);
};
} // namespace

/// Gives a part of a product the inputs of the whole one where those have
/// nothing to do with the cut, instead of slices of all of them.
static void keepWholeInputs(RewriterBase &b, linalg::LinalgOp whole,
                            linalg::LinalgOp part,
                            tensor::ExtractSliceOp slice) {
  tensor::EmptyOp empty = getEmpty(whole.getDpsInits().front());
  AffineMap resultMap = whole.getIndexingMapsArray().back();
  llvm::SmallBitVector isCut(whole.getNumLoops());
  for (auto [position, expr] : llvm::enumerate(resultMap.getResults())) {
    bool isWhole = isZeroInteger(slice.getMixedOffsets()[position]) && empty &&
                   isEqualConstantIntOrValue(slice.getMixedSizes()[position],
                                             empty.getMixedSizes()[position]);
    if (!isWhole)
      isCut.set(cast<AffineDimExpr>(expr).getPosition());
  }
  for (OpOperand *input : part.getDpsInputOperands()) {
    unsigned number = input->getOperandNumber();
    auto inputSlice = input->get().getDefiningOp<tensor::ExtractSliceOp>();
    AffineMap map = whole.getIndexingMapsArray()[number];
    if (!inputSlice || llvm::any_of(isCut.set_bits(), [&](unsigned dim) {
          return map.isFunctionOfDim(dim);
        }))
      continue;
    input->set(whole->getOperand(number));
    b.eraseOp(inputSlice);
  }
}

/// A product of which only parts are read becomes a product for each part: an
/// importer multiplies once and splits the result.
void FuseProjections::splitSlicedProducts(RewriterBase &b) {
  SmallVector<linalg::LinalgOp> products;
  getOperation()->walk([&](linalg::LinalgOp op) {
    if (!op.hasPureTensorSemantics() || !isContraction(op) ||
        op->getNumResults() != 1 || op->use_empty() ||
        op->getBlock()->getOps<RecurrenceOp>().empty())
      return;
    if (llvm::all_of(op->getUsers(), [](Operation *user) {
          auto slice = dyn_cast<tensor::ExtractSliceOp>(user);
          return slice && slice.hasUnitStride() &&
                 slice.getType().getRank() == slice.getSourceType().getRank();
        }))
      products.push_back(op);
  });
  for (linalg::LinalgOp op : products) {
    for (Operation *user : llvm::make_early_inc_range(op->getUsers())) {
      auto slice = cast<tensor::ExtractSliceOp>(user);
      b.setInsertionPoint(slice);
      FailureOr<TilingResult> part =
          tensor::replaceExtractSliceWithTiledProducer(
              b, slice, cast<OpResult>(op->getResult(0)));
      if (failed(part))
        continue;
      auto partOp = cast<linalg::LinalgOp>(part->tiledOps.front());
      keepWholeInputs(b, op, partOp, slice);
      OpOperand &init = partOp.getDpsInitsMutable()[0];
      auto initSlice = init.get().getDefiningOp<tensor::ExtractSliceOp>();
      if (initSlice && getEmpty(initSlice.getSource())) {
        b.setInsertionPoint(initSlice);
        init.set(createFresh(b, initSlice));
        b.eraseOp(initSlice);
      }
      b.replaceOp(slice, part->tiledValues.front());
    }
    if (op->use_empty())
      b.eraseOp(op);
  }
}

/// Steps of a tile, or 0 with the reason not to fuse.
int64_t FuseProjections::chooseLength(RecurrenceOp root, const FuseGroup &group,
                                      std::string &reason) {
  int64_t length = tileLength;
  if (auto attr = root->getAttrOfType<IntegerAttr>(kLengthAttr))
    length = attr.getInt();
  if (length == 0) {
    int64_t bytes = getStepBytes(group);
    if (bytes > cacheBytes / kShortestTile) {
      reason = "one step takes " + std::to_string(bytes) + " bytes, and " +
               std::to_string(kShortestTile) + " steps more than the " +
               std::to_string(cacheBytes) + " of the cache";
      return 0;
    }
    length = std::min<int64_t>(
        llvm::bit_floor(static_cast<uint64_t>(cacheBytes / bytes)),
        kLongestTile);
  }
  if (length < 1) {
    reason =
        "expected a tile of at least 1 step, found " + std::to_string(length);
    return 0;
  }
  std::optional<int64_t> steps = getStaticExtent(root, root.getTimeDim());
  if (steps && *steps <= length) {
    reason = "its " + std::to_string(*steps) + " steps are one tile of " +
             std::to_string(length);
    return 0;
  }
  return length;
}

LogicalResult FuseProjections::fuse(RewriterBase &rewriter, RecurrenceOp root,
                                    FuseGroup &group) {
  std::string reason;
  int64_t length = chooseLength(root, group, reason);
  // What needs the results moves behind the loop.
  Operation *last = group.ops.back();
  for (Operation *op : group.later)
    if (op->isBeforeInBlock(last) && !isMemoryEffectFree(op))
      reason = "an operation with effects stands between";
  if (!reason.empty()) {
    kalmir::emitMissedRemark(root.getLoc(), kFlag)
        << "not fused with projections: " + reason;
    ++numRefused;
    return success();
  }
  Operation *behind = last;
  for (Operation *op : group.later)
    if (op->isBeforeInBlock(last)) {
      rewriter.moveOpAfter(op, behind);
      behind = op;
    }
  Location loc = root.getLoc();
  if (failed(TimeTiler(rewriter, group, length).run()))
    return failure();
  for (Operation *op : llvm::reverse(group.ops))
    rewriter.eraseOp(op);
  kalmir::emitPassedRemark(loc, kFlag)
      << "fused " + std::to_string(group.ops.size()) +
             " operations in tiles of " + std::to_string(length) + " steps";
  ++numFused;
  return success();
}
