//===- Staging.cpp - time-contiguous operands, transposed -----------------===//

#include "Staging.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;

Staging::Staging(LaneBuilder &b) : b(b) {
  recur::RecurrenceOp op = b.plan.op;
  b.staged.clear();
  auto consider = [&](Value operand, AffineMap map) {
    if (isStaged(b.plan, operand, map))
      b.staged.push_back(
          {operand, map,
           b.allocateRows(
               numSteps(),
               cast<MemRefType>(operand.getType()).getElementType())});
  };
  for (auto [i, input] : llvm::enumerate(op.getInputs()))
    consider(input, op.getInputMap(i));
  numInputs = b.staged.size();
  for (auto [i, output] : llvm::enumerate(op.getOutputs()))
    consider(output, op.getOutputMap(i));
}

/// The smallest time among the steps from step number `first` on.
Value Staging::getLowestTime(Value first) const {
  if (!b.plan.op.getReverse())
    return first;
  Value end = arith::SubIOp::create(b, b.extent(b.plan.timeDim), first);
  return arith::SubIOp::create(b, end, b.indexConstant(numSteps()));
}

Value Staging::getRow(Value offset) const {
  if (!b.plan.op.getReverse())
    return offset;
  return arith::SubIOp::create(b, b.indexConstant(numSteps() - 1), offset);
}

/// The transposes of the squares of p times p that lie side by side in p rows:
/// log2(p) times, the first half of the rows is interleaved with the second,
/// square by square.
static SmallVector<Value> transpose(LaneBuilder &b, SmallVector<Value> rows) {
  int64_t p = rows.size();
  int64_t n = cast<VectorType>(rows.front().getType()).getDimSize(0);
  SmallVector<int64_t> low, high;
  for (int64_t square = 0; square < n; square += p)
    for (int64_t i = square; i < square + p / 2; ++i) {
      low.append({i, n + i});
      high.append({p / 2 + i, n + p / 2 + i});
    }
  for (int64_t stage = 1; stage < p; stage *= 2) {
    SmallVector<Value> next;
    for (int64_t i = 0; i < p / 2; ++i)
      for (ArrayRef<int64_t> mask : {ArrayRef(low), ArrayRef(high)})
        next.push_back(
            vector::ShuffleOp::create(b, rows[i], rows[p / 2 + i], mask));
    rows = std::move(next);
  }
  return rows;
}

/// The rows of a square in memory, of which the first `lanes` exist,
/// transposed. They are read in pieces of 128 bits, p elements: pieces of the
/// rows i, p + i, 2 p + i.. side by side make a vector, which takes loads
/// rather than shuffles, and p of these are transposed piece by piece.
static SmallVector<Value> loadTransposed(LaneBuilder &b, Value source,
                                         Value lanes) {
  auto type = cast<MemRefType>(source.getType());
  int64_t n = type.getDimSize(1);
  int64_t p = std::min<int64_t>(n, 128 / type.getElementTypeBitWidth());
  auto rowType = VectorType::get({n}, type.getElementType());
  auto pieceType = VectorType::get({p}, type.getElementType());
  Value last = arith::SubIOp::create(b, lanes, b.indexConstant(1));
  SmallVector<Value> lane;
  for (int64_t i = 0; i < n; ++i)
    lane.push_back(arith::MinSIOp::create(b, b.indexConstant(i), last));
  SmallVector<Value> result;
  for (int64_t first = 0; first < n; first += p) {
    Value step = b.indexConstant(first);
    SmallVector<Value> rows;
    for (int64_t i = 0; i < p; ++i) {
      Value row = b.zero(rowType);
      for (int64_t place = 0; place < n; place += p)
        row = vector::InsertStridedSliceOp::create(
            b,
            vector::LoadOp::create(b, pieceType, source,
                                   ValueRange{lane[place + i], step}),
            row, ArrayRef<int64_t>(place), ArrayRef<int64_t>(1));
      rows.push_back(row);
    }
    llvm::append_range(result, transpose(b, rows));
  }
  return result;
}

