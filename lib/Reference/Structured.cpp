//===- Structured.cpp - meaning of linalg operations ----------------------===//
//
// Parallel iterators span the lanes. The others run one after the other, in
// row-major order, around the body; an output that does not depend on them
// stays in its slot meanwhile, as the state of a recurrence does:
//
//   for block of lanes (parallel iterators):
//     load outputs
//     for reduction iterators:
//       load inputs, run the body, move what it yields to the outputs
//     store outputs
//
// Where an output is not a permutation of the parallel iterators, two lanes of
// a block might write one element; then all iterators run one after the other.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Reference/Structured.h"

#include "kalmir/Reference/Lanes.h"

#include <cstring>

using namespace mlir;
using namespace kalmir;
using namespace kalmir::reference;

namespace {
/// One linalg operation on tensors.
class StructuredRun {
public:
  StructuredRun(linalg::LinalgOp op, Frame &frame) : op(op), frame(frame) {}

  LogicalResult run();

private:
  struct Operand {
    Array array;
    std::optional<LaneAccess> access;
  };

  void readOperands();
  LogicalResult findExtents();
  FailureOr<LaneAccess> makeAccess(unsigned number);
  void chooseLanes();
  LogicalResult runBlock();
  int64_t getShift(const Operand &operand, ArrayRef<int64_t> index) const;
  void load(unsigned number, ArrayRef<int64_t> index);
  void storeOutputs(ArrayRef<int64_t> index);

  linalg::LinalgOp op;
  Frame &frame;
  SmallVector<AffineMap> maps;
  SmallVector<Operand> operands;
  unsigned numInputs = 0;
  SmallVector<int64_t> extents;
  SmallVector<unsigned> laneDims, serialDims;
  bool outputsStay = true;
  std::optional<LaneBlock> lanes;
  std::optional<LaneProgram> program;
};
} // namespace

void StructuredRun::readOperands() {
  maps = op.getIndexingMapsArray();
  numInputs = op.getNumDpsInputs();
  for (OpOperand *input : op.getDpsInputOperands())
    operands.push_back({frame.get(input->get()), std::nullopt});
  for (OpOperand &output : op.getDpsInitsMutable())
    operands.push_back({frame.take(output.get(), op), std::nullopt});
}

/// The extents of the iterators: the sizes of operands that they index alone.
/// The verifier has seen that each of them indexes some dimension alone.
LogicalResult StructuredRun::findExtents() {
  extents.assign(op.getNumLoops(), -1);
  SmallVector<unsigned> sources(op.getNumLoops(), 0);
  for (auto [number, map] : llvm::enumerate(maps))
    for (auto [position, expr] : llvm::enumerate(map.getResults())) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (!dim)
        continue;
      int64_t size = operands[number].array.getShape()[position];
      int64_t &extent = extents[dim.getPosition()];
      if (extent < 0) {
        extent = size;
        sources[dim.getPosition()] = number;
      } else if (extent != size) {
        return op->emitOpError("expected extent ")
               << extent << " of iterator " << dim.getPosition()
               << ", as in operand " << sources[dim.getPosition()] << ", found "
               << size << " in operand " << number;
      }
    }
  return success();
}

/// The value of a linear index expression.
static int64_t evaluate(AffineExpr expr, ArrayRef<int64_t> index) {
  switch (expr.getKind()) {
  case AffineExprKind::Constant:
    return cast<AffineConstantExpr>(expr).getValue();
  case AffineExprKind::DimId:
    return index[cast<AffineDimExpr>(expr).getPosition()];
  case AffineExprKind::Add: {
    auto sum = cast<AffineBinaryOpExpr>(expr);
    return evaluate(sum.getLHS(), index) + evaluate(sum.getRHS(), index);
  }
  case AffineExprKind::Mul: {
    auto product = cast<AffineBinaryOpExpr>(expr);
    return evaluate(product.getLHS(), index) *
           evaluate(product.getRHS(), index);
  }
  default:
    llvm_unreachable("only linear expressions are evaluated");
  }
}

