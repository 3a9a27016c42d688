//===- Lanes.cpp - straight-line bodies on blocks of lanes ----------------===//

#include "kalmir/Reference/Lanes.h"

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::reference;

//===----------------------------------------------------------------------===//
// LaneProgram
//===----------------------------------------------------------------------===//

namespace kalmir::reference {
template <typename T>
T *LaneProgram::get(Value value) {
  auto slot = slots.find(value);
  assert(slot != slots.end() && "a value of the body");
  return slot->second.getMutable<T>();
}
template double *LaneProgram::get<double>(Value);
template int64_t *LaneProgram::get<int64_t>(Value);
} // namespace kalmir::reference

void *LaneProgram::getSlot(Value value) {
  return dispatch(*getKind(value.getType()), [&](auto *type) -> void * {
    return get<std::remove_pointer_t<decltype(type)>>(value);
  });
}

static Array createLanes(Kind kind) {
  std::optional<Array> lanes = Array::createZero(kind, {kMaxLanes});
  if (!lanes)
    llvm::report_bad_alloc_error("no memory for the lanes of a body");
  return std::move(*lanes);
}

LogicalResult LaneProgram::addSlot(Operation *user, Value value) {
  std::optional<Kind> kind = getKind(value.getType());
  if (!kind || isa<ShapedType>(value.getType()))
    return user->emitOpError("expected scalars of floating-point, integer or "
                             "index type in a body that the reference runs, "
                             "found ")
           << value.getType();
  slots.try_emplace(value, createLanes(*kind));
  return success();
}

void LaneProgram::fill(Value value, const Array &scalar) {
  dispatch(scalar.getKind(), [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    std::fill_n(get<T>(value), kMaxLanes, scalar.get<T>()[0]);
  });
}

LogicalResult LaneProgram::addOperand(Operation *op, Value value,
                                      FindOuter findOuter) {
  if (slots.contains(value))
    return success();
  if (failed(addSlot(op, value)))
    return failure();
  fill(value, findOuter(value));
  return success();
}

/// tensor.extract with an index for each lane.
static Kernel makeGather(Array source) {
  return [source](ArrayRef<const void *> operands, ArrayRef<void *> results,
                  int64_t n) -> const char * {
    SmallVector<int64_t> strides = getStrides(source.getShape());
    for (int64_t lane = 0; lane < n; ++lane) {
      int64_t offset = 0;
      for (auto [dim, size] : llvm::enumerate(source.getShape())) {
        int64_t index = static_cast<const int64_t *>(operands[dim])[lane];
        if (index < 0 || index >= size)
          return "index outside of the tensor";
        offset += index * strides[dim];
      }
      dispatch(source.getKind(), [&](auto *type) {
        using T = std::remove_pointer_t<decltype(type)>;
        static_cast<T *>(results[0])[lane] = source.get<T>()[offset];
      });
    }
    return nullptr;
  };
}

LogicalResult LaneProgram::addOperation(Operation *op, FindOuter findOuter) {
  for (Value result : op->getResults())
    if (failed(addSlot(op, result)))
      return failure();
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    if (auto number = dyn_cast<FloatAttr>(constant.getValue()))
      fill(constant, Array::scalar(number.getValueAsDouble()));
    else
      fill(constant,
           Array::scalar(wrap(
               cast<IntegerAttr>(constant.getValue()).getValue().getSExtValue(),
               reference::getWidth(constant.getType()))));
    return success();
  }
  if (auto index = dyn_cast<recur::IndexOp>(op)) {
    indices.emplace_back(index.getDim(), index);
    return success();
  }
  if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    indices.emplace_back(index.getDim(), index);
    return success();
  }
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return addIf(branch, findOuter);
  Step step;
  step.op = op;
  step.guard = guard;
  OperandRange operands = op->getOperands();
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    // A tensor in a body of scalars comes from outside.
    step.kernel = makeGather(findOuter(extract.getTensor()));
    operands = extract.getIndices();
  } else {
    step.kernel = selectKernel(op);
  }
  if (!step.kernel)
    return op->emitOpError("is not known to the reference in a body of "
                           "scalars");
  for (Value operand : operands) {
    if (failed(addOperand(op, operand, findOuter)))
      return failure();
    step.operands.push_back(getSlot(operand));
  }
  for (Value result : op->getResults())
    step.results.push_back(getSlot(result));
  steps.push_back(std::move(step));
  return success();
}

