//===- LowerCopies.cpp - copies as one move of memory, or as loops --------===//

#include "kalmir/Target/CPU/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"

namespace kalmir {
#define GEN_PASS_DEF_LOWERCOPIESPASS
#include "kalmir/Target/CPU/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

namespace {

/// Whether a buffer is one piece of memory as far as its type tells: the
/// condition under which upstream's conversion makes a memcpy of a copy.
bool isOnePiece(Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  return type.getLayout().isIdentity() ||
         memref::isStaticShapeAndContiguousRowMajor(type);
}

struct LowerCopies : public kalmir::impl::LowerCopiesPassBase<LowerCopies> {
  using LowerCopiesPassBase::LowerCopiesPassBase;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](linalg::CopyOp op) {
      Value source = op.getInputs().front(), target = op.getOutputs().front();
      if (source.getType() != target.getType() ||
          !isa<MemRefType>(source.getType()) || !isOnePiece(source) || loops)
        return;
      rewriter.setInsertionPoint(op);
      rewriter.replaceOpWithNewOp<memref::CopyOp>(op, source, target);
    });
    getOperation().walk([&](memref::CopyOp op) {
      // What bufferization leaves of a slice that was changed in place.
      if (op.getSource() == op.getTarget()) {
        rewriter.eraseOp(op);
        return;
      }
      if (!isa<MemRefType>(op.getSource().getType()) ||
          !isa<MemRefType>(op.getTarget().getType()) ||
          (!loops && isOnePiece(op.getSource()) && isOnePiece(op.getTarget())))
        return;
      rewriter.setInsertionPoint(op);
      linalg::makeMemRefCopyOp(rewriter, op.getLoc(), op.getSource(),
                               op.getTarget());
      rewriter.eraseOp(op);
    });
  }
};

} // namespace