static bool isLinear(AffineExpr expr) {
  bool linear = true;
  expr.walk([&](AffineExpr part) {
    switch (part.getKind()) {
    case AffineExprKind::Constant:
    case AffineExprKind::DimId:
    case AffineExprKind::Add:
      return;
    case AffineExprKind::Mul: {
      auto product = cast<AffineBinaryOpExpr>(part);
      linear &= isa<AffineConstantExpr>(product.getLHS()) ||
                isa<AffineConstantExpr>(product.getRHS());
      return;
    }
    default:
      linear = false;
    }
  });
  return linear;
}

/// Where an operand's elements lie; diagnoses indices outside of it.
FailureOr<LaneAccess> StructuredRun::makeAccess(unsigned number) {
  AffineMap map = maps[number];
  const Array &array = operands[number].array;
  SmallVector<int64_t> strides(extents.size(), 0);
  int64_t base = 0;
  bool isEmpty = llvm::is_contained(extents, 0);
  SmallVector<int64_t> arrayStrides = getStrides(array.getShape());
  for (auto [position, expr] : llvm::enumerate(map.getResults())) {
    if (!isLinear(expr))
      return op->emitOpError("expected an indexing map linear in the "
                             "iterators, found ")
             << AffineMapAttr::get(map) << " for operand " << number;
    SmallVector<int64_t> index(extents.size(), 0);
    int64_t origin = evaluate(expr, index);
    int64_t low = origin, high = origin;
    base += origin * arrayStrides[position];
    for (auto [dim, extent] : llvm::enumerate(extents)) {
      index[dim] = 1;
      int64_t factor = evaluate(expr, index) - origin;
      index[dim] = 0;
      strides[dim] += factor * arrayStrides[position];
      (factor < 0 ? low : high) += factor * (extent - 1);
    }
    int64_t size = array.getShape()[position];
    if (!isEmpty && (low < 0 || high >= size))
      return op->emitOpError("expected indices from 0 to below ")
             << size << " in dimension " << position << " of operand " << number
             << ", found " << low << " to " << high;
  }
  return LaneAccess(strides, base);
}

void StructuredRun::chooseLanes() {
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  auto isParallel = [&](unsigned dim) {
    return iterators[dim] == utils::IteratorType::parallel;
  };
  unsigned numParallel =
      llvm::count_if(llvm::seq<unsigned>(0, extents.size()), isParallel);
  bool parallelLanes = true;
  for (AffineMap map : ArrayRef(maps).drop_front(numInputs)) {
    unsigned numIndexed = 0;
    for (unsigned dim = 0, e = extents.size(); dim < e; ++dim) {
      bool indexed = map.isFunctionOfDim(dim);
      numIndexed += indexed && isParallel(dim);
      outputsStay &= !indexed || isParallel(dim);
    }
    parallelLanes &= numIndexed == numParallel && map.isProjectedPermutation();
  }
  outputsStay &= parallelLanes;
  for (unsigned dim = 0, e = extents.size(); dim < e; ++dim)
    (parallelLanes && isParallel(dim) ? laneDims : serialDims).push_back(dim);
}

int64_t StructuredRun::getShift(const Operand &operand,
                                ArrayRef<int64_t> index) const {
  int64_t shift = 0;
  for (auto [dim, i] : llvm::zip_equal(serialDims, index))
    shift += operand.access->getStride(dim) * i;
  return shift;
}

void StructuredRun::load(unsigned number, ArrayRef<int64_t> index) {
  Operand &operand = operands[number];
  Value argument = op.getBlock()->getArgument(number);
  dispatch(operand.array.getKind(), [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    operand.access->load(operand.array.get<T>(), getShift(operand, index),
                         program->get<T>(argument));
  });
}

