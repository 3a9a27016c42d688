//===- LanePlan.cpp - how lanes become loops and vectors ------------------===//

#include "LanePlan.h"

#include "kalmir/Recur/IR/RecurFinish.h"
#include "kalmir/Support/Remarks.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::lanes;
using recur::IteratorType;
using recur::RecurrenceOp;

bool lanes::fillsBytes(Type element) {
  return !element.isIntOrFloat() ||
         (element.getIntOrFloatBitWidth() >= 8 &&
          llvm::isPowerOf2_64(element.getIntOrFloatBitWidth()));
}

bool lanes::isContiguous(MemRefType type, AffineMap map, unsigned dim) {
  if (map.getNumResults() == 0 ||
      map.getDimPosition(map.getNumResults() - 1) != dim)
    return false;
  if (!fillsBytes(type.getElementType()))
    return false;
  SmallVector<int64_t> strides;
  int64_t offset;
  return succeeded(type.getStridesAndOffset(strides, offset)) &&
         strides.back() == 1;
}

/// The blocks of all regions that are not empty.
static SmallVector<Block *> getBlocks(RecurrenceOp op) {
  SmallVector<Block *> blocks;
  for (Region &region : op->getRegions())
    for (Block &block : region)
      blocks.push_back(&block);
  return blocks;
}

LogicalResult lanes::checkConvertible(RecurrenceOp op) {
  if (op.getSchedule() &&
      op.getSchedule()->getKind() == recur::ScheduleKind::chunked)
    return op.emitOpError("expected a serial schedule, found ")
           << *op.getSchedule() << "; run kalmir-recur-split-time first";
  if (!op.hasBufferSemantics())
    return op.emitOpError("expected operands to be buffers, found tensors; run "
                          "one-shot-bufferize first");
  if (op.getSegments())
    return op.emitOpError("expected no packed sequences, found segments; run "
                          "kalmir-recur-expand-segments first");
  for (Type type : op->getOperandTypes())
    if (isa<ShapedType>(type) && !isa<MemRefType>(type))
      return op.emitOpError("expected operands to be buffers or scalars, "
                            "found ")
             << type;
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i) {
    Type element = recur::getContributionType(op, i);
    if (recur::isSum(op, i) && !element.isIntOrIndexOrFloat())
      return op.emitOpError("expected a number type for output ")
             << i << ", which is summed, found " << element;
  }
  for (Block *block : getBlocks(op))
    for (Operation &bodyOp : block->without_terminator())
      if (!isMemoryEffectFree(&bodyOp))
        return bodyOp.emitOpError("expected no side effects in the body of a "
                                  "recurrence");
  return success();
}

/// Finds an operation or type that keeps the lanes out of vectors and says it
/// as a remark. Returns whether vectors can be used.
static bool checkBodies(RecurrenceOp op) {
  bool vectors = true;
  auto hasVectorTypes = [](TypeRange types) {
    return llvm::all_of(types, VectorType::isValidElementType);
  };
  for (Block *block : getBlocks(op))
    for (Operation &bodyOp : block->without_terminator()) {
      if (isa<recur::IndexOp>(bodyOp) || matchPattern(&bodyOp, m_Constant()))
        continue;
      if (!vectors || (OpTrait::hasElementwiseMappableTraits(&bodyOp) &&
                       hasVectorTypes(bodyOp.getOperandTypes()) &&
                       hasVectorTypes(bodyOp.getResultTypes())))
        continue;
      std::string text;
      llvm::raw_string_ostream(text)
          << "lanes run one by one: '" << bodyOp.getName()
          << "' does not work on vectors";
      emitMissedRemark(bodyOp.getLoc(), passFlag) << text;
      vectors = false;
    }
  for (Block *block : getBlocks(op))
    for (Type type : block->getArgumentTypes())
      if (vectors && !VectorType::isValidElementType(type)) {
        std::string text;
        llvm::raw_string_ostream(text)
            << "lanes run one by one: there are no vectors of " << type;
        emitMissedRemark(op.getLoc(), passFlag) << text;
        vectors = false;
      }
  return vectors;
}

