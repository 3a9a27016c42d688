//===- NpyTest.cpp - tests of NumPy files ---------------------------------===//

#include "kalmir/Exec/Npy.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include "gtest/gtest.h"

#include <limits>

using namespace llvm;
using namespace kalmir;
using npy::DType;

namespace {
/// The value of what must have one.
template <typename T>
T get(exec::Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.takeFailure().text;
    return T();
  }
  return std::move(*result);
}

template <typename T>
std::vector<T> getElements(const npy::Array &array) {
  auto elements = array.getElements<T>();
  return std::vector<T>(elements.begin(), elements.end());
}

/// Gives every test a folder of its own and removes it afterwards.
class NpyTest : public ::testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(sys::fs::createUniqueDirectory("kalmir-npy", folder));
  }
  void TearDown() override { sys::fs::remove_directories(folder); }

  std::string getPath(StringRef name) {
    SmallString<128> path(folder);
    sys::path::append(path, name);
    return path.str().str();
  }

  /// Writes a file with this version, header and elements.
  std::string writeRaw(StringRef header, StringRef elements, int version = 1) {
    std::string path = getPath("raw.npy");
    std::error_code code;
    raw_fd_ostream stream(path, code);
    stream << "\x93NUMPY" << char(version) << '\0' << char(header.size())
           << '\0';
    if (version > 1)
      stream << '\0' << '\0';
    stream << header << elements;
    return path;
  }

  /// The text of the error that reading gives.
  std::string readError(const std::string &path) {
    exec::Result<npy::Array> array = npy::read(path);
    if (array)
      return "no error";
    std::string text = array.takeFailure().text;
    StringRef rest(text);
    rest.consume_front("'" + path + "': ");
    return rest.str();
  }

  size_t countFiles() {
    std::error_code code;
    size_t count = 0;
    for (sys::fs::directory_iterator it(folder, code), end; it != end && !code;
         it.increment(code))
      ++count;
    return count;
  }

  SmallString<128> folder;
};
} // namespace

TEST_F(NpyTest, RoundTripsEveryType) {
  for (DType dtype :
       {DType::f64, DType::f32, DType::f16, DType::i64, DType::i32, DType::i16,
        DType::i8, DType::u64, DType::u32, DType::u16, DType::u8, DType::b1}) {
    npy::Array array = get(npy::Array::create(dtype, {2, 3}));
    auto *bytes = static_cast<uint8_t *>(array.getData());
    for (int64_t i = 0; i < array.getNumBytes(); ++i)
      bytes[i] = i;
    std::string path = getPath("array.npy");
    get(npy::write(path, array));
    npy::Array back = get(npy::read(path));
    EXPECT_EQ(back.getDType(), dtype);
    EXPECT_EQ(back.getShape(), std::vector<int64_t>({2, 3}));
    EXPECT_EQ(memcmp(back.getData(), bytes, array.getNumBytes()), 0);
  }
}

TEST_F(NpyTest, RoundTripsScalarsAndEmptyArrays) {
  for (const std::vector<int64_t> &shape :
       {std::vector<int64_t>{}, {0}, {3, 0, 2}, {7}}) {
    npy::Array array = get(npy::Array::create(DType::f32, shape));
    std::string path = getPath("array.npy");
    get(npy::write(path, array));
    EXPECT_EQ(get(npy::read(path)).getShape(), shape);
  }
}

TEST_F(NpyTest, AlignsHeaderAndMemory) {
  npy::Array array = get(npy::Array::create(DType::f64, {1}));
  get(npy::write(getPath("array.npy"), array));
  auto buffer = MemoryBuffer::getFile(getPath("array.npy"));
  EXPECT_EQ((*buffer)->getBufferSize(), 128u + 8u);
  EXPECT_EQ((*buffer)->getBuffer()[127], '\n');
  EXPECT_EQ(reinterpret_cast<uintptr_t>(array.getData()) % 64, 0u);
}

TEST_F(NpyTest, ConvertsFortranOrder) {
  // [[1, 2, 3], [4, 5, 6]] by columns.
  std::string path =
      writeRaw("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n",
               StringRef("\x01\x04\x02\x05\x03\x06", 6));
  npy::Array array = get(npy::read(path));
  EXPECT_EQ(getElements<uint8_t>(array),
            std::vector<uint8_t>({1, 2, 3, 4, 5, 6}));
}

TEST_F(NpyTest, ReadsLaterVersions) {
  for (int version : {2, 3}) {
    std::string path =
        writeRaw("{'shape': (2,), \"descr\": '|i1', 'fortran_order': False}\n",
                 StringRef("\xff\x02", 2), version);
    npy::Array array = get(npy::read(path));
    EXPECT_EQ(getElements<int8_t>(array), std::vector<int8_t>({-1, 2}));
  }
}

TEST_F(NpyTest, RefusesBadElements) {
  EXPECT_EQ(readError(writeRaw(
                "{'descr': '>f4', 'fortran_order': False, 'shape': (0,)}", "")),
            "expected little-endian elements, found '>f4'");
  EXPECT_EQ(readError(writeRaw(
                "{'descr': '<c8', 'fortran_order': False, 'shape': (0,)}", "")),
            "expected elements of type <f8, <f4, <f2, <i8, <i4, <i2, |i1, <u8, "
            "<u4, <u2, |u1, |b1, found '<c8'");
  EXPECT_EQ(readError(writeRaw("{'descr': [('x', '<f4')], 'shape': (0,)}", "")),
            "expected one element type, found a structured type");
}

