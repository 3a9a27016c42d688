//===- SharedTiles.cpp - inputs of coming steps in shared memory ----------===//

#include "SharedTiles.h"

#include "Addresses.h"
#include "SharedResults.h"
#include "SharedSums.h"
#include "SharedValues.h"

#include "../RecurToSCF/LanePlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
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
      bytesPerStage = wideBytes = 0;
    }
  }
  values.layOut(getRingSteps(), getBytes());
  sums.layOut(getRingSteps(), getBytes() + values.getBytes(getRingSteps()));
  results.layOut(steps, getAllBytes() - results.getBytes(steps));
  for (Tile &tile : tiles)
    tile.isAligned = testAlignment(b, b.plan.op.getInputs()[tile.input],
                                   tile.vectorElements);
}

int64_t SharedTiles::getAllBytes() const {
  return getBytes() + values.getBytes(getRingSteps()) +
         sums.getBytes(getRingSteps()) + results.getBytes(steps);
}

bool SharedTiles::haveHelpers() const {
  return !values.empty() || !sums.empty() || widensAny();
}

/// Whether helpers read tiles before others do.
bool SharedTiles::readsAhead() const {
  return widensAny() || llvm::any_of(tiles, [&](const Tile &tile) {
           return values.needs(tile.input);
         });
}

/// Whether helpers read tiles after others do.
bool SharedTiles::readsBehind() const {
  return !sums.empty() && llvm::any_of(tiles, [&](const Tile &tile) {
    return isFinishing(plan.op, tile.input);
  });
}

/// How many tiles there are at once.
int64_t SharedTiles::getStages() const { return ahead + 1 + readsBehind(); }

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

SmallVector<int64_t> SharedTiles::getShape(const Tile &tile,
                                           int64_t numSteps) const {
  SmallVector<int64_t> shape;
  for (Axis axis : tile.axes)
    if (axis != Axis::fixed)
      shape.push_back(getExtent(axis, numSteps));
  return shape;
}

/// Sets shapes, offsets, and bytes.
void SharedTiles::layOut() {
  bytesPerStage = wideBytes = 0;
  for (Tile &tile : tiles) {
    int64_t bytes = getElementBytes(tile.type);
    tile.shape = getShape(tile, steps);
    // 16 bytes, or a part of that where rows are no multiple of it.
    tile.vectorElements = kVectorBytes / bytes;
    while (tile.shape.back() % tile.vectorElements != 0)
      tile.vectorElements /= 2;
    // Copies of less than four bytes are loads and stores of one element.
    if (tile.vectorElements * bytes < 4)
      tile.vectorElements = 1;
    tile.padded = getPaddedShape(tile, steps, bytes);
    tile.offset = bytesPerStage;
    bytesPerStage +=
        llvm::alignTo(llvm::product_of(tile.padded) * bytes, kVectorBytes);
    tile.wideOffset = wideBytes;
    if (!tile.wideType)
      continue;
    bytes = tile.wideType.getWidth() / 8;
    tile.widePadded = getPaddedShape(tile, getRingSteps(), bytes);
    if (isInRows(tile))
      tile.widePadded = {getRingSteps() / kRowSteps, variant.channelsPerBlock(),
                         kRowSteps};
    wideBytes +=
        llvm::alignTo(llvm::product_of(tile.widePadded) * bytes, kVectorBytes);
  }
}

/// Padding, of whole vectors, lets threads that read at the same time use
/// different banks: the same step of rows of time, or different steps of rows
/// of channels, four apart where these are widened in rows.
SmallVector<int64_t> SharedTiles::getPaddedShape(const Tile &tile,
                                                 int64_t numSteps,
                                                 int64_t bytes) const {
  SmallVector<int64_t> padded = getShape(tile, numSteps);
  int64_t vector = kVectorBytes / bytes;
  if (tile.axes.back() == Axis::time || isInRows(tile))
    padded.back() += vector;
  else if (tile.axes.back() == Axis::channels && variant.numHelpers > 0 &&
           isReadAcrossSteps(tile))
    padded.back() +=
        llvm::alignTo(variant.helpers().channelsPerWarp() /
                          countStepsAtOnce(variant.helpers(), windowSteps),
                      vector);
  if (hasGaps(tile))
    padded[getStateDim(tile)] += variant.threadsPerGroup;
  return padded;
}

