//===- LaneLoops.cpp - loops over blocks of lanes -------------------------===//
//
// A block of the vector dimension is full except the last, which may hold
// fewer lanes: it runs the same code under a mask.
//
//   parallelTiles:  scf.parallel over slots
//                     scf.for over the slot's tiles
//                       scf.if the tile is full { body }
//                       else { body under masks }
//   loop:           scf.for over full blocks { body }
//                   scf.if lanes are left { body under the mask }
//
// A tile is full if its last block is.
//
//===----------------------------------------------------------------------===//

#include "LaneBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <utility>

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;

/// The position at block number `block` of an iterator.
Position LaneBuilder::at(Position position, unsigned dim, Value block) {
  position.block[dim] = block;
  position.index[dim] =
      dim == plan.laneDim
          ? arith::MulIOp::create(*this, block, indexConstant(plan.width))
          : block;
  return position;
}

/// The position with the mask of the lanes that are left.
Position LaneBuilder::masked(Position position) {
  Value left = arith::SubIOp::create(*this, extent(*plan.laneDim),
                                     position.index[*plan.laneDim]);
  position.mask =
      vector::CreateMaskOp::create(*this, laneType(getI1Type()), left);
  return position;
}

/// As many blocks as hold about 64 states and no more than 8: a step then reads
/// some hundred bytes of every row and their states stay in the first cache.
/// Fewer where that leaves cores without work; `total` is the number of blocks
/// in the whole grid.
Value LaneBuilder::chooseTileBlocks(Value total) {
  std::optional<recur::ScheduleAttr> schedule = plan.op.getSchedule();
  if (schedule && schedule->getLaneBlocks() > 0)
    return indexConstant(schedule->getLaneBlocks());
  Value states = indexConstant(1);
  for (unsigned dim : plan.innerDims)
    states = createOrFold<arith::MulIOp>(states, extent(dim));
  states = createOrFold<arith::MaxSIOp>(states, indexConstant(1));
  Value blocks = createOrFold<arith::DivSIOp>(indexConstant(64), states);
  blocks = createOrFold<arith::MaxSIOp>(blocks, indexConstant(1));
  blocks = createOrFold<arith::MinSIOp>(blocks, indexConstant(8));
  Value share =
      createOrFold<arith::CeilDivSIOp>(total, indexConstant(2 * plan.cores));
  share = createOrFold<arith::MaxSIOp>(share, indexConstant(1));
  return createOrFold<arith::MinSIOp>(blocks, share);
}

void LaneBuilder::openGrid() {
  tileBlocks = numTiles = indexConstant(1);
  gridCounts.clear();
  for (unsigned dim : plan.gridDims) {
    gridCounts.push_back(numBlocks(dim));
    numTiles = createOrFold<arith::MulIOp>(numTiles, gridCounts.back());
  }
  if (plan.tiled) {
    tileBlocks = chooseTileBlocks(numTiles);
    numTiles = indexConstant(1);
    for (auto [dim, count] : llvm::zip_equal(plan.gridDims, gridCounts)) {
      if (dim == *plan.laneDim)
        count = createOrFold<arith::CeilDivSIOp>(count, tileBlocks);
      numTiles = createOrFold<arith::MulIOp>(numTiles, count);
    }
  }
  // Enough slots for any number of threads to share them evenly. In a parallel
  // loop the threads are busy already.
  numSlots = indexConstant(1);
  if (!plan.op->getParentOfType<scf::ParallelOp>())
    numSlots = createOrFold<arith::MinSIOp>(
        numTiles, indexConstant(std::max<int64_t>(64, 16 * plan.cores)));
}

/// Loops over all tiles, the last iterator fastest; the insertion point moves
/// into them.
Position LaneBuilder::enterGrid() {
  Position position = start();
  Value zero = indexConstant(0), one = indexConstant(1);
  position.slot = position.blockInTile = zero;
  ArrayRef<unsigned> dims = plan.gridDims;
  if (dims.empty())
    return position;
  Value lower = zero, upper = numTiles;
  if (!plan.op->getParentOfType<scf::ParallelOp>()) {
    auto loop = scf::ParallelOp::create(*this, zero, numSlots, one);
    setInsertionPointToStart(loop.getBody());
    position.slot = loop.getInductionVars().front();
    // Slot i has the tiles from i n / slots to below (i + 1) n / slots.
    auto share = [&](Value slot) -> Value {
      return arith::DivSIOp::create(
          *this, arith::MulIOp::create(*this, slot, numTiles), numSlots);
    };
    lower = share(position.slot);
    upper = share(arith::AddIOp::create(*this, position.slot, one));
  }
  auto loop = scf::ForOp::create(*this, lower, upper, one);
  setInsertionPointToStart(loop.getBody());
  Value number = loop.getInductionVar();
  if (dims.size() == 1)
    return at(position, dims.front(), number);

  // The condition always holds. It keeps LLVM's loop strength reduction from
  // taking the divisions apart and repeating them in the innermost loop.
  Value inside =
      arith::CmpIOp::create(*this, arith::CmpIPredicate::ult, number, numTiles);
  Value rest = number;
  for (unsigned i = dims.size() - 1; i > 0; --i) {
    Value block = arith::RemUIOp::create(*this, rest, gridCounts[i]);
    rest = arith::DivUIOp::create(*this, rest, gridCounts[i]);
    position = at(position, dims[i],
                  arith::SelectOp::create(*this, inside, block, zero));
  }
  return at(position, dims.front(),
            arith::SelectOp::create(*this, inside, rest, zero));
}

