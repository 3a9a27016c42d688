//===- WidenedTiles.cpp - narrow floats, widened for all threads ----------===//

#include "Addresses.h"
#include "SharedTiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::LaneBuilder;

/// What the elements of a tile are widened to for all threads: steps of several
/// threads read them, and nothing but that is used.
FloatType SharedTiles::getWideType(const Tile &tile, bool isReadOnce) {
  recur::RecurrenceOp op = plan.op;
  bool isShared = (!llvm::is_contained(tile.axes, Axis::channels) &&
                   variant.channelsPerBlock() > 1) ||
                  (!llvm::is_contained(tile.axes, Axis::states) &&
                   variant.threadsPerGroup > 1 && !isReadOnce);
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

/// What is read ahead is held in registers meanwhile: more than so many bytes
/// cost a workgroup of the multiprocessor.
static constexpr int64_t kHeldBytes = 64;

SmallVector<Value> SharedTiles::beginNext(Value stage) {
  next = stage;
  int64_t bytes = 0;
  for (const Tile &tile : tiles)
    if (tile.wideType)
      bytes += llvm::divideCeil(llvm::product_of(tile.shape) *
                                    getElementBytes(tile.type),
                                variant.blockSize);
  return bytes <= kHeldBytes ? loadNarrow(stage) : SmallVector<Value>();
}

void SharedTiles::endNext(ArrayRef<Value> held) {
  if (!widensAny())
    return;
  SmallVector<Value> values(held);
  if (values.empty())
    values = loadNarrow(next);
  storeWide(values,
            findSlot(arith::AddIOp::create(b, first, b.indexConstant(steps))));
}

/// Neighbours that are widened together. They fill 16 bytes then: neighbouring
/// threads store these side by side.
int64_t SharedTiles::getWidenedElements(const Tile &tile) const {
  return std::min(
      tile.vectorElements,
      getVectorElements(tile, tile.wideType.getIntOrFloatBitWidth() / 8));
}

/// Where the vectors of a tile that this thread widens lie. Threads beyond the
/// last vector take that one as well.
SmallVector<SmallVector<Value>> SharedTiles::getOwnPlaces(const Tile &tile) {
  int64_t vector = getWidenedElements(tile);
  int64_t count = llvm::product_of(tile.shape) / vector;
  SmallVector<SmallVector<Value>> places;
  for (int64_t begin = 0; begin < count; begin += variant.blockSize) {
    Value number = arith::AddIOp::create(b, thread, b.indexConstant(begin));
    if (begin + variant.blockSize > count)
      number = arith::MinUIOp::create(b, number, b.indexConstant(count - 1));
    places.push_back(getPadded(tile, getPlace(tile, number, vector)));
  }
  return places;
}

SmallVector<Value> SharedTiles::loadNarrow(Value stage) {
  SmallVector<Value> values;
  for (const Tile &tile : tiles) {
    if (!tile.wideType)
      continue;
    auto type =
        VectorType::get({getWidenedElements(tile)}, tile.type.getElementType());
    for (SmallVector<Value> &place : getOwnPlaces(tile)) {
      place.insert(place.begin(), stage);
      values.push_back(vector::LoadOp::create(b, type, tile.buffer, place,
                                              /*nontemporal=*/false,
                                              getAlignment(type)));
    }
  }
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

void SharedTiles::storeWide(ArrayRef<Value> values, Value slot) {
  for (const Tile &tile : tiles) {
    if (!tile.wideType)
      continue;
    auto type = VectorType::get({getWidenedElements(tile)}, tile.wideType);
    for (SmallVector<Value> &place : getOwnPlaces(tile)) {
      place.insert(place.begin(), slot);
      vector::StoreOp::create(b, widen(b, values.consume_front(), type),
                              tile.wideBuffer, place, /*nontemporal=*/false,
                              getAlignment(type));
    }
  }
}
