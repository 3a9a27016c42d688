//===- Engine.h - ways to run a function on host arrays ---------*- C++ -*-===//
//
// `kalmir-run` is written against this interface; every target that can run a
// function in this process implements it. One object runs one entry:
//
//   engine->compile(module, entry)    once; timed as compile_ms
//   engine->prepare(inputs)           once; allocates outputs and workspace
//   engine->call()                    any number of times; timed
//   engine->takeResults()             once
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_TARGET_RUN_ENGINE_H
#define KALMIR_TARGET_RUN_ENGINE_H

#include "kalmir/Support/Npy.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include <functional>
#include <optional>
#include <vector>

namespace kalmir {

/// What a caller chooses for a run.
struct EngineOptions {
  /// Threads of compiled code; 0 leaves it to the runtime. The reference runs
  /// on one.
  int64_t numThreads = 0;
  /// Compiled code: the text of PipelineOptions.
  std::string pipeline;
  /// Reference only: run `recur.scan` by its elements (see Interpreter.h).
  bool scanByElements = false;
  /// Called now and then during long calls with the done fraction, if the
  /// engine knows it.
  std::function<void(double)> progress;
};

/// What callers see of a function, whatever level its body is at: ranked
/// tensors, and numbers where no C code calls it.
struct RunSignature {
  llvm::SmallVector<mlir::Type> inputs, results;
  /// Names of the inputs, empty where there is none.
  llvm::SmallVector<std::string> inputNames;
};

/// The signature of an entry by its contract, of any other function by its
/// type.
RunSignature getRunSignature(mlir::FunctionOpInterface function);

/// What one call did.
struct CallInfo {
  /// Chunks that time was cut into: 1 is serial, 0 is no recurrence.
  int64_t chunks = 0;
  /// Products of all loop extents, summed over the recurrences.
  int64_t stateSteps = 0;
};

/// Runs one function. Every method reports failure as a diagnostic in the
/// module's context before it returns.
class Engine {
public:
  virtual ~Engine() = default;

  /// Prepares code for `entry`, a function of `module` with a body. The module
  /// may be rewritten and must outlive the engine.
  virtual mlir::LogicalResult compile(mlir::ModuleOp module,
                                      mlir::FunctionOpInterface entry,
                                      const RunSignature &signature) = 0;
  /// Takes the inputs, one for each argument and checked against its type (see
  /// checkInputs); they must outlive the calls.
  virtual mlir::LogicalResult prepare(llvm::ArrayRef<npy::Array> inputs) = 0;
  /// Runs the entry. Inputs are left as they are.
  virtual mlir::LogicalResult call() = 0;
  /// The results of the last call, in order, with the element types of the
  /// entry's results.
  virtual mlir::FailureOr<std::vector<npy::Array>> takeResults() = 0;
  /// What the last call did.
  virtual CallInfo getCallInfo() = 0;
};

/// The file element type of a tensor's or scalar's elements: bf16 is u16,
/// index is i64, i1 is b1. Nothing for types that no file holds.
std::optional<npy::DType> getDType(mlir::Type type);

/// Checks the number, element types and static extents of inputs against the
/// entry's signature; `files` are what diagnostics call them.
mlir::LogicalResult checkInputs(mlir::FunctionOpInterface entry,
                                const RunSignature &signature,
                                llvm::ArrayRef<npy::Array> inputs,
                                llvm::ArrayRef<std::string> files);

/// The float64 reference interpreter. Results are rounded once, from double to
/// the declared element type.
std::unique_ptr<Engine> createReferenceEngine(const EngineOptions &options);

/// Code compiled in memory for the host. Outputs and workspace are allocated
/// once, before the calls.
std::unique_ptr<Engine> createCPUEngine(const EngineOptions &options);

} // namespace kalmir

#endif // KALMIR_TARGET_RUN_ENGINE_H
