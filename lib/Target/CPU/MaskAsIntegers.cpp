//===- MaskAsIntegers.cpp - masked moves of narrow floats -----------------===//

#include "kalmir/Target/CPU/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace kalmir {
#define GEN_PASS_DEF_MASKASINTEGERSPASS
#include "kalmir/Target/CPU/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

/// The vector of integers to move in place of one of floats of less than 32
/// bits; null for other types.
static VectorType getIntegers(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  auto element =
      vector ? dyn_cast<FloatType>(vector.getElementType()) : FloatType();
  if (!element || element.getWidth() >= 32)
    return {};
  return vector.clone(IntegerType::get(type.getContext(), element.getWidth()));
}

static void moveAsIntegers(LLVM::MaskedLoadOp op) {
  VectorType integers = getIntegers(op.getType());
  if (!integers)
    return;
  OpBuilder b(op);
  if (Value passThrough = op.getPassThru())
    op.getPassThruMutable().assign(
        LLVM::BitcastOp::create(b, op.getLoc(), integers, passThrough));
  b.setInsertionPointAfter(op);
  auto floats =
      LLVM::BitcastOp::create(b, op.getLoc(), op.getType(), op.getRes());
  op.getRes().replaceAllUsesExcept(floats, floats);
  op.getRes().setType(integers);
}

static void moveAsIntegers(LLVM::MaskedStoreOp op) {
  VectorType integers = getIntegers(op.getValue().getType());
  if (!integers)
    return;
  OpBuilder b(op);
  op.getValueMutable().assign(
      LLVM::BitcastOp::create(b, op.getLoc(), integers, op.getValue()));
}

namespace {

struct MaskAsIntegers
    : public kalmir::impl::MaskAsIntegersPassBase<MaskAsIntegers> {
  void runOnOperation() override {
    getOperation().walk([](Operation *op) {
      if (auto load = dyn_cast<LLVM::MaskedLoadOp>(op))
        moveAsIntegers(load);
      else if (auto store = dyn_cast<LLVM::MaskedStoreOp>(op))
        moveAsIntegers(store);
    });
  }
};

} // namespace
