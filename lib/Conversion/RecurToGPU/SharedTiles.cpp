//===- SharedTiles.cpp - inputs of coming steps in shared memory ----------===//

#include "SharedTiles.h"

#include "Addresses.h"
#include "SharedResults.h"
#include "SharedSums.h"
#include "SharedValues.h"

#include "../RecurToSCF/LanePlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::LaneBuilder;
using lanes::Position;

SharedTiles::SharedTiles(LaneBuilder &b, const LaunchPlan &plan,
                         const Variant &variant, SharedValues &values,
                         SharedSums &sums, SharedResults &results)
    : b(b), plan(plan), variant(variant), values(values), sums(sums),
      results(results) {
  for (unsigned i = 0, e = b.plan.op.getInputs().size(); i < e; ++i)
    if (std::optional<Tile> tile = planTile(i))
      tiles.push_back(std::move(*tile));
  auto allTiles = tiles;
  if (!chooseSteps()) {
    results.clear();
    sums.clear();
    tiles = allTiles;
    if (!chooseSteps()) {
      tiles.clear();
      values.clear();
      steps = windowSteps = 32;
      stages = 2;
      bytesPerStage = bytesPerSlot = 0;
    }
  }
  values.layOut(steps, getBytes());
  sums.layOut(windowSteps, getBytes() + values.getBytes(steps));
  results.layOut(steps, getAllBytes() - results.getBytes(steps));
  for (Tile &tile : tiles)
    tile.isAligned = testAlignment(b, b.plan.op.getInputs()[tile.input],
                                   tile.vectorElements);
}

int64_t SharedTiles::getAllBytes() const {
  return getBytes() + values.getBytes(steps) + sums.getBytes(windowSteps) +
         results.getBytes(steps);
}

bool SharedTiles::holds(unsigned input) const {
  return llvm::any_of(tiles,
                      [&](const Tile &tile) { return tile.input == input; });
}

std::optional<SharedTiles::Tile> SharedTiles::planTile(unsigned input) {
  recur::RecurrenceOp op = plan.op;
  AffineMap map = op.getInputMap(input);
  auto type = dyn_cast<MemRefType>(op.getInputs()[input].getType());
  if (!type || !type.getElementType().isIntOrFloat() ||
      !lanes::fillsBytes(type.getElementType()) ||
      !map.isFunctionOfDim(op.getTimeDim()) || plan.isOneStep ||
      !isRead(op, input))
    return std::nullopt;
  Tile tile;
  tile.input = input;
  tile.type = type;
  for (unsigned i = 0, e = map.getNumResults(); i < e; ++i) {
    unsigned dim = map.getDimPosition(i);
    if (dim == op.getTimeDim())
      tile.axes.push_back(Axis::time);
    else if (dim == plan.laneDim)
      tile.axes.push_back(Axis::channels);
    else if (!llvm::is_contained(plan.innerDims, dim))
      tile.axes.push_back(Axis::fixed);
    else if (plan.innerDims.size() == 1)
      tile.axes.push_back(Axis::states);
    else
      return std::nullopt;
  }
  unsigned last = map.getDimPosition(map.getNumResults() - 1);
  if (tile.axes.back() == Axis::fixed || !lanes::isContiguous(type, map, last))
    return std::nullopt;
  tile.wideType = getWideType(tile);
  return tile;
}

int64_t SharedTiles::getExtent(Axis axis, int64_t numSteps) const {
  switch (axis) {
  case Axis::time:
    return numSteps;
  case Axis::channels:
    return variant.channelsPerBlock();
  case Axis::states:
    return variant.numStates();
  case Axis::fixed:
    break;
  }
  llvm_unreachable("fixed dimensions have no extent in tiles");
}

/// Sets shapes, offsets, and the bytes of stages and slots.
void SharedTiles::layOut(int64_t numSteps) {
  bytesPerStage = bytesPerSlot = 0;
  for (Tile &tile : tiles) {
    tile.shape.clear();
    for (Axis axis : tile.axes)
      if (axis != Axis::fixed)
        tile.shape.push_back(getExtent(axis, numSteps));
    tile.vectorElements = getVectorElements(tile, getElementBytes(tile.type));
    tile.padded = getPaddedShape(tile, getElementBytes(tile.type));
    tile.offset = bytesPerStage;
    bytesPerStage += llvm::alignTo(llvm::product_of(tile.padded) *
                                       getElementBytes(tile.type),
                                   kVectorBytes);
    tile.wideOffset = bytesPerSlot;
    if (!tile.wideType)
      continue;
    int64_t wideBytes = tile.wideType.getWidth() / 8;
    tile.widePadded = getPaddedShape(tile, wideBytes);
    if (isInRows(tile))
      tile.widePadded = {steps / kRowSteps, variant.channelsPerBlock(),
                         kRowSteps};
    bytesPerSlot += llvm::alignTo(llvm::product_of(tile.widePadded) * wideBytes,
                                  kVectorBytes);
  }
}

