//===- Engine.h - ways to run a function on host arrays ---------*- C++ -*-===//
//
// `kalmir-run` is written against this interface; every target that can run a
// function in this process implements it. One object runs one entry:
//
//   engine->compile(module, entry)    once; timed as compile_ms
//
// and then it is a Runner.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_TARGET_RUN_ENGINE_H
#define KALMIR_TARGET_RUN_ENGINE_H

#include "kalmir/Exec/Runner.h"
#include "kalmir/Exec/Signature.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include <functional>
#include <optional>

namespace kalmir {

/// What a caller chooses for a run.
struct EngineOptions {
  /// Threads of compiled code; 0 leaves it to the runtime. The reference runs
  /// on one.
  int64_t numThreads = 0;
  /// Compiled code: the text of PipelineOptions.
  std::string pipeline;
  /// Number of the CUDA device.
  int32_t device = 0;
  /// Reference only: run `recur.scan` by its elements (see Interpreter.h).
  bool scanByElements = false;
  /// Called now and then during long calls with the done fraction, if the
  /// engine knows it.
  std::function<void(double)> progress;
};

/// What callers see of a function, whatever level its body is at, by the
/// contract of an entry and by the type of any other function. Fails with a
/// diagnostic where files cannot hold an argument or result.
mlir::FailureOr<exec::Signature>
getRunSignature(mlir::FunctionOpInterface function);

/// Runs one function.
class Engine : public exec::Runner {
public:
  /// Prepares code for `entry`, a function of `module` with a body, or fails
  /// with a diagnostic. The module may be rewritten and must outlive the
  /// engine.
  virtual mlir::LogicalResult compile(mlir::ModuleOp module,
                                      mlir::FunctionOpInterface entry) = 0;

  /// The signature that compiled code has, symbols included; null where there
  /// is no compiled code.
  virtual const kalmir_signature *getCompiledSignature() const {
    return nullptr;
  }
};

/// The file element type of a tensor's or scalar's elements: bf16 is u16,
/// index is i64, i1 is b1. Nothing for types that no file holds.
std::optional<npy::DType> getDType(mlir::Type type);

/// The float64 reference interpreter. Results are rounded once, from double to
/// the declared element type.
std::unique_ptr<Engine> createReferenceEngine(const EngineOptions &options);

/// Code compiled in memory, for the host or for a CUDA device, as the options
/// of the pipeline say. Outputs and workspace are allocated once, before the
/// calls.
std::unique_ptr<Engine> createCompiledEngine(const EngineOptions &options);

} // namespace kalmir

#endif // KALMIR_TARGET_RUN_ENGINE_H
