//===- BoundsChecks.cpp - what operations demand of extents ---------------===//

#include "BoundsChecks.h"

#include "HelperFunctions.h"

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/Analysis/FlatLinearValueConstraints.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace kalmir;

using Predicate = arith::CmpIPredicate;

/// "block.mlir:57:11, called at block.mlir:199:9", or "" where nothing is
/// known. Of files only the name: where they were compiled is nobody's concern.
static std::string describeLocation(Location loc) {
  return TypeSwitch<LocationAttr, std::string>(loc)
      .Case([](FileLineColRange file) {
        return (llvm::sys::path::filename(file.getFilename().getValue()) + ":" +
                Twine(file.getStartLine()) + ":" + Twine(file.getStartColumn()))
            .str();
      })
      .Case([](NameLoc name) { return describeLocation(name.getChildLoc()); })
      .Case([](OpaqueLoc opaque) {
        return describeLocation(opaque.getFallbackLocation());
      })
      .Case([](FusedLoc fused) {
        for (Location part : fused.getLocations())
          if (std::string text = describeLocation(part); !text.empty())
            return text;
        return std::string();
      })
      .Case([](CallSiteLoc call) {
        std::string callee = describeLocation(call.getCallee());
        std::string caller = describeLocation(call.getCaller());
        if (callee.empty() || caller.empty())
          return callee + caller;
        return callee + ", called at " + caller;
      })
      .Default([](LocationAttr) { return std::string(); });
}

namespace {

/// A map that is a sum of multiples of iterators.
struct LinearIndex {
  int64_t origin = 0;
  SmallVector<int64_t> factors;
};

/// Writes the checks of one operation.
class CheckWriter {
public:
  CheckWriter(Operation *op, SmallVectorImpl<BoundsCheck> &checks)
      : op(op), b(op->getLoc(), op), checks(checks) {}

  void write();

private:
  // Arithmetic.
  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value flag(bool value) {
    return arith::ConstantIntOp::create(b, b.getI1Type(), value);
  }
  Value index(OpFoldResult value) {
    return getValueOrCreateConstantIndexOp(b, b.getLoc(), value);
  }
  Value extent(Value tensor, int64_t dim) {
    return getExtent(b, b.getLoc(), tensor, dim);
  }
  Value compare(Predicate predicate, Value lhs, Value rhs) {
    return b.createOrFold<arith::CmpIOp>(predicate, lhs, rhs);
  }
  Value all(Value lhs, Value rhs) {
    return b.createOrFold<arith::AndIOp>(lhs, rhs);
  }
  Value any(Value lhs, Value rhs) {
    return b.createOrFold<arith::OrIOp>(lhs, rhs);
  }
  Value isNotNegative(Value value) {
    return compare(Predicate::sge, value, constant(0));
  }

  /// "'op' expected `text`", and where.
  void add(Value holds, const Twine &text, ArrayRef<Value> values);
  void addEqual(Value found, Value expected, const Twine &where,
                const Twine &whereFound);

  // Operations.
  void writeSlice(OffsetSizeAndStrideOpInterface slice, Value tensor);
  Value fits(Value offset, Value size, OpFoldResult stride, Value extent);
  void writeInserted(tensor::InsertSliceOp slice);
  void writeElement(Value tensor, ValueRange indices);
  void writeSizes(Value tensor, ValueRange dynamicSizes);
  void writePad(tensor::PadOp pad);
  Value isProduct(Value whole, ValueRange sizes);
  void addProduct(Value whole, ArrayRef<Value> sizes, const Twine &what);
  void writeExpand(tensor::ExpandShapeOp expand);
  void writeReshape(tensor::ReshapeOp reshape);
  void writeCast(tensor::CastOp cast);
  void writeConcat(tensor::ConcatOp concat);
  void writeElementwise();
  void writeRecurrence(recur::RecurrenceOp recurrence);
  void writeStructured(linalg::LinalgOp structured);
  void writeAccess(unsigned operand, unsigned dim, const LinearIndex &index,
                   ArrayRef<Value> extents, Value isEmpty);

  /// An operand dimension on an iterator.
  struct Span {
    Value extent;
    std::string name;
  };
  void addSpans(Value tensor, AffineMap map, std::string name,
                MutableArrayRef<Span> spans);

