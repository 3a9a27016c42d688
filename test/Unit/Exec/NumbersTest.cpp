//===- NumbersTest.cpp - tests of 16-bit formats --------------------------===//

#include "kalmir/Exec/Numbers.h"

#include "llvm/ADT/APFloat.h"

#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace llvm;
using namespace kalmir::exec;

namespace {
struct Case {
  Float16Format format;
  const fltSemantics &semantics;
};
const Case kCases[] = {{kHalf, APFloat::IEEEhalf()},
                       {kBrain, APFloat::BFloat()}};

uint16_t round(double value, const fltSemantics &semantics) {
  APFloat number(value);
  bool losesInfo;
  number.convert(semantics, APFloat::rmNearestTiesToEven, &losesInfo);
  return number.bitcastToAPInt().getZExtValue();
}
} // namespace

TEST(Numbers, DecodesAllBits) {
  for (const Case &c : kCases)
    for (int bits = 0; bits < 1 << 16; ++bits) {
      double right = APFloat(c.semantics, APInt(16, bits)).convertToDouble();
      double found = decode(c.format, bits);
      if (std::isnan(right))
        EXPECT_TRUE(std::isnan(found)) << bits;
      else
        EXPECT_EQ(found, right) << bits;
    }
}

TEST(Numbers, EncodesEveryNumberAndTheTiesBetween) {
  for (const Case &c : kCases)
    for (int bits = 0; bits < 1 << 16; ++bits) {
      double value = decode(c.format, bits), next = decode(c.format, bits + 1);
      if (std::isnan(value))
        continue;
      EXPECT_EQ(encode(c.format, value), bits);
      double middle = (value + next) / 2;
      if (!std::isnan(middle))
        EXPECT_EQ(encode(c.format, middle), round(middle, c.semantics)) << bits;
    }
}

TEST(Numbers, EncodesWhatIsFarOut) {
  std::mt19937_64 random(1);
  for (const Case &c : kCases) {
    for (double value : {1e300, -1e300, 1e-300, -1e-300, 65519.99, 65520.0})
      EXPECT_EQ(encode(c.format, value), round(value, c.semantics)) << value;
    for (int i = 0; i < 100000; ++i) {
      double value = std::ldexp(random() * 0x1p-64, int(random() % 300) - 150);
      EXPECT_EQ(encode(c.format, value), round(value, c.semantics)) << value;
    }
    EXPECT_TRUE(std::isnan(decode(c.format, encode(c.format, NAN))));
  }
}
