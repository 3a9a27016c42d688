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

/// A new tensor with the content of `value`, which becomes the destination by
/// itself once empty tensors are eliminated.
Value copyToEmpty(OpBuilder &builder, Value value) {
  Location loc = value.getLoc();
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, value);
  Value empty =
      tensor::EmptyOp::create(builder, loc, sizes, type.getElementType());
  if (empty.getType() != type)
    empty = tensor::CastOp::create(builder, loc, type, empty);
  return linalg::CopyOp::create(builder, loc, value, empty).getResult(0);
}

/// Makes the value in `use` grow out of an empty tensor: follows destinations
/// backwards and copies where another tensor is found.
void startFromEmpty(OpOperand &use) {
  Value value = use.get();
  auto copyHere = [&] {
    OpBuilder builder(use.getOwner());
    use.set(copyToEmpty(builder, value));
  };
  auto result = dyn_cast<OpResult>(value);
  if (!result)
    return copyHere();
  Operation *op = result.getOwner();
  if (isa<tensor::EmptyOp, bufferization::AllocTensorOp>(op))
    return;
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return startFromEmpty(cast.getSourceMutable());
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return startFromEmpty(insert.getDestMutable());
  if (auto destination = dyn_cast<DestinationStyleOpInterface>(op))
    return startFromEmpty(*destination.getTiedOpOperand(result));
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return startFromEmpty(*loop.getTiedLoopInit(result));
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    for (Block *block : {branch.thenBlock(), branch.elseBlock()})
      startFromEmpty(
          block->getTerminator()->getOpOperand(result.getResultNumber()));
    return;
  }
  // Everything else makes its own buffer, which is copied at the end.
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
      startFromEmpty(operand);
      auto type = cast<RankedTensorType>(operand.get().getType());
      auto bufferType = MemRefType::get(type.getShape(), type.getElementType());
      Value destination = body.addArgument(bufferType, function.getLoc());
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
