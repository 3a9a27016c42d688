//===- Npy.cpp - NumPy array files: arrays and reading --------------------===//

#include "kalmir/Exec/Npy.h"

#include "kalmir/Exec/Files.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace kalmir;
using namespace kalmir::npy;
using exec::Failure;
using exec::Result;
using exec::Status;
using exec::Success;
using std::string_view;

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "elements are stored as they lie in memory");

static constexpr string_view kMagic = "\x93NUMPY";
static constexpr size_t kAlignment = 64;

//===----------------------------------------------------------------------===//
// Element types and arrays
//===----------------------------------------------------------------------===//

int64_t npy::getSize(DType dtype) {
  switch (dtype) {
  case DType::f64:
  case DType::i64:
  case DType::u64:
    return 8;
  case DType::f32:
  case DType::i32:
  case DType::u32:
    return 4;
  case DType::f16:
  case DType::i16:
  case DType::u16:
    return 2;
  case DType::i8:
  case DType::u8:
  case DType::b1:
    return 1;
  }
  __builtin_unreachable();
}

static constexpr std::pair<string_view, DType> kDescrs[] = {
    {"<f8", DType::f64}, {"<f4", DType::f32}, {"<f2", DType::f16},
    {"<i8", DType::i64}, {"<i4", DType::i32}, {"<i2", DType::i16},
    {"|i1", DType::i8},  {"<u8", DType::u64}, {"<u4", DType::u32},
    {"<u2", DType::u16}, {"|u1", DType::u8},  {"|b1", DType::b1}};

string_view npy::getDescr(DType dtype) {
  return std::find_if(std::begin(kDescrs), std::end(kDescrs),
                      [&](auto &entry) { return entry.second == dtype; })
      ->first;
}

