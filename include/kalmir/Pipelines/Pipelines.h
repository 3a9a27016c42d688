//===- Pipelines.h - the order of passes ------------------------*- C++ -*-===//
//
// Every level can be printed and compiled on from: a pass that has nothing
// left to do does nothing, so that a module of any level may be run through
// the passes of all levels.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_PIPELINES_PIPELINES_H
#define KALMIR_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

#include <optional>

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

/// What the passes have to know of the machine.
struct PipelineOptions : mlir::PassPipelineOptions<PipelineOptions> {
  Option<int64_t> vectorBits{
      *this, "vector-bits", llvm::cl::init(256),
      llvm::cl::desc("Width of vectors where no schedule says it, in bits")};
};

/// Adds the passes that bring a module of any higher level to `level`.
void addPassesUpTo(mlir::OpPassManager &pm, Level level,
                   const PipelineOptions &options = {});

/// Adds all passes to the LLVM dialect for host code.
void buildToCPUPipeline(mlir::OpPassManager &pm,
                        const PipelineOptions &options = {});

/// Registers `kalmir-to-<level>-pipeline` and `kalmir-to-cpu-pipeline`. Safe
/// to call more than once.
void registerPipelines();

} // namespace kalmir

#endif // KALMIR_PIPELINES_PIPELINES_H
