//===- RaiseWindows.cpp - causal windows as recurrences -------------------===//
//
//   out[t] = init[t]; for k in 0 .. w-1: out[t] = f(x[t + k - (w-1)], y[k],
//   out[t])
//
// becomes, with s the last w - 1 rows of x, oldest first,
//
//   step(x, s):  out = init
//                for k in 0 .. w-2: out = f(s[k], y[k], out)
//                out = f(x, y[w-1], out)
//                s' = s[1], ..., s[w-2], x
//
//===----------------------------------------------------------------------===//

#include "kalmir/Conversion/LinalgToRecur.h"

#include "kalmir/Recur/IR/Recur.h"
#include "kalmir/Recur/Transforms/EqualExtents.h"
#include "kalmir/Support/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

namespace kalmir {
#define GEN_PASS_DEF_RAISEWINDOWSTORECURPASS
#include "kalmir/Conversion/LinalgToRecur.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;
using recur::IteratorType;

static constexpr StringLiteral kFlag = "kalmir-raise-windows-to-recur";
static constexpr int64_t kMaxWidth = 64;

namespace {
/// A linalg operation that is a causal window.
struct Window {
  linalg::LinalgOp op;
  /// The operand that is seen through the window, and what was padded.
  unsigned operand = 0;
  tensor::PadOp pad;
  /// The iterators of time and within the window; the operand's dimension that
  /// they index together.
  unsigned time = 0, tap = 0, position = 0;
  int64_t width = 0;
};
} // namespace

//===----------------------------------------------------------------------===//
// Matching
//===----------------------------------------------------------------------===//

/// The operand and dimension that a parallel and the reduction iterator index
/// together, if there is one.
static std::optional<Window> findWindow(linalg::LinalgOp op) {
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  for (auto [i, map] : llvm::enumerate(op.getIndexingMapsArray()))
    for (auto [position, expr] : llvm::enumerate(map.getResults())) {
      std::optional<unsigned> time, tap;
      for (unsigned dim = 0; dim < iterators.size(); ++dim)
        if (expr.isFunctionOfDim(dim))
          (iterators[dim] == utils::IteratorType::parallel ? time : tap) = dim;
      if (!time || !tap)
        continue;
      Window window;
      window.op = op;
      window.operand = i;
      window.time = *time;
      window.tap = *tap;
      window.position = position;
      return window;
    }
  return std::nullopt;
}

/// Whether two dimensions are known to have one extent.
static bool haveEqualExtents(Value a, unsigned dimA, Value b, unsigned dimB) {
  int64_t sizeA = cast<ShapedType>(a.getType()).getDimSize(dimA);
  int64_t sizeB = cast<ShapedType>(b.getType()).getDimSize(dimB);
  if (ShapedType::isStatic(sizeA) && ShapedType::isStatic(sizeB))
    return sizeA == sizeB;
  auto function =
      b.getDefiningOp()
          ? b.getDefiningOp()->getParentOfType<func::FuncOp>()
          : dyn_cast<func::FuncOp>(b.getParentBlock()->getParentOp());
  if (!function)
    return false;
  recur::EqualExtents equal(function);
  return equal.leader(a, dimA) == equal.leader(b, dimB);
}

/// Completes the window, or says why it is none.
static std::string whyNotWindow(Window &window) {
  linalg::LinalgOp op = window.op;
  MLIRContext *context = op->getContext();
  if (op.getNumDpsInits() != 1 || op->getNumResults() != 1)
    return "expected one result";
  if (op.hasIndexSemantics())
    return "expected a body without linalg.index";
  if (op.getNumReductionLoops() != 1)
    return "expected one reduction iterator, found " +
           std::to_string(op.getNumReductionLoops());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  AffineExpr time = getAffineDimExpr(window.time, context);
  AffineExpr tap = getAffineDimExpr(window.tap, context);
  AffineMap map = maps[window.operand];
  if (simplifyAffineExpr(map.getResult(window.position) - time - tap,
                         map.getNumDims(),
                         0) != getAffineConstantExpr(0, context))
    return "expected strides and dilations of 1";
  unsigned numParallel = op.getNumParallelLoops();
  for (auto [i, other] : llvm::enumerate(maps))
    if (i != window.operand && !other.isProjectedPermutation())
      return "expected the other operands to be indexed by single iterators";
  if (maps.back().getNumResults() != numParallel)
    return "expected a result over all parallel iterators";
  // Every lane has a window of its own.
  llvm::SmallBitVector seen(op.getNumLoops());
  for (auto [position, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (position == window.position)
      continue;
    if (!dim || seen.test(dim.getPosition()) ||
        dim.getPosition() == window.tap || dim.getPosition() == window.time)
      return "expected the input's other dimensions to be single iterators";
    seen.set(dim.getPosition());
  }
  if (seen.count() + 1 != numParallel)
    return "expected an input over all parallel iterators";

  window.width = op.getStaticLoopRanges()[window.tap];
  if (ShapedType::isDynamic(window.width))
    return "expected a window of static width";
  if (window.width < 2 || window.width > kMaxWidth)
    return "expected a window of 2 to " + std::to_string(kMaxWidth) +
           " steps, found " + std::to_string(window.width);
  window.pad = op->getOperand(window.operand).getDefiningOp<tensor::PadOp>();
  if (!window.pad || !window.pad.getConstantPaddingValue())
    return "expected an input padded with one number (tensor.pad)";
  for (unsigned dim = 0, e = map.getNumResults(); dim < e; ++dim) {
    int64_t before = dim == window.position ? window.width - 1 : 0;
    if (!isConstantIntValue(window.pad.getMixedLowPad()[dim], before) ||
        !isConstantIntValue(window.pad.getMixedHighPad()[dim], 0))
      return "expected padding of " + std::to_string(before) +
             " before and 0 after dimension " + std::to_string(dim);
  }
  // linalg lets a result be shorter than its windows allow.
  if (!haveEqualExtents(window.pad.getSource(), window.position,
                        op.getDpsInits().front(),
                        *maps.back().getResultPosition(time)))
    return "expected a result of as many steps as the padded tensor has";
  return "";
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

/// `map` over the iterators without the window's.
static AffineMap dropTap(AffineMap map, unsigned tap) {
  SmallVector<AffineExpr> dims;
  for (unsigned dim = 0, next = 0; dim < map.getNumDims(); ++dim)
    dims.push_back(dim == tap ? getAffineConstantExpr(0, map.getContext())
                              : getAffineDimExpr(next++, map.getContext()));
  return map.replaceDimsAndSymbols(dims, {}, map.getNumDims() - 1, 0);
}

/// A value that an isolated region can use: a constant is cloned into it.
static Operation *getConstant(Value value) {
  Operation *op = value.getDefiningOp();
  return op && op->hasTrait<OpTrait::ConstantLike>() ? op : nullptr;
}

/// The tensor of initial states: the padding, in the shape of one row.
static Value createRow(RewriterBase &b, Window window) {
  Location loc = window.op.getLoc();
  Value source = window.pad.getSource();
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, source);
  sizes.erase(sizes.begin() + window.position);
  Value padding = window.pad.getConstantPaddingValue();
  if (Operation *constant = getConstant(padding))
    padding = b.clone(*constant)->getResult(0);
  Value empty = tensor::EmptyOp::create(b, loc, sizes, padding.getType());
  return linalg::FillOp::create(b, loc, padding, empty).getResult(0);
}

/// Row `k` of an operand along `position`, which disappears.
static Value createTapSlice(RewriterBase &b, Location loc, Value operand,
                            unsigned position, int64_t k) {
  auto type = cast<RankedTensorType>(operand.getType());
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, operand);
  SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(type.getRank(), b.getIndexAttr(1));
  offsets[position] = b.getIndexAttr(k);
  sizes[position] = b.getIndexAttr(1);
  SmallVector<int64_t> shape(type.getShape());
  shape.erase(shape.begin() + position);
  return tensor::ExtractSliceOp::create(
      b, loc, RankedTensorType::get(shape, type.getElementType()), operand,
      offsets, sizes, strides);
}

namespace {
/// Builds the recurrence of one window.
class WindowRaiser {
public:
  WindowRaiser(RewriterBase &b, Window window)
      : b(b), window(window), loc(window.op.getLoc()) {}

