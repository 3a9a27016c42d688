//===- StepFunctions.cpp - functions with states in and out ---------------===//
//
// All three start as a clone of the function:
//
//   (1) final states become results                      all
//   (2) initial states become arguments; what computed   continue, step
//       them goes, and so do arguments only it needed
//   (3) time gets extent 1 in every type                 step
//   (4) recurrences run serially and rescale at every    step
//       step: no call knows how many came before
//
//===----------------------------------------------------------------------===//

#include "StepFunctions.h"

#include "TimeFlow.h"

#include "kalmir/Entry/IR/Entry.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::recur;

StringRef kalmir::recur::getSuffix(StepFunction kind) {
  switch (kind) {
  case StepFunction::Prefill:
    return "_prefill";
  case StepFunction::Continue:
    return "_continue";
  case StepFunction::Step:
    return "_step";
  }
  llvm_unreachable("all kinds are listed");
}

namespace {
/// The function under construction.
class Variant {
public:
  explicit Variant(func::FuncOp function)
      : function(function), flow(function), body(function.getBody().front()) {}

  void addFinalStates();
  void takeInitialStates();
  void setOneStep();
  void setSerial();

private:
  /// The attributes that name state number `i` in the contract.
  DictionaryAttr nameState(unsigned i);
  void eraseDeadOps();
  /// Reads the extents of `argument` from arguments that stay.
  void replaceExtents(BlockArgument argument);
  /// Gives `value`, whose dimensions `dims` are time, one step.
  void setOneStep(Value value, ArrayRef<unsigned> dims);

  func::FuncOp function;
  TimeFlow flow;
  Block &body;
  /// Where the extents of initial states are found now.
  std::map<Extent, std::pair<Value, int64_t>> stateExtents;
};
} // namespace

DictionaryAttr Variant::nameState(unsigned i) {
  MLIRContext *context = function.getContext();
  return DictionaryAttr::get(
      context,
      NamedAttribute(StringAttr::get(context, KalmirDialect::nameAttrName),
                     StringAttr::get(context, "state" + std::to_string(i))));
}

void Variant::addFinalStates() {
  Operation *terminator = body.getTerminator();
  unsigned number = 0;
  for (RecurrenceOp op : flow.getRecurrences())
    for (unsigned i = 0, e = op.getStates().size(); i < e; ++i) {
      Value state = op->getResult(i);
      (void)function.insertResult(function.getNumResults(), state.getType(),
                                  nameState(number++));
      terminator->insertOperands(terminator->getNumOperands(), state);
    }
}

void Variant::takeInitialStates() {
  SmallVector<BlockArgument> used;
  for (BlockArgument argument : body.getArguments())
    if (!argument.use_empty())
      used.push_back(argument);

  unsigned number = 0;
  for (RecurrenceOp op : flow.getRecurrences())
    for (OpOperand &state : op.getStatesMutable()) {
      auto type = cast<RankedTensorType>(state.get().getType());
      unsigned position = function.getNumArguments();
      (void)function.insertArgument(position, type, nameState(number++),
                                    state.get().getLoc());
      Value argument = body.getArgument(position);
      for (int64_t d = 0; d < type.getRank(); ++d)
        stateExtents.try_emplace(flow.getExtents().leader(state.get(), d),
                                 argument, d);
      state.set(argument);
    }

  eraseDeadOps();
  llvm::BitVector erased(function.getNumArguments());
  for (BlockArgument argument : used) {
    replaceExtents(argument);
    if (argument.use_empty())
      erased.set(argument.getArgNumber());
  }
  (void)function.eraseArguments(erased);
}

void Variant::eraseDeadOps() {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

void Variant::replaceExtents(BlockArgument argument) {
  SmallVector<std::pair<tensor::DimOp, std::pair<Value, int64_t>>> sources;
  for (Operation *user : argument.getUsers()) {
    auto dim = dyn_cast<tensor::DimOp>(user);
    std::optional<int64_t> index = dim ? dim.getConstantIndex() : std::nullopt;
    if (!index)
      return;
    auto source = stateExtents.find(flow.getExtents().leader(argument, *index));
    if (source == stateExtents.end())
      return;
    sources.push_back({dim, source->second});
  }
  for (auto [dim, source] : sources) {
    OpBuilder b(dim);
    dim.replaceAllUsesWith(
        tensor::DimOp::create(b, dim.getLoc(), source.first, source.second)
            .getResult());
    dim.erase();
  }
}

/// The type of `value` with one step in the dimensions `dims`.
static RankedTensorType withOneStep(Value value, ArrayRef<unsigned> dims) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  for (unsigned dim : dims)
    shape[dim] = 1;
  return type.clone(shape);
}

