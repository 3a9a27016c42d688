//===- LaunchPlan.cpp - how lanes become threads --------------------------===//

#include "LaunchPlan.h"

#include "../RecurToSCF/LanePlan.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using recur::IteratorType;
using recur::RecurrenceOp;

/// States that a warp can hold: more of them in each thread would spill.
static constexpr Variant kVariants[] = {{1, 1}, {1, 4},  {4, 4},
                                        {8, 8}, {16, 8}, {32, 8}};

/// Whether neighbouring values of `dim` lie side by side in operands that every
/// step touches: how many of them.
static int64_t countContiguous(RecurrenceOp op, unsigned dim) {
  int64_t count = 0;
  auto visit = [&](Value operand, AffineMap map) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    count += type && map.isFunctionOfDim(op.getTimeDim()) &&
             lanes::isContiguous(type, map, dim);
  };
  for (auto [i, input] : llvm::enumerate(op.getInputs()))
    visit(input, op.getInputMap(i));
  for (auto [i, output] : llvm::enumerate(op.getOutputs()))
    visit(output, op.getOutputMap(i));
  return count;
}

/// The kinds of outputs that threads can form: all states of a channel summed,
/// or none.
static LogicalResult checkOutputs(RecurrenceOp op,
                                  ArrayRef<unsigned> innerDims) {
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i) {
    AffineMap map = op.getOutputMap(i);
    int64_t kept = llvm::count_if(
        innerDims, [&](unsigned dim) { return map.isFunctionOfDim(dim); });
    bool overTime = map.isFunctionOfDim(op.getTimeDim());
    if (kept != 0 && (kept != int64_t(innerDims.size()) || !overTime))
      return op.emitOpError("expected output ")
             << i
             << " to be summed over all reduction iterators or none and "
                "not over time, found the map "
             << AffineMapAttr::get(map);
  }
  return success();
}

FailureOr<LaunchPlan> threads::planLaunch(RecurrenceOp op, int64_t blockSize) {
  if (failed(lanes::checkConvertible(op)))
    return failure();
  LaunchPlan plan;
  plan.op = op;
  plan.blockSize = blockSize;
  for (auto [dim, type] : llvm::enumerate(op.getIterators())) {
    if (type == IteratorType::parallel)
      plan.gridDims.push_back(dim);
    if (type == IteratorType::reduction)
      plan.innerDims.push_back(dim);
  }
  llvm::stable_sort(plan.gridDims, [&](unsigned a, unsigned b) {
    return countContiguous(op, a) < countContiguous(op, b);
  });
  if (failed(checkOutputs(op, plan.innerDims)))
    return failure();

  int64_t states = 1;
  bool isKnown = true;
  for (unsigned dim : plan.innerDims) {
    std::optional<int64_t> extent = recur::getStaticExtent(op, dim);
    isKnown &= extent.has_value();
    states *= extent.value_or(1);
  }
  for (Variant variant : kVariants) {
    plan.variants.push_back(variant);
    if (isKnown && variant.numStates() >= states)
      break;
  }
  if (isKnown) {
    if (plan.variants.back().numStates() < states)
      return op.emitOpError("expected at most ")
             << plan.variants.back().numStates()
             << " states of a channel on a GPU, found " << states;
    plan.variants = {plan.variants.back()};
  }
  return plan;
}
