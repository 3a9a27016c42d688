//===- Slices.cpp - reading and writing strided parts of tensors ----------===//

#include "kalmir/Reference/Slices.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::reference;

namespace {
/// A strided box in an array.
struct Slice {
  SmallVector<int64_t> offsets, sizes, strides;
  /// Sizes without the dimensions that the operation drops.
  SmallVector<int64_t> shape;
};
} // namespace

/// The slice that an operation names, checked against the array it lies in.
static FailureOr<Slice> readSlice(OffsetSizeAndStrideOpInterface op,
                                  llvm::SmallBitVector dropped, Frame &frame,
                                  const Array &array) {
  Slice slice{frame.getInts(op.getMixedOffsets()),
              frame.getInts(op.getMixedSizes()),
              frame.getInts(op.getMixedStrides()),
              {}};
  for (auto [dim, extent] : llvm::enumerate(array.getShape())) {
    int64_t offset = slice.offsets[dim], size = slice.sizes[dim];
    int64_t stride = slice.strides[dim], reach, last;
    if (size < 0 || (size > 0 && (offset < 0 || offset >= extent ||
                                  llvm::MulOverflow(size - 1, stride, reach) ||
                                  llvm::AddOverflow(offset, reach, last) ||
                                  last < 0 || last >= extent)))
      return op->emitOpError("expected a slice inside of extent ")
             << extent << " of dimension " << dim << ", found offset " << offset
             << ", size " << size << ", stride " << stride;
    if (!dropped.test(dim))
      slice.shape.push_back(size);
  }
  return slice;
}

/// Calls `visit(position, count, stride)` for every row of the slice, in
/// order: where its first element lies, and how its elements follow.
template <typename Visit>
static void forEachRow(const Slice &slice, ArrayRef<int64_t> shape,
                       Visit visit) {
  for (int64_t size : slice.sizes)
    if (size == 0)
      return;
  SmallVector<int64_t> arrayStrides = getStrides(shape);
  int64_t position = 0;
  for (auto [offset, stride] : llvm::zip_equal(slice.offsets, arrayStrides))
    position += offset * stride;
  size_t rank = shape.size();
  if (rank == 0)
    return visit(position, 1, 1);
  SmallVector<int64_t> index(rank, 0);
  while (true) {
    visit(position, slice.sizes[rank - 1], slice.strides[rank - 1]);
    size_t dim = rank - 1;
    while (dim-- > 0) {
      int64_t distance = slice.strides[dim] * arrayStrides[dim];
      position += distance;
      if (++index[dim] < slice.sizes[dim])
        break;
      position -= distance * slice.sizes[dim];
      index[dim] = 0;
    }
    if (dim == size_t(-1))
      return;
  }
}

static LogicalResult runExtractSlice(tensor::ExtractSliceOp op, Frame &frame) {
  const Array source = frame.get(op.getSource());
  FailureOr<Slice> slice = readSlice(op, op.getDroppedDims(), frame, source);
  if (failed(slice))
    return failure();
  FailureOr<Array> result = frame.create(op, source.getKind(), slice->shape);
  if (failed(result))
    return failure();
  dispatch(source.getKind(), [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    const T *from = source.get<T>();
    T *to = result->template getMutable<T>();
    forEachRow(*slice, source.getShape(),
               [&](int64_t position, int64_t count, int64_t stride) {
                 for (int64_t i = 0; i < count; ++i)
                   *to++ = from[position + i * stride];
               });
  });
  return frame.set(op, std::move(*result));
}

template <typename OpTy>
static LogicalResult insert(OpTy op, Frame &frame, Array &target) {
  const Array source = frame.get(op.getSource());
  FailureOr<Slice> slice = readSlice(op, op.getDroppedDims(), frame, target);
  if (failed(slice))
    return failure();
  if (source.getShape() != ArrayRef<int64_t>(slice->shape)) {
    InFlightDiagnostic diagnostic =
        op->emitOpError("expected a source of shape [");
    llvm::interleaveComma(slice->shape, diagnostic);
    diagnostic << "], as the slice, found [";
    llvm::interleaveComma(source.getShape(), diagnostic);
    diagnostic << "]";
    return diagnostic;
  }
  dispatch(source.getKind(), [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    const T *from = source.get<T>();
    T *to = target.getMutable<T>();
    forEachRow(*slice, target.getShape(),
               [&](int64_t position, int64_t count, int64_t stride) {
                 for (int64_t i = 0; i < count; ++i)
                   to[position + i * stride] = *from++;
               });
  });
  return success();
}

LogicalResult reference::insertSlice(tensor::ParallelInsertSliceOp op,
                                     Frame &frame, Array &target) {
  return insert(op, frame, target);
}

static LogicalResult runInsertSlice(tensor::InsertSliceOp op, Frame &frame) {
  Array target = frame.take(op.getDest(), op);
  if (failed(insert(op, frame, target)))
    return failure();
  return frame.set(op, std::move(target));
}

void reference::addSliceHandlers(Handlers &handlers) {
  handlers.add<tensor::ExtractSliceOp>(runExtractSlice);
  handlers.add<tensor::InsertSliceOp>(runInsertSlice);
}