void Variant::setOneStep() {
  SmallVector<std::pair<Value, SmallVector<unsigned>>> values;
  auto note = [&](Value value) {
    if (SmallVector<unsigned> dims = flow.getTimeDims(value); !dims.empty())
      values.push_back({value, dims});
  };
  llvm::for_each(body.getArguments(), note);
  SmallVector<tensor::DimOp> lengths;
  for (Operation &op : body) {
    llvm::for_each(op.getResults(), note);
    if (auto dim = dyn_cast<tensor::DimOp>(op); dim && flow.isLength(dim))
      lengths.push_back(dim);
  }
  for (auto &[value, dims] : values)
    setOneStep(value, dims);
  for (tensor::DimOp dim : lengths) {
    OpBuilder b(dim);
    dim.replaceAllUsesWith(
        arith::ConstantIndexOp::create(b, dim.getLoc(), 1).getResult());
    dim.erase();
  }
  function.setType(FunctionType::get(function.getContext(),
                                     body.getArgumentTypes(),
                                     body.getTerminator()->getOperandTypes()));
}

void Variant::setOneStep(Value value, ArrayRef<unsigned> dims) {
  RankedTensorType type = withOneStep(value, dims);
  Operation *op = value.getDefiningOp();
  auto dropSizes = [&](MutableOperandRange sizes) {
    auto old = cast<RankedTensorType>(value.getType());
    for (int64_t d = old.getRank() - 1, i = sizes.size(); d >= 0; --d)
      if (old.isDynamicDim(d) && (--i, !type.isDynamicDim(d)))
        sizes.erase(i);
  };
  if (auto empty = dyn_cast_or_null<tensor::EmptyOp>(op)) {
    dropSizes(empty.getDynamicSizesMutable());
  } else if (auto splat = dyn_cast_or_null<tensor::SplatOp>(op)) {
    dropSizes(splat.getDynamicSizesMutable());
  } else if (auto slice = dyn_cast_or_null<tensor::ExtractSliceOp>(op)) {
    OpBuilder b(op);
    SmallVector<OpFoldResult> sizes = slice.getMixedSizes();
    for (unsigned dim : dims)
      sizes[dim] = b.getIndexAttr(1);
    auto taken = tensor::ExtractSliceOp::create(
        b, op->getLoc(), type, slice.getSource(), slice.getMixedOffsets(),
        sizes, slice.getMixedStrides());
    value.replaceAllUsesWith(taken);
    op->erase();
    return;
  } else if (auto constant = dyn_cast_or_null<arith::ConstantOp>(op)) {
    auto splat = cast<SplatElementsAttr>(constant.getValue());
    constant.setValueAttr(splat.resizeSplat(type));
  }
  value.setType(type);
}

void Variant::setSerial() {
  for (RecurrenceOp op : flow.getRecurrences())
    op->setAttr("schedule",
                ScheduleAttr::get(function.getContext(), ScheduleKind::serial,
                                  /*chunk_length=*/0, /*vector_width=*/0,
                                  /*lane_blocks=*/0, /*rescale_period=*/1));
}

func::FuncOp kalmir::recur::createStepFunction(func::FuncOp function,
                                               StepFunction kind) {
  OpBuilder b(function->getContext());
  b.setInsertionPointAfter(function);
  auto clone = cast<func::FuncOp>(b.clone(*function));
  clone.setName((function.getName() + getSuffix(kind)).str());
  clone->removeAttr(KalmirDialect::entryAttrName);
  Variant variant(clone);
  variant.addFinalStates();
  if (kind != StepFunction::Prefill)
    variant.takeInitialStates();
  if (kind == StepFunction::Step) {
    variant.setOneStep();
    variant.setSerial();
  }
  return clone;
}
