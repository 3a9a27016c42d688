//===- Interpreter.cpp - executable meaning of IR in float64 --------------===//

#include "kalmir/Reference/Interpreter.h"

#include "kalmir/Reference/Kernels.h"
#include "kalmir/Reference/Structured.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::reference;

/// Calls inside of calls.
static constexpr unsigned kMaxDepth = 256;

/// Whether the extents of `shape` are those of `type`, as far as it has them.
static bool matches(ArrayRef<int64_t> shape, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return shape.empty();
  return succeeded(verifyCompatibleShape(shape, tensor.getShape()));
}

/// The shape and element type of a value as it was found.
static Type getFoundType(ArrayRef<int64_t> shape, Type type) {
  return RankedTensorType::get(shape, getElementTypeOrSelf(type));
}

//===----------------------------------------------------------------------===//
// Interpreter
//===----------------------------------------------------------------------===//

Interpreter::Interpreter(Options options) : options(std::move(options)) {
  addControlHandlers(handlers);
  addTensorHandlers(handlers);
  addSliceHandlers(handlers);
  addRecurHandlers(handlers);
  addLinearAttentionHandler(handlers);
  addScalarFilterHandler(handlers);
}

LogicalResult Interpreter::run(func::FuncOp function, ArrayRef<Array> inputs,
                               SmallVectorImpl<Array> &results) {
  if (function.isExternal())
    return function.emitOpError("expected a body, found a declaration");
  if (!function.getBody().hasOneBlock())
    return function.emitOpError("expected one block, the reference runs no "
                                "branches between blocks");
  if (depth == kMaxDepth)
    return function.emitOpError("expected calls at most ")
           << kMaxDepth << " deep";
  Block &body = function.getBody().front();
  for (auto [i, argument] : llvm::enumerate(body.getArguments())) {
    if (!getKind(argument.getType()))
      return function.emitOpError("expected floating-point, integer or index "
                                  "numbers or tensors of them, found ")
             << argument.getType() << " as argument " << i;
    if (!matches(inputs[i].getShape(), argument.getType()))
      return function.emitOpError("expected argument ")
             << i << " of type " << argument.getType() << ", found "
             << getFoundType(inputs[i].getShape(), argument.getType());
  }
  ++depth;
  Frame frame(*this);
  LogicalResult result = frame.runBlock(body, inputs, results);
  --depth;
  return result;
}

//===----------------------------------------------------------------------===//
// Frame
//===----------------------------------------------------------------------===//

const Array &Frame::get(Value value) const {
  auto entry = values.find(value);
  assert(entry != values.end() && "operands are run before their users");
  return entry->second;
}

Array Frame::take(Value value, Operation *user) {
  auto entry = values.find(value);
  assert(entry != values.end() && "operands are run before their users");
  // A use in a nested region may run again.
  if (value.hasOneUse() && user->getBlock() == value.getParentBlock())
    return std::move(entry->second);
  return entry->second;
}

int64_t Frame::getInt(OpFoldResult value) const {
  if (auto attribute = dyn_cast<Attribute>(value))
    return cast<IntegerAttr>(attribute).getInt();
  return getInt(cast<Value>(value));
}

SmallVector<int64_t> Frame::getInts(ArrayRef<OpFoldResult> values) const {
  return llvm::map_to_vector(values,
                             [&](OpFoldResult value) { return getInt(value); });
}

LogicalResult Frame::set(Value value, Array array) {
  if (!matches(array.getShape(), value.getType())) {
    Operation *op = value.getDefiningOp();
    if (!op)
      op = value.getParentBlock()->getParentOp();
    return op->emitOpError("expected a value of type ")
           << value.getType() << ", found "
           << getFoundType(array.getShape(), value.getType());
  }
  values[value] = std::move(array);
  return success();
}

static FailureOr<Array> checkMemory(Operation *op, std::optional<Array> array,
                                    ArrayRef<int64_t> shape) {
  if (array)
    return std::move(*array);
  InFlightDiagnostic diagnostic =
      op->emitOpError("expected a tensor that fits in memory, found shape [");
  llvm::interleaveComma(shape, diagnostic);
  diagnostic << "]";
  return diagnostic;
}