/// The lanes that take a branch, of those that come to it.
const int64_t *LaneProgram::addGuard(scf::IfOp op, bool isThen) {
  guards.push_back(createLanes(Kind::Int));
  auto *lanes = guards.back().getMutable<int64_t>();
  Step step;
  step.op = op;
  step.operands.push_back(getSlot(op.getCondition()));
  step.results.push_back(lanes);
  if (guard) {
    step.operands.push_back(guard);
    step.kernel = makeBinary<int64_t, int64_t, int64_t>(
        [=](int64_t condition, int64_t outer) -> int64_t {
          return outer && (condition != 0) == isThen;
        });
  } else {
    step.kernel =
        makeUnary<int64_t, int64_t>([=](int64_t condition) -> int64_t {
          return (condition != 0) == isThen;
        });
  }
  steps.push_back(std::move(step));
  return lanes;
}

LogicalResult LaneProgram::addIf(scf::IfOp op, FindOuter findOuter) {
  if (failed(addOperand(op, op.getCondition(), findOuter)))
    return failure();
  for (Region *region : op.getRegions()) {
    if (region->empty())
      continue;
    llvm::SaveAndRestore outer(guard,
                               addGuard(op, region == &op.getThenRegion()));
    if (failed(addBlock(region->front(), findOuter)))
      return failure();
  }
  for (auto [i, result] : llvm::enumerate(op.getResults())) {
    Step step;
    step.op = op;
    step.operands = {getSlot(op.getCondition()),
                     getSlot(op.thenYield().getOperand(i)),
                     getSlot(op.elseYield().getOperand(i))};
    step.results.push_back(getSlot(result));
    dispatch(*getKind(result.getType()), [&](auto *type) {
      using T = std::remove_pointer_t<decltype(type)>;
      step.kernel = makeTernary<T, int64_t, T, T>(
          [](int64_t condition, T a, T b) { return condition ? a : b; });
    });
    steps.push_back(std::move(step));
  }
  return success();
}

LogicalResult LaneProgram::addBlock(Block &block, FindOuter findOuter) {
  for (Operation &op : block.without_terminator())
    if (failed(addOperation(&op, findOuter)))
      return failure();
  Operation *terminator = block.getTerminator();
  for (Value operand : terminator->getOperands())
    if (failed(addOperand(terminator, operand, findOuter)))
      return failure();
  return success();
}

FailureOr<LaneProgram> LaneProgram::create(Block &block, FindOuter findOuter) {
  LaneProgram program;
  for (Value argument : block.getArguments())
    if (failed(program.addSlot(block.getParentOp(), argument)))
      return failure();
  if (failed(program.addBlock(block, findOuter)))
    return failure();
  return program;
}

/// Runs a step for the lanes of its branch, one by one. Lanes are 8 bytes of
/// either kind.
const char *LaneProgram::runLanes(const Step &step, int64_t n) {
  SmallVector<const void *, 3> operands(step.operands.size());
  SmallVector<void *, 1> results(step.results.size());
  for (int64_t lane = 0; lane < n; ++lane) {
    if (!step.guard[lane])
      continue;
    for (auto [operand, slot] : llvm::zip_equal(operands, step.operands))
      operand = static_cast<const int64_t *>(slot) + lane;
    for (auto [result, slot] : llvm::zip_equal(results, step.results))
      result = static_cast<int64_t *>(slot) + lane;
    if (const char *why = step.kernel(operands, results, 1))
      return why;
  }
  return nullptr;
}

