//===- SharedResults.cpp - results of steps in shared memory --------------===//

#include "SharedResults.h"

#include "Addresses.h"
#include "OwnSteps.h"

#include "../RecurToSCF/LanePlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::LaneBuilder;
using lanes::Position;

/// Rows as long as this are stored, and inputs read, at the bandwidth of
/// memory; half as long, at nine tenths of that.
static constexpr int64_t kRowBytes = 256;

SharedResults::SharedResults(LaneBuilder &b, const LaunchPlan &plan,
                             const Variant &variant)
    : b(b), plan(plan), variant(variant) {
  recur::RecurrenceOp op = plan.op;
  // Sums that wait for those of other launches, single steps and single
  // channels have no rows to fill.
  if (variant.isRepeated || plan.isOneStep || !plan.laneDim)
    return;
  for (auto [i, output] : llvm::enumerate(op.getOutputs())) {
    auto type = cast<MemRefType>(output.getType());
    AffineMap map = op.getOutputMap(i);
    if (plan.isSummed(i) && type.getElementType().isIntOrFloat() &&
        lanes::fillsBytes(type.getElementType()) &&
        lanes::isContiguous(type, map, op.getTimeDim())) {
      Tile &tile = tiles.emplace_back();
      tile.output = i;
      tile.type = type;
    }
  }
}

bool SharedResults::holds(unsigned output) const {
  return llvm::any_of(tiles,
                      [&](const Tile &tile) { return tile.output == output; });
}

int64_t SharedResults::getWantedSteps() const {
  int64_t most = 0;
  for (const Tile &tile : tiles)
    most = std::max(most, kRowBytes / getElementBytes(tile.type));
  return most;
}

/// Padding lets threads that write the same step of their rows use different
/// banks.
int64_t SharedResults::getRowElements(const Tile &tile,
                                      int64_t numSteps) const {
  return numSteps + kVectorBytes / getElementBytes(tile.type);
}

int64_t SharedResults::getBytes(int64_t numSteps) const {
  int64_t bytes = 0;
  for (const Tile &tile : tiles)
    bytes += llvm::alignTo(variant.channelsPerBlock() *
                               getRowElements(tile, numSteps) *
                               getElementBytes(tile.type),
                           kVectorBytes);
  return bytes;
}

void SharedResults::layOut(int64_t numSteps, int64_t offset) {
  recur::RecurrenceOp op = plan.op;
  steps = numSteps;
  for (Tile &tile : tiles) {
    tile.vectorElements =
        std::min(steps, kVectorBytes / getElementBytes(tile.type));
    tile.isAligned =
        testAlignment(b, op.getOutputs()[tile.output], tile.vectorElements);
    tile.offset = offset;
    offset +=
        llvm::alignTo(variant.channelsPerBlock() * getRowElements(tile, steps) *
                          getElementBytes(tile.type),
                      kVectorBytes);
  }
}

void SharedResults::open(Value thread, const Team &team,
                         const Position &origin) {
  this->team = team;
  this->origin = origin;
  if (tiles.empty())
    return;
  Value warp = b.indexConstant(32);
  lane = arith::RemUIOp::create(b, thread, warp);
  firstRow = arith::MulIOp::create(b, arith::DivUIOp::create(b, thread, warp),
                                   b.indexConstant(getRows()));
  row = arith::DivUIOp::create(b, thread,
                               b.indexConstant(team.threadsPerChannel));
  Value bytes = openSharedMemory(b);
  for (Tile &tile : tiles) {
    MemRefType type =
        getSharedType({variant.channelsPerBlock(), getRowElements(tile, steps)},
                      tile.type.getElementType());
    tile.buffer = memref::ViewOp::create(
        b, type, bytes, b.indexConstant(tile.offset), ValueRange());
  }
}

Value SharedResults::subtract(Value from, Value value) {
  return arith::SubIOp::create(b, from, value);
}

void SharedResults::write(unsigned output, Value step, ArrayRef<Value> values) {
  const Tile &tile = *llvm::find_if(
      tiles, [&](const Tile &tile) { return tile.output == output; });
  Type element = tile.type.getElementType();
  SmallVector<Value> ordered(values);
  auto count = static_cast<int64_t>(values.size());
  Value place = step;
  if (isReversed()) {
    std::reverse(ordered.begin(), ordered.end());
    place = subtract(b.indexConstant(steps - count), step);
  }
  if (count == 1) {
    memref::StoreOp::create(b, ordered.front(), tile.buffer,
                            ValueRange{row, place});
    return;
  }
  auto type = VectorType::get({count}, element);
  Value vector = vector::FromElementsOp::create(b, type, ordered);
  vector::StoreOp::create(b, vector, tile.buffer, ValueRange{row, place},
                          /*nontemporal=*/false, getAlignment(type));
}

/// Rows that do not exist are those of the last channel once more.
Value SharedResults::getExistingRow(Value row) {
  unsigned dim = *plan.laneDim;
  Value last =
      subtract(subtract(b.extent(dim), b.indexConstant(1)), origin.index[dim]);
  return arith::MinUIOp::create(b, arith::AddIOp::create(b, firstRow, row),
                                last);
}