/// The function that moves a square of lanes times steps, transposed: `from`
/// and `to` are two-dimensional, and of the lanes of the operand only the first
/// `lanes` exist. One for all operands of a type, because its code is long.
static func::FuncOp getMover(LaneBuilder &b, MemRefType from, MemRefType to,
                             bool isOutput) {
  auto module = b.plan.op->getParentOfType<ModuleOp>();
  int64_t n = b.plan.width;
  Type element = from.getElementType();
  std::string name =
      (isOutput ? "kalmir.take_" : "kalmir.bring_") + std::to_string(n) + "x";
  llvm::raw_string_ostream(name) << element;
  if (auto found = module.lookupSymbol<func::FuncOp>(name))
    return found;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(module.getBody());
  auto function = func::FuncOp::create(
      b, name, b.getFunctionType({from, to, b.getIndexType()}, {}));
  function.setPrivate();
  function->setAttr("passthrough", b.getStrArrayAttr({"noinline"}));
  b.setInsertionPointToStart(function.addEntryBlock());
  Value source = function.getArgument(0), target = function.getArgument(1),
        lanes = function.getArgument(2);
  Value zero = b.indexConstant(0);
  SmallVector<Value> rows;
  if (isOutput) {
    auto rowType = VectorType::get({n}, element);
    for (int64_t i = 0; i < n; ++i)
      rows.push_back(vector::LoadOp::create(
          b, rowType, source, ValueRange{b.indexConstant(i), zero}));
    rows = transpose(b, rows);
  } else {
    rows = loadTransposed(b, source, lanes);
  }
  for (auto [i, row] : llvm::enumerate(rows)) {
    OpBuilder::InsertionGuard inner(b);
    Value number = b.indexConstant(i);
    if (isOutput) {
      Value exists =
          arith::CmpIOp::create(b, arith::CmpIPredicate::slt, number, lanes);
      auto ifOp = scf::IfOp::create(b, exists, /*withElseRegion=*/false);
      b.setInsertionPointToStart(ifOp.thenBlock());
    }
    vector::StoreOp::create(b, row, target, ValueRange{number, zero});
  }
  func::ReturnOp::create(b);
  return function;
}

/// The part of an operand that has the lanes of a block and the steps from
/// `time` on, as a matrix [lanes, steps] whose strides only are known.
static Value getSquare(LaneBuilder &b, const StagedOperand &operand, Value time,
                       Value lanes, const Position &position) {
  auto type = cast<MemRefType>(operand.operand.getType());
  SmallVector<OpFoldResult> offsets, sizes;
  SmallVector<OpFoldResult> strides(type.getRank(), b.getIndexAttr(1));
  for (unsigned i = 0, e = operand.map.getNumResults(); i < e; ++i) {
    unsigned dim = operand.map.getDimPosition(i);
    bool isTime = dim == b.plan.timeDim, isLane = dim == *b.plan.laneDim;
    offsets.push_back(isTime ? time : position.index[dim]);
    sizes.push_back(isTime   ? OpFoldResult(b.getIndexAttr(b.plan.width))
                    : isLane ? OpFoldResult(lanes)
                             : OpFoldResult(b.getIndexAttr(1)));
  }
  MemRefType reduced = memref::SubViewOp::inferRankReducedResultType(
      {ShapedType::kDynamic, b.plan.width}, type, offsets, sizes, strides);
  Value square = memref::SubViewOp::create(b, reduced, operand.operand, offsets,
                                           sizes, strides);
  auto layout = StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic,
                                       {ShapedType::kDynamic, 1});
  return memref::CastOp::create(
      b, MemRefType::get(reduced.getShape(), reduced.getElementType(), layout),
      square);
}

/// The rows of an operand's buffer for one block, as [steps, lanes].
static Value getRows(LaneBuilder &b, const StagedOperand &operand,
                     const Position &position) {
  auto type = cast<MemRefType>(operand.buffer.getType());
  OpFoldResult zero = b.getIndexAttr(0), one = b.getIndexAttr(1),
               n = b.getIndexAttr(b.plan.width);
  SmallVector<OpFoldResult> offsets{position.slot, position.blockInTile, zero,
                                    zero};
  SmallVector<OpFoldResult> sizes{one, one, n, n}, strides(4, one);
  MemRefType reduced = memref::SubViewOp::inferRankReducedResultType(
      {b.plan.width, b.plan.width}, type, offsets, sizes, strides);
  Value rows = memref::SubViewOp::create(b, reduced, operand.buffer, offsets,
                                         sizes, strides);
  auto layout = StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic,
                                       {b.plan.width, 1});
  return memref::CastOp::create(
      b, MemRefType::get(reduced.getShape(), reduced.getElementType(), layout),
      rows);
}

