//===- PromoteState.cpp - keep states in float64 --------------------------===//
//
// The body is cloned with every floating-point value widened to f64; only the
// inputs' loads and the outputs' stores keep their types.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Recur/IR/Recur.h"
#include "kalmir/Recur/IR/RecurFinish.h"
#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Support/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"

namespace kalmir::recur {
#define GEN_PASS_DEF_RECURPROMOTESTATEPASS
#include "kalmir/Recur/Transforms/Passes.h.inc"
} // namespace kalmir::recur

using namespace mlir;
using namespace kalmir::recur;

static constexpr StringLiteral kFlag = "kalmir-recur-promote-state";

static bool isNarrowFloat(Type type) {
  auto real = dyn_cast<FloatType>(type);
  return real && real.getWidth() < 64;
}

/// The value (scalar or tensor) with f64 elements.
static Value widen(OpBuilder &b, Location loc, Value value) {
  if (!isNarrowFloat(getElementTypeOrSelf(value.getType())))
    return value;
  Type wide = b.getF64Type();
  if (auto tensor = dyn_cast<RankedTensorType>(value.getType()))
    wide = tensor.clone(wide);
  return arith::ExtFOp::create(b, loc, wide, value);
}

/// The value rounded to `type` where that is narrower.
static Value narrow(OpBuilder &b, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  // Float32 on the way: processors round to f16 from nothing else.
  if (getElementTypeOrSelf(type).isF16()) {
    Type middle = b.getF32Type();
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      middle = tensor.clone(middle);
    value = arith::TruncFOp::create(b, loc, middle, value);
  }
  return arith::TruncFOp::create(b, loc, type, value);
}

/// The operation that cannot be widened, or null.
static Operation *findFixedWidth(Block &body) {
  for (Operation &op : body.without_terminator()) {
    bool narrowFloats = llvm::any_of(op.getOperandTypes(), isNarrowFloat) ||
                        llvm::any_of(op.getResultTypes(), isNarrowFloat);
    auto isScalar = [](Type type) { return type.isIntOrIndexOrFloat(); };
    bool scalars = llvm::all_of(op.getOperandTypes(), isScalar) &&
                   llvm::all_of(op.getResultTypes(), isScalar);
    if (!scalars)
      return &op;
    if (narrowFloats && (isa<arith::BitcastOp>(op) || op.getNumRegions() > 0 ||
                         !(op.hasTrait<OpTrait::Elementwise>() ||
                           op.hasTrait<OpTrait::ConstantLike>())))
      return &op;
  }
  return nullptr;
}

/// Clones `body` to the builder's block with all floats widened.
static void cloneWidened(OpBuilder &b, Block &body, Block &wide,
                         TypeRange outputTypes) {
  IRMapping mapping;
  for (auto [from, to] :
       llvm::zip_equal(body.getArguments(), wide.getArguments()))
    mapping.map(from, widen(b, to.getLoc(), to));
  for (Operation &op : body.without_terminator()) {
    if (isa<arith::ExtFOp, arith::TruncFOp>(op)) {
      mapping.map(op.getResult(0), mapping.lookup(op.getOperand(0)));
      continue;
    }
    APFloat value(0.0);
    if (auto constant = dyn_cast<arith::ConstantOp>(op);
        constant && isNarrowFloat(constant.getType())) {
      bool losesInfo;
      value = cast<FloatAttr>(constant.getValue()).getValue();
      value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                    &losesInfo);
      mapping.map(constant.getResult(),
                  arith::ConstantOp::create(
                      b, op.getLoc(), FloatAttr::get(b.getF64Type(), value)));
      continue;
    }
    Operation *clone = b.clone(op, mapping);
    for (Value result : clone->getResults())
      if (isNarrowFloat(result.getType()))
        result.setType(b.getF64Type());
  }
  auto yield = cast<YieldOp>(body.getTerminator());
  SmallVector<Value> states, outputs;
  for (Value state : yield.getStates())
    states.push_back(mapping.lookup(state));
  for (auto [output, type] : llvm::zip_equal(yield.getOutputs(), outputTypes))
    outputs.push_back(narrow(b, yield.getLoc(), mapping.lookup(output), type));
  YieldOp::create(b, yield.getLoc(), states, outputs);
}

static void promote(IRRewriter &rewriter, GenericOp op) {
  rewriter.setInsertionPoint(op);
  Location loc = op.getLoc();
  SmallVector<Value> states;
  for (Value state : op.getStates())
    states.push_back(widen(rewriter, loc, state));
  SmallVector<Type> resultTypes(ValueRange(states).getTypes());
  llvm::append_range(resultTypes, op.getOutputs().getTypes());
  auto wide = cast<GenericOp>(rewriter.cloneWithoutRegions(*op));
  wide.getStatesMutable().assign(states);
  for (auto [result, type] : llvm::zip_equal(wide.getResults(), resultTypes))
    result.setType(type);

  SmallVector<Type> arguments;
  for (Type type : wide.getInputs().getTypes())
    arguments.push_back(getElementTypeOrSelf(type));
  for (Value state : states)
    arguments.push_back(getElementTypeOrSelf(state.getType()));
  SmallVector<Type> outputTypes;
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
    outputTypes.push_back(
        getContributionType(cast<RecurrenceOp>(op.getOperation()), i));
  Block *block =
      rewriter.createBlock(&wide.getBody(), {}, arguments,
                           SmallVector<Location>(arguments.size(), loc));
  cloneWidened(rewriter, op.getBody().front(), *block, outputTypes);
  for (auto [from, to] : llvm::zip_equal(op.getFinish(), wide.getFinish())) {
    IRMapping mapping;
    from.cloneInto(&to, mapping);
  }

  rewriter.setInsertionPointAfter(wide);
  SmallVector<Value> results;
  for (auto [result, type] :
       llvm::zip_equal(wide.getResults(), op.getResultTypes()))
    results.push_back(narrow(rewriter, loc, result, type));
  rewriter.replaceOp(op, results);
}

namespace {
struct RecurPromoteStatePass
    : public kalmir::recur::impl::RecurPromoteStatePassBase<
          RecurPromoteStatePass> {
  using RecurPromoteStatePassBase::RecurPromoteStatePassBase;

  void runOnOperation() override {
    SmallVector<GenericOp> recurrences;
    getOperation()->walk([&](GenericOp op) {
      bool narrowStates = llvm::any_of(op.getStates().getTypes(), [](Type t) {
        return isNarrowFloat(getElementTypeOrSelf(t));
      });
      if (narrowStates && (all || isCompensated(op)))
        recurrences.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (GenericOp op : recurrences) {
      Operation *obstacle = findFixedWidth(op.getBody().front());
      if (obstacle ||
          cast<RecurrenceOp>(op.getOperation()).hasBufferSemantics()) {
        ++numRefused;
        kalmir::emitMissedRemark((obstacle ? obstacle : op)->getLoc(), kFlag)
            << (obstacle ? "states stay as they are: this operation has a "
                           "fixed width"
                         : "states stay as they are: this recurrence is on "
                           "buffers");
        continue;
      }
      promote(rewriter, op);
      ++numPromoted;
    }
  }

  static bool isCompensated(GenericOp op) {
    auto accuracy = op->getAttrOfType<StringAttr>("recur.accuracy");
    return accuracy && accuracy.getValue() == "compensated";
  }
};
} // namespace
