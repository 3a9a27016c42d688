//===- RecurToGPU.cpp - from recurrences to kernels -----------------------===//
//
// The pass. What computes initial states goes where recurrences may take it
// over (InitialStates.h). Then, for every recurrence:
//
//   (1) make several of it if outputs sum different iterators    PartialSums
//   (2) plan how lanes become threads                           LaunchPlan
//   (3) emit launches before it                                 EmitLaunch
//   (4) erase it
//
//===----------------------------------------------------------------------===//

#include "kalmir/Conversion/RecurToGPU.h"

#include "ApproximateDivisions.h"
#include "EmitLaunch.h"
#include "LaunchPlan.h"
#include "PartialSums.h"
#include "PowersOfTwo.h"

#include "../RecurToSCF/InitialStates.h"
#include "../RecurToSCF/LanePlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace kalmir {
#define GEN_PASS_DEF_CONVERTRECURTOGPUPASS
#include "kalmir/Conversion/RecurToGPU.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;
using recur::RecurrenceOp;

namespace {
class ConvertRecurToGPU
    : public kalmir::impl::ConvertRecurToGPUPassBase<ConvertRecurToGPU> {
public:
  using ConvertRecurToGPUPassBase::ConvertRecurToGPUPassBase;

  void runOnOperation() override {
    if (blockSize < 0 || blockSize > 1024 || blockSize % 32 != 0) {
      getOperation().emitError(
          "expected a workgroup of 32 to 1024 threads, in multiples of 32, "
          "found ")
          << static_cast<int64_t>(blockSize);
      return signalPassFailure();
    }
    if (sharedBytes < 0) {
      getOperation().emitError("expected at least 0 bytes of shared memory, "
                               "found ")
          << static_cast<int64_t>(sharedBytes);
      return signalPassFailure();
    }
    if (multiprocessors < 0) {
      getOperation().emitError("expected at least 0 multiprocessors, found ")
          << static_cast<int64_t>(multiprocessors);
      return signalPassFailure();
    }
    lanes::sinkComputedStates(getOperation());
    SmallVector<RecurrenceOp> ops;
    getOperation().walk([&](RecurrenceOp op) { ops.push_back(op); });
    for (RecurrenceOp op : ops) {
      if (failed(lanes::checkConvertible(op))) {
        signalPassFailure();
        continue;
      }
      for (RecurrenceOp part : threads::splitPartialSums(op))
        convert(part);
      ++numConverted;
    }
  }

private:
  void convert(RecurrenceOp op) {
    threads::LaunchPlan plan =
        threads::planLaunch(op, blockSize, sharedBytes, multiprocessors);
    if (auto scan = dyn_cast<recur::ScanOp>(op.getOperation());
        scan && !exactDivision)
      threads::approximateDivisions(scan);
    if (powersOfTwo)
      threads::usePowersOfTwo(op);
    threads::emitLaunches(plan);
    op.erase();
  }
};
} // namespace
