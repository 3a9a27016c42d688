//===- Array.cpp - arrays in .npy files -----------------------------------===//

#include "Array.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

static int64_t widthOf(const std::string &type) { return type[2] - '0'; }

Array Array::allocate(std::string type, std::vector<int64_t> shape) {
  Array array{std::move(type), std::move(shape), nullptr};
  // Aligned as NumPy, PyTorch and JAX align theirs; never of no bytes.
  int64_t rounded = (array.bytes() / 64 + 1) * 64;
  array.data.reset(static_cast<char *>(std::aligned_alloc(64, rounded)),
                   std::free);
  return array;
}

int64_t Array::size() const {
  int64_t size = 1;
  for (int64_t extent : shape)
    size *= extent;
  return size;
}

int64_t Array::bytes() const { return size() * widthOf(type); }

float *Array::f32() const {
  if (type != "<f4")
    throw std::runtime_error("expected float32, found " + type);
  return reinterpret_cast<float *>(data.get());
}

double Array::at(int64_t index) const {
  const char *element = data.get() + index * widthOf(type);
  if (type == "<f8") {
    double value;
    std::memcpy(&value, element, sizeof value);
    return value;
  }
  uint32_t bits = 0;
  if (type == "<u2") {
    uint16_t high;
    std::memcpy(&high, element, sizeof high);
    bits = uint32_t(high) << 16;
  } else {
    std::memcpy(&bits, element, sizeof bits);
  }
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

void Array::poison() {
  // All bits set is a NaN in every type.
  std::memset(data.get(), 0xff, bytes());
}

/// What stands in `text` between `before` and `after`, or an empty text.
static std::string between(const std::string &text, const std::string &before,
                           const std::string &after) {
  size_t start = text.find(before);
  if (start == std::string::npos)
    return "";
  start += before.size();
  size_t end = text.find(after, start);
  return end == std::string::npos ? "" : text.substr(start, end - start);
}

Array readNpy(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  char start[10];
  if (!file.read(start, sizeof start) || std::memcmp(start, "\x93NUMPY\1", 7))
    throw std::runtime_error("expected a .npy file of version 1, found " +
                             path);
  std::string header(uint8_t(start[8]) | uint8_t(start[9]) << 8, ' ');
  file.read(header.data(), header.size());
  std::string type = between(header, "'descr': '", "'");
  if ((type != "<f8" && type != "<f4" && type != "<u2") ||
      header.find("'fortran_order': False") == std::string::npos)
    throw std::runtime_error(path +
                             ": expected <f8, <f4 or <u2 in row-major "
                             "order, found " +
                             header);
  std::istringstream extents(between(header, "'shape': (", ")"));
  std::vector<int64_t> shape;
  for (std::string extent; std::getline(extents, extent, ',');)
    if (extent.find_first_not_of(' ') != std::string::npos)
      shape.push_back(std::stoll(extent));
  Array array = Array::allocate(type, shape);
  if (!file.read(array.data.get(), array.bytes()))
    throw std::runtime_error(path + ": expected " +
                             std::to_string(array.bytes()) +
                             " bytes of data, found fewer");
  return array;
}

void writeNpy(const std::string &path, const Array &array) {
  std::string header =
      "{'descr': '" + array.type + "', 'fortran_order': False, 'shape': (";
  for (int64_t extent : array.shape)
    header += std::to_string(extent) + ",";
  header += "), }";
  header.resize((header.size() + 10 + 64) / 64 * 64 - 11, ' ');
  header += '\n';
  std::ofstream file(path, std::ios::binary);
  file.write("\x93NUMPY\1\0", 8);
  file.put(char(header.size() & 0xff)).put(char(header.size() >> 8));
  file.write(header.data(), header.size());
  file.write(array.data.get(), array.bytes());
  if (!file.flush())
    throw std::runtime_error("cannot write " + path);
}

double relativeError(const Array &found, const Array &expected) {
  if (found.shape != expected.shape)
    throw std::runtime_error("result and expected result differ in shape");
  double error = 0, norm = 0;
  for (int64_t i = 0, end = found.size(); i < end; ++i) {
    double x = expected.at(i), difference = found.at(i) - x;
    error += difference * difference;
    norm += x * x;
  }
  return std::sqrt(error / norm);
}