LogicalResult LaneProgram::run(int64_t n) {
  for (Step &step : steps) {
    const char *why = step.kernel(step.operands, step.results, n);
    if (why && step.guard)
      why = runLanes(step, n);
    if (why)
      return step.op->emitOpError("has no result: ") << why;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// LaneBlock
//===----------------------------------------------------------------------===//

LaneBlock::LaneBlock(ArrayRef<unsigned> dims, ArrayRef<int64_t> allExtents)
    : dims(dims), indices(dims.size(), std::vector<int64_t>(kMaxLanes)),
      numLanes(1) {
  for (unsigned dim : dims) {
    extents.push_back(allExtents[dim]);
    numLanes *= allExtents[dim];
  }
}

int64_t LaneBlock::moveTo(int64_t first) {
  count = std::min(numLanes - first, kMaxLanes);
  SmallVector<int64_t> index(dims.size());
  int64_t rest = first;
  for (size_t i = dims.size(); i-- > 0;) {
    index[i] = rest % extents[i];
    rest /= extents[i];
  }
  for (int64_t lane = 0; lane < count; ++lane) {
    for (size_t i = 0; i < dims.size(); ++i)
      indices[i][lane] = index[i];
    for (size_t i = dims.size(); i-- > 0;) {
      if (++index[i] < extents[i])
        break;
      index[i] = 0;
    }
  }
  return count;
}

//===----------------------------------------------------------------------===//
// LaneAccess
//===----------------------------------------------------------------------===//

void LaneAccess::bind(const LaneBlock &block) {
  count = block.size();
  std::fill_n(offsets.begin(), count, base);
  for (auto [i, dim] : llvm::enumerate(block.getDims()))
    if (strides[dim] != 0)
      for (int64_t lane = 0; lane < count; ++lane)
        offsets[lane] += strides[dim] * block.getIndices(i)[lane];
  bool equal = true, consecutive = true;
  for (int64_t lane = 1; lane < count; ++lane) {
    equal &= offsets[lane] == offsets[0];
    consecutive &= offsets[lane] == offsets[0] + lane;
  }
  pattern = equal         ? Pattern::Equal
            : consecutive ? Pattern::Consecutive
                          : Pattern::Scattered;
}

namespace kalmir::reference {
template <typename T>
void LaneAccess::load(const T *data, int64_t shift, T *lanes) const {
  if (count == 0)
    return;
  data += shift;
  switch (pattern) {
  case Pattern::Equal:
    std::fill_n(lanes, count, data[offsets[0]]);
    return;
  case Pattern::Consecutive:
    std::copy_n(data + offsets[0], count, lanes);
    return;
  case Pattern::Scattered:
    for (int64_t lane = 0; lane < count; ++lane)
      lanes[lane] = data[offsets[lane]];
    return;
  }
}

template <typename T>
void LaneAccess::store(T *data, int64_t shift, const T *lanes) const {
  data += shift;
  for (int64_t lane = 0; lane < count; ++lane)
    data[offsets[lane]] = lanes[lane];
}

template <typename T>
void LaneAccess::add(T *data, int64_t shift, const T *lanes,
                     unsigned width) const {
  data += shift;
  for (int64_t lane = 0; lane < count; ++lane) {
    T &sum = data[offsets[lane]];
    if constexpr (std::is_same_v<T, double>)
      sum += lanes[lane];
    else
      sum = wrap(static_cast<int64_t>(static_cast<uint64_t>(sum) +
                                      static_cast<uint64_t>(lanes[lane])),
                 width);
  }
}

template void LaneAccess::load(const double *, int64_t, double *) const;
template void LaneAccess::load(const int64_t *, int64_t, int64_t *) const;
template void LaneAccess::store(double *, int64_t, const double *) const;
template void LaneAccess::store(int64_t *, int64_t, const int64_t *) const;
template void LaneAccess::add(double *, int64_t, const double *,
                              unsigned) const;
template void LaneAccess::add(int64_t *, int64_t, const int64_t *,
                              unsigned) const;
} // namespace kalmir::reference
