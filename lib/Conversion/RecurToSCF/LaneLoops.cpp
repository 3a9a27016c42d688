//===- LaneLoops.cpp - loops over blocks of lanes -------------------------===//
//
// A block of the vector dimension is full except the last, which may hold
// fewer lanes: it runs the same code under a mask.
//
//   parallel:  scf.parallel over the grid
//                scf.if block is full { body } else { body under the mask }
//   loop:      scf.for over full blocks { body }
//              scf.if lanes are left { body under the mask }
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
  if (dim < position.index.size())
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

/// One loop over `dims`, the last fastest, each to its count; the insertion
/// point moves into it.
Position LaneBuilder::enterGrid(ArrayRef<unsigned> dims, ArrayRef<Value> counts,
                                Position position) {
  Value total = counts.front();
  for (Value count : counts.drop_front())
    total = createOrFold<arith::MulIOp>(total, count);

  Value zero = indexConstant(0), one = indexConstant(1), number;
  if (plan.op->getParentOfType<scf::ParallelOp>()) {
    // The threads are busy with the loop around the recurrence.
    auto loop = scf::ForOp::create(*this, zero, total, one);
    setInsertionPointToStart(loop.getBody());
    number = loop.getInductionVar();
  } else {
    auto loop = scf::ParallelOp::create(*this, zero, total, one);
    setInsertionPointToStart(loop.getBody());
    number = loop.getInductionVars().front();
  }
  if (dims.size() == 1)
    return at(position, dims.front(), number);

  // The condition always holds. It keeps LLVM's loop strength reduction from
  // taking the divisions apart and repeating them in the innermost loop.
  Value inside =
      arith::CmpIOp::create(*this, arith::CmpIPredicate::ult, number, total);
  Value rest = number;
  for (unsigned i = dims.size() - 1; i > 0; --i) {
    Value block = arith::RemUIOp::create(*this, rest, counts[i]);
    rest = arith::DivUIOp::create(*this, rest, counts[i]);
    position = at(position, dims[i],
                  arith::SelectOp::create(*this, inside, block, zero));
  }
  return at(position, dims.front(),
            arith::SelectOp::create(*this, inside, rest, zero));
}

void LaneBuilder::parallel(ArrayRef<unsigned> dims, Position position,
                           function_ref<void(const Position &)> body) {
  OpBuilder::InsertionGuard guard(*this);
  if (!dims.empty()) {
    SmallVector<Value> counts =
        llvm::map_to_vector(dims, [&](unsigned dim) { return numBlocks(dim); });
    position = enterGrid(dims, counts, position);
  }
  if (!plan.laneDim || !llvm::is_contained(dims, *plan.laneDim)) {
    body(position);
    return;
  }
  std::optional<int64_t> lanes = getConstantIntValue(extent(*plan.laneDim));
  if (lanes && *lanes % plan.width == 0) {
    body(position);
    return;
  }
  if (lanes && *lanes < plan.width) {
    body(masked(position));
    return;
  }
  Value end = arith::AddIOp::create(*this, position.index[*plan.laneDim],
                                    indexConstant(plan.width));
  Value isFull = arith::CmpIOp::create(*this, arith::CmpIPredicate::sle, end,
                                       extent(*plan.laneDim));
  auto ifOp = scf::IfOp::create(*this, isFull, /*withElseRegion=*/true);
  setInsertionPointToStart(ifOp.thenBlock());
  body(position);
  setInsertionPointToStart(ifOp.elseBlock());
  body(masked(position));
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

void LaneBuilder::parallelTiles(ArrayRef<unsigned> dims,
                                function_ref<void(const Tile &)> body) {
  if (!plan.tiled) {
    parallel(dims, start(), [&](const Position &position) {
      body({position, {}, {}, static_cast<bool>(position.mask)});
    });
    return;
  }
  OpBuilder::InsertionGuard guard(*this);
  unsigned lane = *plan.laneDim;
  Value total = indexConstant(1), blocks = numBlocks(lane);
  SmallVector<Value> counts;
  for (unsigned dim : dims) {
    counts.push_back(numBlocks(dim));
    total = createOrFold<arith::MulIOp>(total, counts.back());
  }
  Value tileBlocks = chooseTileBlocks(total);
  counts[llvm::find(dims, lane) - dims.begin()] =
      createOrFold<arith::CeilDivSIOp>(blocks, tileBlocks);
  Tile tile;
  tile.position = enterGrid(dims, counts, start());
  Value number = std::exchange(tile.position.block[lane], {});
  tile.position.index[lane] = {};
  tile.firstBlock = arith::MulIOp::create(*this, number, tileBlocks);
  tile.endBlock = arith::MinSIOp::create(
      *this, arith::AddIOp::create(*this, tile.firstBlock, tileBlocks), blocks);
  std::optional<int64_t> lanes = getConstantIntValue(extent(lane));
  if (lanes && *lanes % plan.width == 0) {
    body(tile);
    return;
  }
  Value end =
      arith::MulIOp::create(*this, tile.endBlock, indexConstant(plan.width));
  Value isFull = arith::CmpIOp::create(*this, arith::CmpIPredicate::sle, end,
                                       extent(lane));
  auto ifOp = scf::IfOp::create(*this, isFull, /*withElseRegion=*/true);
  setInsertionPointToStart(ifOp.thenBlock());
  body(tile);
  setInsertionPointToStart(ifOp.elseBlock());
  tile.masked = true;
  body(tile);
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
          body(tile.masked ? masked(position) : position);
          return {};
        });
}

SmallVector<Value>
LaneBuilder::count(Value lower, Value upper, ValueRange initial,
                   function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  OpBuilder::InsertionGuard guard(*this);
  auto loop =
      scf::ForOp::create(*this, lower, upper, indexConstant(1), initial);
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