TEST_F(NpyTest, RefusesBadHeaders) {
  EXPECT_EQ(readError(writeRaw("[1]", "")),
            "expected '{' in the header, found '[1]'");
  EXPECT_EQ(readError(writeRaw("{'descr': '<f4', 'shape': (0,)}", "")),
            "expected the keys descr, fortran_order and shape in the header, "
            "found no 'fortran_order'");
  EXPECT_EQ(readError(writeRaw("{'colour': 1}", "")),
            "expected the keys descr, fortran_order and shape in the header, "
            "found 'colour'");
  EXPECT_EQ(readError(writeRaw("{'shape': [2]}", "")),
            "expected a shape in parentheses in the header, found '[2]}'");
  EXPECT_EQ(readError(writeRaw("{'shape': (-1,)}", "")),
            "expected extents of at least 0, found -1");
  EXPECT_EQ(readError(writeRaw("{'shape': (2x)}", "")),
            "expected ',' or ')' in the header, found 'x)}'");
  EXPECT_EQ(readError(writeRaw("{'shape': (99999999999999999999,)}", "")),
            "expected an extent that fits 64 bits in the header, found "
            "'9999999999999999'");
  EXPECT_EQ(readError(writeRaw("{'descr': '<f4", "")),
            "expected a closed string in the header, found ''<f4'");
  EXPECT_EQ(readError(writeRaw("{'fortran_order': maybe}", "")),
            "expected True or False in the header, found 'maybe}'");
  EXPECT_EQ(readError(writeRaw("{} x", "")),
            "expected the header to end, found 'x'");
  EXPECT_EQ(readError(writeRaw("{}", "", /*version=*/4)),
            "expected version 1, 2 or 3 of the NumPy format, found 4");
}

TEST_F(NpyTest, RefusesWrongSizes) {
  EXPECT_EQ(readError(writeRaw(
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
                "12345678901234567890123")),
            "expected 24 bytes of elements for shape [2, 3] of '<f4', found "
            "23");
  EXPECT_EQ(
      readError(writeRaw(
          "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "12345")),
      "expected 4 bytes of elements for shape [1] of '<f4', found 5");
  EXPECT_EQ(
      readError(writeRaw("{'descr': '<f8', 'fortran_order': False, 'shape': "
                         "(4294967296, 4294967296)}",
                         "")),
      "expected a shape whose size fits 64 bits, found [4294967296, "
      "4294967296]");
  EXPECT_EQ(
      readError(writeRaw("{'descr': '<f8', 'fortran_order': False, 'shape': "
                         "(0, 4294967296, 4294967296)}",
                         "")),
      "expected a shape whose size fits 64 bits, found [0, 4294967296, "
      "4294967296]");
}

TEST_F(NpyTest, RefusesTruncatedHeaders) {
  std::string path = getPath("raw.npy");
  std::error_code code;
  raw_fd_ostream(path, code) << StringRef("\x93NUMPY\x01\0\x02\0{", 11);
  EXPECT_EQ(readError(path), "expected a header of 2 bytes, found the end of "
                             "the file after 1");
  raw_fd_ostream(path, code) << "\x93NUMPY\x01";
  EXPECT_EQ(readError(path),
            "expected a header, found the end of the file after 7 bytes");
  raw_fd_ostream(path, code) << "hello";
  EXPECT_EQ(readError(path), "expected a NumPy file, found no '\\x93NUMPY' at "
                             "its start");
}

TEST_F(NpyTest, NamesAMissingFile) {
  EXPECT_EQ(readError(getPath("none.npy")), "cannot read '" +
                                                getPath("none.npy") +
                                                "': No such file or directory");
}

TEST_F(NpyTest, LeavesNothingBehindWithoutCommit) {
  npy::Array array = get(npy::Array::create(DType::f32, {2}));
  {
    exec::Result<npy::PendingFile> file = npy::stage(getPath("y.npy"), array);
    ASSERT_TRUE(static_cast<bool>(file));
    EXPECT_EQ(countFiles(), 1u);
    EXPECT_FALSE(sys::fs::exists(getPath("y.npy")));
  }
  EXPECT_EQ(countFiles(), 0u);
  exec::Result<npy::PendingFile> file = npy::stage(getPath("y.npy"), array);
  ASSERT_TRUE(static_cast<bool>(file));
  get(file->commit());
  EXPECT_TRUE(sys::fs::exists(getPath("y.npy")));
  EXPECT_EQ(countFiles(), 1u);
}

TEST_F(NpyTest, RefusesDestinationsThatAreNoFiles) {
  npy::Array array = get(npy::Array::create(DType::f32, {2}));
  EXPECT_EQ(
      npy::write(folder.str().str(), array).takeFailure().text,
      ("cannot write '" + folder + "': expected a regular file or a new name")
          .str());
  std::string path = getPath("none/y.npy");
  EXPECT_EQ(npy::write(path, array).takeFailure().text,
            "cannot write '" + path + "': No such file or directory");
}

TEST_F(NpyTest, RefusesSizesThatOverflow) {
  int64_t large = std::numeric_limits<int64_t>::max();
  exec::Result<npy::Array> array = npy::Array::create(DType::f64, {large});
  ASSERT_FALSE(static_cast<bool>(array));
  EXPECT_EQ(array.takeFailure().text,
            "expected a shape whose size fits 64 bits, found "
            "[9223372036854775807]");
  array = npy::Array::create(DType::f64, {-1});
  ASSERT_FALSE(static_cast<bool>(array));
  EXPECT_EQ(array.takeFailure().text,
            "expected a shape whose size fits 64 bits, found [-1]");
}

TEST_F(NpyTest, RefusesSizesBeyondMemory) {
  exec::Result<npy::Array> array = npy::Array::create(DType::u8, {1ll << 60});
  ASSERT_FALSE(static_cast<bool>(array));
  EXPECT_EQ(array.takeFailure().text,
            "cannot allocate 1152921504606846976 bytes for an array of shape "
            "[1152921504606846976]");
}
