//===- Addresses.cpp - where threads read and write -----------------------===//

#include "Addresses.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace kalmir;
using lanes::LaneBuilder;

Value threads::testAlignment(LaneBuilder &b, Value operand,
                             int64_t vectorElements) {
  Value vector = b.indexConstant(vectorElements);
  Value bytes = b.indexConstant(
      vectorElements * getElementBytes(cast<MemRefType>(operand.getType())));
  auto parts = memref::ExtractStridedMetadataOp::create(b, operand);
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(b, operand);
  Value wrong = b.createOrFold<arith::RemUIOp>(address, bytes);
  auto mustDivide = [&](Value value) {
    wrong = b.createOrFold<arith::OrIOp>(
        wrong, b.createOrFold<arith::RemUIOp>(value, vector));
  };
  mustDivide(parts.getOffset());
  for (Value stride : parts.getStrides().drop_back())
    mustDivide(stride);
  mustDivide(parts.getSizes().back());
  return b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, wrong,
                                       b.indexConstant(0));
}

MemRefType threads::getSharedType(ArrayRef<int64_t> shape, Type element) {
  return MemRefType::get(
      shape, element, MemRefLayoutAttrInterface(),
      gpu::AddressSpaceAttr::get(element.getContext(),
                                 gpu::AddressSpace::Workgroup));
}

Value threads::openSharedMemory(LaneBuilder &b) {
  return gpu::DynamicSharedMemoryOp::create(
      b, getSharedType({ShapedType::kDynamic}, b.getI8Type()));
}

Value threads::hideOrigin(LaneBuilder &b, Value index) {
  Value number = arith::IndexCastUIOp::create(b, b.getI32Type(), index);
  Value hidden = LLVM::InlineAsmOp::create(
                     b, b.getI32Type(), number, "mov.b32 $0, $1;", "=r,r",
                     /*has_side_effects=*/true, /*is_align_stack=*/false,
                     LLVM::TailCallKind::None, LLVM::AsmDialectAttr(),
                     /*operand_attrs=*/ArrayAttr())
                     .getResult(0);
  return arith::IndexCastUIOp::create(b, b.getIndexType(), hidden);
}
