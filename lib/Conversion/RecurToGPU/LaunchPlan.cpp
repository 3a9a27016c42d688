//===- LaunchPlan.cpp - how lanes become threads --------------------------===//

#include "LaunchPlan.h"

#include "../RecurToSCF/LanePlan.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using recur::IteratorType;
using recur::RecurrenceOp;

static bool isUsed(Block *block, unsigned input) {
  return block && !block->getArgument(input).use_empty();
}

bool threads::isFinishing(RecurrenceOp op, unsigned input) {
  return isUsed(op.getFinishBlock(), input);
}

bool threads::isRead(RecurrenceOp op, unsigned input) {
  return isUsed(op.getStepBlock(), input) || isFinishing(op, input);
}

bool LaunchPlan::isSummed(unsigned output) const {
  AffineMap map = RecurrenceOp(op).getOutputMap(output);
  return llvm::none_of(innerDims,
                       [&](unsigned dim) { return map.isFunctionOfDim(dim); });
}

bool LaunchPlan::isOverTime(unsigned output) const {
  RecurrenceOp recurrence = op;
  return recurrence.getOutputMap(output).isFunctionOfDim(
      recurrence.getTimeDim());
}

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
    if (isRead(op, i))
      visit(input, op.getInputMap(i));
  for (auto [i, output] : llvm::enumerate(op.getOutputs()))
    visit(output, op.getOutputMap(i));
  return count;
}

/// An iterator of `dims` along which inputs of a step do not change: threads
/// that have several values of it read them once. Sums over time have no place
/// for several.
static std::optional<unsigned> findShared(RecurrenceOp op,
                                          ArrayRef<unsigned> dims) {
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
    if (!op.getOutputMap(i).isFunctionOfDim(op.getTimeDim()))
      return std::nullopt;
  std::optional<unsigned> best;
  int64_t most = 0;
  for (unsigned dim : dims) {
    int64_t count = 0;
    for (unsigned i = 0, e = op.getInputs().size(); i < e; ++i) {
      AffineMap map = op.getInputMap(i);
      count += isa<MemRefType>(op.getInputs()[i].getType()) && isRead(op, i) &&
               map.isFunctionOfDim(op.getTimeDim()) &&
               !map.isFunctionOfDim(dim);
    }
    if (count > most) {
      best = dim;
      most = count;
    }
  }
  return best;
}

/// Numbers of states that are multiples of four go to threads of four states,
/// others to threads of one state, of which all exist; what remains goes to the
/// largest groups, where selections tell which states exist.
///
/// Groups of many threads leave a workgroup few channels, and each workgroup
/// widens what channels share: a large one is tried first there
/// (EmitLaunch.cpp).
static SmallVector<Variant> getVariants(const LaunchPlan &plan,
                                        int64_t blockSize) {
  SmallVector<Variant> variants;
  auto add = [&](int64_t threads, int64_t states) {
    variants.push_back({threads, states, blockSize ? blockSize : kBlockSize});
  };
  if (!plan.isReduced) {
    add(4, 4);
    add(4, 1);
    return variants;
  }
  add(1, 1);
  if (plan.isOneStep) {
    add(4, 1);
    add(16, 1);
    add(32, 1);
    add(32, 4);
    variants.back().isRagged = variants.back().isRepeated = true;
    return variants;
  }
  // Nothing is shared: warps by themselves fill multiprocessors more evenly.
  if (blockSize == 0)
    variants.back().blockSize = 32;
  add(1, 4);
  add(4, 4);
  add(8, 4);
  bool triesLarge = blockSize == 0 && plan.multiprocessors > 0;
  for (int64_t threads : {16, 32}) {
    if (triesLarge) {
      add(threads, 4);
      variants.back().blockSize = kLargeBlockSize;
      variants.back().numWorkgroups = 1;
    }
    add(threads, 4);
  }
  add(32, 1);
  add(32, 4);
  variants.back().isRagged = variants.back().isRepeated = true;
  return variants;
}

/// Whether a variant runs channels of so many states.
static bool fits(const Variant &variant, int64_t states, bool isReduced) {
  if (variant.isRepeated)
    return true;
  return (states <= variant.numStates() || !isReduced) &&
         states % variant.statesPerThread == 0;
}

LaunchPlan threads::planLaunch(RecurrenceOp op, int64_t blockSize,
                               int64_t sharedBytes, int64_t multiprocessors) {
  LaunchPlan plan;
  plan.op = op;
  plan.sharedBytes = sharedBytes;
  plan.multiprocessors = multiprocessors;
  for (auto [dim, type] : llvm::enumerate(op.getIterators())) {
    if (type == IteratorType::parallel)
      plan.outerDims.push_back(dim);
    if (type == IteratorType::reduction)
      plan.innerDims.push_back(dim);
  }
  llvm::stable_sort(plan.outerDims, [&](unsigned a, unsigned b) {
    return countContiguous(op, a) < countContiguous(op, b);
  });
  // Where no iterator is contiguous, what is shared counts first.
  bool sharesFirst = plan.innerDims.empty() && plan.outerDims.size() > 1 &&
                     countContiguous(op, plan.outerDims.back()) == 0;
  if (!plan.outerDims.empty() && !sharesFirst)
    plan.laneDim = plan.outerDims.pop_back_val();
  if (plan.innerDims.empty() && !plan.outerDims.empty())
    if (std::optional<unsigned> dim = findShared(op, plan.outerDims)) {
      llvm::erase(plan.outerDims, *dim);
      plan.innerDims.push_back(*dim);
      plan.isReduced = false;
    }
  if (sharesFirst)
    plan.laneDim = plan.outerDims.pop_back_val();
  plan.isOneStep = recur::getStaticExtent(op, op.getTimeDim()) == 1;

  int64_t states = 1;
  bool isKnown = true;
  for (unsigned dim : plan.innerDims) {
    std::optional<int64_t> extent = recur::getStaticExtent(op, dim);
    isKnown &= extent.has_value();
    states *= extent.value_or(1);
  }
  for (Variant variant : getVariants(plan, blockSize)) {
    if (isKnown && !fits(variant, states, plan.isReduced))
      continue;
    variant.isRepeated &= !isKnown || states > variant.numStates();
    plan.variants.push_back(variant);
    if (isKnown && !variant.isLarge())
      break;
  }
  return plan;
}
