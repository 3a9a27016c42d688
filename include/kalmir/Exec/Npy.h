//===- Npy.h - NumPy array files --------------------------------*- C++ -*-===//
//
// Reads and writes `.npy` files, the only file format Kalmir's tools use for
// tensors:
//
//   Result<npy::Array> x = npy::read("x.npy");
//   ...
//   Result<npy::PendingFile> file = npy::stage("y.npy", y);
//   ...                                   // whatever else may still fail
//   Status status = file->commit();       // now, and only now, y.npy changes
//
// Versions 1 to 3 of the format, little-endian numbers of 1 to 8 bytes and
// booleans. Arrays are C-contiguous in memory; Fortran order is converted on
// reading. bf16 has no NumPy type and travels as `<u2`.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_EXEC_NPY_H
#define KALMIR_EXEC_NPY_H

#include "kalmir/Exec/Result.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kalmir::npy {

/// Element types that a file may hold.
enum class DType { f64, f32, f16, i64, i32, i16, i8, u64, u32, u16, u8, b1 };

/// Bytes of one element.
int64_t getSize(DType dtype);

/// NumPy's name, as in a header: "<f4", "|b1".
std::string_view getDescr(DType dtype);

/// The type that NumPy calls `descr`, or a failure that names what is accepted.
exec::Result<DType> parseDescr(std::string_view descr);

/// "[2, 3]", for diagnostics.
std::string formatShape(const std::vector<int64_t> &shape);

/// Elements that somebody else owns.
template <typename T>
class Elements {
public:
  Elements(T *first, int64_t count) : first(first), count(count) {}
  T *begin() const { return first; }
  T *end() const { return first + count; }

private:
  T *first;
  int64_t count;
};

/// A dense C-contiguous array in host memory, aligned to 64 bytes. Movable,
/// not copyable.
class Array {
public:
  Array() = default;

  /// An array with unspecified contents. Fails if an extent is negative, the
  /// size overflows, or memory runs out.
  static exec::Result<Array> create(DType dtype, std::vector<int64_t> shape);

  DType getDType() const { return dtype; }
  const std::vector<int64_t> &getShape() const { return shape; }
  /// Product of the extents; 1 for rank 0.
  int64_t getNumElements() const { return numElements; }
  int64_t getNumBytes() const { return numElements * getSize(dtype); }

  void *getData() { return data.get(); }
  const void *getData() const { return data.get(); }
  /// The elements; `T` must have the size of the element type.
  template <typename T>
  Elements<T> getElements() {
    assert(sizeof(T) == static_cast<size_t>(getSize(dtype)));
    return {static_cast<T *>(data.get()), numElements};
  }
  template <typename T>
  Elements<const T> getElements() const {
    assert(sizeof(T) == static_cast<size_t>(getSize(dtype)));
    return {static_cast<const T *>(data.get()), numElements};
  }

private:
  struct Free {
    void operator()(void *pointer) const { std::free(pointer); }
  };

  DType dtype = DType::f64;
  std::vector<int64_t> shape;
  int64_t numElements = 0;
  std::unique_ptr<void, Free> data;
};

/// Reads a file. Failures name the file, and say what was expected and found:
/// a missing or truncated file, trailing bytes, a malformed header, big-endian
/// or unsupported elements, sizes that overflow.
exec::Result<Array> read(const std::string &path);

/// An array written to a temporary file beside its destination. Destroying it
/// without `commit` removes the temporary file and leaves the destination as
/// it was; so does a signal that ends the process.
class PendingFile {
public:
  PendingFile(PendingFile &&other) = default;
  PendingFile &operator=(PendingFile &&) = delete;
  ~PendingFile();

  /// Gives the file its name, replacing what was there, in one step.
  exec::Status commit();

private:
  friend exec::Result<PendingFile> stage(const std::string &path,
                                         const Array &array);
  PendingFile(std::unique_ptr<char[]> temporary, std::string path);

  /// Null where nothing is pending. It keeps its address, for signal handlers.
  std::unique_ptr<char[]> temporary;
  std::string path;
};

/// Writes `array` beside `path`, to be renamed by `PendingFile::commit`. Fails
/// if the folder cannot be written or `path` is something else than a file.
exec::Result<PendingFile> stage(const std::string &path, const Array &array);

/// `stage` and `commit` at once.
exec::Status write(const std::string &path, const Array &array);

/// Removes the temporary files that there are. For who ends the process
/// without running destructors; allowed in signal handlers.
void removePendingFiles();

} // namespace kalmir::npy

#endif // KALMIR_EXEC_NPY_H
