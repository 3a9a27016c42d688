//===- Numbers.cpp - elements of any type as float64 ----------------------===//

#include "kalmir/Exec/Numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace kalmir;
using namespace kalmir::exec;
using npy::DType;

double exec::decode(Float16Format format, uint16_t bits) {
  int maxExponent = (1 << format.exponentBits) - 1;
  int mantissa = bits & ((1 << format.mantissaBits) - 1);
  int exponent = bits >> format.mantissaBits & maxExponent;
  double sign = bits >> 15 ? -1 : 1;
  if (exponent == maxExponent)
    return mantissa ? std::numeric_limits<double>::quiet_NaN()
                    : sign * std::numeric_limits<double>::infinity();
  // The least exponent is that of numbers without a leading one, too.
  if (exponent > 0)
    mantissa += 1 << format.mantissaBits;
  return sign * std::ldexp(mantissa, std::max(exponent, 1) - maxExponent / 2 -
                                         format.mantissaBits);
}

uint16_t exec::encode(Float16Format format, double value) {
  int maxExponent = (1 << format.exponentBits) - 1;
  uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  uint16_t infinity = maxExponent << format.mantissaBits;
  if (std::isnan(value))
    return sign | infinity | 1 << (format.mantissaBits - 1);
  value = std::fabs(value);
  if (value == 0 || std::isinf(value))
    return sign | (value == 0 ? 0 : infinity);
  // In units of the last place; rounding up to the next power of two carries
  // into the exponent by itself.
  int exponent = std::max(std::ilogb(value) + maxExponent / 2, 1);
  double units = std::nearbyint(
      std::ldexp(value, format.mantissaBits + maxExponent / 2 - exponent));
  int64_t bits = static_cast<int64_t>(units) +
                 (static_cast<int64_t>(exponent - 1) << format.mantissaBits);
  return sign | static_cast<uint16_t>(std::min<int64_t>(bits, infinity));
}

/// Calls `visit` with a value of the C++ type of the elements; 16-bit floats
/// are not among them.
template <typename Visitor>
static void visitType(DType dtype, Visitor visit) {
  switch (dtype) {
  case DType::f64:
    return visit(double());
  case DType::f32:
    return visit(float());
  case DType::i64:
    return visit(int64_t());
  case DType::i32:
    return visit(int32_t());
  case DType::i16:
    return visit(int16_t());
  case DType::i8:
    return visit(int8_t());
  case DType::u64:
    return visit(uint64_t());
  case DType::u32:
    return visit(uint32_t());
  case DType::f16:
  case DType::u16:
    return visit(uint16_t());
  case DType::u8:
  case DType::b1:
    return visit(uint8_t());
  }
}

std::vector<double> exec::readNumbers(const npy::Array &array, bool isBF16) {
  std::vector<double> numbers;
  numbers.reserve(array.getNumElements());
  DType dtype = array.getDType();
  if (dtype == DType::f16 || (dtype == DType::u16 && isBF16)) {
    for (uint16_t bits : array.getElements<uint16_t>())
      numbers.push_back(decode(isBF16 ? kBrain : kHalf, bits));
    return numbers;
  }
  visitType(dtype, [&](auto type) {
    for (auto element : array.getElements<decltype(type)>())
      numbers.push_back(static_cast<double>(element));
  });
  return numbers;
}

void exec::writeNumbers(const std::vector<double> &numbers, bool isBF16,
                        npy::Array &array) {
  auto next = numbers.begin();
  DType dtype = array.getDType();
  if (dtype == DType::f16 || (dtype == DType::u16 && isBF16)) {
    for (uint16_t &bits : array.getElements<uint16_t>())
      bits = encode(isBF16 ? kBrain : kHalf, *next++);
    return;
  }
  visitType(dtype, [&](auto type) {
    for (auto &element : array.getElements<decltype(type)>())
      element = static_cast<decltype(type)>(*next++);
  });
}
