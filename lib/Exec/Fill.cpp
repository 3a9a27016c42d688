//===- Fill.cpp - random inputs -------------------------------------------===//

#include "kalmir/Exec/Fill.h"

#include "kalmir/Exec/Numbers.h"
#include "kalmir/Exec/Text.h"

#include <cmath>
#include <optional>

using namespace kalmir;
using namespace kalmir::exec;
using npy::DType;

Result<Fill> Fill::parse(const std::string &text) {
  std::vector<std::string> parts = split(text, ',');
  auto expected = [&](const char *what) {
    return Failure{std::string("expected ") + what + ", found '" + text + "'"};
  };
  Fill fill;
  size_t count = 2;
  if (parts[0] == "log") {
    fill.kind = Kind::Log;
  } else if (parts[0] == "normal") {
    fill.kind = Kind::Normal;
  } else if (parts[0] == "const") {
    fill.kind = Kind::Constant;
    count = 1;
  } else if (parts[0] != "uniform") {
    return expected("uniform, log, normal or const");
  }
  std::optional<double> first, second;
  if (parts.size() > count) {
    first = parseNumber(parts[1]);
    second = parseNumber(parts[count]);
  }
  if (!first || !second)
    return expected(count == 1 ? "a number after const"
                               : "two numbers after the kind of values");
  fill.first = *first;
  fill.second = *second;
  if (fill.kind == Kind::Log && !(fill.first > 0 && fill.second > 0))
    return expected("two numbers above 0 after log");
  for (size_t i = count + 1; i < parts.size(); ++i) {
    size_t at = parts[i].find('@');
    std::optional<double> value = parseNumber(parts[i].substr(0, at)), fraction;
    if (at != std::string::npos)
      fraction = parseNumber(parts[i].substr(at + 1));
    if (!value || !fraction || !(*fraction >= 0 && *fraction <= 1))
      return expected("VALUE@FRACTION after the numbers");
    fill.replacements.push_back({*value, *fraction});
  }
  return fill;
}

Result<std::vector<int64_t>>
exec::getShape(const Argument &argument, const std::vector<int64_t> &symbols) {
  std::vector<int64_t> shape;
  for (int64_t dim : argument.dims) {
    uint64_t symbol = -(dim + 1);
    if (dim < 0 && (dim == kAnyExtent || symbol >= symbols.size()))
      return Failure{"expected a file for input '" + argument.name +
                     "', or one more number in --sizes, found " +
                     std::to_string(symbols.size())};
    shape.push_back(dim < 0 ? symbols[symbol] : dim);
  }
  return shape;
}

/// One of 2^64 numbers that look random, by the finaliser of splitmix64.
static uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

namespace {
/// The random numbers of one element, from 0 to below 1.
class Random {
public:
  explicit Random(uint64_t key) : key(key) {}
  double next() { return (mix(key += 0x632be59bd9b4e019) >> 11) * 0x1p-53; }

private:
  uint64_t key;
};
} // namespace

static double draw(const Fill &fill, Random &random) {
  for (const Fill::Replacement &replacement : fill.replacements)
    if (random.next() < replacement.fraction)
      return replacement.value;
  double x = random.next();
  switch (fill.kind) {
  case Fill::Kind::Uniform:
    return fill.first + (fill.second - fill.first) * x;
  case Fill::Kind::Log:
    return fill.first * std::pow(fill.second / fill.first, x);
  case Fill::Kind::Normal:
    // Box and Muller's; 1 - x is not 0.
    return fill.first + fill.second * std::sqrt(-2 * std::log(1 - x)) *
                            std::cos(2 * M_PI * random.next());
  case Fill::Kind::Constant:
    return fill.first;
  }
  __builtin_unreachable();
}

/// 0 to the extent of time, equally far apart.
static Status makeBoundaries(const Argument &argument,
                             const std::vector<int64_t> &symbols,
                             std::vector<double> &numbers) {
  Argument time;
  time.name = argument.name;
  time.dims = {argument.boundaries[0]};
  Result<std::vector<int64_t>> extent = getShape(time, symbols);
  if (!extent)
    return extent.takeFailure();
  double last = numbers.size() - 1.0;
  for (size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = std::floor(extent->front() * (i / std::max(last, 1.0)));
  return Success();
}

Result<npy::Array> exec::makeInput(const Argument &argument, size_t number,
                                   const std::vector<int64_t> &symbols,
                                   const Fills &fills, uint64_t seed) {
  Result<std::vector<int64_t>> shape = getShape(argument, symbols);
  if (!shape)
    return shape.takeFailure();
  Result<npy::Array> array = npy::Array::create(argument.dtype, *shape);
  if (!array)
    return array;
  auto found = fills.find(argument.name);
  bool isFloat = argument.type[0] == 'f' || argument.type == "bf16";
  Fill fill;
  if (found != fills.end())
    fill = found->second;
  else if (!isFloat)
    fill.kind = Fill::Kind::Constant;
  uint64_t key = mix(seed ^ mix(number));
  std::vector<double> numbers(array->getNumElements());
  if (found == fills.end() && !argument.boundaries.empty()) {
    if (Status status = makeBoundaries(argument, symbols, numbers); !status)
      return status.takeFailure();
  } else {
    for (size_t i = 0; i < numbers.size(); ++i) {
      Random random(mix(key ^ i));
      numbers[i] = draw(fill, random);
    }
  }
  writeNumbers(numbers, argument.type == "bf16", *array);
  return array;
}
