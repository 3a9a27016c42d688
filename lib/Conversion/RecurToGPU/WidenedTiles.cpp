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
  bool isShared =
      (!llvm::is_contained(tile.axes, Axis::channels) &&
       variant.channelsPerBlock() > 1) ||
      (!llvm::is_contained(tile.axes, Axis::states) &&
       variant.threadsPerGroup > 1 && values.isNeededBeside(tile.input));
  if (!isShared || op.getStepBlock()->getArgument(tile.input).use_empty())
    return {};
  FloatType type;
  for (Block *block : {op.getStepBlock(), op.getFinishBlock()}) {
    if (!block)
      continue;
    for (Operation *user : block->getArgument(tile.input).getUsers()) {
      auto extend = dyn_cast<arith::ExtFOp>(user);
      if (!extend || extend->getBlock() != block ||
          (type && extend.getType() != type))
        return {};
      type = cast<FloatType>(extend.getType());
    }
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

Value SharedTiles::findSlot(Value first) {
  return arith::RemUIOp::create(
      b, arith::DivUIOp::create(b, first, b.indexConstant(steps)),
      b.indexConstant(kSlots));
}

void SharedTiles::prepare() {
  if (!widensAny())
    return;
  wait(stages - 2);
  storeWide(loadNarrow(b.indexConstant(0)), b.indexConstant(0));
}

SmallVector<Value> SharedTiles::beginNext(Value stage) {
  return loadNarrow(stage);
}

void SharedTiles::endNext(ArrayRef<Value> values) {
  if (widensAny())
    storeWide(values, findSlot(arith::AddIOp::create(b, first,
                                                     b.indexConstant(steps))));
}

/// Neighbours that are widened together. They fill 16 bytes then: neighbouring
/// threads store these side by side.
int64_t SharedTiles::getWidenedElements(const Tile &tile) const {
  return std::min(
      tile.vectorElements,
      getVectorElements(tile, tile.wideType.getIntOrFloatBitWidth() / 8));
}

/// Whether wide steps of a channel lie side by side.
bool SharedTiles::isInRows(const Tile &tile) const {
  SmallVector<Axis> axes(tile.axes);
  llvm::erase(axes, Axis::fixed);
  return tile.wideType && variant.threadsPerGroup >= kRowSteps &&
         ArrayRef(axes) == ArrayRef({Axis::time, Axis::channels}) &&
         variant.channelsPerBlock() % 2 == 0;
}

/// Where vectors of `numElements` in `numRows` neighbouring rows of a tile lie
/// that this thread widens: their first ones. Threads beyond the last take that
/// as well.
SmallVector<SmallVector<Value>> SharedTiles::getOwnPlaces(const Tile &tile,
                                                          int64_t numElements,
                                                          int64_t numRows) {
  int64_t count = llvm::product_of(tile.shape) / numElements / numRows;
  // What only this needs is not to hold registers meanwhile.
  Value own = hideOrigin(b, thread);
  SmallVector<SmallVector<Value>> places;
  for (int64_t begin = 0; begin < count; begin += variant.blockSize) {
    Value number = arith::AddIOp::create(b, own, b.indexConstant(begin));
    if (begin + variant.blockSize > count)
      number = arith::MinUIOp::create(b, number, b.indexConstant(count - 1));
    SmallVector<Value> place = getPlace(tile, number, numElements);
    if (numRows > 1)
      place.front() =
          arith::MulIOp::create(b, place.front(), b.indexConstant(numRows));
    places.push_back(getPadded(tile, place));
  }
  return places;
}

/// Reads what the thread widens of a tile: vectors, or two channels of each
/// step of a row.
void SharedTiles::loadNarrow(const Tile &tile, Value stage,
                             SmallVector<Value> &values) {
  bool inRows = isInRows(tile);
  int64_t numElements = inRows ? 2 : getWidenedElements(tile);
  int64_t numRows = inRows ? kRowSteps : 1;
  auto type = VectorType::get({numElements}, tile.type.getElementType());
  for (const SmallVector<Value> &place :
       getOwnPlaces(tile, numElements, numRows))
    for (int64_t i = 0; i < numRows; ++i) {
      SmallVector<Value> at{stage};
      llvm::append_range(at, place);
      if (i > 0)
        at[1] = arith::AddIOp::create(b, at[1], b.indexConstant(i));
      values.push_back(vector::LoadOp::create(b, type, tile.buffer, at,
                                              /*nontemporal=*/false,
                                              getAlignment(type)));
    }
}

SmallVector<Value> SharedTiles::loadNarrow(Value stage) {
  SmallVector<Value> values;
  for (const Tile &tile : tiles)
    if (tile.wideType)
      loadNarrow(tile, stage, values);
  return values;
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

void SharedTiles::storeWide(const Tile &tile, Value slot,
                            ArrayRef<Value> &values) {
  auto store = [&](Value vector, ArrayRef<Value> place) {
    vector::StoreOp::create(b, vector, tile.wideBuffer, place,
                            /*nontemporal=*/false,
                            getAlignment(cast<VectorType>(vector.getType())));
  };
  if (!isInRows(tile)) {
    int64_t numElements = getWidenedElements(tile);
    auto type = VectorType::get({numElements}, tile.wideType);
    for (SmallVector<Value> &place : getOwnPlaces(tile, numElements, 1)) {
      place.insert(place.begin(), slot);
      store(widen(b, values.consume_front(), type), place);
    }
    return;
  }
  auto type = VectorType::get({2}, tile.wideType);
  auto rowType = VectorType::get({kRowSteps}, tile.wideType);
  for (const SmallVector<Value> &place : getOwnPlaces(tile, 2, kRowSteps)) {
    SmallVector<Value> pairs;
    for (int64_t i = 0; i < kRowSteps; ++i)
      pairs.push_back(widen(b, values.consume_front(), type));
    Value row = findInRows(b, place[0]).first;
    for (int64_t i = 0; i < 2; ++i) {
      SmallVector<Value> steps;
      for (Value pair : pairs)
        steps.push_back(vector::ExtractOp::create(b, pair, i));
      Value channel = arith::AddIOp::create(b, place[1], b.indexConstant(i));
      store(vector::FromElementsOp::create(b, rowType, steps),
            {slot, row, channel, b.indexConstant(0)});
    }
  }
}

void SharedTiles::storeWide(ArrayRef<Value> values, Value slot) {
  for (const Tile &tile : tiles)
    if (tile.wideType)
      storeWide(tile, slot, values);
}
