//===- ExpandKernelArguments.cpp - buffers as pointers and numbers --------===//
//
//   gpu.launch_func @k::@f ... args(%x : memref<?x?xf32>)
//     ->  args(%p : !llvm.ptr, %p : !llvm.ptr, %zero : i64,
//              %m : i64, %n : i64, %n : i64, %one : i64)
//
// in the order in which convert-gpu-to-nvvm declares the kernel's parameters.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Target/CUDA/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace kalmir {
#define GEN_PASS_DEF_EXPANDKERNELARGUMENTSPASS
#include "kalmir/Target/CUDA/Passes.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;

/// Makes extents with the same symbol the same value: that of the first
/// dimension that has it. The wrappers of entries have checked them.
static void unifyExtents(func::FuncOp entry) {
  OpBuilder b = OpBuilder::atBlockBegin(&entry.getBody().front());
  DenseMap<int64_t, Value> extents;
  SmallVector<memref::DimOp> dims;
  entry.walk([&](memref::DimOp dim) { dims.push_back(dim); });
  SmallVector<ArgumentAttr> arguments = getEntry(entry).getArguments();
  for (auto [i, argument] : llvm::enumerate(arguments))
    for (auto [d, symbol] : llvm::enumerate(argument.getDims().asArrayRef()))
      if (symbol < 0 && !extents.count(symbol))
        extents[symbol] = memref::DimOp::create(
            b, entry.getLoc(), entry.getArgument(i), static_cast<int64_t>(d));
  for (memref::DimOp dim : dims) {
    auto argument = dyn_cast<BlockArgument>(dim.getSource());
    std::optional<int64_t> index = dim.getConstantIndex();
    if (!argument || argument.getOwner() != &entry.getBody().front() ||
        !index || argument.getArgNumber() >= arguments.size())
      continue;
    ArrayRef<int64_t> symbols = arguments[argument.getArgNumber()].getDims();
    if (*index < 0 || *index >= static_cast<int64_t>(symbols.size()))
      continue;
    int64_t symbol = symbols[*index];
    if (symbol >= 0)
      continue;
    dim.replaceAllUsesWith(extents[symbol]);
    dim.erase();
  }
}

/// Extents and strides of a buffer without a layout of its own, the strides as
/// products of extents.
static void getRowMajor(ImplicitLocOpBuilder &b, Value buffer,
                        SmallVectorImpl<Value> &sizes,
                        SmallVectorImpl<Value> &strides) {
  int64_t rank = cast<MemRefType>(buffer.getType()).getRank();
  for (int64_t d = 0; d < rank; ++d)
    sizes.push_back(memref::DimOp::create(b, buffer, d));
  strides.resize(rank);
  Value stride = arith::ConstantIndexOp::create(b, 1);
  for (int64_t d = rank; d-- > 0;) {
    strides[d] = stride;
    stride = arith::MulIOp::create(b, stride, sizes[d]);
  }
}

/// A buffer as the kernel's parameters.
static void takeApart(ImplicitLocOpBuilder &b, Value buffer,
                      SmallVectorImpl<Value> &parts) {
  auto type = cast<MemRefType>(buffer.getType());
  Type i64 = b.getI64Type();
  auto cast = [&](Value index) -> Value {
    return arith::IndexCastOp::create(b, i64, index);
  };
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(b, buffer);
  SmallVector<Value> sizes, strides;
  if (type.getLayout().isIdentity()) {
    getRowMajor(b, buffer, sizes, strides);
  } else {
    auto metadata = memref::ExtractStridedMetadataOp::create(b, buffer);
    sizes = metadata.getSizes();
    strides = metadata.getStrides();
    int64_t bytes =
        llvm::divideCeil(type.getElementType().getIntOrFloatBitWidth(), 8);
    address = arith::AddIOp::create(
        b, address,
        arith::MulIOp::create(b, metadata.getOffset(), constant(bytes)));
  }
  Value pointer = LLVM::IntToPtrOp::create(
      b, LLVM::LLVMPointerType::get(b.getContext()), cast(address));
  parts.append({pointer, pointer, cast(constant(0))});
  for (Value size : sizes)
    parts.push_back(cast(size));
  for (Value stride : strides)
    parts.push_back(cast(stride));
}

