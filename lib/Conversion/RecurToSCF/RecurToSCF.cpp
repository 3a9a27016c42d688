//===- RecurToSCF.cpp - from recurrences to loops and vectors -------------===//
//
// The pass. For every recurrence:
//
//   (1) plan which iterator becomes the vector dimension        LanePlan
//   (2) emit loops before it                                    EmitLoops
//         one block of lanes through time                       TimeLoop
//         the body on vectors, cut into stages                  StepCode
//         sums and stores of outputs                            Outputs
//         homogeneous states kept in range                      Rescale
//         loads, stores, scratch, loops under masks             LaneBuilder
//         states where they are before time                     InitialStates
//   (3) erase it
//
//===----------------------------------------------------------------------===//

#include "kalmir/Conversion/RecurToSCF.h"

#include "EmitLoops.h"
#include "InitialStates.h"
#include "LanePlan.h"

#include "kalmir/Support/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace kalmir {
#define GEN_PASS_DEF_CONVERTRECURTOSCFPASS
#include "kalmir/Conversion/RecurToSCF.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;
using recur::RecurrenceOp;

namespace {
class ConvertRecurToSCF
    : public kalmir::impl::ConvertRecurToSCFPassBase<ConvertRecurToSCF> {
public:
  using ConvertRecurToSCFPassBase::ConvertRecurToSCFPassBase;

  void runOnOperation() override {
    SmallVector<RecurrenceOp> ops;
    getOperation().walk([&](RecurrenceOp op) { ops.push_back(op); });
    for (RecurrenceOp op : ops)
      if (failed(convert(op)))
        signalPassFailure();
  }

private:
  LogicalResult convert(RecurrenceOp op);
};
} // namespace

LogicalResult ConvertRecurToSCF::convert(RecurrenceOp op) {
  FailureOr<lanes::LanePlan> plan = lanes::planLanes(op, vectorBits);
  if (failed(plan))
    return failure();
  plan->cores = std::max<int64_t>(1, cores);
  plan->initialStates = lanes::takeInitialStates(op);
  lanes::emitLoops(*plan);
  ++numConverted;
  if (!plan->laneDim)
    ++numScalar;
  op.erase();
  return success();
}
