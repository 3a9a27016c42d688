//===- Control.cpp - meaning of func, scf, affine and constants -----------===//

#include "kalmir/Reference/Interpreter.h"
#include "kalmir/Reference/Slices.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::reference;

static LogicalResult setResults(Operation *op, Frame &frame,
                                MutableArrayRef<Array> values) {
  for (auto [result, value] : llvm::zip_equal(op->getResults(), values))
    if (failed(frame.set(result, std::move(value))))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Constants and calls
//===----------------------------------------------------------------------===//

static LogicalResult runConstant(arith::ConstantOp op, Frame &frame) {
  TypedAttr attribute = op.getValue();
  unsigned width = reference::getWidth(op.getType());
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return frame.set(op, Array::scalar(number.getValueAsDouble()));
  if (auto number = dyn_cast<IntegerAttr>(attribute))
    return frame.set(
        op, Array::scalar(wrap(number.getValue().getSExtValue(), width)));
  auto elements = dyn_cast<DenseElementsAttr>(attribute);
  if (!elements)
    return op.emitOpError("expected dense elements, found ") << attribute;
  FailureOr<Array> array =
      frame.create(op, *getKind(op.getType()), elements.getType().getShape());
  if (failed(array))
    return failure();
  if (array->isFloat()) {
    double *data = array->getMutable<double>();
    for (const APFloat &number : elements.getValues<APFloat>()) {
      APFloat wide = number;
      bool losesInfo;
      wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                   &losesInfo);
      *data++ = wide.convertToDouble();
    }
  } else {
    int64_t *data = array->getMutable<int64_t>();
    for (const APInt &number : elements.getValues<APInt>())
      *data++ = wrap(number.getSExtValue(), width);
  }
  return frame.set(op, std::move(*array));
}

static LogicalResult runCall(func::CallOp op, Frame &frame) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      op, op.getCalleeAttr());
  SmallVector<Array> arguments, results;
  for (Value operand : op.getOperands())
    arguments.push_back(frame.take(operand, op));
  if (failed(frame.getInterpreter().run(callee, arguments, results)))
    return failure();
  return setResults(op, frame, results);
}

static LogicalResult runAssert(cf::AssertOp op, Frame &frame) {
  if (frame.getInt(op.getArg()))
    return success();
  return op.emitOpError("failed: ") << op.getMsg();
}

//===----------------------------------------------------------------------===//
// Loops and branches
//===----------------------------------------------------------------------===//

static LogicalResult runFor(scf::ForOp op, Frame &frame) {
  int64_t lower = frame.getInt(op.getLowerBound());
  int64_t upper = frame.getInt(op.getUpperBound());
  int64_t step = frame.getInt(op.getStep());
  if (step <= 0)
    return op.emitOpError("expected a positive step, found ") << step;
  SmallVector<Array> carried;
  for (Value init : op.getInitArgs())
    carried.push_back(frame.take(init, op));
  SmallVector<Array> arguments;
  for (int64_t i = lower; i < upper; i += step) {
    arguments.clear();
    arguments.push_back(Array::scalar(i));
    for (Array &value : carried)
      arguments.push_back(std::move(value));
    if (failed(frame.runBlock(*op.getBody(), arguments, carried)))
      return failure();
    // The next index may not be representable.
    if (static_cast<uint64_t>(upper) - static_cast<uint64_t>(i) <=
        static_cast<uint64_t>(step))
      break;
  }
  return setResults(op, frame, carried);
}

static LogicalResult runIf(scf::IfOp op, Frame &frame) {
  Region &region =
      frame.getInt(op.getCondition()) ? op.getThenRegion() : op.getElseRegion();
  SmallVector<Array> results;
  if (!region.empty() && failed(frame.runBlock(region.front(), {}, results)))
    return failure();
  return setResults(op, frame, results);
}

static LogicalResult runWhile(scf::WhileOp op, Frame &frame) {
  SmallVector<Array> carried, forwarded;
  for (Value init : op.getInits())
    carried.push_back(frame.take(init, op));
  while (true) {
    if (failed(frame.runBlock(*op.getBeforeBody(), carried, forwarded)))
      return failure();
    bool condition = forwarded.front().getInt();
    forwarded.erase(forwarded.begin());
    if (!condition)
      return setResults(op, frame, forwarded);
    if (failed(frame.runBlock(*op.getAfterBody(), forwarded, carried)))
      return failure();
  }
}

static LogicalResult runExecuteRegion(scf::ExecuteRegionOp op, Frame &frame) {
  if (!op.getRegion().hasOneBlock())
    return op.emitOpError("expected one block, the reference runs no branches "
                          "between blocks");
  SmallVector<Array> results;
  if (failed(frame.runBlock(op.getRegion().front(), {}, results)))
    return failure();
  return setResults(op, frame, results);
}