Result<DType> npy::parseDescr(string_view descr) {
  std::string known;
  for (auto &[name, dtype] : kDescrs) {
    if (name == descr)
      return dtype;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  std::string found = "found '" + std::string(descr) + "'";
  if (!descr.empty() && descr[0] == '>')
    return Failure{"expected little-endian elements, " + found};
  return Failure{"expected elements of type " + known + ", " + found};
}

std::string npy::formatShape(const std::vector<int64_t> &shape) {
  std::string text = "[";
  for (int64_t size : shape)
    text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  return text + "]";
}

/// Product of the extents, or nothing if one is negative or the size in bytes
/// does not fit. An extent of 0 does not excuse an overflow beside it.
static std::optional<int64_t> countElements(const std::vector<int64_t> &shape,
                                            int64_t elementSize) {
  int64_t bytes = elementSize;
  bool empty = false;
  for (int64_t size : shape) {
    if (size < 0)
      return std::nullopt;
    if (size == 0)
      empty = true;
    else if (__builtin_mul_overflow(bytes, size, &bytes))
      return std::nullopt;
  }
  return empty ? 0 : bytes / elementSize;
}

Result<Array> Array::create(DType dtype, std::vector<int64_t> shape) {
  std::optional<int64_t> count = countElements(shape, npy::getSize(dtype));
  if (!count)
    return Failure{"expected a shape whose size fits 64 bits, found " +
                   formatShape(shape)};
  Array array;
  array.dtype = dtype;
  array.shape = std::move(shape);
  array.numElements = *count;
  size_t bytes = std::max<int64_t>(array.getNumBytes(), 1);
  bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  array.data.reset(std::aligned_alloc(kAlignment, bytes));
  if (!array.data)
    return Failure{"cannot allocate " + std::to_string(bytes) +
                   " bytes for an array of shape " + formatShape(array.shape)};
  return array;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

namespace {
/// What the header of a file says.
struct Header {
  DType dtype = DType::f64;
  bool fortranOrder = false;
  std::vector<int64_t> shape;
};

/// Parses the header's dictionary, a Python literal:
///   {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
class HeaderParser {
public:
  explicit HeaderParser(string_view text) : rest(text) {}

  Result<Header> parse() {
    Header header;
    bool sawDescr = false, sawOrder = false, sawShape = false;
    if (!consume("{"))
      return expected("'{'");
    while (!consume("}")) {
      Result<string_view> key = parseString();
      if (!key)
        return key.takeFailure();
      if (!consume(":"))
        return expected("':' after '" + std::string(*key) + "'");
      if (*key == "descr") {
        sawDescr = true;
        if (startsWith("["))
          return Failure{"expected one element type, found a structured type"};
        Result<string_view> descr = parseString();
        if (!descr)
          return descr.takeFailure();
        Result<DType> dtype = parseDescr(*descr);
        if (!dtype)
          return dtype.takeFailure();
        header.dtype = *dtype;
      } else if (*key == "fortran_order") {
        sawOrder = true;
        header.fortranOrder = consume("True");
        if (!header.fortranOrder && !consume("False"))
          return expected("True or False");
      } else if (*key == "shape") {
        sawShape = true;
        if (Status status = parseShape(header.shape); !status)
          return status.takeFailure();
      } else {
        return Failure{"expected the keys descr, fortran_order and shape in "
                       "the header, found '" +
                       std::string(*key) + "'"};
      }
      if (!consume(",") && !startsWith("}"))
        return expected("',' or '}'");
    }
    if (string_view after = trimRight(skipSpace()); !after.empty())
      return Failure{"expected the header to end, found '" +
                     std::string(after) + "'"};
    if (!sawDescr || !sawOrder || !sawShape)
      return Failure{"expected the keys descr, fortran_order and shape in "
                     "the header, found no '" +
                     std::string(!sawDescr  ? "descr"
                                 : sawOrder ? "shape"
                                            : "fortran_order") +
                     "'"};
    return header;
  }

private:
  static constexpr string_view kSpace = " \t\r\n";

  static string_view trimRight(string_view text) {
    return text.substr(0, text.find_last_not_of(kSpace) + 1);
  }

  /// What is left to parse, without the space before it.
  string_view skipSpace() {
    rest.remove_prefix(std::min(rest.find_first_not_of(kSpace), rest.size()));
    return rest;
  }

  bool startsWith(string_view token) {
    return skipSpace().substr(0, token.size()) == token;
  }

  bool consume(string_view token) {
    if (!startsWith(token))
      return false;
    rest.remove_prefix(token.size());
    return true;
  }

  Failure expected(const std::string &what) {
    return {"expected " + what + " in the header, found '" +
            std::string(trimRight(skipSpace().substr(0, 16))) + "'"};
  }

  Result<string_view> parseString() {
    if (!startsWith("'") && !startsWith("\""))
      return expected("a string");
    size_t end = rest.find(rest[0], 1);
    if (end == string_view::npos)
      return expected("a closed string");
    string_view string = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    return string;
  }

  Status parseShape(std::vector<int64_t> &shape) {
    if (!consume("("))
      return expected("a shape in parentheses");
    while (!consume(")")) {
      skipSpace();
      int64_t size;
      auto [end, error] =
          std::from_chars(rest.data(), rest.data() + rest.size(), size);
      if (error != std::errc())
        return expected("an extent that fits 64 bits");
      rest.remove_prefix(end - rest.data());
      if (size < 0)
        return Failure{"expected extents of at least 0, found " +
                       std::to_string(size)};
      shape.push_back(size);
      if (!consume(",") && !startsWith(")"))
        return expected("',' or ')'");
    }
    return Success();
  }

  string_view rest;
};
} // namespace

/// Splits a file into its header's text and the elements' bytes.
static Result<std::pair<string_view, string_view>>
splitFile(string_view bytes) {
  auto endsAfter = [](const std::string &what, size_t size) {
    return Failure{"expected a header" + what +
                   ", found the end of the file after " + std::to_string(size)};
  };
  if (bytes.substr(0, kMagic.size()) != kMagic)
    return Failure{"expected a NumPy file, found no '\\x93NUMPY' at its "
                   "start"};
  auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  unsigned major = bytes.size() > 6 ? byte(6) : 1;
  size_t start = major == 1 ? 10 : 12;
  if (bytes.size() >= 10 && (major < 1 || major > 3))
    return Failure{"expected version 1, 2 or 3 of the NumPy format, found " +
                   std::to_string(major)};
  if (bytes.size() < start)
    return Failure{endsAfter("", bytes.size()).text + " bytes"};
  uint64_t length = 0;
  for (size_t i = start; i-- > 8;)
    length = length << 8 | byte(i);
  if (bytes.size() - start < length)
    return endsAfter(" of " + std::to_string(length) + " bytes",
                     bytes.size() - start);
  return std::make_pair(bytes.substr(start, length),
                        bytes.substr(start + length));
}

/// Copies Fortran-ordered elements of `T` into C order.
template <typename T>
static void copyFromFortran(const char *source, Array &array) {
  const std::vector<int64_t> &shape = array.getShape();
  std::vector<int64_t> strides(shape.size(), 1), index(shape.size(), 0);
  for (size_t i = 1; i < shape.size(); ++i)
    strides[i] = strides[i - 1] * shape[i - 1];
  int64_t offset = 0;
  for (T &element : array.getElements<T>()) {
    std::memcpy(&element, source + offset * sizeof(T), sizeof(T));
    for (size_t i = shape.size(); i-- > 0;) {
      offset += strides[i];
      if (++index[i] < shape[i])
        break;
      offset -= strides[i] * shape[i];
      index[i] = 0;
    }
  }
}

static Result<Array> parseFile(string_view bytes) {
  auto parts = splitFile(bytes);
  if (!parts)
    return parts.takeFailure();
  Result<Header> header = HeaderParser(parts->first).parse();
  if (!header)
    return header.takeFailure();
  // The size is checked before memory is taken for it.
  std::optional<int64_t> count =
      countElements(header->shape, getSize(header->dtype));
  if (count && static_cast<uint64_t>(*count * getSize(header->dtype)) !=
                   parts->second.size())
    return Failure{
        "expected " + std::to_string(*count * getSize(header->dtype)) +
        " bytes of elements for shape " + formatShape(header->shape) + " of '" +
        std::string(getDescr(header->dtype)) + "', found " +
        std::to_string(parts->second.size())};
  bool isFortran = header->fortranOrder && header->shape.size() > 1;
  Result<Array> array = Array::create(header->dtype, header->shape);
  if (!array)
    return array;
  const char *source = parts->second.data();
  if (!isFortran) {
    std::memcpy(array->getData(), source, array->getNumBytes());
    return array;
  }
  switch (getSize(header->dtype)) {
  case 1:
    copyFromFortran<uint8_t>(source, *array);
    break;
  case 2:
    copyFromFortran<uint16_t>(source, *array);
    break;
  case 4:
    copyFromFortran<uint32_t>(source, *array);
    break;
  case 8:
    copyFromFortran<uint64_t>(source, *array);
    break;
  }
  return array;
}

namespace {
/// The bytes of an open file, or of a pipe until its end.
class FileBytes {
public:
  /// Fails with an error number.
  int load(int file) {
    struct stat status;
    if (::fstat(file, &status))
      return errno;
    if (S_ISREG(status.st_mode) && status.st_size > 0) {
      void *mapped =
          ::mmap(nullptr, status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
      if (mapped == MAP_FAILED)
        return errno;
      bytes = {static_cast<const char *>(mapped),
               static_cast<size_t>(status.st_size)};
      isMapped = true;
      return 0;
    }
    char block[4096];
    ssize_t count;
    while ((count = ::read(file, block, sizeof block)) != 0) {
      if (count > 0)
        buffer.append(block, count);
      else if (errno != EINTR)
        return errno;
    }
    bytes = buffer;
    return 0;
  }

  ~FileBytes() {
    if (isMapped)
      ::munmap(const_cast<char *>(bytes.data()), bytes.size());
  }

  string_view get() const { return bytes; }

private:
  string_view bytes;
  std::string buffer;
  bool isMapped = false;
};
} // namespace

Result<Array> npy::read(const std::string &path) {
  if (Status status = exec::checkInputFile(path); !status)
    return status.takeFailure();
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  FileBytes bytes;
  int error = file < 0 ? errno : bytes.load(file);
  if (file >= 0)
    ::close(file);
  if (error)
    return Failure{"cannot read '" + path + "': " + std::strerror(error)};
  Result<Array> array = parseFile(bytes.get());
  if (!array)
    return Failure{"'" + path + "': " + array.takeFailure().text};
  return array;
}