/// Whether threads read different steps of it at the same time (OwnSteps.h).
bool SharedTiles::isReadAcrossSteps(const Tile &tile) const {
  return values.needs(tile.input) || isFinishing(plan.op, tile.input);
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

/// What a workgroup may have, beside the 1 KiB that CUDA takes. Without helpers
/// there are three in a multiprocessor. 48 KiB there are everywhere.
int64_t SharedTiles::getRoom() const {
  int64_t least = std::min<int64_t>(plan.sharedBytes, 48 << 10);
  int64_t count = haveHelpers() ? variant.numWorkgroups : kWorkgroups + 1;
  return std::max(least,
                  (plan.sharedBytes + 1024) * kWorkgroups / count - 1024);
}

/// Chooses the longest tiles and windows of which there is room for two tiles
/// to come, or one. Where results need long rows, or there are helpers, these
/// come before the second one.
bool SharedTiles::chooseSteps() {
  auto fits = [&](int64_t numSteps, int64_t numAhead, int64_t numInWindow) {
    steps = numSteps;
    windowSteps = numInWindow;
    ahead = numAhead;
    layOut();
    return getAllBytes() <= getRoom();
  };
  bool isLimited = haveHelpers();
  auto fitsAny = [&](int64_t numSteps, bool isLong) {
    int64_t window = isLimited ? std::min(numSteps, kWindowSteps) : numSteps;
    return fits(numSteps, 2, window) ||
           (isLong && !readsAhead() && fits(numSteps, 1, window)) ||
           (isLimited && window == kWindowSteps &&
            fits(numSteps, 2, kWindowSteps / 2));
  };
  for (int64_t wanted = results.getWantedSteps(); wanted > 32; wanted /= 2)
    if (fitsAny(wanted, /*isLong=*/true))
      return true;
  for (int64_t numSteps : {32, 16, 8, 4})
    if (fitsAny(numSteps, isLimited))
      return true;
  for (Tile &tile : tiles)
    tile.wideType = {};
  return llvm::any_of(ArrayRef<int64_t>{32, 16, 8, 4}, [&](int64_t numSteps) {
    return !readsAhead() && fits(numSteps, 1, numSteps);
  });
}

void SharedTiles::open(Value thread, const Team &team, const Position &origin,
                       Value firstState) {
  // That threads are few turns sums with constants into other operations, and
  // places that differ by constants into addresses of their own.
  this->thread = hideOrigin(b, thread);
  this->team = team;
  this->firstState = firstState;
  this->origin = origin;
  if (tiles.empty())
    return;
  Value bytes = openSharedMemory(b);
  auto view = [&](ArrayRef<int64_t> shape, Type element, int64_t offset) {
    return memref::ViewOp::create(b, getSharedType(shape, element), bytes,
                                  b.indexConstant(offset), ValueRange());
  };
  for (Tile &tile : tiles) {
    SmallVector<int64_t> shape{getStages()};
    llvm::append_range(shape, tile.padded);
    tile.buffer =
        view(shape, tile.type.getElementType(), getStages() * tile.offset);
    if (tile.wideType)
      tile.wideBuffer = view(tile.widePadded, tile.wideType,
                             getStages() * bytesPerStage + tile.wideOffset);
  }
}

Value SharedTiles::getFirstStage() {
  return arith::ConstantIntOp::create(b, b.getI32Type(), 0);
}

Value SharedTiles::getStage(Value stage, int64_t tilesLater) {
  int64_t stages = getStages();
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantIntOp::create(b, b.getI32Type(), value);
  };
  Value next =
      arith::AddIOp::create(b, stage, number((tilesLater + stages) % stages));
  return arith::SelectOp::create(
      b,
      arith::CmpIOp::create(b, arith::CmpIPredicate::ult, next, number(stages)),
      next, arith::SubIOp::create(b, next, number(stages)));
}

void SharedTiles::use(Value stage) {
  this->stage = arith::IndexCastUIOp::create(b, b.getIndexType(), stage);
}

const SharedTiles::Tile &SharedTiles::get(unsigned input) const {
  return *llvm::find_if(tiles,
                        [&](const Tile &tile) { return tile.input == input; });
}

bool SharedTiles::isTimeLast(unsigned input) const {
  const Tile &tile = get(input);
  return tile.axes.back() == Axis::time || isInRows(tile);
}

/// Where a value lies in the buffer of a tile, or that of its wide elements.
SmallVector<Value> SharedTiles::getIndices(const Tile &tile, bool isWide,
                                           const Step &step, Value channel,
                                           Value state) {
  if (isWide && isInRows(tile)) {
    auto [row, inRow] = findInRows(b, step.inRing);
    return {row, channel, inRow};
  }
  Value time = isWide ? step.inRing : step.inTile;
  if (isBackward(tile))
    time = arith::SubIOp::create(
        b, b.indexConstant((isWide ? getRingSteps() : steps) - 1), time);
  SmallVector<Value> place;
  for (Axis axis : tile.axes)
    if (axis != Axis::fixed)
      place.push_back(axis == Axis::channels ? channel
                      : axis == Axis::states ? state
                                             : time);
  SmallVector<Value> at;
  if (!isWide)
    at.push_back(stage);
  llvm::append_range(at, getPadded(tile, place));
  return at;
}