/// The bounds of one dimension of a forall.
static LogicalResult readBounds(scf::ForallOp op, Frame &frame,
                                SmallVectorImpl<int64_t> &lower,
                                SmallVectorImpl<int64_t> &upper,
                                SmallVectorImpl<int64_t> &steps) {
  lower = frame.getInts(op.getMixedLowerBound());
  upper = frame.getInts(op.getMixedUpperBound());
  steps = frame.getInts(op.getMixedStep());
  for (int64_t step : steps)
    if (step <= 0)
      return op.emitOpError("expected positive steps, found ") << step;
  return success();
}

/// Moves to the next index of a forall, row-major; false behind the last.
static bool advance(MutableArrayRef<int64_t> index, ArrayRef<int64_t> lower,
                    ArrayRef<int64_t> upper, ArrayRef<int64_t> steps) {
  for (size_t dim = index.size(); dim-- > 0;) {
    index[dim] += steps[dim];
    if (index[dim] < upper[dim])
      return true;
    index[dim] = lower[dim];
  }
  return false;
}

/// Iterations run one after the other; all of them read the shared outputs as
/// they were before the loop.
static LogicalResult runForall(scf::ForallOp op, Frame &frame) {
  SmallVector<int64_t> lower, upper, steps;
  if (failed(readBounds(op, frame, lower, upper, steps)))
    return failure();
  SmallVector<Array> shared;
  for (auto [argument, output] :
       llvm::zip_equal(op.getRegionIterArgs(), op.getOutputs())) {
    shared.push_back(frame.take(output, op));
    if (failed(frame.set(argument, shared.back())))
      return failure();
  }
  bool isEmpty = false;
  for (auto [from, to] : llvm::zip_equal(lower, upper))
    isEmpty |= from >= to;
  if (isEmpty)
    return setResults(op, frame, shared);
  SmallVector<int64_t> index(lower);
  do {
    for (auto [value, i] : llvm::zip_equal(op.getInductionVars(), index))
      if (failed(frame.set(value, Array::scalar(i))))
        return failure();
    for (Operation &inner : op.getBody()->without_terminator())
      if (failed(frame.runOperation(&inner)))
        return failure();
    for (Operation &insert : op.getTerminator().getYieldingOps()) {
      auto slice = dyn_cast<tensor::ParallelInsertSliceOp>(&insert);
      if (!slice)
        return insert.emitOpError("is not known to the reference");
      unsigned number =
          cast<BlockArgument>(slice.getDest()).getArgNumber() - op.getRank();
      if (failed(insertSlice(slice, frame, shared[number])))
        return failure();
    }
  } while (advance(index, lower, upper, steps));
  return setResults(op, frame, shared);
}

//===----------------------------------------------------------------------===//
// Affine arithmetic
//===----------------------------------------------------------------------===//

/// The results of `map`, whose operands are dimensions, then symbols.
static FailureOr<SmallVector<int64_t>>
evaluateMap(Operation *op, AffineMap map, ValueRange operands, Frame &frame) {
  Builder builder(op->getContext());
  SmallVector<Attribute> numbers =
      llvm::map_to_vector(operands, [&](Value operand) -> Attribute {
        return builder.getIndexAttr(frame.getInt(operand));
      });
  SmallVector<Attribute> results;
  bool hasPoison = false;
  if (failed(map.constantFold(numbers, results, &hasPoison)) || hasPoison)
    return op->emitOpError("has no result: division by zero");
  return llvm::map_to_vector(results, [](Attribute result) {
    return cast<IntegerAttr>(result).getInt();
  });
}

/// affine.apply, affine.min and affine.max differ in what they make of the
/// map's results.
template <typename OpTy, typename Select>
static void addAffine(Handlers &handlers, Select select) {
  handlers.add<OpTy>([=](OpTy op, Frame &frame) -> LogicalResult {
    FailureOr<SmallVector<int64_t>> results =
        evaluateMap(op, op.getMap(), op->getOperands(), frame);
    if (failed(results))
      return failure();
    return frame.set(op, Array::scalar(select(*results)));
  });
}

void reference::addControlHandlers(Handlers &handlers) {
  handlers.add<arith::ConstantOp>(runConstant);
  handlers.add<func::CallOp>(runCall);
  handlers.add<cf::AssertOp>(runAssert);
  handlers.add<scf::ForOp>(runFor);
  handlers.add<scf::IfOp>(runIf);
  handlers.add<scf::WhileOp>(runWhile);
  handlers.add<scf::ExecuteRegionOp>(runExecuteRegion);
  handlers.add<scf::ForallOp>(runForall);
  addAffine<affine::AffineApplyOp>(
      handlers, [](ArrayRef<int64_t> results) { return results.front(); });
  addAffine<affine::AffineMinOp>(handlers, [](ArrayRef<int64_t> results) {
    return *llvm::min_element(results);
  });
  addAffine<affine::AffineMaxOp>(handlers, [](ArrayRef<int64_t> results) {
    return *llvm::max_element(results);
  });
}