/// Whether a value is a multiple of a number as far as can be seen.
static bool isMultipleOf(Value value, int64_t number) {
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return *constant % number == 0;
  auto product = value.getDefiningOp<arith::MulIOp>();
  return product && llvm::any_of(product.getOperands(), [&](Value factor) {
           std::optional<int64_t> constant = getConstantIntValue(factor);
           return constant && *constant % number == 0;
         });
}

void LaneBuilder::parallelTiles(function_ref<void(const Tile &)> body) {
  OpBuilder::InsertionGuard guard(*this);
  Tile tile;
  tile.position = enterGrid();
  if (!plan.laneDim || !llvm::is_contained(plan.gridDims, *plan.laneDim)) {
    body(tile);
    return;
  }
  unsigned lane = *plan.laneDim;
  Value endBlock;
  if (plan.tiled) {
    Value number = std::exchange(tile.position.block[lane], {});
    tile.position.index[lane] = {};
    tile.firstBlock = arith::MulIOp::create(*this, number, tileBlocks);
    tile.endBlock = arith::MinSIOp::create(
        *this, arith::AddIOp::create(*this, tile.firstBlock, tileBlocks),
        numBlocks(lane));
    endBlock = tile.endBlock;
  } else {
    endBlock = arith::AddIOp::create(*this, tile.position.block[lane],
                                     indexConstant(1));
  }
  auto runMasked = [&] {
    tile.masked = true;
    if (!plan.tiled)
      tile.position = masked(tile.position);
    body(tile);
  };
  if (isMultipleOf(extent(lane), plan.width))
    return body(tile);
  std::optional<int64_t> lanes = getConstantIntValue(extent(lane));
  if (lanes && *lanes < plan.width)
    return runMasked();
  Value end = arith::MulIOp::create(*this, endBlock, indexConstant(plan.width));
  Value isFull = arith::CmpIOp::create(*this, arith::CmpIPredicate::sle, end,
                                       extent(lane));
  auto ifOp = scf::IfOp::create(*this, isFull, /*withElseRegion=*/true);
  setInsertionPointToStart(ifOp.thenBlock());
  body(tile);
  setInsertionPointToStart(ifOp.elseBlock());
  runMasked();
}

void LaneBuilder::forBlocks(const Tile &tile,
                            function_ref<void(const Position &)> body) {
  if (!tile.firstBlock) {
    body(tile.position);
    return;
  }
  count(tile.firstBlock, tile.endBlock, {},
        [&](Value block, ValueRange) -> SmallVector<Value> {
          Position position = at(tile.position, *plan.laneDim, block);
          position.blockInTile =
              arith::SubIOp::create(*this, block, tile.firstBlock);
          body(tile.masked ? masked(position) : position);
          return {};
        });
}

SmallVector<Value> LaneBuilder::count(Value lower, Value upper,
                                      ValueRange initial, CountBody body,
                                      int64_t step) {
  OpBuilder::InsertionGuard guard(*this);
  auto loop =
      scf::ForOp::create(*this, lower, upper, indexConstant(step), initial);
  setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next =
      body(loop.getInductionVar(), loop.getRegionIterArgs());
  // Without results the builder has put the terminator already.
  if (!initial.empty())
    scf::YieldOp::create(*this, next);
  return loop.getResults();
}

SmallVector<Value> LaneBuilder::loop(ArrayRef<unsigned> dims,
                                     const Position &position,
                                     ValueRange initial, LoopBody body) {
  if (dims.empty())
    return body(position, initial);
  unsigned dim = dims.front();
  ArrayRef<unsigned> rest = dims.drop_front();
  auto countTo = [&](Value upper) {
    return count(indexConstant(0), upper, initial,
                 [&](Value block, ValueRange carried) {
                   return loop(rest, at(position, dim, block), carried, body);
                 });
  };
  if (dim != plan.laneDim)
    return countTo(extent(dim));

  Value width = indexConstant(plan.width);
  Value full = createOrFold<arith::DivSIOp>(extent(dim), width);
  SmallVector<Value> results = countTo(full);
  std::optional<int64_t> lanes = getConstantIntValue(extent(dim));
  if (lanes && *lanes % plan.width == 0)
    return results;

  OpBuilder::InsertionGuard guard(*this);
  Value hasTail = arith::CmpIOp::create(
      *this, arith::CmpIPredicate::slt,
      arith::MulIOp::create(*this, full, width), extent(dim));
  auto ifOp = scf::IfOp::create(*this, ValueRange(results).getTypes(), hasTail,
                                /*withElseRegion=*/true);
  setInsertionPointToStart(ifOp.thenBlock());
  SmallVector<Value> last =
      loop(rest, masked(at(position, dim, full)), results, body);
  if (!results.empty()) {
    scf::YieldOp::create(*this, last);
    setInsertionPointToStart(ifOp.elseBlock());
    scf::YieldOp::create(*this, results);
  }
  return ifOp.getResults();
}
