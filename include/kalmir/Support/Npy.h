//===- Npy.h - NumPy array files --------------------------------*- C++ -*-===//
//
// Reads and writes `.npy` files, the only file format Kalmir's tools use for
// tensors:
//
//   llvm::Expected<npy::Array> x = npy::read("x.npy");
//   ...
//   llvm::Expected<npy::PendingFile> file = npy::stage("y.npy", y);
//   ...                                   // whatever else may still fail
//   llvm::Error error = file->commit();   // now, and only now, y.npy changes
//
// Versions 1 to 3 of the format, little-endian numbers of 1 to 8 bytes and
// booleans. Arrays are C-contiguous in memory; Fortran order is converted on
// reading. bf16 has no NumPy type and travels as `<u2`.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_SUPPORT_NPY_H
#define KALMIR_SUPPORT_NPY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

namespace kalmir::npy {

/// Element types that a file may hold.
enum class DType { f64, f32, f16, i64, i32, i16, i8, u64, u32, u16, u8, b1 };

/// Bytes of one element.
int64_t getSize(DType dtype);

/// NumPy's name, as in a header: "<f4", "|b1".
llvm::StringRef getDescr(DType dtype);

/// The type that NumPy calls `descr`, or an error that names what is accepted.
llvm::Expected<DType> parseDescr(llvm::StringRef descr);

/// "[2, 3]", for diagnostics.
std::string formatShape(llvm::ArrayRef<int64_t> shape);

/// A dense C-contiguous array in host memory, aligned to 64 bytes. Movable,
/// not copyable.
class Array {
public:
  Array() = default;

  /// An array with unspecified contents. Fails if an extent is negative, the
  /// size overflows, or memory runs out.
  static llvm::Expected<Array> create(DType dtype,
                                      llvm::ArrayRef<int64_t> shape);

  DType getDType() const { return dtype; }
  llvm::ArrayRef<int64_t> getShape() const { return shape; }
  /// Product of the extents; 1 for rank 0.
  int64_t getNumElements() const { return numElements; }
  int64_t getNumBytes() const { return numElements * getSize(dtype); }

  void *getData() { return data.get(); }
  const void *getData() const { return data.get(); }
  /// The elements; `T` must have the size of the element type.
  template <typename T>
  llvm::MutableArrayRef<T> getElements() {
    assert(sizeof(T) == static_cast<size_t>(getSize(dtype)));
    return {static_cast<T *>(data.get()), static_cast<size_t>(numElements)};
  }
  template <typename T>
  llvm::ArrayRef<T> getElements() const {
    return const_cast<Array *>(this)->getElements<T>();
  }

private:
  struct Free {
    void operator()(void *pointer) const { std::free(pointer); }
  };

  DType dtype = DType::f64;
  llvm::SmallVector<int64_t> shape;
  int64_t numElements = 0;
  std::unique_ptr<void, Free> data;
};

/// Reads a file. Errors name the file, and say what was expected and found:
/// a missing or truncated file, trailing bytes, a malformed header, big-endian
/// or unsupported elements, sizes that overflow.
llvm::Expected<Array> read(llvm::StringRef path);

/// An array written to a temporary file beside its destination. Destroying it
/// without `commit` removes the temporary file and leaves the destination as
/// it was; so does a signal that ends the process.
class PendingFile {
public:
  PendingFile(PendingFile &&other)
      : file(std::move(other.file)), path(std::move(other.path)) {
    other.file.reset();
  }
  PendingFile &operator=(PendingFile &&) = delete;
  ~PendingFile();

  /// Gives the file its name, replacing what was there, in one step.
  llvm::Error commit();

private:
  friend llvm::Expected<PendingFile> stage(llvm::StringRef path,
                                           const Array &array);
  PendingFile(llvm::sys::fs::TempFile file, std::string path)
      : file(std::move(file)), path(std::move(path)) {}

  std::optional<llvm::sys::fs::TempFile> file;
  std::string path;
};

/// Writes `array` beside `path`, to be renamed by `PendingFile::commit`. Fails
/// if the folder cannot be written or `path` is something else than a file.
llvm::Expected<PendingFile> stage(llvm::StringRef path, const Array &array);

/// `stage` and `commit` at once.
llvm::Error write(llvm::StringRef path, const Array &array);

} // namespace kalmir::npy

#endif // KALMIR_SUPPORT_NPY_H
