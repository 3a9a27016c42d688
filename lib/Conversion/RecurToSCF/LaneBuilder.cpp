//===- LaneBuilder.cpp - code over blocks of lanes ------------------------===//

#include "LaneBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;

/// The size of a dimension; of an expanded one the value it was given.
static Value getDimSize(LaneBuilder &b, Value operand, unsigned dim) {
  int64_t size = cast<MemRefType>(operand.getType()).getDimSize(dim);
  if (!ShapedType::isDynamic(size))
    return b.indexConstant(size);
  if (auto expanded = operand.getDefiningOp<memref::ExpandShapeOp>())
    return cast<Value>(expanded.getMixedOutputShape()[dim]);
  return memref::DimOp::create(b, operand, b.indexConstant(dim));
}

LaneBuilder::LaneBuilder(LanePlan plan)
    : ImplicitLocOpBuilder(plan.op.getLoc(), plan.op.getOperation()),
      plan(std::move(plan)) {
  recur::RecurrenceOp op = this->plan.op;
  for (unsigned dim = 0, e = op.getNumIterators(); dim < e; ++dim) {
    auto [operand, position] = op.getDimSource(dim);
    extents.push_back(getDimSize(*this, operand, position));
  }
}

Value LaneBuilder::indexConstant(int64_t value) {
  return arith::ConstantIndexOp::create(*this, value);
}

Value LaneBuilder::splat(TypedAttr value, Type type) {
  if (auto vector = dyn_cast<VectorType>(type))
    value = DenseElementsAttr::get(vector, Attribute(value));
  return arith::ConstantOp::create(*this, value);
}

Value LaneBuilder::zero(Type type) {
  return arith::ConstantOp::create(*this, getZeroAttr(type));
}

Position LaneBuilder::start() {
  Position position;
  position.index.resize(plan.op.getNumIterators());
  position.block.resize(plan.op.getNumIterators());
  return position;
}

Type LaneBuilder::laneType(Type scalar) {
  return plan.laneDim ? VectorType::get({plan.width}, scalar) : scalar;
}