  Operation *op;
  ImplicitLocOpBuilder b;
  SmallVectorImpl<BoundsCheck> &checks;
};

} // namespace

void CheckWriter::add(Value holds, const Twine &text, ArrayRef<Value> values) {
  if (getConstantIntValue(holds).value_or(0) != 0)
    return;
  std::string location = describeLocation(op->getLoc());
  if (!location.empty())
    location = " (" + location + ")";
  checks.push_back(
      {holds, SmallVector<Value, 4>(values),
       ("'" + op->getName().getStringRef() + "' expected " + text + location)
           .str()});
}

void CheckWriter::addEqual(Value found, Value expected, const Twine &where,
                           const Twine &whereFound) {
  add(compare(Predicate::eq, found, expected),
      "extent {0} " + where + ", found {1}" + whereFound, {expected, found});
}

//===----------------------------------------------------------------------===//
// Parts of tensors
//===----------------------------------------------------------------------===//

/// Whether `size` elements from `offset`, `stride` apart, lie in [0, extent);
/// `size` is positive. How many there is room for needs no product that might
/// overflow.
Value CheckWriter::fits(Value offset, Value size, OpFoldResult stride,
                        Value extent) {
  auto roomFor = [&](Value length, Value step) {
    Value room = b.createOrFold<arith::CeilDivSIOp>(length, step);
    return compare(Predicate::sle, size, room);
  };
  Value zero = constant(0), one = constant(1);
  Value upwards = b.createOrFold<arith::SubIOp>(extent, offset);
  Value inside = isNotNegative(offset);
  std::optional<int64_t> step = getConstantIntValue(stride);
  if (step && *step > 0)
    return all(inside, roomFor(upwards, constant(*step)));
  inside = all(inside, compare(Predicate::slt, offset, extent));
  Value downwards = b.createOrFold<arith::AddIOp>(offset, one);
  Value distance = index(stride);
  // The least number has no opposite; the greatest is long enough, too.
  Value opposite = b.createOrFold<arith::SubIOp>(
      zero, b.createOrFold<arith::MaxSIOp>(
                distance, constant(-std::numeric_limits<int64_t>::max())));
  Value fitsUp =
      roomFor(upwards, b.createOrFold<arith::MaxSIOp>(distance, one));
  Value fitsDown =
      roomFor(downwards, b.createOrFold<arith::MaxSIOp>(opposite, one));
  Value isUp = compare(Predicate::sgt, distance, zero);
  Value isUpOrStays = compare(Predicate::sge, distance, zero);
  return all(inside, b.createOrFold<arith::SelectOp>(
                         isUp, fitsUp, any(isUpOrStays, fitsDown)));
}

void CheckWriter::writeSlice(OffsetSizeAndStrideOpInterface slice,
                             Value tensor) {
  SmallVector<OpFoldResult> strides = slice.getMixedStrides();
  for (auto [dim, offsetOr, sizeOr] :
       llvm::enumerate(slice.getMixedOffsets(), slice.getMixedSizes())) {
    Value offset = index(offsetOr), size = index(sizeOr);
    Value whole = extent(tensor, dim);
    Value isEmpty = compare(Predicate::eq, size, constant(0));
    Value holds = all(isNotNegative(size),
                      any(isEmpty, fits(offset, size, strides[dim], whole)));
    add(holds,
        "a slice inside of extent {0} of dimension " + Twine(dim) +
            ", found offset {1}, size {2}, stride {3}",
        {whole, offset, size, index(strides[dim])});
  }
}

/// What is inserted has the shape of the slice.
void CheckWriter::writeInserted(tensor::InsertSliceOp slice) {
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  int64_t position = 0;
  for (auto [dim, size] : llvm::enumerate(slice.getMixedSizes())) {
    if (dropped.test(dim))
      continue;
    addEqual(extent(slice.getSource(), position), index(size),
             "in dimension " + Twine(position) + " of the source, as the slice",
             "");
    ++position;
  }
}

