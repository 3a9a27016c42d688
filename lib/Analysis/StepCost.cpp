//===- StepCost.cpp - what one step of a recurrence takes -----------------===//

#include "kalmir/Analysis/StepCost.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace kalmir::analysis;

static StepCost getOperationCost(Operation &op) {
  if (matchPattern(&op, m_Constant()))
    return {0, 0};
  if (isa<arith::DivFOp, arith::RemFOp, math::SqrtOp, math::RsqrtOp>(op))
    return {8, 14};
  if (isa_and_nonnull<math::MathDialect>(op.getDialect()) &&
      !isa<math::AbsFOp, math::CopySignOp, math::FmaOp, math::IsNaNOp,
           math::IsInfOp, math::IsFiniteOp>(op))
    return {20, 40};
  return {0.5, 4};
}

StepCost kalmir::analysis::estimateStep(Block &block, unsigned numInputs,
                                        unsigned numScaled) {
  StepCost result;
  // Cycles since the carried values were there; values that do not depend on
  // them are not in the map.
  llvm::DenseMap<Value, double> ready;
  for (BlockArgument argument : block.getArguments().drop_front(numInputs))
    ready[argument] = 0;
  for (Operation &op : block.without_terminator()) {
    StepCost own = getOperationCost(op);
    result.throughput += own.throughput;
    std::optional<double> start;
    for (Value operand : op.getOperands())
      if (auto found = ready.find(operand); found != ready.end())
        start = std::max(start.value_or(0), found->second);
    if (start)
      for (Value value : op.getResults())
        ready[value] = *start + own.latency;
  }
  unsigned numCarried = block.getNumArguments() - numInputs;
  for (Value next : block.getTerminator()->getOperands().take_front(numCarried))
    result.latency = std::max(result.latency, ready.lookup(next));
  if (numScaled > 0) {
    result.throughput += 0.5 * (2.0 * numScaled + 2);
    result.latency += 10;
  }
  return result;
}