void StructuredRun::storeOutputs(ArrayRef<int64_t> index) {
  Operation *yield = op.getBlock()->getTerminator();
  for (unsigned i = 0, e = yield->getNumOperands(); i < e; ++i) {
    Operand &operand = operands[numInputs + i];
    dispatch(operand.array.getKind(), [&](auto *type) {
      using T = std::remove_pointer_t<decltype(type)>;
      operand.access->store(operand.array.getMutable<T>(),
                            getShift(operand, index),
                            program->get<T>(yield->getOperand(i)));
    });
  }
}

LogicalResult StructuredRun::runBlock() {
  Block &block = *op.getBlock();
  Operation *yield = block.getTerminator();
  int64_t n = lanes->size();
  // The body of linalg.map does not see its outputs.
  unsigned numSeen = block.getNumArguments() - numInputs;
  for (auto [dim, value] : program->getIndices())
    for (auto [i, laneDim] : llvm::enumerate(lanes->getDims()))
      if (laneDim == dim)
        llvm::copy(lanes->getIndices(i), program->get<int64_t>(value));
  SmallVector<int64_t> index(serialDims.size(), 0);
  auto loadOutputs = [&] {
    for (unsigned i = 0; i < numSeen; ++i)
      load(numInputs + i, index);
  };
  auto moveToOutputs = [&] {
    // A yielded value may be an argument: all are read before one is written.
    std::vector<int64_t> buffer(numSeen * n);
    for (unsigned i = 0; i < numSeen; ++i)
      std::memcpy(&buffer[i * n], program->getSlot(yield->getOperand(i)),
                  n * sizeof(int64_t));
    for (unsigned i = 0; i < numSeen; ++i)
      std::memcpy(program->getSlot(block.getArgument(numInputs + i)),
                  &buffer[i * n], n * sizeof(int64_t));
  };
  if (outputsStay)
    loadOutputs();
  while (true) {
    for (auto [dim, value] : program->getIndices())
      for (auto [i, serialDim] : llvm::enumerate(serialDims))
        if (serialDim == dim)
          std::fill_n(program->get<int64_t>(value), n, index[i]);
    for (unsigned number = 0; number < numInputs; ++number)
      load(number, index);
    if (!outputsStay)
      loadOutputs();
    if (failed(program->run(n)))
      return failure();
    if (!outputsStay)
      storeOutputs(index);
    size_t dim = serialDims.size();
    while (dim-- > 0) {
      if (++index[dim] < extents[serialDims[dim]])
        break;
      index[dim] = 0;
    }
    if (dim == size_t(-1))
      break;
    if (outputsStay)
      moveToOutputs();
  }
  if (outputsStay)
    storeOutputs(index);
  return success();
}

LogicalResult StructuredRun::run() {
  readOperands();
  if (failed(findExtents()))
    return failure();
  for (unsigned number = 0; number < operands.size(); ++number) {
    FailureOr<LaneAccess> access = makeAccess(number);
    if (failed(access))
      return failure();
    operands[number].access = std::move(*access);
  }
  chooseLanes();
  FailureOr<LaneProgram> created =
      LaneProgram::create(*op.getBlock(), [&](Value value) -> const Array & {
        return frame.get(value);
      });
  if (failed(created))
    return failure();
  program = std::move(*created);
  lanes.emplace(laneDims, extents);
  bool isEmpty = llvm::is_contained(extents, 0);
  for (int64_t first = 0; !isEmpty && first < lanes->getNumLanes();
       first += lanes->size()) {
    lanes->moveTo(first);
    for (Operand &operand : operands)
      operand.access->bind(*lanes);
    if (failed(runBlock()))
      return failure();
  }
  for (auto [i, result] : llvm::enumerate(op->getResults()))
    if (failed(frame.set(result, std::move(operands[numInputs + i].array))))
      return failure();
  return success();
}

LogicalResult reference::runStructured(linalg::LinalgOp op, Frame &frame) {
  return StructuredRun(op, frame).run();
}
