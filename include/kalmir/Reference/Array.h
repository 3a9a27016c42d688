//===- Array.h - values of the reference interpreter ------------*- C++ -*-===//
//
// Every value that the interpreter handles, scalar or tensor, is an `Array`:
// all floating-point types are held as double, all integers and index as
// int64_t. A value of integer type iN is kept sign-extended from N bits, i1 as
// 0 or 1, so that equal values have equal representations.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_REFERENCE_ARRAY_H
#define KALMIR_REFERENCE_ARRAY_H

#include "mlir/IR/Types.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace kalmir::reference {

/// How the elements of a value are represented.
enum class Kind { Float, Int };

/// The representation of an element type or of a shaped type's elements;
/// nothing for types that the reference does not know (complex, vectors,
/// buffers, integers wider than 64 bits).
std::optional<Kind> getKind(mlir::Type type);

/// Bits of an integer type, 64 for index; 64 for floating-point types.
unsigned getWidth(mlir::Type type);

/// `value` in the representation of a `width`-bit integer.
inline int64_t wrap(int64_t value, unsigned width) {
  if (width >= 64)
    return value;
  if (width == 1)
    return value & 1;
  unsigned shift = 64 - width;
  return static_cast<int64_t>(static_cast<uint64_t>(value) << shift) >> shift;
}

/// The number of elements of a shape, or nothing if an extent is negative or
/// the product overflows or is larger than any machine's memory.
std::optional<int64_t> getNumElements(llvm::ArrayRef<int64_t> shape);

/// Strides of a C-contiguous array, in elements.
llvm::SmallVector<int64_t> getStrides(llvm::ArrayRef<int64_t> shape);

/// A dense C-contiguous array with value semantics: copies share the elements
/// until one of them is written. Rank 0 holds one element; scalars are arrays
/// of rank 0.
class Array {
public:
  Array() = default;

  /// An array filled with NaN (Float) or `kUnwritten` (Int), so that reading
  /// an element that was never written shows. Nothing if it does not fit in
  /// memory.
  static std::optional<Array> create(Kind kind, llvm::ArrayRef<int64_t> shape);
  /// The same filled with 0.
  static std::optional<Array> createZero(Kind kind,
                                         llvm::ArrayRef<int64_t> shape);
  static Array scalar(double value);
  static Array scalar(int64_t value);

  /// What unwritten integers hold before wrapping to their width.
  static constexpr int64_t kUnwritten = INT64_MIN + 0x5a5a5a5a;

  Kind getKind() const { return kind; }
  bool isFloat() const { return kind == Kind::Float; }
  llvm::ArrayRef<int64_t> getShape() const { return shape; }
  int64_t getRank() const { return shape.size(); }
  int64_t size() const { return numElements; }

  /// The elements for reading; `T` is double or int64_t as the kind says.
  template <typename T>
  const T *get() const;
  /// The elements for writing; copies them first if they are shared.
  template <typename T>
  T *getMutable();

  /// The one integer of a scalar.
  int64_t getInt() const;

  /// The same elements under another shape with as many elements.
  Array reshape(llvm::ArrayRef<int64_t> newShape) const;

private:
  static std::optional<Array> allocate(Kind kind,
                                       llvm::ArrayRef<int64_t> shape);

  Kind kind = Kind::Float;
  llvm::SmallVector<int64_t, 4> shape;
  int64_t numElements = 0;
  std::shared_ptr<double[]> floats;
  std::shared_ptr<int64_t[]> ints;
};

template <>
const double *Array::get<double>() const;
template <>
const int64_t *Array::get<int64_t>() const;
template <>
double *Array::getMutable<double>();
template <>
int64_t *Array::getMutable<int64_t>();

inline int64_t Array::getInt() const { return get<int64_t>()[0]; }

/// Calls `function` with a null `double *` or `int64_t *`, as `kind` says, so
/// that one generic lambda serves both representations.
template <typename Function>
auto dispatch(Kind kind, Function function) {
  if (kind == Kind::Float)
    return function(static_cast<double *>(nullptr));
  return function(static_cast<int64_t *>(nullptr));
}

} // namespace kalmir::reference

#endif // KALMIR_REFERENCE_ARRAY_H
