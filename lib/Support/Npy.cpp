//===- Npy.cpp - NumPy array files ----------------------------------------===//

#include "kalmir/Support/Npy.h"

#include "kalmir/Support/InputFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>

using namespace llvm;
using namespace kalmir;
using namespace kalmir::npy;

static_assert(llvm::endianness::native == llvm::endianness::little,
              "elements are stored as they lie in memory");

static constexpr StringLiteral kMagic = "\x93NUMPY";
static constexpr size_t kAlignment = 64;

static Error makeError(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

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
  llvm_unreachable("covered switch");
}

static constexpr std::pair<StringLiteral, DType> kDescrs[] = {
    {"<f8", DType::f64}, {"<f4", DType::f32}, {"<f2", DType::f16},
    {"<i8", DType::i64}, {"<i4", DType::i32}, {"<i2", DType::i16},
    {"|i1", DType::i8},  {"<u8", DType::u64}, {"<u4", DType::u32},
    {"<u2", DType::u16}, {"|u1", DType::u8},  {"|b1", DType::b1}};

StringRef npy::getDescr(DType dtype) {
  return find_if(kDescrs, [&](auto &entry) { return entry.second == dtype; })
      ->first;
}

Expected<DType> npy::parseDescr(StringRef descr) {
  for (auto &[name, dtype] : kDescrs)
    if (name == descr)
      return dtype;
  if (descr.starts_with(">"))
    return makeError("expected little-endian elements, found '" + descr + "'");
  std::string known = join(
      map_range(kDescrs, [](auto &entry) { return entry.first.str(); }), ", ");
  return makeError("expected elements of type " + known + ", found '" + descr +
                   "'");
}

std::string npy::formatShape(ArrayRef<int64_t> shape) {
  return "[" +
         join(map_range(shape, [](int64_t size) { return itostr(size); }),
              ", ") +
         "]";
}

/// Product of the extents, or nothing if one is negative or the size in bytes
/// does not fit. An extent of 0 does not excuse an overflow beside it.
static std::optional<int64_t> countElements(ArrayRef<int64_t> shape,
                                            int64_t elementSize) {
  int64_t bytes = elementSize;
  bool empty = false;
  for (int64_t size : shape) {
    if (size < 0)
      return std::nullopt;
    if (size == 0)
      empty = true;
    else if (MulOverflow(bytes, size, bytes))
      return std::nullopt;
  }
  return empty ? 0 : bytes / elementSize;
}

Expected<Array> Array::create(DType dtype, ArrayRef<int64_t> shape) {
  std::optional<int64_t> count = countElements(shape, npy::getSize(dtype));
  if (!count)
    return makeError("expected a shape whose size fits 64 bits, found " +
                     formatShape(shape));
  Array array;
  array.dtype = dtype;
  array.shape = SmallVector<int64_t>(shape);
  array.numElements = *count;
  size_t bytes = alignTo(std::max<int64_t>(array.getNumBytes(), 1), kAlignment);
  array.data.reset(std::aligned_alloc(kAlignment, bytes));
  if (!array.data)
    return makeError("cannot allocate " + Twine(bytes) +
                     " bytes for an array of shape " + formatShape(shape));
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
  SmallVector<int64_t> shape;
};

/// Parses the header's dictionary, a Python literal:
///   {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
class HeaderParser {
public:
  explicit HeaderParser(StringRef text) : rest(text) {}

