//===- UseIntrinsics.cpp - LLVM's intrinsics in place of libdevice --------===//

#include "kalmir/Target/CUDA/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"

namespace kalmir {
#define GEN_PASS_DEF_USEINTRINSICSPASS
#include "kalmir/Target/CUDA/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

/// Functions of libdevice that are one or a few instructions each, by their
/// names without "__nv_" and the "f" of float32.
static StringRef getIntrinsic(StringRef function) {
  return llvm::StringSwitch<StringRef>(function)
      .Case("fabs", "fabs")
      .Case("copysign", "copysign")
      .Case("fma", "fma")
      .Case("floor", "floor")
      .Case("ceil", "ceil")
      .Case("trunc", "trunc")
      .Case("rint", "roundeven")
      .Case("sqrt", "sqrt")
      .Default("");
}

namespace {
struct UseIntrinsics
    : public kalmir::impl::UseIntrinsicsPassBase<UseIntrinsics> {
  void runOnOperation() override {
    gpu::GPUModuleOp module = getOperation();
    IRRewriter rewriter(&getContext());
    module.walk([&](LLVM::CallOp call) {
      StringRef name = call.getCallee().value_or("");
      if (!name.consume_front("__nv_") || call.getNumResults() != 1)
        return;
      Type type = call.getResult().getType();
      if (type.isF32() && !name.consume_back("f"))
        return;
      StringRef intrinsic = getIntrinsic(name);
      if (intrinsic.empty() || (!type.isF32() && !type.isF64()))
        return;
      std::string full =
          ("llvm." + intrinsic + (type.isF32() ? ".f32" : ".f64")).str();
      rewriter.setInsertionPoint(call);
      rewriter.replaceOpWithNewOp<LLVM::CallIntrinsicOp>(
          call, type, rewriter.getStringAttr(full), call.getArgOperands());
    });
    llvm::StringSet<> called;
    module.walk([&](LLVM::CallOp call) {
      called.insert(call.getCallee().value_or(""));
    });
    for (auto function : llvm::make_early_inc_range(
             module.getBody()->getOps<LLVM::LLVMFuncOp>()))
      if (function.isExternal() && !called.contains(function.getName()))
        function.erase();
  }
};
} // namespace