void CheckWriter::writeElement(Value tensor, ValueRange indices) {
  for (auto [dim, position] : llvm::enumerate(indices)) {
    Value whole = extent(tensor, dim);
    add(all(isNotNegative(position), compare(Predicate::slt, position, whole)),
        "an index from 0 to below {0} in dimension " + Twine(dim) +
            ", found {1}",
        {whole, position});
  }
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

void CheckWriter::writeSizes(Value tensor, ValueRange dynamicSizes) {
  auto type = cast<RankedTensorType>(tensor.getType());
  auto size = dynamicSizes.begin();
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    if (!type.isDynamicDim(dim))
      continue;
    add(isNotNegative(*size),
        "an extent of at least 0 in dimension " + Twine(dim) + ", found {0}",
        {*size});
    ++size;
  }
}

void CheckWriter::writePad(tensor::PadOp pad) {
  for (auto [dim, lowOr, highOr] :
       llvm::enumerate(pad.getMixedLowPad(), pad.getMixedHighPad())) {
    Value low = index(lowOr), high = index(highOr);
    add(all(isNotNegative(low), isNotNegative(high)),
        "padding of at least 0 in dimension " + Twine(dim) +
            ", found {0} before and {1} after",
        {low, high});
  }
}

/// `whole` is the product of `sizes`, of which none is negative. Dividing by
/// one after the other cannot overflow, multiplying can.
Value CheckWriter::isProduct(Value whole, ValueRange sizes) {
  Value zero = constant(0), one = constant(1);
  Value notNegative = flag(true), isEmpty = flag(false), divides = flag(true);
  Value rest = whole;
  for (auto [i, size] : llvm::enumerate(sizes)) {
    notNegative = all(notNegative, isNotNegative(size));
    isEmpty = any(isEmpty, compare(Predicate::eq, size, zero));
    // The last one needs no division.
    if (i + 1 == sizes.size())
      break;
    Value divisor = b.createOrFold<arith::MaxSIOp>(size, one);
    Value over = b.createOrFold<arith::RemSIOp>(rest, divisor);
    divides = all(divides, compare(Predicate::eq, over, zero));
    rest = b.createOrFold<arith::DivSIOp>(rest, divisor);
  }
  Value last = sizes.empty() ? one : sizes.back();
  divides = all(divides, compare(Predicate::eq, rest, last));
  Value nothing = compare(Predicate::eq, whole, zero);
  return all(notNegative,
             b.createOrFold<arith::SelectOp>(isEmpty, nothing, divides));
}

/// `what` turns into extents `sizes` with product `whole`.
void CheckWriter::addProduct(Value whole, ArrayRef<Value> sizes,
                             const Twine &what) {
  std::string found;
  for (size_t i = 0; i < sizes.size(); ++i)
    found += (i ? ", {" : "{") + std::to_string(i + 1) + "}";
  SmallVector<Value> values{whole};
  llvm::append_range(values, sizes);
  add(isProduct(whole, sizes),
      what + "extents with product {0}, found [" + found + "]", values);
}

void CheckWriter::writeExpand(tensor::ExpandShapeOp expand) {
  SmallVector<OpFoldResult> shape = expand.getMixedOutputShape();
  for (auto [dim, group] : llvm::enumerate(expand.getReassociationIndices())) {
    SmallVector<Value> sizes = llvm::map_to_vector(
        group, [&](int64_t position) { return index(shape[position]); });
    addProduct(extent(expand.getSrc(), dim), sizes,
               "dimension " + Twine(dim) + " to expand to ");
  }
}

/// Only a shape that is put together in place is known before the call.
void CheckWriter::writeReshape(tensor::ReshapeOp reshape) {
  auto source = dyn_cast<RankedTensorType>(reshape.getSource().getType());
  auto shape = reshape.getShape().getDefiningOp<tensor::FromElementsOp>();
  if (!source || !shape)
    return;
  Value whole = constant(1);
  for (int64_t dim = 0; dim < source.getRank(); ++dim)
    whole =
        b.createOrFold<arith::MulIOp>(whole, extent(reshape.getSource(), dim));
  SmallVector<Value> sizes;
  for (Value size : shape.getElements())
    sizes.push_back(
        size.getType().isIndex()
            ? size
            : b.createOrFold<arith::IndexCastOp>(b.getIndexType(), size));
  addProduct(whole, sizes, "");
}