  Expected<Header> parse() {
    Header header;
    bool sawDescr = false, sawOrder = false, sawShape = false;
    if (!consume("{"))
      return expected("'{'");
    while (!consume("}")) {
      Expected<StringRef> key = parseString();
      if (!key)
        return key.takeError();
      if (!consume(":"))
        return expected("':' after '" + *key + "'");
      if (*key == "descr") {
        sawDescr = true;
        if (rest.ltrim().starts_with("["))
          return makeError(
              "expected one element type, found a structured type");
        Expected<StringRef> descr = parseString();
        if (!descr)
          return descr.takeError();
        Expected<DType> dtype = parseDescr(*descr);
        if (!dtype)
          return dtype.takeError();
        header.dtype = *dtype;
      } else if (*key == "fortran_order") {
        sawOrder = true;
        header.fortranOrder = consume("True");
        if (!header.fortranOrder && !consume("False"))
          return expected("True or False");
      } else if (*key == "shape") {
        sawShape = true;
        if (Error error = parseShape(header.shape))
          return error;
      } else {
        return makeError("expected the keys descr, fortran_order and shape in "
                         "the header, found '" +
                         *key + "'");
      }
      if (!consume(",") && !rest.ltrim().starts_with("}"))
        return expected("',' or '}'");
    }
    if (!rest.trim().empty())
      return makeError("expected the header to end, found '" + rest.trim() +
                       "'");
    if (!sawDescr || !sawOrder || !sawShape)
      return makeError("expected the keys descr, fortran_order and shape in "
                       "the header, found no '" +
                       Twine(!sawDescr  ? "descr"
                             : sawOrder ? "shape"
                                        : "fortran_order") +
                       "'");
    return header;
  }

private:
  bool consume(StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }

  Error expected(const Twine &what) {
    return makeError("expected " + what + " in the header, found '" +
                     rest.ltrim().take_front(16).rtrim() + "'");
  }

  Expected<StringRef> parseString() {
    rest = rest.ltrim();
    if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
      return expected("a string");
    size_t end = rest.find(rest[0], 1);
    if (end == StringRef::npos)
      return expected("a closed string");
    StringRef string = rest.slice(1, end);
    rest = rest.drop_front(end + 1);
    return string;
  }

  Error parseShape(SmallVectorImpl<int64_t> &shape) {
    if (!consume("("))
      return expected("a shape in parentheses");
    while (!consume(")")) {
      rest = rest.ltrim();
      int64_t size;
      if (rest.consumeInteger(10, size))
        return expected("an extent that fits 64 bits");
      if (size < 0)
        return makeError("expected extents of at least 0, found " +
                         Twine(size));
      shape.push_back(size);
      if (!consume(",") && !rest.ltrim().starts_with(")"))
        return expected("',' or ')'");
    }
    return Error::success();
  }

  StringRef rest;
};
} // namespace

/// Splits a file into its header's text and the elements' bytes.
static Expected<std::pair<StringRef, StringRef>> splitFile(StringRef bytes) {
  if (!bytes.starts_with(kMagic))
    return makeError("expected a NumPy file, found no '\\x93NUMPY' at its "
                     "start");
  if (bytes.size() < 10)
    return makeError("expected a header, found the end of the file after " +
                     Twine(bytes.size()) + " bytes");
  unsigned major = static_cast<uint8_t>(bytes[6]);
  if (major < 1 || major > 3)
    return makeError("expected version 1, 2 or 3 of the NumPy format, found " +
                     Twine(major));
  size_t start = major == 1 ? 10 : 12;
  if (bytes.size() < start)
    return makeError("expected a header, found the end of the file after " +
                     Twine(bytes.size()) + " bytes");
  uint64_t length = major == 1 ? support::endian::read16le(bytes.data() + 8)
                               : support::endian::read32le(bytes.data() + 8);
  if (bytes.size() - start < length)
    return makeError("expected a header of " + Twine(length) +
                     " bytes, found the end of the file after " +
                     Twine(bytes.size() - start));
  return std::make_pair(bytes.substr(start, length),
                        bytes.substr(start + length));
}

