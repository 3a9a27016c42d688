//===- ExplainSerial.cpp - which recurrences are no scans -----------------===//

#include "Dsp.h"

#include "kalmir/Analysis/ProjectiveAnalysis.h"

using namespace mlir;
using namespace kalmir;

namespace {

struct ExplainSerial : PassWrapper<ExplainSerial, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ExplainSerial)

  StringRef getArgument() const override { return "dsp-explain-serial"; }
  StringRef getDescription() const override {
    return "Say why recurrences are no scans";
  }
  void runOnOperation() override {
    getOperation()->walk([](recur::RecurrenceOp op) {
      if (isa<recur::ScanOp>(op))
        return;
      analysis::ProjectiveAnalysis analysis(*op.getStepBlock(),
                                            op.getStates().size());
      if (const auto &refusal = analysis.getRefusal())
        op.emitRemark("runs serially: ") << refusal->reason;
      else
        op.emitRemark("can be a scan");
    });
  }
};

} // namespace

std::unique_ptr<Pass> dsp::createExplainSerialPass() {
  return std::make_unique<ExplainSerial>();
}
