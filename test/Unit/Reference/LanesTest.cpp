//===- LanesTest.cpp - tests of blocks of lanes ---------------------------===//

#include "kalmir/Reference/Lanes.h"

#include "gtest/gtest.h"

#include <numeric>

using namespace kalmir::reference;

TEST(LaneBlockTest, WalksRowMajor) {
  // Iterators (3, 2, 200): lanes are the first and the last.
  LaneBlock block({0, 2}, {3, 2, 200});
  EXPECT_EQ(block.getNumLanes(), 600);
  EXPECT_EQ(block.moveTo(0), 512);
  EXPECT_EQ(block.getIndices(0)[199], 0);
  EXPECT_EQ(block.getIndices(0)[200], 1);
  EXPECT_EQ(block.getIndices(1)[201], 1);
  EXPECT_EQ(block.moveTo(512), 88);
  EXPECT_EQ(block.getIndices(0)[0], 2);
  EXPECT_EQ(block.getIndices(1)[0], 112);
  EXPECT_EQ(block.getIndices(1)[87], 199);
}

TEST(LaneBlockTest, HasOneLaneWithoutDims) {
  LaneBlock block({}, {7});
  EXPECT_EQ(block.getNumLanes(), 1);
  EXPECT_EQ(block.moveTo(0), 1);
}

TEST(LaneBlockTest, HasNoLanesForExtentZero) {
  EXPECT_EQ(LaneBlock({0, 1}, {0, 5}).getNumLanes(), 0);
}

namespace {
/// Loads the lanes of a (2, 3) space with the given strides.
std::vector<double> load(llvm::ArrayRef<int64_t> strides, int64_t shift) {
  LaneBlock block({0, 1}, {2, 3});
  block.moveTo(0);
  LaneAccess access(strides, 1);
  access.bind(block);
  std::vector<double> data(20), lanes(6);
  std::iota(data.begin(), data.end(), 0);
  access.load(data.data(), shift, lanes.data());
  return lanes;
}
} // namespace

TEST(LaneAccessTest, LoadsEveryPattern) {
  EXPECT_EQ(load({0, 0}, 2), std::vector<double>({3, 3, 3, 3, 3, 3}));
  EXPECT_EQ(load({3, 1}, 0), std::vector<double>({1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(load({1, 2}, 0), std::vector<double>({1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(load({0, 1}, 0), std::vector<double>({1, 2, 3, 1, 2, 3}));
}

TEST(LaneAccessTest, StoresAndAdds) {
  LaneBlock block({0, 1}, {2, 3});
  block.moveTo(0);
  LaneAccess access({0, 1}, 0);
  access.bind(block);
  std::vector<double> lanes = {1, 2, 3, 10, 20, 30}, data(3);
  access.add(data.data(), 0, lanes.data(), 64);
  EXPECT_EQ(data, std::vector<double>({11, 22, 33}));
  access.store(data.data(), 0, lanes.data());
  EXPECT_EQ(data, std::vector<double>({10, 20, 30}));
  std::vector<int64_t> numbers(6, 100), sums(3);
  access.add(sums.data(), 0, numbers.data(), 8);
  EXPECT_EQ(sums, std::vector<int64_t>({-56, -56, -56}));
}
