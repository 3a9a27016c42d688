//===- Tensor.cpp - meaning of the tensor dialect -------------------------===//
//
// Slices are in Slices.cpp.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Reference/Interpreter.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::reference;

/// Calls `function` with a null pointer of the type that holds `kind`.
template <typename T>
static void fill(Array &array, const Array &scalar) {
  std::fill_n(array.getMutable<T>(), array.size(), scalar.get<T>()[0]);
}

/// The extents of a type, those it lacks taken from `dynamic`.
static SmallVector<int64_t> getShape(RankedTensorType type, ValueRange dynamic,
                                     Frame &frame) {
  SmallVector<int64_t> shape;
  size_t next = 0;
  for (int64_t size : type.getShape())
    shape.push_back(ShapedType::isDynamic(size) ? frame.getInt(dynamic[next++])
                                                : size);
  return shape;
}

static LogicalResult runEmpty(tensor::EmptyOp op, Frame &frame) {
  FailureOr<Array> array =
      frame.create(op, *getKind(op.getType()),
                   getShape(op.getType(), op.getDynamicSizes(), frame));
  if (failed(array))
    return failure();
  return frame.set(op, std::move(*array));
}

static LogicalResult runSplat(tensor::SplatOp op, Frame &frame) {
  const Array scalar = frame.get(op.getInput());
  FailureOr<Array> array =
      frame.create(op, scalar.getKind(),
                   getShape(op.getType(), op.getDynamicSizes(), frame));
  if (failed(array))
    return failure();
  dispatch(scalar.getKind(), [&](auto *type) {
    fill<std::remove_pointer_t<decltype(type)>>(*array, scalar);
  });
  return frame.set(op, std::move(*array));
}

static LogicalResult runDim(tensor::DimOp op, Frame &frame) {
  const Array &source = frame.get(op.getSource());
  int64_t dim = frame.getInt(op.getIndex());
  if (dim < 0 || dim >= source.getRank())
    return op.emitOpError("expected a dimension from 0 to below ")
           << source.getRank() << ", found " << dim;
  return frame.set(op, Array::scalar(source.getShape()[dim]));
}

static LogicalResult runCast(tensor::CastOp op, Frame &frame) {
  if (!isa<RankedTensorType>(op.getType()))
    return op.emitOpError("expected ranked tensors, found ") << op.getType();
  return frame.set(op, frame.take(op.getSource(), op));
}

/// The position of an element, or a diagnostic where there is none.
static FailureOr<int64_t> getPosition(Operation *op, const Array &array,
                                      ValueRange indices, Frame &frame) {
  int64_t position = 0;
  SmallVector<int64_t> strides = getStrides(array.getShape());
  for (auto [dim, extent] : llvm::enumerate(array.getShape())) {
    int64_t index = frame.getInt(indices[dim]);
    if (index < 0 || index >= extent)
      return op->emitOpError("expected an index from 0 to below ")
             << extent << " in dimension " << dim << ", found " << index;
    position += index * strides[dim];
  }
  return position;
}

static LogicalResult runExtract(tensor::ExtractOp op, Frame &frame) {
  const Array tensor = frame.get(op.getTensor());
  FailureOr<int64_t> position = getPosition(op, tensor, op.getIndices(), frame);
  if (failed(position))
    return failure();
  return frame.set(op, dispatch(tensor.getKind(), [&](auto *type) {
                     using T = std::remove_pointer_t<decltype(type)>;
                     return Array::scalar(tensor.get<T>()[*position]);
                   }));
}

static LogicalResult runInsert(tensor::InsertOp op, Frame &frame) {
  Array tensor = frame.take(op.getDest(), op);
  FailureOr<int64_t> position = getPosition(op, tensor, op.getIndices(), frame);
  if (failed(position))
    return failure();
  dispatch(tensor.getKind(), [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    tensor.getMutable<T>()[*position] = frame.get(op.getScalar()).get<T>()[0];
  });
  return frame.set(op, std::move(tensor));
}

static LogicalResult runFromElements(tensor::FromElementsOp op, Frame &frame) {
  FailureOr<Array> array =
      frame.create(op, *getKind(op.getType()), op.getType().getShape());
  if (failed(array))
    return failure();
  for (auto [i, element] : llvm::enumerate(op.getElements()))
    dispatch(array->getKind(), [&, i = i, element = element](auto *type) {
      using T = std::remove_pointer_t<decltype(type)>;
      array->template getMutable<T>()[i] = frame.get(element).get<T>()[0];
    });
  return frame.set(op, std::move(*array));
}

static LogicalResult runExpandShape(tensor::ExpandShapeOp op, Frame &frame) {
  Array source = frame.take(op.getSrc(), op);
  SmallVector<int64_t> shape = frame.getInts(op.getMixedOutputShape());
  for (auto [dim, group] : llvm::enumerate(op.getReassociationIndices())) {
    SmallVector<int64_t> sizes = llvm::map_to_vector(
        group, [&](int64_t position) { return shape[position]; });
    std::optional<int64_t> product = reference::getNumElements(sizes);
    if (!product || *product != source.getShape()[dim]) {
      InFlightDiagnostic diagnostic = op.emitOpError("expected dimension ")
                                      << dim
                                      << " to expand to extents with product "
                                      << source.getShape()[dim] << ", found [";
      llvm::interleaveComma(sizes, diagnostic);
      diagnostic << "]";
      return diagnostic;
    }
  }
  return frame.set(op, source.reshape(shape));
}

