//===- StepExchange.cpp - steps that threads share ------------------------===//

#include "StepExchange.h"

#include "KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::Position;
using lanes::Stage;
using lanes::StepCode;

/// Whether it takes many more instructions than a shuffle.
static bool isCostly(Operation &op) {
  if (isa<arith::DivFOp, arith::RemFOp>(op))
    return true;
  return isa<math::MathDialect>(op.getDialect()) &&
         !isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp,
              math::FloorOp, math::FmaOp, math::RoundEvenOp, math::TruncOp>(op);
}

SmallVector<Value> threads::findExchangedValues(const StepCode &code,
                                                Block &step) {
  llvm::DenseSet<Value> costly;
  llvm::SetVector<Value> result;
  auto use = [&](Value value) {
    if (costly.contains(value) &&
        isa<Float32Type, Float64Type>(value.getType()))
      result.insert(value);
  };
  for (Operation &op : step.without_terminator()) {
    if (code.getStage(op) == Stage::inner) {
      op.walk([&](Operation *inside) {
        llvm::for_each(inside->getOperands(), use);
      });
      continue;
    }
    if (code.getStage(op) != Stage::time)
      continue;
    if (isCostly(op) || llvm::any_of(op.getOperands(), [&](Value operand) {
          return costly.contains(operand);
        }))
      costly.insert(op.result_begin(), op.result_end());
  }
  auto yield = cast<recur::YieldOp>(step.getTerminator());
  llvm::for_each(yield.getStates(), use);
  for (Value output : yield.getOutputs()) {
    use(output);
    use(recur::getSummand(output));
  }
  return result.takeVector();
}

void threads::keepRounded(ArrayRef<Value> values) {
  for (Value value : values)
    if (auto product = value.getDefiningOp<arith::MulFOp>())
      product.setFastmath(product.getFastmath() &
                          ~arith::FastMathFlags::contract);
}

/// What `value` is in `numThreads` neighbouring threads of a warp, of which
/// this one is number `own`.
static SmallVector<Value> exchange(ImplicitLocOpBuilder &b, Value value,
                                   Value own, int64_t numThreads) {
  Type i32 = b.getI32Type();
  auto constant = [&](int64_t number) -> Value {
    return arith::ConstantIntOp::create(b, i32, number);
  };
  Value lane = mlir::gpu::LaneIdOp::create(b, /*upper_bound=*/IntegerAttr());
  Value first =
      arith::IndexCastOp::create(b, i32, arith::SubIOp::create(b, lane, own));
  SmallVector<Value> result;
  for (int64_t i = 0; i < numThreads; ++i)
    result.push_back(mlir::gpu::ShuffleOp::create(
                         b, value, arith::AddIOp::create(b, first, constant(i)),
                         constant(32), mlir::gpu::ShuffleMode::IDX)
                         .getShuffleResult());
  return result;
}

bool threads::isReadToExchange(const StepCode &code, BlockArgument input,
                               ArrayRef<Value> exchanged) {
  SmallVector<Value> values{input};
  llvm::SmallPtrSet<Value, 8> seen;
  bool isExchanged = false;
  while (!values.empty()) {
    Value value = values.pop_back_val();
    if (!seen.insert(value).second)
      continue;
    if (llvm::is_contained(exchanged, value)) {
      isExchanged = true;
      continue;
    }
    for (Operation *user : value.getUsers()) {
      if (user->getBlock() != input.getOwner() ||
          user->hasTrait<OpTrait::IsTerminator>() ||
          code.getStage(*user) != Stage::time)
        return false;
      llvm::append_range(values, user->getResults());
    }
  }
  return isExchanged;
}

/// Computes what is exchanged for one of the steps from `first` on, which are
/// in the tile; there may be none of them any more.
KernelEmitter::Values KernelEmitter::computeExchanged(const Step &first) {
  if (exchanged.empty())
    return {};
  Value own = arith::RemUIOp::create(b, member, constant(kSummedSteps));
  Step step = advance(first, own);
  step.number = arith::MinUIOp::create(
      b, step.number,
      arith::SubIOp::create(b, b.extent(op.getTimeDim()), constant(1)));
  StepInputs inputs = loadStep(step);
  loadTiled(inputs, /*withTimeLast=*/true);
  Position now = channel;
  now.index[op.getTimeDim()] = inputs.index;
  IRMapping map = outside;
  for (auto [argument, value] : inputs.shared.getValueMap())
    map.map(argument, value);
  code.emitOperations(Stage::time, now, map);
  return llvm::map_to_vector(exchanged,
                             [&](Value value) { return map.lookup(value); });
}

/// Lets all threads of a group have what each has computed for a step.
void KernelEmitter::shareExchanged(MutableArrayRef<StepInputs> steps,
                                   ValueRange computed) {
  if (exchanged.empty())
    return;
  Value own = arith::RemUIOp::create(b, member, constant(kSummedSteps));
  for (auto [value, mine] : llvm::zip_equal(exchanged, computed))
    for (auto [step, other] :
         llvm::zip_equal(steps, exchange(b, mine, own, steps.size())))
      step.exchanged.map(value, other);
}
