//===- ToScheduled.cpp - how recurrences run ------------------------------===//

#include "Stages.h"

#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Target/CUDA/DeviceModel.h"

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
  schedule.cores = options.cores;
  schedule.vectorBits = options.vectorBits;
  if (options.target == TargetKind::CUDA) {
    // A scheduler is a core; a warp of threads with four states each a vector.
    cuda::DeviceModel device = cuda::getDeviceModel(options.chip);
    schedule.cores = device.getSchedulers();
    schedule.bytesPerCycle = device.bytesPerCycle;
    schedule.vectorBits = 4 * 32 * 32;
    schedule.onDevice = true;
  }
  schedule.chunkLength = options.chunkLength;
  schedule.vectorWidth = options.vectorWidth;
  schedule.laneBlocks = options.laneBlocks;
  schedule.rescalePeriod = options.rescalePeriod;
  pm.addPass(recur::createRecurSchedulePass(schedule));
}