/// Stores a tile of which all steps exist.
///
/// What changes with the tile is in the part of the output, what changes with
/// the thread in the place there, which can be computed before time begins.
void SharedResults::storeVectors(const Tile &tile, Value first) {
  recur::RecurrenceOp op = plan.op;
  AffineMap map = op.getOutputMap(tile.output);
  unsigned timeDim = op.getTimeDim();
  Value start = first;
  if (isReversed())
    start =
        subtract(subtract(b.extent(timeDim), first), b.indexConstant(steps));
  SmallVector<OpFoldResult> offsets, sizes,
      strides(map.getNumResults(), b.getIndexAttr(1));
  for (unsigned i = 0, e = map.getNumResults(); i < e; ++i) {
    unsigned dim = map.getDimPosition(i);
    if (dim == *plan.laneDim) {
      offsets.push_back(b.getIndexAttr(0));
      sizes.push_back(b.extent(dim));
    } else if (dim == timeDim) {
      offsets.push_back(start);
      sizes.push_back(b.getIndexAttr(steps));
    } else {
      offsets.push_back(origin.index[dim]);
      sizes.push_back(b.getIndexAttr(1));
    }
  }
  Value part = memref::SubViewOp::create(b, op.getOutputs()[tile.output],
                                         offsets, sizes, strides);
  int64_t perRow = steps / tile.vectorElements, count = getRows() * perRow;
  auto type =
      VectorType::get({tile.vectorElements}, tile.type.getElementType());
  llvm::MaybeAlign alignment(tile.vectorElements * getElementBytes(tile.type));
  for (int64_t begin = 0; begin < count; begin += 32) {
    Value number = arith::AddIOp::create(b, lane, b.indexConstant(begin));
    if (begin + 32 > count)
      number = arith::MinUIOp::create(b, number, b.indexConstant(count - 1));
    Value from = getExistingRow(
        arith::DivUIOp::create(b, number, b.indexConstant(perRow)));
    Value step = arith::MulIOp::create(
        b, arith::RemUIOp::create(b, number, b.indexConstant(perRow)),
        b.indexConstant(tile.vectorElements));
    SmallVector<Value> to;
    for (unsigned i = 0, e = map.getNumResults(); i < e; ++i) {
      unsigned dim = map.getDimPosition(i);
      Value place = b.indexConstant(0);
      if (dim == *plan.laneDim)
        place = arith::AddIOp::create(b, origin.index[dim], from);
      else if (dim == timeDim)
        place = step;
      to.push_back(place);
    }
    Value vector =
        vector::LoadOp::create(b, type, tile.buffer, ValueRange{from, step},
                               /*nontemporal=*/false, alignment);
    vector::StoreOp::create(b, vector, part, to, /*nontemporal=*/false,
                            alignment);
  }
}

/// Stores a tile element by element; steps that do not exist are the last one
/// once more.
void SharedResults::storeEachElement(const Tile &tile, Value first) {
  recur::RecurrenceOp op = plan.op;
  AffineMap map = op.getOutputMap(tile.output);
  unsigned timeDim = op.getTimeDim();
  Value last = subtract(b.extent(timeDim), b.indexConstant(1));
  b.count(
      hideOrigin(b, lane), b.indexConstant(getRows() * steps), {},
      [&](Value number, ValueRange) -> SmallVector<Value> {
        Value length = b.indexConstant(steps);
        Value from = getExistingRow(arith::DivUIOp::create(b, number, length));
        Value time = arith::MinUIOp::create(
            b,
            arith::AddIOp::create(b, first,
                                  arith::RemUIOp::create(b, number, length)),
            last);
        Value place = subtract(time, first);
        Position at = origin;
        at.index[*plan.laneDim] =
            arith::AddIOp::create(b, origin.index[*plan.laneDim], from);
        at.index[timeDim] = time;
        if (isReversed()) {
          place = subtract(b.indexConstant(steps - 1), place);
          at.index[timeDim] = subtract(last, time);
        }
        Value value =
            memref::LoadOp::create(b, tile.buffer, ValueRange{from, place});
        memref::StoreOp::create(b, value, op.getOutputs()[tile.output],
                                b.indices(map, at));
        return {};
      },
      32);
}

void SharedResults::store(Value first) {
  if (tiles.empty())
    return;
  unsigned timeDim = recur::RecurrenceOp(plan.op).getTimeDim();
  waitForWarp(b);
  // The first channel of the warp exists, or none does.
  Value exists = arith::CmpIOp::create(
      b, arith::CmpIPredicate::ult,
      arith::AddIOp::create(b, origin.index[*plan.laneDim], firstRow),
      b.extent(*plan.laneDim));
  Value isWhole = arith::CmpIOp::create(
      b, arith::CmpIPredicate::ule,
      arith::AddIOp::create(b, first, b.indexConstant(steps)),
      b.extent(timeDim));
  OpBuilder::InsertionGuard guard(b);
  auto ifOp = scf::IfOp::create(b, exists, /*withElseRegion=*/false);
  b.setInsertionPointToStart(ifOp.thenBlock());
  for (const Tile &tile : tiles) {
    auto whole =
        scf::IfOp::create(b, arith::AndIOp::create(b, tile.isAligned, isWhole),
                          /*withElseRegion=*/true);
    OpBuilder::InsertionGuard inner(b);
    b.setInsertionPointToStart(whole.thenBlock());
    storeVectors(tile, first);
    b.setInsertionPointToStart(whole.elseBlock());
    storeEachElement(tile, first);
  }
  b.setInsertionPointAfter(ifOp);
  // Nor may the next tile be written earlier.
  waitForWarp(b);
}