/// Copies Fortran-ordered elements of `T` into C order.
template <typename T>
static void copyFromFortran(const char *source, Array &array) {
  ArrayRef<int64_t> shape = array.getShape();
  MutableArrayRef<T> elements = array.getElements<T>();
  SmallVector<int64_t> strides(shape.size(), 1), index(shape.size(), 0);
  for (size_t i = 1; i < shape.size(); ++i)
    strides[i] = strides[i - 1] * shape[i - 1];
  int64_t offset = 0;
  for (T &element : elements) {
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

static Expected<Array> parseFile(StringRef bytes) {
  auto parts = splitFile(bytes);
  if (!parts)
    return parts.takeError();
  Expected<Header> header = HeaderParser(parts->first).parse();
  if (!header)
    return header.takeError();
  // The size is checked before memory is taken for it.
  std::optional<int64_t> count =
      countElements(header->shape, getSize(header->dtype));
  if (count && static_cast<uint64_t>(*count * getSize(header->dtype)) !=
                   parts->second.size())
    return makeError(
        "expected " + Twine(*count * getSize(header->dtype)) +
        " bytes of elements for shape " + formatShape(header->shape) + " of '" +
        getDescr(header->dtype) + "', found " + Twine(parts->second.size()));
  Expected<Array> array = Array::create(header->dtype, header->shape);
  if (!array)
    return array.takeError();
  const char *source = parts->second.data();
  if (!header->fortranOrder || header->shape.size() < 2) {
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

Expected<Array> npy::read(StringRef path) {
  if (Error error = checkInputFile(path))
    return error;
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!buffer)
    return makeError("cannot read '" + path +
                     "': " + buffer.getError().message());
  Expected<Array> array = parseFile((*buffer)->getBuffer());
  if (!array)
    return makeError("'" + path + "': " + toString(array.takeError()));
  return array;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// Magic, version 1 and the dictionary, padded so that the elements are
/// aligned.
static std::string makeHeader(const Array &array) {
  std::string shape;
  for (int64_t size : array.getShape())
    shape += itostr(size) + ", ";
  // Python writes (2, 3) and (2,).
  if (array.getShape().size() > 1)
    shape.resize(shape.size() - 2);
  else if (!shape.empty())
    shape.pop_back();
  std::string text = ("{'descr': '" + getDescr(array.getDType()) +
                      "', 'fortran_order': False, 'shape': (" + shape + "), }")
                         .str();
  size_t total = alignTo(10 + text.size() + 1, kAlignment);
  text.resize(total - 10 - 1, ' ');
  text += '\n';
  std::string header = kMagic.str();
  header += '\x01';
  header += '\0';
  header += static_cast<char>(text.size() & 0xff);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

PendingFile::~PendingFile() {
  if (file)
    consumeError(file->discard());
}

Error PendingFile::commit() {
  Error error = file->keep(path);
  file.reset();
  if (error)
    return makeError("cannot write '" + path +
                     "': " + toString(std::move(error)));
  return Error::success();
}

Expected<PendingFile> npy::stage(StringRef path, const Array &array) {
  auto fail = [&](const Twine &why) {
    return makeError("cannot write '" + path + "': " + why);
  };
  // A rename would replace a device or a folder's entry.
  sys::fs::file_status status;
  if (!sys::fs::status(path, status) && !sys::fs::is_regular_file(status))
    return fail("expected a regular file or a new name");
  Expected<sys::fs::TempFile> temporary =
      sys::fs::TempFile::create(path + "-%%%%%%%%.tmp");
  if (!temporary)
    return fail(toString(temporary.takeError()));
  PendingFile pending(std::move(*temporary), path.str());
  raw_fd_ostream stream(pending.file->FD, /*shouldClose=*/false);
  stream << makeHeader(array);
  stream.write(static_cast<const char *>(array.getData()), array.getNumBytes());
  stream.flush();
  if (std::error_code code = stream.error()) {
    stream.clear_error();
    return fail(code.message());
  }
  return pending;
}

Error npy::write(StringRef path, const Array &array) {
  Expected<PendingFile> file = stage(path, array);
  if (!file)
    return file.takeError();
  return file->commit();
}
