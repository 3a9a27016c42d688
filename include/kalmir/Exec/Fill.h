//===- Fill.h - random inputs -----------------------------------*- C++ -*-===//
//
// Inputs without files, as options ask for them:
//
//   --fill=a=uniform,0.9,1.01     --fill=p=log,1e-4,1e-1,0@0.25
//
// fills the input a with numbers from 0.9 to 1.01, and p with numbers whose
// logarithms are uniform; a quarter of its elements are 0.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_EXEC_FILL_H
#define KALMIR_EXEC_FILL_H

#include "kalmir/Exec/Signature.h"

#include <map>

namespace kalmir::exec {

/// The values of one input.
struct Fill {
  enum class Kind { Uniform, Log, Normal, Constant };

  Kind kind = Kind::Uniform;
  /// Low and high, low and high, mean and deviation, or the constant.
  double first = 0, second = 1;
  /// Elements that are `value` instead, at random.
  struct Replacement {
    double value, fraction;
  };
  std::vector<Replacement> replacements;

  /// Parses what follows the name in the option.
  static Result<Fill> parse(const std::string &text);
};

/// How inputs are made, by name; the others are uniform from 0 to 1, integers
/// are 0, and boundaries of packed sequences are equally far apart.
using Fills = std::map<std::string, Fill>;

/// The extents of one dimension after the other, symbols replaced by their
/// numbers in `symbols`.
Result<std::vector<int64_t>> getShape(const Argument &argument,
                                      const std::vector<int64_t> &symbols);

/// Input number `number` of a signature. Its values depend on the seed, its
/// number and the position of an element, on nothing else.
Result<npy::Array> makeInput(const Argument &argument, size_t number,
                             const std::vector<int64_t> &symbols,
                             const Fills &fills, uint64_t seed);

} // namespace kalmir::exec

#endif // KALMIR_EXEC_FILL_H
