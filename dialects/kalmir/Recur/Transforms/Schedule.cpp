//===- Schedule.cpp - choose how recurrences run --------------------------===//

#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Support/Remarks.h"

namespace kalmir::recur {
#define GEN_PASS_DEF_RECURSCHEDULEPASS
#include "kalmir/Recur/Transforms/Passes.h.inc"
} // namespace kalmir::recur

using namespace mlir;
using namespace kalmir::recur;

static constexpr StringLiteral kFlag = "kalmir-recur-schedule";

namespace {
class Schedule : public kalmir::recur::impl::RecurSchedulePassBase<Schedule> {
public:
  using RecurSchedulePassBase::RecurSchedulePassBase;

  void runOnOperation() override {
    getOperation()->walk([&](RecurrenceOp op) {
      if (op.getSchedule())
        return WalkResult::advance();
      if (succeeded(schedule(op)))
        return WalkResult::advance();
      signalPassFailure();
      return WalkResult::interrupt();
    });
  }

private:
  LogicalResult schedule(RecurrenceOp op);
};
} // namespace

LogicalResult Schedule::schedule(RecurrenceOp op) {
  ScheduleKind chosen = kind;
  if (chosen == ScheduleKind::chunked && !isa<ScanOp>(op)) {
    kalmir::emitMissedRemark(op.getLoc(), kFlag)
        << "runs serially: only a recur.scan can be cut into chunks";
    chosen = ScheduleKind::serial;
    ++numRefused;
  }
  if (chosen == ScheduleKind::chunked && op.getSegments()) {
    kalmir::emitMissedRemark(op.getLoc(), kFlag)
        << "runs serially: packed sequences cannot be cut into chunks";
    chosen = ScheduleKind::serial;
    ++numRefused;
  }
  int64_t length = 0;
  if (chosen == ScheduleKind::chunked)
    length = chunkLength;
  int64_t width = vectorWidth, blocks = laneBlocks, period = rescalePeriod;
  ScheduleAttr attr = ScheduleAttr::getChecked(
      [&] { return op.emitOpError("cannot be scheduled: "); }, &getContext(),
      chosen, length, width, blocks, period);
  if (!attr)
    return failure();
  std::string text;
  llvm::raw_string_ostream(text) << "runs as " << attr;
  kalmir::emitPassedRemark(op.getLoc(), kFlag) << text;
  op->setAttr("schedule", attr);
  ++numScheduled;
  return success();
}