/// Lanes of a block that exist.
static Value countLanes(LaneBuilder &b, const Position &position) {
  Value width = b.indexConstant(b.plan.width);
  if (!position.mask)
    return width;
  unsigned dim = *b.plan.laneDim;
  return arith::MinSIOp::create(
      b, width, arith::SubIOp::create(b, b.extent(dim), position.index[dim]));
}

/// Asks for a part of what comes next in memory, in step `offset` of those that
/// begin with `first`: short stretches of time (chunks) lie one after the
/// other, and all of the next block is asked for in the order of memory; of
/// long ones, later steps of this block are, lane by lane.
void Staging::prefetch(Value first, Value offset,
                       const Position &position) const {
  constexpr int64_t shortStretch = 1024;
  unsigned time = b.plan.timeDim, lane = *b.plan.laneDim;
  Position next = position;
  Value steps = b.indexConstant(numSteps());
  auto ahead = [&](unsigned dim, Value from, int64_t distance) -> Value {
    Value last = arith::MaxSIOp::create(
        b, arith::SubIOp::create(b, b.extent(dim), steps), b.indexConstant(0));
    Value target = arith::AddIOp::create(b, from, b.indexConstant(distance));
    return arith::MinSIOp::create(b, target, last);
  };
  std::optional<int64_t> extent = recur::getStaticExtent(b.plan.op, time);
  if (extent && *extent <= shortStretch) {
    // In pieces of as many steps as are moved at once; nothing is moved where
    // time is shorter than one.
    Value pieces = b.indexConstant(std::max<int64_t>(1, *extent / numSteps()));
    Value piece = arith::AddIOp::create(b, first, offset);
    offset = arith::DivUIOp::create(b, piece, pieces);
    next.index[lane] = ahead(lane, position.index[lane], b.plan.width);
    next.index[time] = arith::MulIOp::create(
        b, arith::RemUIOp::create(b, piece, pieces), steps);
  } else {
    next.index[time] = getLowestTime(ahead(time, first, 4 * numSteps()));
  }
  next.index[lane] = arith::AddIOp::create(b, next.index[lane], offset);
  if (position.mask)
    next.index[lane] = arith::MinSIOp::create(
        b, next.index[lane],
        arith::SubIOp::create(b, b.extent(lane), b.indexConstant(1)));
  for (auto [i, operand] : llvm::enumerate(b.staged))
    memref::PrefetchOp::create(b, operand.operand, b.indices(operand.map, next),
                               /*isWrite=*/i >= numInputs, /*localityHint=*/3,
                               /*isDataCache=*/true);
}

void Staging::bring(Value first, const Position &position) const {
  Value time = getLowestTime(first), lanes = countLanes(b, position);
  for (const StagedOperand &input : ArrayRef(b.staged).take_front(numInputs)) {
    Value square = getSquare(b, input, time, lanes, position);
    Value rows = getRows(b, input, position);
    auto mover = getMover(b, cast<MemRefType>(square.getType()),
                          cast<MemRefType>(rows.getType()), /*isOutput=*/false);
    func::CallOp::create(b, mover, ValueRange{square, rows, lanes});
  }
}

void Staging::take(Value first, const Position &position) const {
  Value time = getLowestTime(first), lanes = countLanes(b, position);
  for (const StagedOperand &output : ArrayRef(b.staged).drop_front(numInputs)) {
    Value square = getSquare(b, output, time, lanes, position);
    Value rows = getRows(b, output, position);
    auto mover = getMover(b, cast<MemRefType>(rows.getType()),
                          cast<MemRefType>(square.getType()),
                          /*isOutput=*/true);
    func::CallOp::create(b, mover, ValueRange{rows, square, lanes});
  }
}