/// Neighbours along the last dimension that are moved together: 16 bytes, or a
/// part of that where rows are no multiple of it.
int64_t SharedTiles::getVectorElements(const Tile &tile, int64_t bytes) const {
  int64_t vector = kVectorBytes / bytes;
  while (tile.shape.back() % vector != 0)
    vector /= 2;
  return vector;
}

/// Padding, of whole vectors, lets threads that read at the same time use
/// different banks: the same step of rows of time, or different steps of rows
/// of channels.
SmallVector<int64_t> SharedTiles::getPaddedShape(const Tile &tile,
                                                 int64_t bytes) const {
  SmallVector<int64_t> padded(tile.shape);
  int64_t vector = kVectorBytes / bytes;
  if (tile.axes.back() == Axis::time)
    padded.back() += vector;
  else if (tile.axes.back() == Axis::channels && variant.threadsPerGroup > 1 &&
           isReadAcrossSteps(tile))
    padded.back() += llvm::alignTo(32 / variant.threadsPerGroup /
                                       countStepsAtOnce(variant, steps),
                                   vector);
  if (hasGaps(tile))
    padded[getStateDim(tile)] += variant.threadsPerGroup;
  return padded;
}

/// Whether threads read different steps of it at the same time (OwnSteps.h).
bool SharedTiles::isReadAcrossSteps(const Tile &tile) const {
  Block *finish = recur::RecurrenceOp(plan.op).getFinishBlock();
  return values.needs(tile.input) ||
         (finish && !finish->getArgument(tile.input).use_empty());
}

/// Whether a row is left out after the states of each thread, which begins
/// theirs at another bank then.
bool SharedTiles::hasGaps(const Tile &tile) const {
  return tile.axes.back() == Axis::time &&
         llvm::is_contained(tile.axes, Axis::states) &&
         variant.threadsPerGroup > 1 && variant.statesPerThread > 1;
}

/// The dimension of a tile that counts states.
unsigned SharedTiles::getStateDim(const Tile &tile) const {
  unsigned dim = 0;
  for (Axis axis : tile.axes) {
    if (axis == Axis::states)
      return dim;
    dim += axis != Axis::fixed;
  }
  llvm_unreachable("asked for in tiles of states alone");
}

/// A place in the buffers of a tile.
SmallVector<Value> SharedTiles::getPadded(const Tile &tile,
                                          ArrayRef<Value> place) {
  SmallVector<Value> padded(place);
  if (hasGaps(tile)) {
    Value &state = padded[getStateDim(tile)];
    state = arith::AddIOp::create(
        b, state,
        arith::DivUIOp::create(b, state,
                               b.indexConstant(variant.statesPerThread)));
  }
  return padded;
}

/// Chooses the longest tiles of which there is room for three stages, or two.
/// Where results need long rows, or the end of a tile takes long, these come
/// before a third stage.
bool SharedTiles::chooseSteps() {
  auto fits = [&](int64_t numSteps, int64_t numStages, int64_t numInWindow) {
    steps = numSteps;
    stages = numStages;
    windowSteps = numInWindow;
    layOut(numSteps);
    return getAllBytes() <= plan.sharedBytes;
  };
  // While a tile is widened, another one is in use and a third is to come.
  // What a thread computes or finishes at once is limited.
  for (int64_t wanted = results.getWantedSteps(); wanted > 32; wanted /= 2) {
    if (!values.empty() && wanted > 64)
      continue;
    int64_t window = sums.empty() ? wanted : 32;
    if (fits(wanted, 3, window) || (!widensAny() && fits(wanted, 2, window)))
      return true;
  }
  bool isLong = !values.empty() || !sums.empty();
  for (int64_t numSteps : {32, 16, 8, 4})
    if (fits(numSteps, 3, numSteps) ||
        (isLong && !widensAny() && fits(numSteps, 2, numSteps)) ||
        (numSteps == 32 && !sums.empty() && fits(32, 3, 16)))
      return true;
  for (Tile &tile : tiles)
    tile.wideType = {};
  return llvm::any_of(ArrayRef<int64_t>{32, 16, 8, 4}, [&](int64_t numSteps) {
    return fits(numSteps, 2, numSteps);
  });
}

