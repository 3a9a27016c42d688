//===- CommandLine.cpp - pipeline options of the tools --------------------===//

#include "kalmir/Pipelines/CommandLine.h"

#include "kalmir/Entry/IR/Entry.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Threading.h"

using namespace kalmir;
namespace cl = llvm::cl;

PipelineCommandLine::PipelineCommandLine(cl::OptionCategory &category)
    : schedule("schedule", cl::value_desc("auto|serial|chunked"),
               cl::init("auto"),
               cl::desc("How time runs where no schedule says it"),
               cl::cat(category)),
      chunkLength("chunk-length", cl::value_desc("n"), cl::init(0),
                  cl::desc("Steps of a chunk, if chunked (0: chosen)"),
                  cl::cat(category)),
      vectorWidth("vector-width", cl::value_desc("n"), cl::init(0),
                  cl::desc("Lanes in a vector (0: chosen for the processor)"),
                  cl::cat(category)),
      laneBlocks("lane-blocks", cl::value_desc("n"), cl::init(0),
                 cl::desc("Vectors of lanes that a thread takes through time "
                          "together (0: chosen from the extents)"),
                 cl::cat(category)),
      rescalePeriod(
          "rescale-period", cl::value_desc("n"), cl::init(1),
          cl::desc("Steps between two rescalings of homogeneous states"),
          cl::cat(category)),
      cores("cores", cl::value_desc("n"), cl::init(0),
            cl::desc("Cores that will share the work (0: those of this "
                     "machine that may be used)"),
            cl::cat(category)),
      accuracy("accuracy", cl::value_desc("default|compensated"),
               cl::init("default"),
               cl::desc("compensated keeps all states in float64"),
               cl::cat(category)),
      matmul("matmul", cl::value_desc("blas|loops"), cl::init("blas"),
             cl::desc("Matrix products by BLIS or by loops"),
             cl::cat(category)),
      noFuse("no-fuse",
             cl::desc("Leave what is around recurrences outside of them"),
             cl::cat(category)),
      noSpecialFunctions(
          "no-special-functions",
          cl::desc("Compute functions on GPUs by polynomials, not by their "
                   "special-function unit"),
          cl::cat(category)),
      exactDivision(
          "exact-division",
          cl::desc("Round divisions by homogeneous states correctly on GPUs"),
          cl::cat(category)),
      blockSize("block-size", cl::value_desc("n"), cl::init(0),
                cl::desc("Threads with states of a workgroup that runs a "
                         "recurrence on GPUs, a multiple of 32 (0: chosen)"),
                cl::cat(category)),
      tileLength(
          "tile-length", cl::value_desc("n"), cl::init(0),
          cl::desc("Steps of a tile of fused projections (0: by the cache)"),
          cl::cat(category)),
      deriveStep("derive-step", cl::value_desc("all|f,g,..."),
                 cl::CommaSeparated,
                 cl::desc("Derive f_prefill, f_continue and f_step from f, for "
                          "sequences that come piece by piece"),
                 cl::cat(category)) {}

std::optional<std::string> PipelineCommandLine::check() const {
  auto expected = [](const char *what, const char *option,
                     const std::string &found) {
    return "expected " + std::string(what) + " for --" + option + ", found '" +
           found + "'";
  };
  if (schedule != "auto" && schedule != "serial" && schedule != "chunked")
    return expected("auto, serial or chunked", "schedule", schedule);
  if (accuracy != "default" && accuracy != "compensated")
    return expected("default or compensated", "accuracy", accuracy);
  if (matmul != "blas" && matmul != "loops")
    return expected("blas or loops", "matmul", matmul);
  if (chunkLength < 0)
    return expected("at least 0", "chunk-length", std::to_string(chunkLength));
  if (vectorWidth < 0 || vectorWidth > 1024)
    return expected("0 to 1024", "vector-width", std::to_string(vectorWidth));
  if (cores < 0 || cores > 65536)
    return expected("0 to 65536", "cores", std::to_string(cores));
  if (laneBlocks < 0)
    return expected("at least 0", "lane-blocks", std::to_string(laneBlocks));
  if (blockSize < 0 || blockSize > 1024 || blockSize % 32 != 0)
    return expected("a multiple of 32 up to 1024", "block-size",
                    std::to_string(blockSize));
  if (tileLength < 0)
    return expected("at least 0", "tile-length", std::to_string(tileLength));
  if (rescalePeriod < 1)
    return expected("at least 1", "rescale-period",
                    std::to_string(rescalePeriod));
  for (const std::string &name : deriveStep)
    if (!isCIdentifier(name))
      return expected("all or names of functions", "derive-step", name);
  return std::nullopt;
}

std::string PipelineCommandLine::getText(bool withSteps) const {
  return "schedule=" + schedule +
         " chunk-length=" + std::to_string(chunkLength) +
         " vector-width=" + std::to_string(vectorWidth) + " cores=" +
         std::to_string(
             cores > 0
                 ? int64_t(cores)
                 : int64_t(
                       llvm::hardware_concurrency().compute_thread_count())) +
         " lane-blocks=" + std::to_string(laneBlocks) +
         " rescale-period=" + std::to_string(rescalePeriod) +
         " compensated=" + (accuracy == "compensated" ? "true" : "false") +
         " matmul=" + matmul + " fuse=" + (noFuse ? "false" : "true") +
         " special-functions=" + (noSpecialFunctions ? "false" : "true") +
         " exact-division=" + (exactDivision ? "true" : "false") +
         " block-size=" + std::to_string(blockSize) +
         " tile-length=" + std::to_string(tileLength) +
         (deriveStep.empty() || !withSteps
              ? ""
              : " derive-step=" + llvm::join(deriveStep, ","));
}