FailureOr<Array> Frame::create(Operation *op, Kind kind,
                               ArrayRef<int64_t> shape) const {
  return checkMemory(op, Array::create(kind, shape), shape);
}

FailureOr<Array> Frame::createZero(Operation *op, Kind kind,
                                   ArrayRef<int64_t> shape) const {
  return checkMemory(op, Array::createZero(kind, shape), shape);
}

LogicalResult Frame::runBlock(Block &block, ArrayRef<Array> arguments,
                              SmallVectorImpl<Array> &yielded) {
  for (auto [argument, array] :
       llvm::zip_equal(block.getArguments(), arguments))
    if (failed(set(argument, array)))
      return failure();
  for (Operation &op : block.without_terminator())
    if (failed(runOperation(&op)))
      return failure();
  Operation *terminator = block.getTerminator();
  yielded.clear();
  for (Value operand : terminator->getOperands())
    yielded.push_back(take(operand, terminator));
  return success();
}

LogicalResult Frame::runOperation(Operation *op) {
  for (Value result : op->getResults())
    if (!getKind(result.getType()))
      return op->emitOpError("expected floating-point, integer or index "
                             "numbers or tensors of them, found ")
             << result.getType();
  if (const Handler *handler = interpreter.getHandlers().find(op))
    return (*handler)(op, *this);
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return runStructured(structured, *this);
  return runElementwise(op);
}

/// An operation of arith or math on scalars, or element by element on tensors
/// of one shape; scalars beside tensors are repeated.
LogicalResult Frame::runElementwise(Operation *op) {
  Kernel kernel = selectKernel(op);
  if (!kernel)
    return op->emitOpError("is not known to the reference");
  SmallVector<Array, 3> operands;
  for (Value operand : op->getOperands())
    operands.push_back(get(operand));
  SmallVector<int64_t> shape;
  std::optional<unsigned> shaped;
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    if (!isa<ShapedType>(operand.getType()))
      continue;
    if (!shaped) {
      shaped = i;
      shape = SmallVector<int64_t>(operands[i].getShape());
    } else if (operands[i].getShape() != ArrayRef<int64_t>(shape)) {
      return op->emitOpError("expected operand ")
             << i << " of type " << getFoundType(shape, operand.getType())
             << ", as operand " << *shaped << ", found "
             << getFoundType(operands[i].getShape(), operand.getType());
    }
  }
  std::optional<int64_t> count = reference::getNumElements(shape);
  SmallVector<const void *, 3> sources;
  for (Array &operand : operands)
    if (failed(dispatch(operand.getKind(), [&](auto *type) -> LogicalResult {
          using T = std::remove_pointer_t<decltype(type)>;
          if (operand.size() == 1 && *count != 1) {
            T number = operand.get<T>()[0];
            FailureOr<Array> repeated = create(op, operand.getKind(), shape);
            if (failed(repeated))
              return failure();
            std::fill_n(repeated->template getMutable<T>(), *count, number);
            operand = std::move(*repeated);
          }
          sources.push_back(operand.get<T>());
          return success();
        })))
      return failure();
  SmallVector<Array, 1> results;
  SmallVector<void *, 1> targets;
  for (Value result : op->getResults()) {
    FailureOr<Array> array =
        create(op, *reference::getKind(result.getType()), shape);
    if (failed(array))
      return failure();
    results.push_back(std::move(*array));
    targets.push_back(
        dispatch(results.back().getKind(), [&](auto *type) -> void * {
          return results.back()
              .getMutable<std::remove_pointer_t<decltype(type)>>();
        }));
  }
  if (const char *why = kernel(sources, targets, *count))
    return op->emitOpError("has no result: ") << why;
  for (auto [result, array] : llvm::zip_equal(op->getResults(), results))
    if (failed(set(result, std::move(array))))
      return failure();
  return success();
}