Value LaneBuilder::toLanes(Value value) {
  if (!plan.laneDim || isa<VectorType>(value.getType()))
    return value;
  return vector::BroadcastOp::create(*this, laneType(value.getType()), value);
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

SmallVector<Value> LaneBuilder::indices(AffineMap map,
                                        const Position &position) {
  SmallVector<Value> result;
  for (unsigned i = 0, e = map.getNumResults(); i < e; ++i)
    result.push_back(position.index[map.getDimPosition(i)]);
  return result;
}

/// The result of the map that is the vector dimension.
std::optional<unsigned> LaneBuilder::laneResult(AffineMap map) {
  if (!plan.laneDim)
    return std::nullopt;
  return map.getResultPosition(getAffineDimExpr(*plan.laneDim));
}

/// Floats of less than 32 bits: processors often move them only as integers,
/// and LLVM then may go through f32 and a library call.
static bool isNarrowFloat(Type type) {
  auto floatType = dyn_cast<FloatType>(type);
  return floatType && floatType.getWidth() < 32;
}

/// The buffer that has what `operand` has at this position, or null.
const StagedOperand *LaneBuilder::findStaged(Value operand, AffineMap map,
                                             const Position &position) {
  if (!position.row)
    return nullptr;
  for (const StagedOperand &one : staged)
    if (one.operand == operand && one.map == map)
      return &one;
  return nullptr;
}

Value LaneBuilder::load(Value operand, AffineMap map,
                        const Position &position) {
  auto type = dyn_cast<MemRefType>(operand.getType());
  if (!type)
    return operand;
  if (const StagedOperand *rows = findStaged(operand, map, position))
    return vector::LoadOp::create(
        *this, cast<VectorType>(laneType(type.getElementType())), rows->buffer,
        {position.slot, position.blockInTile, position.row, indexConstant(0)});
  SmallVector<Value> at = indices(map, position);
  std::optional<unsigned> lane = laneResult(map);
  if (!lane)
    return memref::LoadOp::create(*this, operand, at);
  auto vectorType = cast<VectorType>(laneType(type.getElementType()));
  if (isContiguous(type, map, *plan.laneDim)) {
    if (!position.mask)
      return vector::LoadOp::create(*this, vectorType, operand, at);
    return vector::MaskedLoadOp::create(*this, vectorType, operand, at,
                                        position.mask, zero(vectorType));
  }
  return loadEachLane(operand, at, *lane, position);
}

void LaneBuilder::prefetch(Value operand, AffineMap map,
                           const Position &position, bool isWrite) {
  auto type = dyn_cast<MemRefType>(operand.getType());
  if (!type || !laneResult(map) || !map.isFunctionOfDim(plan.timeDim) ||
      !isContiguous(type, map, *plan.laneDim))
    return;
  for (unsigned dim : plan.innerDims)
    if (map.isFunctionOfDim(dim))
      return;
  memref::PrefetchOp::create(*this, operand, indices(map, position), isWrite,
                             /*localityHint=*/3, /*isDataCache=*/true);
}

/// Where the lanes of a block lie from the first on, in elements; null where
/// lanes are better moved one by one: inside time, where gathers are slow on
/// many processors, and what no processor gathers. Outside time, little code
/// counts.
Value LaneBuilder::getLaneOffsets(Value operand, unsigned lane,
                                  const Position &position) {
  auto type = cast<MemRefType>(operand.getType());
  Type element = type.getElementType();
  if (position.index[plan.timeDim] || !type.getLayout().isIdentity() ||
      !element.isIntOrFloat() || element.getIntOrFloatBitWidth() < 32)
    return {};
  Value stride = indexConstant(1);
  for (int64_t dim = lane + 1; dim < type.getRank(); ++dim)
    stride =
        createOrFold<arith::MulIOp>(stride, getDimSize(*this, operand, dim));
  Value steps =
      vector::StepOp::create(*this, cast<VectorType>(laneType(getIndexType())));
  return arith::MulIOp::create(*this, steps, toLanes(stride));
}

Value LaneBuilder::loadEachLane(Value operand, SmallVector<Value> at,
                                unsigned lane, const Position &position) {
  if (Value offsets = getLaneOffsets(operand, lane, position)) {
    auto vector = cast<VectorType>(
        laneType(cast<MemRefType>(operand.getType()).getElementType()));
    Value mask = position.mask;
    if (!mask)
      mask = splat(getBoolAttr(true), laneType(getI1Type()));
    return vector::GatherOp::create(*this, vector, operand, at, offsets, mask,
                                    zero(vector));
  }
  Type element = cast<MemRefType>(operand.getType()).getElementType();
  Type moved = isNarrowFloat(element)
                   ? getIntegerType(element.getIntOrFloatBitWidth())
                   : element;
  Type vectorType = laneType(moved);
  Value result = zero(vectorType);
  Value first = at[lane];
  for (int64_t i = 0; i < plan.width; ++i) {
    at[lane] = arith::AddIOp::create(*this, first, indexConstant(i));
    // Lanes that do not exist read the last one that does and forget it.
    if (position.mask)
      at[lane] = arith::MinSIOp::create(
          *this, at[lane],
          arith::SubIOp::create(*this, extent(*plan.laneDim),
                                indexConstant(1)));
    Value value = memref::LoadOp::create(*this, operand, at);
    if (moved != element)
      value = arith::BitcastOp::create(*this, moved, value);
    result = vector::InsertOp::create(*this, value, result, i);
  }
  if (position.mask)
    result =
        arith::SelectOp::create(*this, position.mask, result, zero(vectorType));
  if (moved != element)
    result = arith::BitcastOp::create(*this, laneType(element), result);
  return result;
}

void LaneBuilder::store(Value value, Value operand, AffineMap map,
                        const Position &position) {
  if (const StagedOperand *rows = findStaged(operand, map, position)) {
    vector::StoreOp::create(
        *this, toLanes(value), rows->buffer,
        {position.slot, position.blockInTile, position.row, indexConstant(0)});
    return;
  }
  SmallVector<Value> at = indices(map, position);
  std::optional<unsigned> lane = laneResult(map);
  if (!lane) {
    memref::StoreOp::create(*this, value, operand, at);
    return;
  }
  value = toLanes(value);
  if (!isContiguous(cast<MemRefType>(operand.getType()), map, *plan.laneDim))
    storeEachLane(value, operand, at, *lane, position);
  else if (position.mask)
    vector::MaskedStoreOp::create(*this, operand, at, position.mask, value);
  else
    vector::StoreOp::create(*this, value, operand, at);
}

void LaneBuilder::storeEachLane(Value value, Value operand,
                                SmallVector<Value> at, unsigned lane,
                                const Position &position) {
  if (Value offsets = getLaneOffsets(operand, lane, position)) {
    Value mask = position.mask;
    if (!mask)
      mask = splat(getBoolAttr(true), laneType(getI1Type()));
    vector::ScatterOp::create(*this, Type(), operand, at, offsets, mask, value);
    return;
  }
  Type element = cast<MemRefType>(operand.getType()).getElementType();
  bool narrow = isNarrowFloat(element);
  if (narrow)
    value = arith::BitcastOp::create(
        *this, laneType(getIntegerType(element.getIntOrFloatBitWidth())),
        value);
  Value first = at[lane];
  for (int64_t i = 0; i < plan.width; ++i) {
    OpBuilder::InsertionGuard guard(*this);
    at[lane] = arith::AddIOp::create(*this, first, indexConstant(i));
    if (position.mask) {
      Value exists = arith::CmpIOp::create(*this, arith::CmpIPredicate::slt,
                                           at[lane], extent(*plan.laneDim));
      auto ifOp = scf::IfOp::create(*this, exists, /*withElseRegion=*/false);
      setInsertionPointToStart(ifOp.thenBlock());
    }
    Value one = vector::ExtractOp::create(*this, value, i);
    if (narrow)
      one = arith::BitcastOp::create(*this, element, one);
    memref::StoreOp::create(*this, one, operand, at);
  }
}

//===----------------------------------------------------------------------===//
// Scratch buffers
//===----------------------------------------------------------------------===//

Value LaneBuilder::numBlocks(unsigned dim) {
  if (dim != plan.laneDim)
    return extent(dim);
  return createOrFold<arith::CeilDivSIOp>(extent(dim),
                                          indexConstant(plan.width));
}

SmallVector<Scratch>
LaneBuilder::allocate(TypeRange types, ArrayRef<unsigned> dims, bool shared) {
  SmallVector<Scratch> result(types.size());
  llvm::SetVector<Type> kinds(types.begin(), types.end());
  for (Type type : kinds) {
    SmallVector<OpFoldResult> sizes{getAsOpFoldResult(numSlots)};
    if (!shared)
      sizes.push_back(getAsOpFoldResult(tileBlocks));
    for (unsigned dim : shared ? dims.drop_back() : dims)
      sizes.push_back(getAsOpFoldResult(numBlocks(dim)));
    sizes.push_back(getIndexAttr(llvm::count(types, type)));
    Type element = type;
    if (shared) {
      Value width = indexConstant(plan.width);
      Value vectors =
          createOrFold<arith::CeilDivSIOp>(extent(dims.back()), width);
      sizes.push_back(
          getAsOpFoldResult(createOrFold<arith::MulIOp>(vectors, width)));
    } else if (auto vector = dyn_cast<VectorType>(type)) {
      element = vector.getElementType();
      sizes.push_back(getIndexAttr(vector.getDimSize(0)));
    }
    auto [shape, dynamicSizes] = decomposeMixedValues(sizes);
    Value buffer =
        memref::AllocOp::create(*this, MemRefType::get(shape, element),
                                dynamicSizes, getI64IntegerAttr(64));
    buffers.push_back(buffer);
    unsigned component = 0;
    for (auto [scratch, own] : llvm::zip_equal(result, types))
      if (own == type)
        scratch = {buffer, SmallVector<unsigned>(dims), component++, type,
                   shared};
  }
  return result;
}

SmallVector<Value> LaneBuilder::indices(const Scratch &scratch,
                                        const Position &position) {
  if (scratch.shared) {
    SmallVector<Value> result{position.slot};
    for (unsigned dim : ArrayRef(scratch.dims).drop_back())
      result.push_back(position.index[dim]);
    result.push_back(indexConstant(scratch.component));
    result.push_back(position.index[scratch.dims.back()]);
    return result;
  }
  SmallVector<Value> result{position.slot, position.blockInTile};
  for (unsigned dim : scratch.dims)
    result.push_back(position.block[dim]);
  result.push_back(indexConstant(scratch.component));
  if (isa<VectorType>(scratch.type))
    result.push_back(indexConstant(0));
  return result;
}

Value LaneBuilder::load(const Scratch &scratch, const Position &position) {
  SmallVector<Value> at = indices(scratch, position);
  if (auto vector = dyn_cast<VectorType>(scratch.type))
    return vector::LoadOp::create(*this, vector, scratch.buffer, at);
  return memref::LoadOp::create(*this, scratch.buffer, at);
}

void LaneBuilder::store(Value value, const Scratch &scratch,
                        const Position &position) {
  SmallVector<Value> at = indices(scratch, position);
  value =
      scratch.shared || isa<VectorType>(scratch.type) ? toLanes(value) : value;
  if (isa<VectorType>(value.getType()))
    vector::StoreOp::create(*this, value, scratch.buffer, at);
  else
    memref::StoreOp::create(*this, value, scratch.buffer, at);
}

Value LaneBuilder::allocateRows(int64_t numSteps, Type scalar) {
  SmallVector<OpFoldResult> sizes{
      getAsOpFoldResult(numSlots), getAsOpFoldResult(tileBlocks),
      getIndexAttr(numSteps), getIndexAttr(plan.width)};
  auto [shape, dynamicSizes] = decomposeMixedValues(sizes);
  buffers.push_back(
      memref::AllocOp::create(*this, MemRefType::get(shape, scalar),
                              dynamicSizes, getI64IntegerAttr(64)));
  return buffers.back();
}

void LaneBuilder::freeScratch() {
  for (Value buffer : buffers)
    memref::DeallocOp::create(*this, buffer);
  buffers.clear();
}