void CheckWriter::writeCast(tensor::CastOp cast) {
  auto source = dyn_cast<RankedTensorType>(cast.getSource().getType());
  auto target = dyn_cast<RankedTensorType>(cast.getType());
  if (!source || !target)
    return;
  for (int64_t dim = 0; dim < target.getRank(); ++dim)
    if (source.isDynamicDim(dim) && !target.isDynamicDim(dim))
      addEqual(extent(cast.getSource(), dim), constant(target.getDimSize(dim)),
               "in dimension " + Twine(dim), "");
}

void CheckWriter::writeConcat(tensor::ConcatOp concat) {
  Value first = concat.getInputs().front();
  for (auto [i, input] : llvm::enumerate(concat.getInputs().drop_front()))
    for (int64_t dim = 0; dim < concat.getRank(); ++dim)
      if (dim != static_cast<int64_t>(concat.getDim()))
        addEqual(extent(input, dim), extent(first, dim),
                 "in dimension " + Twine(dim) + ", as in operand 0",
                 " in operand " + Twine(i + 1));
}

//===----------------------------------------------------------------------===//
// Element by element
//===----------------------------------------------------------------------===//

void CheckWriter::writeElementwise() {
  std::optional<unsigned> first;
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type)
      continue;
    if (!first)
      first = i;
    for (int64_t dim = 0; i != *first && dim < type.getRank(); ++dim)
      addEqual(extent(operand, dim), extent(op->getOperand(*first), dim),
               "in dimension " + Twine(dim) + ", as in operand " +
                   Twine(*first),
               " in operand " + Twine(i));
  }
}

/// The dimensions of `tensor` that an iterator spans alone; leading ones
/// without a result of the map belong to no iterator.
void CheckWriter::addSpans(Value tensor, AffineMap map, std::string name,
                           MutableArrayRef<Span> spans) {
  auto type = dyn_cast<RankedTensorType>(tensor.getType());
  if (!type)
    return;
  int64_t skip = type.getRank() - map.getNumResults();
  for (auto [position, expr] : llvm::enumerate(map.getResults())) {
    auto iterator = dyn_cast<AffineDimExpr>(expr);
    if (!iterator)
      continue;
    Value found = extent(tensor, position + skip);
    Span &span = spans[iterator.getPosition()];
    if (!span.extent)
      span = {found, name};
    else
      addEqual(found, span.extent,
               "of iterator " + Twine(iterator.getPosition()) + ", as in " +
                   span.name,
               " in " + name);
  }
}

void CheckWriter::writeRecurrence(recur::RecurrenceOp recurrence) {
  SmallVector<Span> spans(recurrence.getNumIterators());
  auto visit = [&](ValueRange operands, StringRef kind,
                   llvm::function_ref<AffineMap(unsigned)> getMap) {
    for (auto [i, operand] : llvm::enumerate(operands))
      addSpans(operand, getMap(i), (kind + " " + Twine(i)).str(), spans);
  };
  visit(recurrence.getInputs(), "input",
        [&](unsigned i) { return recurrence.getInputMap(i); });
  visit(recurrence.getStates(), "state",
        [&](unsigned i) { return recurrence.getStateMap(i); });
  visit(recurrence.getOutputs(), "output",
        [&](unsigned i) { return recurrence.getOutputMap(i); });
}

/// `expr` as a sum of multiples of `numDims` iterators, if it is one.
static std::optional<LinearIndex> getLinear(AffineExpr expr, unsigned numDims) {
  SmallVector<int64_t> flat;
  // A remainder or quotient would get a variable of its own.
  if (!expr.isPureAffine() ||
      failed(getFlattenedAffineExpr(expr, numDims, 0, &flat)) ||
      flat.size() != numDims + 1)
    return std::nullopt;
  LinearIndex linear;
  linear.origin = flat.pop_back_val();
  linear.factors = flat;
  return linear;
}

