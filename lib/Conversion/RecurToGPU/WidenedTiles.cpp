//===- WidenedTiles.cpp - narrow floats, widened for all threads ----------===//

#include "Addresses.h"
#include "OwnSteps.h"
#include "SharedTiles.h"
#include "SharedValues.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::LaneBuilder;

/// What the elements of a tile are widened to for all threads: steps of several
/// threads read them, and nothing but that is used.
FloatType SharedTiles::getWideType(const Tile &tile) {
  recur::RecurrenceOp op = plan.op;
  int64_t numReaders = 1;
  if (!llvm::is_contained(tile.axes, Axis::channels))
    numReaders *= variant.channelsPerBlock();
  if (!llvm::is_contained(tile.axes, Axis::states))
    numReaders *= variant.threadsPerGroup;
  if (numReaders == 1 || variant.numHelpers == 0 ||
      !values.isNeededBeside(tile.input))
    return {};
  FloatType type;
  for (Operation *user :
       op.getStepBlock()->getArgument(tile.input).getUsers()) {
    auto extend = dyn_cast<arith::ExtFOp>(user);
    if (!extend || extend->getBlock() != op.getStepBlock() ||
        (type && extend.getType() != type))
      return {};
    type = cast<FloatType>(extend.getType());
  }
  return type;
}

bool SharedTiles::isWidened(unsigned input) const {
  return holds(input) && get(input).wideType;
}

SmallVector<Value> SharedTiles::getTargets(BlockArgument argument) const {
  if (!isWidened(argument.getArgNumber()))
    return {argument};
  SmallVector<Value> targets;
  for (Operation *extension : argument.getUsers())
    targets.push_back(extension->getResult(0));
  return targets;
}

bool SharedTiles::widensAny() const {
  return llvm::any_of(tiles, [](const Tile &tile) { return tile.wideType; });
}

bool SharedTiles::widensForChannels() const {
  return llvm::any_of(tiles, [](const Tile &tile) {
    return tile.wideType && !llvm::is_contained(tile.axes, Axis::channels);
  });
}

/// Whether wide steps of a channel lie side by side.
bool SharedTiles::isInRows(const Tile &tile) const {
  SmallVector<Axis> axes(tile.axes);
  llvm::erase(axes, Axis::fixed);
  return tile.wideType &&
         ArrayRef(axes) == ArrayRef({Axis::time, Axis::channels}) &&
         variant.channelsPerBlock() % 2 == 0;
}

/// A vector of floats in a wider type. bfloat16 has the upper half of the bits
/// of a float32: one instruction an element, which LLVM does not find for those
/// that lie in the upper half of a register.
static Value widen(LaneBuilder &b, Value vector, VectorType type) {
  auto narrow = cast<VectorType>(vector.getType());
  if (!narrow.getElementType().isBF16() || !type.getElementType().isF32() ||
      type.getNumElements() % 2 != 0)
    return arith::ExtFOp::create(b, type, vector);
  int64_t count = type.getNumElements() / 2;
  auto words = VectorType::get({count}, b.getI32Type());
  Value pairs = vector::BitCastOp::create(b, words, vector);
  auto splat = [&](uint32_t bits) -> Value {
    return arith::ConstantOp::create(
        b, DenseElementsAttr::get(words, b.getI32IntegerAttr(bits)));
  };
  Value lower = arith::ShLIOp::create(b, pairs, splat(16));
  Value upper = arith::AndIOp::create(b, pairs, splat(0xffff0000));
  return vector::BitCastOp::create(
      b, type, vector::InterleaveOp::create(b, lower, upper));
}

/// Neighbours along the last dimension that are widened together: 16 bytes
/// then, which neighbouring threads store side by side, or two channels of a
/// row.
int64_t SharedTiles::getWidenedElements(const Tile &tile) const {
  if (isInRows(tile))
    return 2;
  int64_t count =
      std::min(tile.vectorElements,
               kVectorBytes / (tile.wideType.getIntOrFloatBitWidth() / 8));
  while (getShape(tile, windowSteps).back() % count != 0)
    count /= 2;
  return count;
}