static LogicalResult runCollapseShape(tensor::CollapseShapeOp op,
                                      Frame &frame) {
  Array source = frame.take(op.getSrc(), op);
  SmallVector<int64_t> shape;
  for (ArrayRef<int64_t> group : op.getReassociationIndices()) {
    int64_t product = 1;
    for (int64_t position : group)
      product *= source.getShape()[position];
    shape.push_back(product);
  }
  return frame.set(op, source.reshape(shape));
}

/// Runs the region once for each element, in row-major order.
static LogicalResult runGenerate(tensor::GenerateOp op, Frame &frame) {
  auto type = cast<RankedTensorType>(op.getType());
  SmallVector<int64_t> shape = getShape(type, op.getDynamicExtents(), frame);
  FailureOr<Array> array = frame.create(op, *getKind(type), shape);
  if (failed(array))
    return failure();
  SmallVector<int64_t> index(shape.size(), 0);
  SmallVector<Array> arguments, element;
  for (int64_t i = 0; i < array->size(); ++i) {
    arguments.clear();
    for (int64_t position : index)
      arguments.push_back(Array::scalar(position));
    if (failed(frame.runBlock(op.getBody().front(), arguments, element)))
      return failure();
    dispatch(array->getKind(), [&](auto *type) {
      using T = std::remove_pointer_t<decltype(type)>;
      array->template getMutable<T>()[i] = element.front().get<T>()[0];
    });
    for (size_t dim = shape.size(); dim-- > 0;) {
      if (++index[dim] < shape[dim])
        break;
      index[dim] = 0;
    }
  }
  return frame.set(op, std::move(*array));
}

/// Padding with one number; `low` and `high` may not cut anything off.
static LogicalResult runPad(tensor::PadOp op, Frame &frame) {
  Value padding = op.getConstantPaddingValue();
  if (!padding)
    return op.emitOpError("expected one number as padding, the reference runs "
                          "no region over positions");
  const Array source = frame.get(op.getSource());
  SmallVector<int64_t> low = frame.getInts(op.getMixedLowPad());
  SmallVector<int64_t> high = frame.getInts(op.getMixedHighPad());
  SmallVector<int64_t> shape;
  for (auto [dim, extent] : llvm::enumerate(source.getShape())) {
    if (low[dim] < 0 || high[dim] < 0)
      return op.emitOpError("expected padding of at least 0 in dimension ")
             << dim << ", found " << low[dim] << " before and " << high[dim]
             << " after";
    shape.push_back(low[dim] + extent + high[dim]);
  }
  // The number may be a constant of the region, which is not run.
  Attribute constant;
  std::optional<Array> number;
  if (!matchPattern(padding, m_Constant(&constant)))
    number = frame.get(padding);
  else if (auto value = dyn_cast<FloatAttr>(constant))
    number = Array::scalar(value.getValueAsDouble());
  else
    number = Array::scalar(cast<IntegerAttr>(constant).getInt());
  FailureOr<Array> result = frame.create(op, source.getKind(), shape);
  if (failed(result))
    return failure();
  SmallVector<int64_t> strides = getStrides(shape);
  int64_t rank = shape.size();
  int64_t width = rank == 0 ? 1 : source.getShape().back();
  dispatch(source.getKind(), [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    fill<T>(*result, *number);
    const T *from = source.get<T>();
    T *to = result->template getMutable<T>();
    SmallVector<int64_t> index(rank, 0);
    for (int64_t row = 0; width > 0 && row < source.size() / width; ++row) {
      int64_t position = 0;
      for (int64_t dim = 0; dim < rank; ++dim)
        position += (index[dim] + low[dim]) * strides[dim];
      std::copy_n(from + row * width, width, to + position);
      for (int64_t dim = rank - 1; dim-- > 0;) {
        if (++index[dim] < source.getShape()[dim])
          break;
        index[dim] = 0;
      }
    }
  });
  return frame.set(op, std::move(*result));
}

void reference::addTensorHandlers(Handlers &handlers) {
  handlers.add<tensor::EmptyOp>(runEmpty);
  handlers.add<tensor::SplatOp>(runSplat);
  handlers.add<tensor::DimOp>(runDim);
  handlers.add<tensor::CastOp>(runCast);
  handlers.add<tensor::ExtractOp>(runExtract);
  handlers.add<tensor::InsertOp>(runInsert);
  handlers.add<tensor::FromElementsOp>(runFromElements);
  handlers.add<tensor::ExpandShapeOp>(runExpandShape);
  handlers.add<tensor::CollapseShapeOp>(runCollapseShape);
  handlers.add<tensor::GenerateOp>(runGenerate);
  handlers.add<tensor::PadOp>(runPad);
}