SmallVector<Value> SharedTiles::load(unsigned input, const Step &step,
                                     Value channel, Value firstState,
                                     int64_t numStates) {
  const Tile &tile = get(input);
  bool isWide(tile.wideType);
  Value buffer = isWide ? tile.wideBuffer : tile.buffer;
  auto indicesOf = [&](Value state) {
    return getIndices(tile, isWide, step, channel, state);
  };
  if (!llvm::is_contained(tile.axes, Axis::states) || numStates == 1)
    return {memref::LoadOp::create(b, buffer, indicesOf(firstState))};
  SmallVector<Value> values;
  if (tile.axes.back() == Axis::states) {
    auto type = VectorType::get(
        {numStates}, cast<MemRefType>(buffer.getType()).getElementType());
    Value vector =
        vector::LoadOp::create(b, type, buffer, indicesOf(firstState),
                               /*nontemporal=*/false, getAlignment(type));
    for (int64_t i = 0; i < numStates; ++i)
      values.push_back(vector::ExtractOp::create(b, vector, i));
    return values;
  }
  for (int64_t i = 0; i < numStates; ++i)
    values.push_back(memref::LoadOp::create(
        b, buffer,
        indicesOf(arith::AddIOp::create(b, firstState, b.indexConstant(i)))));
  return values;
}

/// Reads neighbouring steps of a channel and state, which lie side by side.
SmallVector<Value> SharedTiles::loadSteps(const Tile &tile, bool isWide,
                                          Step step, int64_t numSteps,
                                          Value channel, Value state) {
  bool backward = isBackward(tile);
  if (backward)
    step = advance(b, step, b.indexConstant(numSteps - 1));
  Value buffer = isWide ? tile.wideBuffer : tile.buffer;
  auto type = VectorType::get(
      {numSteps}, cast<MemRefType>(buffer.getType()).getElementType());
  Value vector = vector::LoadOp::create(
      b, type, buffer, getIndices(tile, isWide, step, channel, state),
      /*nontemporal=*/false, getAlignment(type));
  SmallVector<Value> values;
  for (int64_t k = 0; k < numSteps; ++k)
    values.push_back(
        vector::ExtractOp::create(b, vector, backward ? numSteps - 1 - k : k));
  return values;
}

SmallVector<SmallVector<Value>>
SharedTiles::loadSteps(unsigned input, const Step &step, int64_t numSteps,
                       Value channel, Value firstState, int64_t numStates) {
  const Tile &tile = get(input);
  if (!llvm::is_contained(tile.axes, Axis::states))
    numStates = 1;
  SmallVector<SmallVector<Value>> values(numSteps);
  for (int64_t i = 0; i < numStates; ++i) {
    Value state = arith::AddIOp::create(b, firstState, b.indexConstant(i));
    for (auto [value, ofStep] :
         llvm::zip_equal(loadSteps(tile, bool(tile.wideType), step, numSteps,
                                   channel, state),
                         values))
      ofStep.push_back(value);
  }
  return values;
}

void SharedTiles::read(BlockArgument argument, const OwnSteps &own,
                       Value channel, MutableArrayRef<IRMapping> maps) {
  const Tile &tile = get(argument.getArgNumber());
  Value state = b.indexConstant(0);
  SmallVector<Value> found;
  if (tile.axes.back() == Axis::time) {
    for (size_t k = 0; k < own.size(); k += own.atOnce)
      llvm::append_range(found, loadSteps(tile, /*isWide=*/false, own.steps[k],
                                          own.atOnce, channel, state));
  } else {
    for (const Step &step : own.steps)
      found.push_back(memref::LoadOp::create(
          b, tile.buffer,
          getIndices(tile, /*isWide=*/false, step, channel, state)));
  }
  for (auto [map, value] : llvm::zip_equal(maps, found))
    map.map(argument, value);
  // Steps leave out what widens these.
  recur::RecurrenceOp op = plan.op;
  if (argument.getOwner() != op.getStepBlock() || !tile.wideType)
    return;
  for (auto [map, value] : llvm::zip_equal(maps, found)) {
    Value wide = arith::ExtFOp::create(b, tile.wideType, value);
    for (Value target : getTargets(argument))
      map.map(target, wide);
  }
}