/// Where the vectors, or the first ones of rows of them, lie in a window of a
/// tile that this thread widens.
SmallVector<SmallVector<Value>> SharedTiles::getOwnPlaces(const Tile &tile) {
  int64_t numRows = isInRows(tile) ? kRowSteps : 1;
  SmallVector<int64_t> shape = getShape(tile, windowSteps / numRows);
  int64_t numElements = getWidenedElements(tile);
  int64_t count = llvm::product_of(shape) / numElements;
  SmallVector<SmallVector<Value>> places;
  for (int64_t begin = 0; begin < count; begin += team.numThreads) {
    // Threads beyond the last take what that takes as well.
    Value own = thread;
    if (begin + team.numThreads > count)
      own = arith::MinUIOp::create(b, own, b.indexConstant(count - begin - 1));
    SmallVector<Value> place = getOwnPlace(shape, own, begin, numElements);
    if (numRows > 1)
      place[0] = arith::MulIOp::create(b, place[0], b.indexConstant(numRows));
    places.push_back(std::move(place));
  }
  return places;
}

/// Moves a place in a window to one in `length` steps, in which the window
/// begins with step `start`, and returns its step there. Windows follow each
/// other in the order of steps, also where steps of rows do not.
Value &SharedTiles::moveToWindow(const Tile &tile, MutableArrayRef<Value> place,
                                 Value start, int64_t length) {
  SmallVector<Axis> axes(tile.axes);
  llvm::erase(axes, Axis::fixed);
  Value &step = place[llvm::find(axes, Axis::time) - axes.begin()];
  if (isBackward(tile))
    start =
        arith::SubIOp::create(b, b.indexConstant(length - windowSteps), start);
  step = arith::AddIOp::create(b, start, step);
  return step;
}

/// Reads what the thread widens, row by row.
SmallVector<Value> SharedTiles::loadNarrow(const Tile &tile,
                                           const Step &window) {
  SmallVector<Value> narrow;
  auto type =
      VectorType::get({getWidenedElements(tile)}, tile.type.getElementType());
  for (SmallVector<Value> &place : getOwnPlaces(tile)) {
    Value &step = moveToWindow(tile, place, window.inTile, steps);
    Value first = step;
    for (int64_t i = 0, e = isInRows(tile) ? kRowSteps : 1; i < e; ++i) {
      step = b.createOrFold<arith::AddIOp>(first, b.indexConstant(i));
      SmallVector<Value> at{stage};
      llvm::append_range(at, getPadded(tile, place));
      narrow.push_back(vector::LoadOp::create(b, type, tile.buffer, at,
                                              /*nontemporal=*/false,
                                              getAlignment(type)));
    }
  }
  return narrow;
}

void SharedTiles::storeWide(const Tile &tile, const Step &window,
                            ArrayRef<Value> narrow) {
  auto type = VectorType::get({getWidenedElements(tile)}, tile.wideType);
  for (SmallVector<Value> &place : getOwnPlaces(tile)) {
    moveToWindow(tile, place, window.inRing, getRingSteps());
    vector::StoreOp::create(b, ::widen(b, narrow.consume_front(), type),
                            tile.wideBuffer, getPadded(tile, place),
                            /*nontemporal=*/false, getAlignment(type));
  }
}

/// Stores two channels of four steps, which then lie side by side.
void SharedTiles::storeWideInRows(const Tile &tile, const Step &window,
                                  ArrayRef<Value> narrow) {
  auto pairType = VectorType::get({2}, tile.wideType);
  auto rowType = VectorType::get({kRowSteps}, tile.wideType);
  for (SmallVector<Value> &place : getOwnPlaces(tile)) {
    Value step = moveToWindow(tile, place, window.inRing, getRingSteps());
    SmallVector<Value> pairs;
    for (int64_t i = 0; i < kRowSteps; ++i)
      pairs.push_back(::widen(b, narrow.consume_front(), pairType));
    for (int64_t i = 0; i < 2; ++i) {
      SmallVector<Value> row;
      for (Value pair : pairs)
        row.push_back(vector::ExtractOp::create(b, pair, i));
      Value channel = arith::AddIOp::create(b, place[1], b.indexConstant(i));
      vector::StoreOp::create(
          b, vector::FromElementsOp::create(b, rowType, row), tile.wideBuffer,
          ValueRange{findInRows(b, step).first, channel, b.indexConstant(0)},
          /*nontemporal=*/false, getAlignment(rowType));
    }
  }
}

void SharedTiles::widen(const Step &window) {
  // No read of shared memory moves up across a write.
  SmallVector<SmallVector<Value>> narrow;
  for (const Tile &tile : tiles)
    if (tile.wideType)
      narrow.push_back(loadNarrow(tile, window));
  auto *values = narrow.begin();
  for (const Tile &tile : tiles) {
    if (!tile.wideType)
      continue;
    if (isInRows(tile))
      storeWideInRows(tile, window, *values++);
    else
      storeWide(tile, window, *values++);
  }
}
