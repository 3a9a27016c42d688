//===- Levels.cpp - the levels and what leads to them ---------------------===//

#include "kalmir/Pipelines/Pipelines.h"

#include "Stages.h"

#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/STLExtras.h"

#include <utility>

using namespace mlir;
using namespace kalmir;

static constexpr StringRef levelNames[] = {
    "kalman", "recur", "scan", "scheduled", "buffers", "scf", "llvm"};

ArrayRef<StringRef> kalmir::getLevelNames() { return levelNames; }

std::optional<Level> kalmir::parseLevel(StringRef name) {
  const StringRef *found = llvm::find(levelNames, name);
  if (found == std::end(levelNames))
    return std::nullopt;
  return static_cast<Level>(found - std::begin(levelNames));
}

void kalmir::addPassesUpTo(OpPassManager &pm, Level level,
                           const PipelineOptions &options) {
  if (level >= Level::Recur)
    stages::toRecur(pm);
  if (level >= Level::Scan)
    stages::toScan(pm, options);
  if (level >= Level::Scheduled)
    stages::toScheduled(pm, options);
  if (level >= Level::Buffers)
    stages::toBuffers(pm);
  bool isCUDA = options.target == TargetKind::CUDA;
  if (level >= Level::Scf && isCUDA)
    stages::toKernels(pm, options);
  else if (level >= Level::Scf)
    stages::toScf(pm, options);
  if (level >= Level::LLVM && isCUDA)
    stages::toCUDA(pm, options);
  else if (level >= Level::LLVM)
    stages::toLLVM(pm, options.target);
}

void kalmir::addPassesToKernels(OpPassManager &pm,
                                const PipelineOptions &options) {
  addPassesUpTo(pm, Level::Scf, options);
  stages::toImages(pm, options);
}

void kalmir::buildToCPUPipeline(OpPassManager &pm,
                                const PipelineOptions &options) {
  addPassesUpTo(pm, Level::LLVM, options);
}

void kalmir::registerPipelines() {
  static bool done = false;
  if (std::exchange(done, true))
    return;
  for (auto [i, name] : llvm::enumerate(levelNames)) {
    auto level = static_cast<Level>(i);
    if (level == Level::Kalman)
      continue;
    PassPipelineRegistration<PipelineOptions>(
        ("kalmir-to-" + name + "-pipeline").str(),
        ("Bring a module to the level '" + name + "'").str(),
        [level](OpPassManager &pm, const PipelineOptions &options) {
          addPassesUpTo(pm, level, options);
        });
  }
  PassPipelineRegistration<PipelineOptions>("kalmir-to-cpu-pipeline",
                                            "Compile a module to host code",
                                            buildToCPUPipeline);
}