  void run();

private:
  void addInput(Value operand, AffineMap map) {
    inputs.push_back(operand);
    inputMaps.push_back(dropTap(map, window.tap));
  }
  void collectInputs();
  void buildBody(Block &body);

  RewriterBase &b;
  Window window;
  Location loc;
  SmallVector<Value> inputs;
  SmallVector<AffineMap> inputMaps;
  /// By operand and tap: the number of the input that has its value there.
  SmallVector<SmallVector<unsigned>> inputOf;
};
} // namespace

/// Inputs: the row of now, the other operands, one for each tap where they
/// depend on it, and what the sum begins with.
void WindowRaiser::collectInputs() {
  linalg::LinalgOp op = window.op;
  for (auto [i, map] : llvm::enumerate(op.getIndexingMapsArray())) {
    Value operand = op->getOperand(i);
    SmallVector<unsigned> &taps = inputOf.emplace_back(window.width, 0);
    if (i == window.operand) {
      SmallVector<AffineExpr> exprs(map.getResults());
      exprs[window.position] = getAffineDimExpr(window.time, op.getContext());
      addInput(window.pad.getSource(),
               AffineMap::get(map.getNumDims(), 0, exprs, op.getContext()));
      taps.assign(window.width, inputs.size() - 1);
      continue;
    }
    auto fill = operand.getDefiningOp<linalg::FillOp>();
    if (op.isDpsInit(&op->getOpOperand(i)) && fill) {
      addInput(fill.value(),
               AffineMap::get(map.getNumDims(), 0, op.getContext()));
      taps.assign(window.width, inputs.size() - 1);
      continue;
    }
    std::optional<unsigned> position =
        map.getResultPosition(getAffineDimExpr(window.tap, op.getContext()));
    for (unsigned k = 0; k < window.width; ++k) {
      if (position)
        addInput(createTapSlice(b, loc, operand, *position, k),
                 map.dropResult(*position));
      else if (k == 0)
        addInput(operand, map);
      taps[k] = inputs.size() - 1;
    }
  }
}

void WindowRaiser::buildBody(Block &body) {
  OpBuilder::InsertionGuard guard(b);
  linalg::LinalgOp op = window.op;
  Block *from = op.getBlock();
  unsigned numOperands = op->getNumOperands();
  Value now = body.getArgument(inputOf[window.operand].front());
  ArrayRef<BlockArgument> rows =
      body.getArguments().take_back(window.width - 1);
  b.setInsertionPointToStart(&body);
  Value result = body.getArgument(inputOf[numOperands - 1].front());
  for (unsigned k = 0; k < window.width; ++k) {
    IRMapping mapping;
    for (unsigned i = 0; i + 1 < numOperands; ++i)
      mapping.map(from->getArgument(i), body.getArgument(inputOf[i][k]));
    mapping.map(from->getArgument(window.operand),
                k + 1 < window.width ? Value(rows[k]) : now);
    mapping.map(from->getArgument(numOperands - 1), result);
    for (Operation &operation : from->without_terminator()) {
      for (Value operand : operation.getOperands())
        if (!mapping.contains(operand))
          mapping.map(operand, b.clone(*getConstant(operand))->getResult(0));
      b.clone(operation, mapping);
    }
    result = mapping.lookupOrDefault(from->getTerminator()->getOperand(0));
  }
  SmallVector<Value> next(rows.drop_front());
  next.push_back(now);
  recur::YieldOp::create(b, loc, next, result);
}

void WindowRaiser::run() {
  linalg::LinalgOp op = window.op;
  b.setInsertionPoint(op);
  collectInputs();
  SmallVector<Value> states(window.width - 1, createRow(b, window));
  AffineMap inputMap = inputMaps[inputOf[window.operand].front()];
  SmallVector<AffineMap> maps(inputMaps);
  maps.append(window.width - 1, inputMap.dropResult(window.position));
  maps.push_back(dropTap(op.getIndexingMapsArray().back(), window.tap));
  // The result is overwritten: what the sum begins with is an input.
  Value init = op.getDpsInits().front();
  if (auto fill = init.getDefiningOp<linalg::FillOp>())
    init = fill.output();
  else
    init = tensor::EmptyOp::create(
        b, loc, tensor::getMixedSizes(b, loc, init),
        cast<RankedTensorType>(init.getType()).getElementType());

  SmallVector<Attribute> iterators;
  for (unsigned dim = 0, e = op.getNumLoops(); dim < e; ++dim)
    if (dim != window.tap)
      iterators.push_back(recur::IteratorTypeAttr::get(
          b.getContext(), dim == window.time ? IteratorType::recurrence
                                             : IteratorType::parallel));
  SmallVector<Type> types(ValueRange(states).getTypes());
  types.push_back(init.getType());
  auto recurrence = recur::GenericOp::create(
      b, loc, types, inputs, /*segments=*/Value(), states, init,
      b.getAffineMapArrayAttr(maps), b.getArrayAttr(iterators),
      /*reverse=*/false, /*strict=*/false, /*schedule=*/nullptr,
      /*finishCount=*/0);
  Block &body = recurrence.getBody().emplaceBlock();
  for (ArrayRef<Value> operands : {ArrayRef(inputs), ArrayRef(states)})
    for (Value operand : operands)
      body.addArgument(getElementTypeOrSelf(operand), loc);
  buildBody(body);
  b.replaceOp(op, recurrence->getResult(window.width - 1));
}

/// Whether everything from outside that the body uses is a constant.
static bool usesOnlyConstants(linalg::LinalgOp op) {
  bool constants = true;
  op.getBlock()->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      if (operand.getParentBlock() != op.getBlock() &&
          !op.getBlock()->getParent()->isAncestor(operand.getParentRegion()))
        constants &= getConstant(operand) != nullptr;
  });
  return constants;
}

namespace {
struct RaiseWindowsToRecur
    : public kalmir::impl::RaiseWindowsToRecurPassBase<RaiseWindowsToRecur> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> ops;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (op.hasPureTensorSemantics())
        ops.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : ops) {
      std::optional<Window> window = findWindow(op);
      if (!window)
        continue;
      std::string reason = whyNotWindow(*window);
      if (reason.empty() && !usesOnlyConstants(op))
        reason = "expected a body that uses no values from outside";
      if (!reason.empty()) {
        emitMissedRemark(op.getLoc(), kFlag)
            << "window not raised to a recurrence: " + reason;
        ++numRefused;
        continue;
      }
      WindowRaiser(rewriter, *window).run();
      ++numRaised;
    }
  }
};
} // namespace