void SharedTiles::open(Value thread, const Position &origin, Value firstState) {
  this->thread = thread;
  this->firstState = firstState;
  this->origin = origin;
  if (tiles.empty())
    return;
  Value bytes = openSharedMemory(b);
  for (Tile &tile : tiles) {
    SmallVector<int64_t> shape{stages};
    llvm::append_range(shape, tile.padded);
    MemRefType type = getSharedType(shape, tile.type.getElementType());
    tile.buffer = memref::ViewOp::create(
        b, type, bytes, b.indexConstant(stages * tile.offset), ValueRange());
    if (!tile.wideType)
      continue;
    shape.assign({kSlots});
    llvm::append_range(shape, tile.widePadded);
    type = getSharedType(shape, tile.wideType);
    tile.wideBuffer = memref::ViewOp::create(
        b, type, bytes,
        b.indexConstant(stages * bytesPerStage + kSlots * tile.wideOffset),
        ValueRange());
  }
}

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

/// The part of an operand that a tile of whole vectors comes from, and the
/// place in it of an element.
///
/// What changes with the tile is in the part, what changes with the thread in
/// the place, so that the latter can be computed before time begins.
std::pair<Value, SmallVector<Value>>
SharedTiles::getVectorSource(const Tile &tile, Value first,
                             ArrayRef<Value> inTile) {
  recur::RecurrenceOp op = plan.op;
  AffineMap map = op.getInputMap(tile.input);
  Value operand = op.getInputs()[tile.input];
  SmallVector<OpFoldResult> offsets, sizes;
  SmallVector<Value> at;
  Value zero = b.indexConstant(0);
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
      offsets.push_back(start);
      at.push_back(index);
      continue;
    }
    offsets.push_back(b.getIndexAttr(0));
    if (axis == Axis::channels)
      index = arith::AddIOp::create(b, origin.index[dim], index);
    if (axis == Axis::states)
      index = arith::AddIOp::create(b, firstState, index);
    Value end = arith::SubIOp::create(
        b, b.extent(dim), b.indexConstant(isLast ? tile.vectorElements : 1));
    at.push_back(arith::MinUIOp::create(b, index, end));
  }
  SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
  Value part = memref::SubViewOp::create(b, operand, offsets, sizes, strides);
  return {part, at};
}

/// Where a vector number `number` of a tile lies in it.
SmallVector<Value> SharedTiles::getPlace(const Tile &tile, Value number,
                                         int64_t numElements) {
  SmallVector<Value> place(tile.shape.size());
  for (size_t i = place.size(); i > 0; --i) {
    bool isLast = i == place.size();
    Value count = b.indexConstant(isLast ? tile.shape.back() / numElements
                                         : tile.shape[i - 1]);
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
  for (int64_t begin = 0; begin < count; begin += variant.blockSize) {
    OpBuilder::InsertionGuard guard(b);
    Value number = arith::AddIOp::create(b, thread, b.indexConstant(begin));
    if (begin + variant.blockSize > count) {
      auto ifOp = scf::IfOp::create(
          b,
          arith::CmpIOp::create(b, arith::CmpIPredicate::ult, number,
                                b.indexConstant(count)),
          /*withElseRegion=*/false);
      b.setInsertionPointToStart(ifOp.thenBlock());
    }
    SmallVector<Value> place = getPlace(tile, number, vector);
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
        SmallVector<Value> place = getPlace(tile, number, 1);
        copyElements(tile, stage, place, b.plan.op.getInputs()[tile.input],
                     getSource(tile, first, place), 1);
        return {};
      },
      variant.blockSize);
}

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
    // The loop over windows needs the registers of addresses itself.
    Value own = windowSteps == steps ? thread : hideOrigin(b, thread);
    for (const Tile &tile : tiles)
      copyVectors(tile, own, first, stage);
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

/// Waits until all stages but the `pending` latest are there for all threads.
void SharedTiles::wait(int64_t pending) {
  if (tiles.empty())
    return;
  NVVM::CpAsyncWaitGroupOp::create(b, pending);
  gpu::BarrierOp::create(b);
}

void SharedTiles::enter(Value first, Value stage) {
  this->first = first;
  this->stage = stage;
  wait(widensAny() ? stages - 3 : stages - 2);
  if (widensAny())
    slot = findSlot(first);
}