namespace {
/// The address of a view is a place in the buffer that it is a view of.
struct AddressOfView
    : public OpRewritePattern<memref::ExtractAlignedPointerAsIndexOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(memref::ExtractAlignedPointerAsIndexOp op,
                                PatternRewriter &rewriter) const override {
    auto view = op.getSource().getDefiningOp<memref::ViewOp>();
    if (!view)
      return rewriter.notifyMatchFailure(op, "no view");
    Value base = memref::ExtractAlignedPointerAsIndexOp::create(
        rewriter, op.getLoc(), view.getSource());
    rewriter.replaceOpWithNewOp<arith::AddIOp>(op, base, view.getByteShift());
    return success();
  }
};

/// So is that of a buffer of which only extents and strides are told anew, and
/// that of a buffer without any.
struct AddressOfSource
    : public OpRewritePattern<memref::ExtractAlignedPointerAsIndexOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(memref::ExtractAlignedPointerAsIndexOp op,
                                PatternRewriter &rewriter) const override {
    Operation *source = op.getSource().getDefiningOp();
    if (!isa_and_nonnull<memref::ReinterpretCastOp,
                         memref::ExtractStridedMetadataOp>(source))
      return rewriter.notifyMatchFailure(op, "no such buffer");
    rewriter.replaceOpWithNewOp<memref::ExtractAlignedPointerAsIndexOp>(
        op, source->getOperand(0));
    return success();
  }
};

struct ExtentOfReinterpretCast : public OpRewritePattern<memref::DimOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(memref::DimOp op,
                                PatternRewriter &rewriter) const override {
    auto cast = op.getSource().getDefiningOp<memref::ReinterpretCastOp>();
    std::optional<int64_t> index = op.getConstantIndex();
    if (!cast || !index || *index >= cast.getType().getRank())
      return rewriter.notifyMatchFailure(op, "no extent that is told");
    rewriter.replaceOp(
        op, getValueOrCreateConstantIndexOp(rewriter, op.getLoc(),
                                            cast.getMixedSizes()[*index]));
    return success();
  }
};

/// Extents of a row-major buffer are dimensions, which can be told to be equal.
struct MetadataOfRowMajor
    : public OpRewritePattern<memref::ExtractStridedMetadataOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(memref::ExtractStridedMetadataOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getBaseBuffer().use_empty())
      return rewriter.notifyMatchFailure(op, "the buffer itself is used");
    if (!cast<MemRefType>(op.getSource().getType()).getLayout().isIdentity())
      return rewriter.notifyMatchFailure(op, "a layout of its own");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    SmallVector<Value> sizes, strides;
    getRowMajor(b, op.getSource(), sizes, strides);
    rewriter.replaceAllUsesWith(op.getOffset(),
                                arith::ConstantIndexOp::create(b, 0));
    rewriter.replaceAllUsesWith(op.getSizes(), sizes);
    rewriter.replaceAllUsesWith(op.getStrides(), strides);
    rewriter.eraseOp(op);
    return success();
  }
};

struct ExpandKernelArguments
    : public kalmir::impl::ExpandKernelArgumentsPassBase<
          ExpandKernelArguments> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      function.walk([](gpu::LaunchFuncOp launch) {
        ImplicitLocOpBuilder b(launch.getLoc(), launch);
        SmallVector<Value> operands;
        for (Value operand : launch.getKernelOperands())
          if (isa<MemRefType>(operand.getType()))
            takeApart(b, operand, operands);
          else if (operand.getType().isIndex())
            operands.push_back(
                arith::IndexCastOp::create(b, b.getI64Type(), operand));
          else
            operands.push_back(operand);
        launch.getKernelOperandsMutable().assign(operands);
      });
      RewritePatternSet patterns(&getContext());
      memref::populateExpandStridedMetadataPatterns(patterns);
      patterns.add<AddressOfSource, AddressOfView, ExtentOfReinterpretCast,
                   MetadataOfRowMajor>(&getContext());
      if (failed(applyPatternsGreedily(function, std::move(patterns))))
        return signalPassFailure();
      if (getEntry(function))
        unifyExtents(function);
    }
  }
};
} // namespace
