//===- PassResultsByDestination.cpp - results in the caller's buffers -----===//

#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Target/Entry/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"

namespace kalmir {
#define GEN_PASS_DEF_PASSRESULTSBYDESTINATIONPASS
#include "kalmir/Target/Entry/Passes.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;

namespace {

/// `destination` as a tensor of type `type`.
Value castTo(OpBuilder &builder, RankedTensorType type, Value destination) {
  if (destination.getType() == type)
    return destination;
  return tensor::CastOp::create(builder, destination.getLoc(), type,
                                destination);
}

/// Makes the value in `use` grow out of `destination`: follows destinations of
/// ops backwards to where they start. A fresh tensor is replaced, any other is
/// copied there, before its first change instead of after the last one.
void startFrom(OpOperand &use, Value destination) {
  Value value = use.get();
  OpBuilder builder(use.getOwner());
  auto type = cast<RankedTensorType>(value.getType());
  auto result = dyn_cast<OpResult>(value);
  if (!result) {
    auto copy = linalg::CopyOp::create(builder, value.getLoc(), value,
                                       castTo(builder, type, destination));
    use.set(copy.getResult(0));
    return;
  }
  Operation *op = result.getOwner();
  if (isa<tensor::EmptyOp>(op))
    return use.set(castTo(builder, type, destination));
  if (auto cast = dyn_cast<tensor::CastOp>(op);
      cast && isa<RankedTensorType>(cast.getSource().getType()))
    return startFrom(cast.getSourceMutable(), destination);
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return startFrom(insert.getDestMutable(), destination);
  if (auto writer = dyn_cast<DestinationStyleOpInterface>(op))
    return startFrom(*writer.getTiedOpOperand(result), destination);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return startFrom(*loop.getTiedLoopInit(result), destination);
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    for (Block *block : {branch.thenBlock(), branch.elseBlock()})
      startFrom(block->getTerminator()->getOpOperand(result.getResultNumber()),
                destination);
    return;
  }
  // Anything else, another destination included, is copied at the end.
}

struct PassResultsByDestination
    : public kalmir::impl::PassResultsByDestinationPassBase<
          PassResultsByDestination> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (getEntry(function) &&
          llvm::any_of(function.getResultTypes(), llvm::IsaPred<TensorType>))
        rewrite(function);
      else if (function->hasAttr(KalmirDialect::helperAttrName))
        protectInputs(function);
  }

  /// Without this, bufferization may update the caller's inputs in place.
  static void protectInputs(func::FuncOp function) {
    Builder builder(function.getContext());
    for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
      if (isa<TensorType>(type))
        function.setArgAttr(
            i, bufferization::BufferizationDialect::kWritableAttrName,
            builder.getBoolAttr(false));
  }

  static void rewrite(func::FuncOp function) {
    protectInputs(function);
    Block &body = function.getBody().front();
    auto terminator = cast<func::ReturnOp>(body.getTerminator());
    OpBuilder builder(terminator);
    SmallVector<Type> types(function.getArgumentTypes());
    SmallVector<DictionaryAttr> attrs;
    function.getAllArgAttrs(attrs);
    for (OpOperand &operand : terminator->getOpOperands()) {
      auto type = cast<RankedTensorType>(operand.get().getType());
      auto bufferType = MemRefType::get(type.getShape(), type.getElementType());
      Value destination = body.addArgument(bufferType, function.getLoc());
      OpBuilder start = OpBuilder::atBlockBegin(&body);
      startFrom(operand, bufferization::ToTensorOp::create(
                             start, function.getLoc(), type, destination,
                             /*restrict=*/true, /*writable=*/true));
      auto materialize = bufferization::MaterializeInDestinationOp::create(
          builder, terminator.getLoc(), operand.get(), destination);
      materialize.setRestrict(true);
      materialize.setWritable(true);
      types.push_back(bufferType);
      DictionaryAttr resultAttrs =
          function.getResultAttrDict(operand.getOperandNumber());
      attrs.push_back(resultAttrs ? resultAttrs
                                  : builder.getDictionaryAttr({}));
    }
    terminator->setOperands({});
    function.setResAttrsAttr(nullptr);
    function.setType(FunctionType::get(function.getContext(), types, {}));
    function.setAllArgAttrs(attrs);
  }
};

} // namespace