/// The iterator of `dims` that is contiguous in the most operands touched at
/// every step; the innermost of equals. Iterators of extent 1 do not count. In
/// `oneStep` every operand is touched, states twice.
static std::optional<unsigned>
chooseLaneDim(RecurrenceOp op, ArrayRef<unsigned> dims, bool oneStep) {
  std::optional<unsigned> best;
  int64_t bestScore = -1;
  for (unsigned dim : dims) {
    if (recur::getStaticExtent(op, dim) == 1)
      continue;
    int64_t score = 0;
    auto count = [&](Value operand, AffineMap map) {
      auto type = dyn_cast<MemRefType>(operand.getType());
      score += type && (oneStep || map.isFunctionOfDim(op.getTimeDim())) &&
               isContiguous(type, map, dim);
    };
    if (oneStep)
      for (auto [i, state] : llvm::enumerate(op.getStates()))
        for (unsigned times = 0; times < 2; ++times)
          count(state, op.getStateMap(i));
    for (auto [i, input] : llvm::enumerate(op.getInputs()))
      count(input, op.getInputMap(i));
    for (auto [i, output] : llvm::enumerate(op.getOutputs()))
      count(output, op.getOutputMap(i));
    if (score >= bestScore) {
      best = dim;
      bestScore = score;
    }
  }
  return best;
}

/// Lanes that fit a vector of `vectorBits`, counted in the widest state.
static int64_t chooseWidth(RecurrenceOp op, int64_t vectorBits,
                           unsigned laneDim) {
  if (op.getSchedule() && op.getSchedule()->getVectorWidth() > 0)
    return op.getSchedule()->getVectorWidth();
  int64_t width = std::max<int64_t>(1, vectorBits / recur::getStateBits(op));
  std::optional<int64_t> extent = recur::getStaticExtent(op, laneDim);
  if (extent && *extent < width)
    width = llvm::PowerOf2Ceil(std::max<int64_t>(1, *extent));
  return width;
}

bool lanes::isStaged(const LanePlan &plan, Value operand, AffineMap map) {
  auto type = dyn_cast<MemRefType>(operand.getType());
  if (!type || !plan.laneDim || !llvm::isPowerOf2_64(plan.width) ||
      !map.isFunctionOfDim(*plan.laneDim) ||
      !isContiguous(type, map, plan.timeDim))
    return false;
  Type element = type.getElementType();
  if (!element.isIntOrFloat() || element.getIntOrFloatBitWidth() < 32)
    return false;
  return llvm::none_of(plan.innerDims,
                       [&](unsigned dim) { return map.isFunctionOfDim(dim); });
}

FailureOr<LanePlan> lanes::planLanes(RecurrenceOp op, int64_t vectorBits) {
  if (failed(checkConvertible(op)))
    return failure();
  bool vectors = checkBodies(op);

  LanePlan plan;
  plan.op = op;
  plan.initialStates = llvm::to_vector(op.getStates());
  plan.timeDim = op.getTimeDim();
  for (auto [dim, type] : llvm::enumerate(op.getIterators())) {
    if (type == IteratorType::parallel)
      plan.gridDims.push_back(dim);
    if (type == IteratorType::reduction)
      plan.innerDims.push_back(dim);
  }
  if (!vectors)
    return plan;
  plan.oneStep = recur::getStaticExtent(op, plan.timeDim) == 1;
  auto choose = [&](ArrayRef<unsigned> dims) {
    return chooseLaneDim(op, dims, plan.oneStep);
  };
  std::optional<unsigned> laneDim = choose(plan.gridDims);
  if (!laneDim) {
    laneDim = choose(plan.innerDims);
  } else if (plan.oneStep) {
    // Moving the states is most of the work. Sums keep the order that they have
    // over more steps.
    SmallVector<unsigned> dims(plan.gridDims);
    if (!plan.innerDims.empty())
      dims.push_back(plan.innerDims.back());
    laneDim = choose(dims);
    plan.addsInOrder = llvm::is_contained(plan.innerDims, *laneDim);
  }
  if (!laneDim)
    return plan;
  plan.width = chooseWidth(op, vectorBits, *laneDim);
  if (plan.width > 1)
    plan.laneDim = laneDim;
  std::optional<int64_t> extent = recur::getStaticExtent(op, *laneDim);
  int64_t blocks = op.getSchedule() ? op.getSchedule()->getLaneBlocks() : 0;
  plan.tiled = plan.laneDim && llvm::is_contained(plan.gridDims, *laneDim) &&
               blocks != 1 && !plan.oneStep &&
               (!extent || *extent > plan.width);
  // Staging reads whole cache lines of time; tiles would gain nothing.
  for (auto [i, input] : llvm::enumerate(op.getInputs()))
    if (blocks == 0 && isStaged(plan, input, op.getInputMap(i)))
      plan.tiled = false;
  return plan;
}
