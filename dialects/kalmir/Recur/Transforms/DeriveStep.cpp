//===- DeriveStep.cpp - functions for sequences that come piece by piece --===//

#include "StepFunctions.h"
#include "TimeFlow.h"

#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Support/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"

namespace kalmir::recur {
#define GEN_PASS_DEF_RECURDERIVESTEPPASS
#include "kalmir/Recur/Transforms/Passes.h.inc"
} // namespace kalmir::recur

using namespace mlir;
using namespace kalmir;
using namespace kalmir::recur;

static constexpr StringLiteral kFlag = "kalmir-recur-derive-step";

static constexpr StepFunction kinds[] = {
    StepFunction::Step, StepFunction::Continue, StepFunction::Prefill};

namespace {
class DeriveStep
    : public kalmir::recur::impl::RecurDeriveStepPassBase<DeriveStep> {
public:
  using RecurDeriveStepPassBase::RecurDeriveStepPassBase;

  void runOnOperation() override;

private:
  /// Why there is no step of `function`, or nullopt.
  std::optional<TimeRefusal> findRefusal(func::FuncOp function);
  /// Whether this pass made `function`, or might have.
  bool isDerived(func::FuncOp function);
};

/// Whether a recurrence stands anywhere in `function`.
bool hasRecurrence(func::FuncOp function) {
  return function.walk([](RecurrenceOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}
} // namespace

std::optional<TimeRefusal> DeriveStep::findRefusal(func::FuncOp function) {
  auto refuse = [&](std::string reason) {
    return TimeRefusal{function, std::move(reason)};
  };
  if (function.isDeclaration())
    return refuse("has no body");
  if (!function.getBody().hasOneBlock())
    return refuse("has more than one block");
  if (!hasRecurrence(function))
    return refuse("has no recurrence");
  bool buffers = false;
  function.walk([&](RecurrenceOp op) { buffers |= op.hasBufferSemantics(); });
  if (buffers)
    return refuse("has a recurrence on buffers");
  for (StepFunction kind : kinds) {
    std::string name = (function.getName() + getSuffix(kind)).str();
    if (getOperation().lookupSymbol(name))
      return refuse("has a '" + name + "' beside it");
  }
  return TimeFlow(function).findRefusal();
}

bool DeriveStep::isDerived(func::FuncOp function) {
  return llvm::any_of(kinds, [&](StepFunction kind) {
    StringRef name = function.getName();
    return name.consume_back(getSuffix(kind)) &&
           getOperation().lookupSymbol(name);
  });
}

void DeriveStep::runOnOperation() {
  ModuleOp module = getOperation();
  SmallVector<func::FuncOp> chosen;
  for (const std::string &name : functions) {
    auto function = module.lookupSymbol<func::FuncOp>(name);
    if (!function) {
      module.emitError() << "expected a function named '" << name
                         << "' to derive a step from, found none";
      return signalPassFailure();
    }
    chosen.push_back(function);
  }
  if (functions.empty())
    for (auto function : module.getOps<func::FuncOp>())
      if (function.isPublic() && hasRecurrence(function) &&
          !function->hasAttr(KalmirDialect::helperAttrName) &&
          !isDerived(function))
        chosen.push_back(function);

  for (func::FuncOp function : chosen) {
    std::optional<TimeRefusal> refusal = findRefusal(function);
    if (!refusal) {
      for (StepFunction kind : kinds)
        createStepFunction(function, kind);
      ++numDerived;
      continue;
    }
    ++numRefused;
    std::string what = "no step of '" + function.getName().str() + "': '" +
                       refusal->op->getName().getStringRef().str() + "' " +
                       refusal->reason;
    if (functions.empty()) {
      kalmir::emitMissedRemark(refusal->op->getLoc(), kFlag) << what;
      continue;
    }
    // Who names a function wants it, or nothing.
    refusal->op->emitError() << what;
    signalPassFailure();
  }
}
