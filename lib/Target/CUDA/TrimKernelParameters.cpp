//===- TrimKernelParameters.cpp - no more parameters than needed ----------===//

#include "kalmir/Target/CUDA/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/MapVector.h"

namespace kalmir {
#define GEN_PASS_DEF_TRIMKERNELPARAMETERSPASS
#include "kalmir/Target/CUDA/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

using Launches = SmallVector<gpu::LaunchFuncOp>;

/// What every launch passes for parameter `i`, if that is a constant.
static Attribute getConstant(ArrayRef<gpu::LaunchFuncOp> launches, unsigned i) {
  Attribute result;
  for (gpu::LaunchFuncOp launch : launches) {
    Attribute value;
    if (!matchPattern(launch.getKernelOperand(i), m_Constant(&value)) ||
        !isa<IntegerAttr, FloatAttr>(value) || (result && value != result))
      return {};
    result = value;
  }
  return result;
}

/// An earlier parameter for which every launch passes what it does for `i`.
static std::optional<unsigned> getSame(ArrayRef<gpu::LaunchFuncOp> launches,
                                       unsigned i) {
  for (unsigned j = 0; j < i; ++j)
    if (llvm::all_of(launches, [&](gpu::LaunchFuncOp launch) {
          return launch.getKernelOperand(i) == launch.getKernelOperand(j);
        }))
      return j;
  return std::nullopt;
}

/// What FunctionOpInterface does for functions that may return nothing at all.
static void removeParameters(LLVM::LLVMFuncOp kernel,
                             const llvm::BitVector &removed) {
  SmallVector<DictionaryAttr> attributes;
  kernel.getAllArgAttrs(attributes);
  SmallVector<DictionaryAttr> keptAttributes;
  SmallVector<Type> types;
  for (auto [i, type] : llvm::enumerate(kernel.getArgumentTypes())) {
    if (removed.test(i))
      continue;
    types.push_back(type);
    if (!attributes.empty())
      keptAttributes.push_back(attributes[i]);
  }
  kernel.getBody().front().eraseArguments(removed);
  kernel.setFunctionType(LLVM::LLVMFunctionType::get(
      kernel.getFunctionType().getReturnType(), types));
  if (!attributes.empty())
    kernel.setAllArgAttrs(keptAttributes);
}

/// Passes integers of fewer than 32 bits as such of 32, which every launcher
/// knows.
static void widenIntegers(LLVM::LLVMFuncOp kernel, const Launches &launches) {
  OpBuilder b = OpBuilder::atBlockBegin(&kernel.getBody().front());
  SmallVector<Type> types(kernel.getArgumentTypes());
  Type wide = b.getI32Type();
  for (auto [i, type] : llvm::enumerate(types)) {
    if (!type.isInteger() || type.getIntOrFloatBitWidth() >= 32)
      continue;
    BlockArgument argument = kernel.getArgument(i);
    argument.setType(wide);
    auto narrow = LLVM::TruncOp::create(b, kernel.getLoc(), type, argument);
    argument.replaceAllUsesExcept(narrow, narrow);
    type = wide;
    for (gpu::LaunchFuncOp launch : launches) {
      OpBuilder host(launch);
      Value operand = launch.getKernelOperand(i);
      launch.getKernelOperandsMutable()[i].set(
          arith::ExtUIOp::create(host, launch.getLoc(), wide, operand));
    }
  }
  kernel.setFunctionType(LLVM::LLVMFunctionType::get(
      kernel.getFunctionType().getReturnType(), types));
}

/// Says how many threads a block has, if that is known.
static void setBlock(LLVM::LLVMFuncOp kernel,
                     ArrayRef<gpu::LaunchFuncOp> launches) {
  SmallVector<int32_t> block;
  for (auto [i, each] : llvm::enumerate(launches)) {
    gpu::LaunchFuncOp launch = each;
    gpu::KernelDim3 sizes = launch.getBlockSizeOperandValues();
    SmallVector<int32_t> found;
    for (Value size : {sizes.x, sizes.y, sizes.z}) {
      APInt value;
      if (!matchPattern(size, m_ConstantInt(&value)))
        return;
      found.push_back(static_cast<int32_t>(value.getSExtValue()));
    }
    if (i > 0 && found != block)
      return;
    block = found;
  }
  kernel->removeAttr(NVVM::NVVMDialect::getMaxntidAttrName());
  kernel->setAttr(NVVM::NVVMDialect::getReqntidAttrName(),
                  DenseI32ArrayAttr::get(kernel.getContext(), block));
}

namespace {
struct TrimKernelParameters
    : public kalmir::impl::TrimKernelParametersPassBase<TrimKernelParameters> {
  void runOnOperation() override {
    llvm::MapVector<Operation *, Launches> kernels;
    getOperation().walk([&](gpu::LaunchFuncOp launch) {
      if (auto kernel = SymbolTable::lookupNearestSymbolFrom<LLVM::LLVMFuncOp>(
              launch, launch.getKernelAttr()))
        kernels[kernel].push_back(launch);
    });
    for (auto &[kernel, launches] : kernels)
      if (failed(trim(cast<LLVM::LLVMFuncOp>(kernel), launches)))
        return signalPassFailure();
  }

  LogicalResult trim(LLVM::LLVMFuncOp kernel, const Launches &launches) {
    unsigned count = kernel.getNumArguments();
    for (gpu::LaunchFuncOp launch : launches)
      if (launch.getNumKernelOperands() != count)
        return launch.emitOpError("expected ")
               << count << " kernel operands, one for each parameter, found "
               << launch.getNumKernelOperands();
    OpBuilder b = OpBuilder::atBlockBegin(&kernel.getBody().front());
    llvm::BitVector removed(count);
    for (unsigned i = 0; i < count; ++i) {
      BlockArgument argument = kernel.getArgument(i);
      if (argument.use_empty()) {
        removed.set(i);
      } else if (Attribute value = getConstant(launches, i)) {
        argument.replaceAllUsesWith(LLVM::ConstantOp::create(
            b, kernel.getLoc(), argument.getType(), cast<TypedAttr>(value)));
        removed.set(i);
      } else if (std::optional<unsigned> same = getSame(launches, i)) {
        argument.replaceAllUsesWith(kernel.getArgument(*same));
        removed.set(i);
      }
    }
    // A parameter that was not used may have come to be, for a later one.
    for (unsigned i = 0; i < count; ++i)
      if (removed.test(i) && !kernel.getArgument(i).use_empty())
        removed.reset(i);
    numRemoved += removed.count();
    removeParameters(kernel, removed);
    for (gpu::LaunchFuncOp launch : launches) {
      SmallVector<Value> kept;
      for (unsigned i = 0; i < count; ++i)
        if (!removed.test(i))
          kept.push_back(launch.getKernelOperand(i));
      launch.getKernelOperandsMutable().assign(kept);
    }
    widenIntegers(kernel, launches);
    setBlock(kernel, launches);
    return success();
  }
};
} // namespace