const SharedTiles::Tile &SharedTiles::get(unsigned input) const {
  return *llvm::find_if(tiles,
                        [&](const Tile &tile) { return tile.input == input; });
}

bool SharedTiles::isTimeLast(unsigned input) const {
  const Tile &tile = get(input);
  return tile.axes.back() == Axis::time || isInRows(tile);
}

/// Where a value lies in the buffer of a tile.
SmallVector<Value> SharedTiles::getIndices(const Tile &tile, Value step,
                                           Value channel, Value state) {
  if (isInRows(tile)) {
    auto [row, inRow] = findInRows(b, step);
    return {slot, row, channel, inRow};
  }
  SmallVector<Value> place;
  for (Axis axis : tile.axes) {
    if (axis == Axis::channels)
      place.push_back(channel);
    if (axis == Axis::states)
      place.push_back(state);
    if (axis == Axis::time && isBackward(tile))
      place.push_back(
          arith::SubIOp::create(b, b.indexConstant(steps - 1), step));
    else if (axis == Axis::time)
      place.push_back(step);
  }
  SmallVector<Value> at{tile.wideType ? slot : stage};
  llvm::append_range(at, getPadded(tile, place));
  return at;
}

/// Reads neighbours along the last dimension of a tile, from a multiple of
/// their number on.
Value SharedTiles::loadVector(const Tile &tile, ArrayRef<Value> indices,
                              int64_t count) {
  auto type = VectorType::get({count}, tile.getReadType());
  return vector::LoadOp::create(b, type, tile.getReadBuffer(), indices,
                                /*nontemporal=*/false, getAlignment(type));
}

SmallVector<Value> SharedTiles::load(unsigned input, Value step, Value channel,
                                     Value firstState, int64_t numStates) {
  const Tile &tile = get(input);
  auto indicesOf = [&](Value state) {
    return getIndices(tile, step, channel, state);
  };
  if (!llvm::is_contained(tile.axes, Axis::states) || numStates == 1)
    return {
        memref::LoadOp::create(b, tile.getReadBuffer(), indicesOf(firstState))};
  SmallVector<Value> values;
  if (tile.axes.back() == Axis::states) {
    Value vector = loadVector(tile, indicesOf(firstState), numStates);
    for (int64_t i = 0; i < numStates; ++i)
      values.push_back(vector::ExtractOp::create(b, vector, i));
    return values;
  }
  for (int64_t i = 0; i < numStates; ++i)
    values.push_back(memref::LoadOp::create(
        b, tile.getReadBuffer(),
        indicesOf(arith::AddIOp::create(b, firstState, b.indexConstant(i)))));
  return values;
}

SmallVector<SmallVector<Value>>
SharedTiles::loadSteps(unsigned input, Value step, int64_t numSteps,
                       Value channel, Value firstState, int64_t numStates) {
  const Tile &tile = get(input);
  bool backward = isBackward(tile);
  if (backward)
    step = arith::AddIOp::create(b, step, b.indexConstant(numSteps - 1));
  if (!llvm::is_contained(tile.axes, Axis::states))
    numStates = 1;
  SmallVector<SmallVector<Value>> values(numSteps);
  for (int64_t i = 0; i < numStates; ++i) {
    Value state = arith::AddIOp::create(b, firstState, b.indexConstant(i));
    Value vector =
        loadVector(tile, getIndices(tile, step, channel, state), numSteps);
    for (int64_t k = 0; k < numSteps; ++k)
      values[backward ? numSteps - 1 - k : k].push_back(
          vector::ExtractOp::create(b, vector, k));
  }
  return values;
}

void SharedTiles::read(BlockArgument argument, const OwnSteps &steps,
                       Value channel, MutableArrayRef<IRMapping> maps) {
  unsigned input = argument.getArgNumber();
  Value zero = b.indexConstant(0);
  SmallVector<Value> found;
  if (isTimeLast(input)) {
    for (size_t k = 0; k < steps.size(); k += steps.atOnce)
      for (const SmallVector<Value> &value :
           loadSteps(input, steps.steps[k], steps.atOnce, channel, zero, 1))
        found.push_back(value.front());
  } else {
    for (Value step : steps.steps)
      found.push_back(load(input, step, channel, zero, 1).front());
  }
  for (Value target : getTargets(argument))
    for (auto [map, value] : llvm::zip_equal(maps, found))
      map.map(target, value);
}
