//===- OutlineKernels.cpp - launches to kernels with their bounds ---------===//
//
// Outlining is MLIR's; its kernels do not keep the attributes of launches.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Conversion/RecurToGPU.h"
#include "kalmir/Target/CUDA/Passes.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/PassManager.h"

namespace kalmir {
#define GEN_PASS_DEF_OUTLINEKERNELSPASS
#include "kalmir/Target/CUDA/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

namespace {
struct OutlineKernels
    : public kalmir::impl::OutlineKernelsPassBase<OutlineKernels> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    // Of launches of kernels that are outlined already: null.
    SmallVector<Attribute> bounds;
    module.walk([&](Operation *op) {
      if (isa<gpu::LaunchOp, gpu::LaunchFuncOp>(op))
        bounds.push_back(isa<gpu::LaunchOp>(op)
                             ? op->getAttr(kalmir::workgroupsAttrName)
                             : Attribute());
    });
    OpPassManager outlining(ModuleOp::getOperationName());
    outlining.addPass(createGpuKernelOutliningPass());
    if (failed(runPipeline(outlining, module)))
      return signalPassFailure();
    // Each launch has become another one in its place.
    ArrayRef<Attribute> left(bounds);
    SymbolTableCollection symbols;
    module.walk([&](gpu::LaunchFuncOp launch) {
      Attribute bound = left.consume_front();
      if (!bound)
        return;
      auto kernel = symbols.lookupNearestSymbolFrom<gpu::GPUFuncOp>(
          launch, launch.getKernelAttr());
      kernel->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(), bound);
    });
  }
};
} // namespace
