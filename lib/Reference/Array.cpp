//===- Array.cpp - values of the reference interpreter --------------------===//

#include "kalmir/Reference/Array.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

using namespace mlir;
using namespace kalmir;
using namespace kalmir::reference;

std::optional<Kind> reference::getKind(Type type) {
  if (isa<VectorType, BaseMemRefType>(type))
    return std::nullopt;
  Type element = getElementTypeOrSelf(type);
  if (isa<FloatType>(element))
    return Kind::Float;
  if (isa<IndexType>(element))
    return Kind::Int;
  if (auto integer = dyn_cast<IntegerType>(element);
      integer && integer.getWidth() >= 1 && integer.getWidth() <= 64)
    return Kind::Int;
  return std::nullopt;
}

unsigned reference::getWidth(Type type) {
  auto integer = dyn_cast<IntegerType>(getElementTypeOrSelf(type));
  return integer ? integer.getWidth() : 64;
}

std::optional<int64_t> reference::getNumElements(ArrayRef<int64_t> shape) {
  constexpr int64_t largest = int64_t(1) << 46;
  int64_t count = 1;
  bool empty = false;
  for (int64_t size : shape) {
    if (size < 0)
      return std::nullopt;
    if (size == 0)
      empty = true;
    else if (llvm::MulOverflow(count, size, count) || count > largest)
      return std::nullopt;
  }
  return empty ? 0 : count;
}

SmallVector<int64_t> reference::getStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

namespace kalmir::reference {
template <>
const double *Array::get<double>() const {
  assert(kind == Kind::Float);
  return floats.get();
}

template <>
const int64_t *Array::get<int64_t>() const {
  assert(kind == Kind::Int);
  return ints.get();
}

/// Null where there is no memory. No `operator new`: LLVM's tools end where
/// that fails, even where it may return null.
template <typename T>
static std::shared_ptr<T[]> allocateElements(int64_t count) {
  void *memory = std::malloc(std::max<int64_t>(count, 1) * sizeof(T));
  return std::shared_ptr<T[]>(static_cast<T *>(memory), std::free);
}

template <typename T>
static T *makeUnique(std::shared_ptr<T[]> &elements, int64_t count) {
  if (elements.use_count() > 1) {
    std::shared_ptr<T[]> copy = allocateElements<T>(count);
    if (!copy)
      llvm::report_bad_alloc_error("no memory for a copy of an array");
    std::copy_n(elements.get(), count, copy.get());
    elements = std::move(copy);
  }
  return elements.get();
}

template <>
double *Array::getMutable<double>() {
  assert(kind == Kind::Float);
  return makeUnique(floats, numElements);
}

template <>
int64_t *Array::getMutable<int64_t>() {
  assert(kind == Kind::Int);
  return makeUnique(ints, numElements);
}
} // namespace kalmir::reference

std::optional<Array> Array::allocate(Kind kind, ArrayRef<int64_t> shape) {
  std::optional<int64_t> count = getNumElements(shape);
  if (!count)
    return std::nullopt;
  Array array;
  array.kind = kind;
  array.shape.assign(shape.begin(), shape.end());
  array.numElements = *count;
  if (kind == Kind::Float)
    array.floats = allocateElements<double>(*count);
  else
    array.ints = allocateElements<int64_t>(*count);
  if (!array.floats && !array.ints)
    return std::nullopt;
  return array;
}

std::optional<Array> Array::create(Kind kind, ArrayRef<int64_t> shape) {
  std::optional<Array> array = allocate(kind, shape);
  if (array && kind == Kind::Float)
    std::fill_n(array->floats.get(), array->numElements,
                std::numeric_limits<double>::quiet_NaN());
  else if (array)
    std::fill_n(array->ints.get(), array->numElements, kUnwritten);
  return array;
}

std::optional<Array> Array::createZero(Kind kind, ArrayRef<int64_t> shape) {
  std::optional<Array> array = allocate(kind, shape);
  if (array)
    dispatch(kind, [&](auto *type) {
      using T = std::remove_pointer_t<decltype(type)>;
      std::fill_n(array->getMutable<T>(), array->numElements, T(0));
    });
  return array;
}

Array Array::scalar(double value) {
  Array array;
  array.kind = Kind::Float;
  array.numElements = 1;
  array.floats.reset(new double[1]{value});
  return array;
}

Array Array::scalar(int64_t value) {
  Array array;
  array.kind = Kind::Int;
  array.numElements = 1;
  array.ints.reset(new int64_t[1]{value});
  return array;
}

Array Array::reshape(ArrayRef<int64_t> newShape) const {
  assert(getNumElements(newShape) == numElements && "as many elements");
  Array array = *this;
  array.shape.assign(newShape.begin(), newShape.end());
  return array;
}
