//===- HoistStackBuffers.cpp - allocate a thread's stack buffers once -----===//

#include "kalmir/Target/CPU/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace kalmir {
#define GEN_PASS_DEF_HOISTSTACKBUFFERSPASS
#include "kalmir/Target/CPU/Passes.h.inc"
} // namespace kalmir

using namespace mlir;

namespace {

struct HoistStackBuffers
    : public kalmir::impl::HoistStackBuffersPassBase<HoistStackBuffers> {
  void runOnOperation() override {
    getOperation().walk([&](omp::ParallelOp parallel) {
      Block &start = parallel.getRegion().front();
      parallel.walk([&](memref::AllocaOp alloca) {
        bool known = llvm::all_of(alloca->getOperands(), [&](Value operand) {
          return operand.getParentRegion()->isProperAncestor(
              &parallel.getRegion());
        });
        if (known && alloca->getParentOfType<omp::ParallelOp>() == parallel)
          alloca->moveBefore(&start, start.begin());
      });
    });
  }
};

} // namespace
