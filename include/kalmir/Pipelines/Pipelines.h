//===- Pipelines.h - the order of passes ------------------------*- C++ -*-===//
//
// Every level can be printed and compiled on from: a pass that has nothing
// left to do does nothing, so that a module of any level may be run through
// the passes of all levels.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_PIPELINES_PIPELINES_H
#define KALMIR_PIPELINES_PIPELINES_H

#include "kalmir/Recur/Transforms/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

#include <optional>

#pragma GCC visibility push(default)

namespace kalmir {

/// What a module consists of, from the source down to LLVM.
enum class Level {
  Kalman,    ///< filters and layers, as written
  Recur,     ///< sequential recurrences, and the contracts of entries
  Scan,      ///< recurrences with their proofs of associativity
  Scheduled, ///< how each recurrence is run
  Buffers,   ///< memrefs; results in the caller's buffers
  Scf,       ///< loops and vectors; one workspace
  LLVM,      ///< the LLVM dialect, with the C interface
};

/// The level called `name` on the command line, such as "scheduled".
std::optional<Level> parseLevel(llvm::StringRef name);

/// All names that parseLevel knows, highest level first.
llvm::ArrayRef<llvm::StringRef> getLevelNames();

/// What multiplies matrices.
enum class MatmulKind {
  BLAS,  ///< BLIS, which the code is then linked against
  Loops, ///< loops, which need nothing
};

/// What code is made for.
enum class TargetKind {
  CPU,  ///< the host
  CUDA, ///< NVIDIA GPUs; host code launches kernels
};

/// What the passes have to know of the machine.
struct PipelineOptions : mlir::PassPipelineOptions<PipelineOptions> {
  Option<TargetKind> target{
      *this, "target", llvm::cl::init(TargetKind::CPU),
      llvm::cl::desc("What to compile for"),
      llvm::cl::values(clEnumValN(TargetKind::CPU, "cpu", "The host"),
                       clEnumValN(TargetKind::CUDA, "cuda", "NVIDIA GPUs"))};
  Option<std::string> chip{
      *this, "chip", llvm::cl::init("sm_90"),
      llvm::cl::desc("Architecture of GPUs, such as sm_80 or sm_90a")};
  Option<int64_t> ptxVersion{
      *this, "ptx-version", llvm::cl::init(0),
      llvm::cl::desc("PTX version, such as 86 for 8.6 (0: chosen)")};
  ListOption<std::string> toolkits{
      *this, "toolkits",
      llvm::cl::desc("Directories of CUDA installations, tried in this order")};
  Option<int64_t> vectorBits{
      *this, "vector-bits", llvm::cl::init(256),
      llvm::cl::desc("Width of vectors where no schedule says it, in bits")};
  Option<int64_t> cores{*this, "cores", llvm::cl::init(1),
                        llvm::cl::desc("Cores that share the work")};
  Option<recur::ScheduleChoice> schedule{
      *this, "schedule", llvm::cl::init(recur::ScheduleChoice::automatic),
      llvm::cl::desc("How time runs where no schedule says it"),
      llvm::cl::values(
          clEnumValN(recur::ScheduleChoice::automatic, "auto",
                     "Chosen by a cost model"),
          clEnumValN(recur::ScheduleChoice::serial, "serial", "In one loop"),
          clEnumValN(recur::ScheduleChoice::chunked, "chunked",
                     "In chunks, in parallel"))};
  Option<int64_t> chunkLength{
      *this, "chunk-length", llvm::cl::init(0),
      llvm::cl::desc("Steps of a chunk, if chunked (0: chosen)")};
  Option<int64_t> vectorWidth{
      *this, "vector-width", llvm::cl::init(0),
      llvm::cl::desc("Lanes in a vector (0: by vector-bits)")};
  Option<int64_t> laneBlocks{
      *this, "lane-blocks", llvm::cl::init(0),
      llvm::cl::desc("Vectors of lanes that a thread takes through time "
                     "together (0: chosen from the extents)")};
  Option<int64_t> rescalePeriod{
      *this, "rescale-period", llvm::cl::init(1),
      llvm::cl::desc("Steps between two rescalings of homogeneous states")};
  Option<bool> fuse{*this, "fuse", llvm::cl::init(true),
                    llvm::cl::desc("Fuse recurrences with what is around")};
  Option<int64_t> tileLength{
      *this, "tile-length", llvm::cl::init(0),
      llvm::cl::desc("Steps of a tile of fused projections (0: by the cache)")};
  Option<int64_t> cacheBytes{
      *this, "cache-bytes", llvm::cl::init(33554432),
      llvm::cl::desc("Bytes that a tile of fused projections may take")};
  Option<MatmulKind> matmul{
      *this, "matmul", llvm::cl::init(MatmulKind::BLAS),
      llvm::cl::desc("What multiplies matrices"),
      llvm::cl::values(clEnumValN(MatmulKind::BLAS, "blas", "Calls of BLIS"),
                       clEnumValN(MatmulKind::Loops, "loops", "Loops"))};
  Option<bool> compensated{
      *this, "compensated", llvm::cl::init(false),
      llvm::cl::desc("Keep the states of all recurrences in float64")};
  Option<bool> specialFunctions{
      *this, "special-functions", llvm::cl::init(true),
      llvm::cl::desc("Functions by the special-function unit of GPUs, unless "
                     "compensated")};
  Option<bool> exactDivision{
      *this, "exact-division", llvm::cl::init(false),
      llvm::cl::desc("Round divisions by homogeneous states correctly on "
                     "GPUs")};
  Option<int64_t> blockSize{
      *this, "block-size", llvm::cl::init(0),
      llvm::cl::desc("Threads with states of a workgroup that runs a "
                     "recurrence on GPUs (0: chosen)")};
  ListOption<std::string> deriveStep{
      *this, "derive-step",
      llvm::cl::desc("Functions to derive prefill, continue and step functions "
                     "from; all: every public one with recurrences")};
};

/// Adds the passes that bring a module of any higher level to `level`.
void addPassesUpTo(mlir::OpPassManager &pm, Level level,
                   const PipelineOptions &options = {});

/// Adds the passes that compile the kernels of a module for CUDA to gpu.binary
/// and leave the host code that launches them.
void addPassesToKernels(mlir::OpPassManager &pm,
                        const PipelineOptions &options);

/// Adds all passes to the LLVM dialect for host code.
void buildToCPUPipeline(mlir::OpPassManager &pm,
                        const PipelineOptions &options = {});

/// Registers `kalmir-to-<level>-pipeline` and `kalmir-to-cpu-pipeline`. Safe
/// to call more than once.
void registerPipelines();

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_PIPELINES_PIPELINES_H
