//===- ArrayTest.cpp - tests of the reference's values --------------------===//

#include "kalmir/Reference/Array.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/MLIRContext.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace mlir;
using namespace kalmir::reference;

TEST(ArrayTest, KnowsItsTypes) {
  MLIRContext context;
  Builder b(&context);
  EXPECT_EQ(getKind(b.getBF16Type()), Kind::Float);
  EXPECT_EQ(getKind(RankedTensorType::get({2}, b.getI1Type())), Kind::Int);
  EXPECT_EQ(getKind(b.getIndexType()), Kind::Int);
  EXPECT_EQ(getKind(b.getIntegerType(65)), std::nullopt);
  EXPECT_EQ(getKind(ComplexType::get(b.getF32Type())), std::nullopt);
  EXPECT_EQ(getKind(VectorType::get({2}, b.getF32Type())), std::nullopt);
  EXPECT_EQ(getWidth(b.getIntegerType(7)), 7u);
  EXPECT_EQ(getWidth(b.getIndexType()), 64u);
}

TEST(ArrayTest, WrapsIntegers) {
  EXPECT_EQ(wrap(255, 8), -1);
  EXPECT_EQ(wrap(128, 8), -128);
  EXPECT_EQ(wrap(-129, 8), 127);
  EXPECT_EQ(wrap(3, 1), 1);
  EXPECT_EQ(wrap(INT64_MIN, 64), INT64_MIN);
}

TEST(ArrayTest, BeginsUnwritten) {
  std::optional<Array> floats = Array::create(Kind::Float, {2, 3});
  EXPECT_EQ(floats->size(), 6);
  EXPECT_TRUE(std::isnan(floats->get<double>()[5]));
  std::optional<Array> ints = Array::create(Kind::Int, {1});
  EXPECT_EQ(ints->getInt(), Array::kUnwritten);
}

TEST(ArrayTest, RefusesImpossibleShapes) {
  EXPECT_FALSE(Array::create(Kind::Float, {-1}));
  EXPECT_FALSE(Array::create(Kind::Float, {INT64_MAX, 2}));
  EXPECT_FALSE(Array::create(Kind::Float, {0, INT64_MAX, INT64_MAX}));
  EXPECT_EQ(Array::create(Kind::Float, {0, 5})->size(), 0);
}

TEST(ArrayTest, CopiesWhenWritten) {
  Array first = *Array::createZero(Kind::Float, {2});
  Array second = first;
  EXPECT_EQ(first.get<double>(), second.get<double>());
  second.getMutable<double>()[0] = 1;
  EXPECT_EQ(first.get<double>()[0], 0);
  EXPECT_EQ(second.get<double>()[0], 1);
  const double *data = second.get<double>();
  EXPECT_EQ(second.getMutable<double>(), data);
}

TEST(ArrayTest, Reshapes) {
  Array array = *Array::createZero(Kind::Int, {2, 3});
  Array flat = array.reshape({6});
  EXPECT_EQ(flat.getShape(), ArrayRef<int64_t>({6}));
  EXPECT_EQ(flat.get<int64_t>(), array.get<int64_t>());
  EXPECT_EQ(getStrides({2, 3, 4}), SmallVector<int64_t>({12, 4, 1}));
}
