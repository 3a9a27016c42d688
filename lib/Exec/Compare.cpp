//===- Compare.cpp - results and what they should be ----------------------===//

#include "kalmir/Exec/Compare.h"

#include "kalmir/Exec/Numbers.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

using namespace kalmir;
using namespace kalmir::exec;

static std::string format(double number, const char *how = "%.9g") {
  char text[32];
  std::snprintf(text, sizeof text, how, number);
  return text;
}

/// "result 0 'y'"
static std::string describe(const Argument &declared, size_t number) {
  return "result " + std::to_string(number) +
         (declared.name.empty() ? "" : " '" + declared.name + "'");
}

/// Where an element is: "[1, 0, 7]".
static std::string locate(const std::vector<int64_t> &shape, int64_t offset) {
  std::vector<int64_t> position(shape.size());
  for (size_t i = shape.size(); i-- > 0;) {
    position[i] = offset % shape[i];
    offset /= shape[i];
  }
  return npy::formatShape(position);
}

Result<double> exec::compare(const Argument &declared, size_t number,
                             const npy::Array &found,
                             const npy::Array &expected,
                             const npy::Array *majorant, double tolerance) {
  std::string who = describe(declared, number);
  const std::vector<int64_t> &shape = found.getShape();
  for (const npy::Array *other : {&expected, majorant})
    if (other && other->getShape() != shape)
      return Failure{
          who + ": expected " + (other == majorant ? "a majorant of " : "") +
          "shape " +
          npy::formatShape(other == majorant ? shape : other->getShape()) +
          ", found " +
          npy::formatShape(other == majorant ? other->getShape() : shape)};
  bool isBF16 = declared.type == "bf16";
  std::vector<double> values = readNumbers(found, isBF16);
  std::vector<double> right = readNumbers(expected, isBF16);
  std::vector<double> bounds;
  if (majorant)
    bounds = readNumbers(*majorant, isBF16);
  double worst = 0;
  size_t where = 0, numWrongNaN = 0, firstWrongNaN = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (majorant && std::isinf(bounds[i]))
      continue;
    if (std::isnan(values[i]) != std::isnan(right[i])) {
      if (numWrongNaN++ == 0)
        firstWrongNaN = i;
      continue;
    }
    if (values[i] == right[i] || std::isnan(right[i]))
      continue;
    double error = std::fabs(values[i] - right[i]) /
                   std::fabs(majorant ? bounds[i] : right[i]);
    // Infinity by infinity, and a majorant that is NaN.
    if (std::isnan(error))
      error = std::numeric_limits<double>::infinity();
    if (error > worst) {
      worst = error;
      where = i;
    }
  }
  auto fail = [&](const std::string &what, size_t i) {
    return Failure{who + ": " + what + " at " + locate(shape, i) +
                   ": expected " + format(right[i]) + ", found " +
                   format(values[i])};
  };
  if (numWrongNaN > 0)
    return fail(std::to_string(numWrongNaN) + " of " +
                    std::to_string(values.size()) +
                    " elements differ in being NaN, the first",
                firstWrongNaN);
  if (worst > tolerance)
    return fail("error " + format(worst, "%.3g") + " above tolerance " +
                    format(tolerance, "%g"),
                where);
  return worst;
}

Status exec::compareBits(const Argument &declared, size_t number,
                         const npy::Array &found, const npy::Array &expected,
                         int64_t call) {
  if (std::memcmp(found.getData(), expected.getData(), found.getNumBytes()) ==
      0)
    return Success();
  int64_t size = npy::getSize(found.getDType());
  auto *bytes = static_cast<const char *>(found.getData());
  auto *right = static_cast<const char *>(expected.getData());
  int64_t where = 0;
  while (std::memcmp(bytes + where * size, right + where * size, size) == 0)
    ++where;
  auto value = [&](const npy::Array &array) {
    return format(readNumbers(array, declared.type == "bf16")[where]);
  };
  return Failure{describe(declared, number) + ": expected the bits of call 0 " +
                 "at " + locate(found.getShape(), where) + " in call " +
                 std::to_string(call) + ", found " + value(found) +
                 " instead of " + value(expected)};
}
