//===- ScalarEvaluator.h - runs a block on exact or double scalars --------===//

#ifndef KALMIR_TEST_UNIT_RECUR_SCALAREVALUATOR_H
#define KALMIR_TEST_UNIT_RECUR_SCALAREVALUATOR_H

#include "kalmir/Analysis/Polynomial.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Block.h"
#include "llvm/ADT/DenseMap.h"

namespace kalmir::test {

inline std::optional<double> divide(double x, double y) { return x / y; }
inline std::optional<analysis::Rational> divide(const analysis::Rational &x,
                                                const analysis::Rational &y) {
  return x.divide(y);
}
inline void assign(double &x, const llvm::APFloat &c) {
  x = c.convertToDouble();
}
inline void assign(analysis::Rational &x, const llvm::APFloat &c) {
  x = *analysis::Rational::fromFloat(c);
}

/// The operands of the block's terminator for these arguments, or nullopt where
/// a division by zero came up. Only additions, subtractions, multiplications,
/// divisions, negations and constants.
template <typename T>
std::optional<std::vector<T>> evaluate(mlir::Block &block,
                                       const std::vector<T> &arguments) {
  using namespace mlir;
  llvm::DenseMap<Value, T> values;
  for (auto [argument, value] :
       llvm::zip_equal(block.getArguments(), arguments))
    values[argument] = value;
  for (Operation &op : block.without_terminator()) {
    auto operand = [&](unsigned i) -> T { return values[op.getOperand(i)]; };
    T result{};
    if (auto constant = dyn_cast<arith::ConstantOp>(op))
      assign(result, cast<FloatAttr>(constant.getValue()).getValue());
    else if (isa<arith::AddFOp>(op))
      result = operand(0) + operand(1);
    else if (isa<arith::SubFOp>(op))
      result = operand(0) - operand(1);
    else if (isa<arith::MulFOp>(op))
      result = operand(0) * operand(1);
    else if (isa<arith::NegFOp>(op))
      result = -operand(0);
    else if (isa<arith::DivFOp>(op)) {
      std::optional<T> quotient = divide(operand(0), operand(1));
      if (!quotient)
        return std::nullopt;
      result = *quotient;
    } else {
      llvm::report_fatal_error("operation without a meaning in this test");
    }
    values[op.getResult(0)] = result;
  }
  std::vector<T> results;
  for (Value value : block.getTerminator()->getOperands())
    results.push_back(values[value]);
  return results;
}

} // namespace kalmir::test

#endif // KALMIR_TEST_UNIT_RECUR_SCALAREVALUATOR_H
