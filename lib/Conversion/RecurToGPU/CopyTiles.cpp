//===- CopyTiles.cpp - copies of inputs to shared memory ------------------===//

#include "Addresses.h"
#include "SharedTiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::LaneBuilder;

/// Copies of a thread, of tiles of all inputs, whose addresses it keeps: two
/// registers each.
static constexpr int64_t kMostAddresses = 24;

/// Where an element of a tile lies in its operand, within its iterators.
SmallVector<Value> SharedTiles::getSource(const Tile &tile, Value first,
                                          ArrayRef<Value> inTile) {
  recur::RecurrenceOp op = plan.op;
  AffineMap map = op.getInputMap(tile.input);
  SmallVector<Value> from;
  for (auto [i, axis] : llvm::enumerate(tile.axes)) {
    unsigned dim = map.getDimPosition(i);
    if (axis == Axis::fixed) {
      from.push_back(origin.index[dim]);
      continue;
    }
    Value index = inTile.consume_front();
    Value last = arith::SubIOp::create(b, b.extent(dim), b.indexConstant(1));
    if (axis == Axis::channels)
      index = arith::AddIOp::create(b, origin.index[dim], index);
    if (axis == Axis::states)
      index = arith::AddIOp::create(b, firstState, index);
    if (axis == Axis::time) {
      if (isBackward(tile))
        index = arith::SubIOp::create(b, b.indexConstant(steps - 1), index);
      index = arith::AddIOp::create(b, first, index);
    }
    index = arith::MinUIOp::create(b, index, last);
    if (axis == Axis::time && op.getReverse())
      index = arith::SubIOp::create(b, last, index);
    from.push_back(index);
  }
  return from;
}

/// Whether addresses of copies stay in registers, of which helpers have some.
bool SharedTiles::keepsAddresses() const {
  if (!haveHelpers())
    return false;
  int64_t count = 0;
  for (const Tile &tile : tiles)
    count += llvm::divideCeil(llvm::product_of(tile.shape),
                              tile.vectorElements * variant.numHelpers);
  return count <= kMostAddresses;
}

/// The part of an operand that a tile of whole vectors comes from, and the
/// place in it of an element.
///
/// What changes with the thread can be computed before time begins, apart from
/// what changes with the tile. Where there are registers for addresses, the
/// thread's share is in the part, elsewhere in the place there, which inputs
/// have in common.
std::pair<Value, SmallVector<Value>>
SharedTiles::getVectorSource(const Tile &tile, Value first,
                             ArrayRef<Value> inTile) {
  recur::RecurrenceOp op = plan.op;
  AffineMap map = op.getInputMap(tile.input);
  Value operand = op.getInputs()[tile.input];
  SmallVector<OpFoldResult> offsets, sizes;
  SmallVector<Value> at;
  Value zero = b.indexConstant(0);
  // The index is the sum of both.
  bool keepsAddresses = this->keepsAddresses();
  auto addIndex = [&](Value ofTile, Value ofThread) {
    if (keepsAddresses)
      std::swap(ofTile, ofThread);
    offsets.push_back(getAsOpFoldResult(ofTile));
    at.push_back(ofThread);
  };
  for (auto [i, axis] : llvm::enumerate(tile.axes)) {
    unsigned dim = map.getDimPosition(i);
    bool isLast = i + 1 == tile.axes.size();
    sizes.push_back(b.getIndexAttr(1));
    if (axis == Axis::fixed) {
      offsets.push_back(origin.index[dim]);
      at.push_back(zero);
      continue;
    }
    Value index = inTile.consume_front();
    if (axis == Axis::time) {
      Value start = first;
      if (op.getReverse()) {
        start = arith::SubIOp::create(
            b, arith::SubIOp::create(b, b.extent(dim), first),
            b.indexConstant(steps));
        if (!isBackward(tile))
          index = arith::SubIOp::create(b, b.indexConstant(steps - 1), index);
      }
      addIndex(start, index);
      continue;
    }
    if (axis == Axis::channels)
      index = arith::AddIOp::create(b, origin.index[dim], index);
    if (axis == Axis::states)
      index = arith::AddIOp::create(b, firstState, index);
    Value end = arith::SubIOp::create(
        b, b.extent(dim), b.indexConstant(isLast ? tile.vectorElements : 1));
    addIndex(zero, arith::MinUIOp::create(b, index, end));
  }
  SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
  Value part = memref::SubViewOp::create(b, operand, offsets, sizes, strides);
  return {part, at};
}

/// Where a vector number `number` of a tile of this shape lies in it.
static SmallVector<Value> getPlace(LaneBuilder &b, ArrayRef<int64_t> shape,
                                   Value number, int64_t numElements) {
  SmallVector<Value> place(shape.size());
  for (size_t i = place.size(); i > 0; --i) {
    bool isLast = i == place.size();
    Value count =
        b.indexConstant(isLast ? shape.back() / numElements : shape[i - 1]);
    place[i - 1] =
        i == 1 ? number : arith::RemUIOp::create(b, number, count).getResult();
    if (i > 1)
      number = arith::DivUIOp::create(b, number, count);
    if (isLast)
      place[i - 1] = b.createOrFold<arith::MulIOp>(
          place[i - 1], b.indexConstant(numElements));
  }
  return place;
}

/// Where the vector lies that is so many after that with the thread's number.
SmallVector<Value> SharedTiles::getOwnPlace(ArrayRef<int64_t> shape,
                                            Value thread, int64_t begin,
                                            int64_t numElements) {
  int64_t perRow = llvm::product_of(shape.drop_front()) / numElements;
  if (shape.size() == 1 || begin % perRow != 0)
    return getPlace(b, shape,
                    arith::AddIOp::create(b, thread, b.indexConstant(begin)),
                    numElements);
  // The same place some rows later.
  SmallVector<Value> place = getPlace(b, shape, thread, numElements);
  place[0] =
      b.createOrFold<arith::AddIOp>(place[0], b.indexConstant(begin / perRow));
  return place;
}