void CheckWriter::writeStructured(linalg::LinalgOp structured) {
  SmallVector<AffineMap> maps = structured.getIndexingMapsArray();
  SmallVector<Span> spans(structured.getNumLoops());
  for (auto [i, operand, map] : llvm::enumerate(op->getOperands(), maps))
    addSpans(operand, map, "operand " + std::to_string(i), spans);
  SmallVector<Value> extents;
  Value isEmpty = flag(false);
  for (const Span &span : spans) {
    // An iterator that spans no dimension alone has no extent.
    if (!span.extent)
      return;
    extents.push_back(span.extent);
    isEmpty = any(isEmpty, compare(Predicate::eq, span.extent, constant(0)));
  }
  for (auto [i, map] : llvm::enumerate(maps))
    for (auto [dim, expr] : llvm::enumerate(map.getResults()))
      if (!isa<AffineDimExpr>(expr))
        if (std::optional<LinearIndex> linear = getLinear(expr, extents.size()))
          writeAccess(i, dim, *linear, extents, isEmpty);
}

/// All indices that the iterators reach lie in the operand. Each iterator takes
/// its share of the room above or below the origin, by a division, so that
/// nothing overflows where it fits.
void CheckWriter::writeAccess(unsigned operand, unsigned dim,
                              const LinearIndex &linear,
                              ArrayRef<Value> extents, Value isEmpty) {
  Value whole = extent(op->getOperand(operand), dim);
  Value one = constant(1), origin = constant(linear.origin);
  Value low = origin, high = origin, below = origin;
  Value above = b.createOrFold<arith::SubIOp>(
      b.createOrFold<arith::SubIOp>(whole, one), origin);
  Value holds = all(isNotNegative(below), isNotNegative(above));
  for (auto [extent, factor] : llvm::zip_equal(extents, linear.factors)) {
    if (factor == 0)
      continue;
    Value last = b.createOrFold<arith::SubIOp>(extent, one);
    Value &room = factor < 0 ? below : above;
    Value most = room;
    if (std::abs(factor) != 1)
      most =
          b.createOrFold<arith::FloorDivSIOp>(room, constant(std::abs(factor)));
    holds = all(holds, compare(Predicate::sle, last, most));
    Value distance = b.createOrFold<arith::MulIOp>(last, constant(factor));
    Value &reached = factor < 0 ? low : high;
    reached = b.createOrFold<arith::AddIOp>(reached, distance);
    room = factor < 0 ? b.createOrFold<arith::AddIOp>(room, distance)
                      : b.createOrFold<arith::SubIOp>(room, distance);
  }
  add(any(isEmpty, holds),
      "indices from 0 to below {0} in dimension " + Twine(dim) +
          " of operand " + Twine(operand) + ", found {1} to {2}",
      {whole, low, high});
}

//===----------------------------------------------------------------------===//
// Dispatch
//===----------------------------------------------------------------------===//

void CheckWriter::write() {
  TypeSwitch<Operation *>(op)
      .Case([&](tensor::ExtractSliceOp slice) {
        writeSlice(slice, slice.getSource());
      })
      .Case([&](tensor::InsertSliceOp slice) {
        writeSlice(slice, slice.getDest());
        writeInserted(slice);
      })
      .Case([&](tensor::ExtractOp element) {
        writeElement(element.getTensor(), element.getIndices());
      })
      .Case([&](tensor::InsertOp element) {
        writeElement(element.getDest(), element.getIndices());
      })
      .Case([&](tensor::EmptyOp empty) {
        writeSizes(empty, empty.getDynamicSizes());
      })
      .Case([&](tensor::SplatOp splat) {
        writeSizes(splat, splat.getDynamicSizes());
      })
      .Case([&](tensor::GenerateOp generate) {
        writeSizes(generate, generate.getDynamicExtents());
      })
      .Case([&](tensor::PadOp pad) { writePad(pad); })
      .Case([&](tensor::ExpandShapeOp expand) { writeExpand(expand); })
      .Case([&](tensor::ReshapeOp reshape) { writeReshape(reshape); })
      .Case([&](tensor::CastOp cast) { writeCast(cast); })
      .Case([&](tensor::ConcatOp concat) { writeConcat(concat); })
      .Case(
          [&](recur::RecurrenceOp recurrence) { writeRecurrence(recurrence); })
      .Case([&](linalg::LinalgOp structured) { writeStructured(structured); })
      .Default([&](Operation *) {
        if (OpTrait::hasElementwiseMappableTraits(op))
          writeElementwise();
      });
}

void kalmir::appendBoundsChecks(Operation *op,
                                SmallVectorImpl<BoundsCheck> &checks) {
  CheckWriter(op, checks).write();
}
