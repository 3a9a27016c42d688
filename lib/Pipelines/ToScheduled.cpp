//===- ToScheduled.cpp - how recurrences run ------------------------------===//

#include "Stages.h"

#include "kalmir/Recur/Transforms/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void kalmir::stages::toScheduled(OpPassManager &pm,
                                 const PipelineOptions &options) {
  recur::RecurFuseProjectionsPassOptions fuse;
  fuse.tileLength = options.tileLength;
  fuse.cacheBytes = options.cacheBytes;
  if (options.fuse)
    pm.addPass(recur::createRecurFuseProjectionsPass(fuse));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  recur::RecurSchedulePassOptions schedule;
  schedule.kind = options.schedule;
  // The cost model knows no GPU yet.
  if (options.target == TargetKind::CUDA &&
      options.schedule == recur::ScheduleChoice::automatic)
    schedule.kind = recur::ScheduleChoice::serial;
  schedule.cores = options.cores;
  schedule.vectorBits = options.vectorBits;
  schedule.chunkLength = options.chunkLength;
  schedule.vectorWidth = options.vectorWidth;
  schedule.laneBlocks = options.laneBlocks;
  schedule.rescalePeriod = options.rescalePeriod;
  pm.addPass(recur::createRecurSchedulePass(schedule));
}