void SharedTiles::copyElements(const Tile &tile, Value to,
                               ArrayRef<Value> place, Value from,
                               ArrayRef<Value> source, int64_t numElements) {
  SmallVector<Value> at{to};
  llvm::append_range(at, getPadded(tile, place));
  int64_t bytes = numElements * getElementBytes(tile.type);
  if (bytes < 4)
    memref::StoreOp::create(b, memref::LoadOp::create(b, from, source),
                            tile.buffer, at);
  else
    nvgpu::DeviceAsyncCopyOp::create(
        b, nvgpu::DeviceAsyncTokenType::get(b.getContext()), tile.buffer, at,
        from, source, b.getIndexAttr(numElements), /*srcElements=*/Value(),
        /*bypassL1=*/bytes == kVectorBytes ? b.getUnitAttr() : UnitAttr());
}

/// Copies a tile of which no step lies beyond the end, and no vector crosses
/// it. Threads take the same places in every tile.
void SharedTiles::copyVectors(const Tile &tile, Value thread, Value first,
                              Value stage) {
  int64_t vector = tile.vectorElements;
  int64_t count = llvm::product_of(tile.shape) / vector;
  for (int64_t begin = 0; begin < count; begin += team.numThreads) {
    OpBuilder::InsertionGuard guard(b);
    if (begin + team.numThreads > count) {
      auto ifOp = scf::IfOp::create(
          b,
          arith::CmpIOp::create(b, arith::CmpIPredicate::ult, thread,
                                b.indexConstant(count - begin)),
          /*withElseRegion=*/false);
      b.setInsertionPointToStart(ifOp.thenBlock());
    }
    SmallVector<Value> place = getOwnPlace(tile.shape, thread, begin, vector);
    auto [part, source] = getVectorSource(tile, first, place);
    copyElements(tile, stage, place, part, source, vector);
  }
}

/// Copies a tile element by element; those that do not exist are copies of the
/// last ones.
void SharedTiles::copyEachElement(const Tile &tile, Value first, Value stage) {
  int64_t count = llvm::product_of(tile.shape);
  b.count(
      hideOrigin(b, thread), b.indexConstant(count), {},
      [&](Value number, ValueRange) -> SmallVector<Value> {
        SmallVector<Value> place = getPlace(b, tile.shape, number, 1);
        copyElements(tile, stage, place, b.plan.op.getInputs()[tile.input],
                     getSource(tile, first, place), 1);
        return {};
      },
      team.numThreads);
}

/// Begins to copy the tile of the steps from `first` on to a stage, if there is
/// one.
void SharedTiles::copy(Value first, Value stage) {
  if (tiles.empty())
    return;
  recur::RecurrenceOp op = plan.op;
  OpBuilder::InsertionGuard guard(b);
  auto ifOp =
      scf::IfOp::create(b,
                        arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                              first, b.extent(op.getTimeDim())),
                        /*withElseRegion=*/false);
  b.setInsertionPointToStart(ifOp.thenBlock());
  Value isWhole = arith::CmpIOp::create(
      b, arith::CmpIPredicate::ule,
      arith::AddIOp::create(b, first, b.indexConstant(steps)),
      b.extent(op.getTimeDim()));
  // All of them together where that is possible: addresses have much in common.
  if (tiles.size() > 1) {
    Value allWhole = isWhole;
    for (const Tile &tile : tiles)
      allWhole = arith::AndIOp::create(b, allWhole, tile.isAligned);
    auto ifAllWhole = scf::IfOp::create(b, allWhole, /*withElseRegion=*/true);
    b.setInsertionPointToStart(ifAllWhole.thenBlock());
    for (const Tile &tile : tiles)
      copyVectors(tile, thread, first, stage);
    b.setInsertionPointToStart(ifAllWhole.elseBlock());
  }
  for (const Tile &tile : tiles) {
    auto ifWhole =
        scf::IfOp::create(b, arith::AndIOp::create(b, tile.isAligned, isWhole),
                          /*withElseRegion=*/true);
    OpBuilder::InsertionGuard inner(b);
    b.setInsertionPointToStart(ifWhole.thenBlock());
    // What hardly ever runs is not to hold registers meanwhile.
    copyVectors(tile, tiles.size() > 1 ? hideOrigin(b, thread) : thread, first,
                stage);
    b.setInsertionPointToStart(ifWhole.elseBlock());
    copyEachElement(tile, first, stage);
  }
  b.setInsertionPointAfter(ifOp);
  NVVM::CpAsyncCommitGroupOp::create(b);
}

void SharedTiles::copyFirst() {
  b.count(b.indexConstant(0), b.indexConstant(ahead), {},
          [&](Value stage, ValueRange) -> SmallVector<Value> {
            copy(arith::MulIOp::create(b, stage, b.indexConstant(steps)),
                 stage);
            return {};
          });
}

void SharedTiles::copyAfter(Value first, Value stage) {
  copy(arith::AddIOp::create(b, first, b.indexConstant(ahead * steps)),
       arith::IndexCastUIOp::create(b, b.getIndexType(),
                                    getStage(stage, ahead)));
}

/// Waits until all but the `numPending` latest tiles are there.
void SharedTiles::wait(int64_t numPending) {
  if (!tiles.empty())
    NVVM::CpAsyncWaitGroupOp::create(b, numPending);
}
