//===- Compile.h - from a file to an artefact -------------------*- C++ -*-===//

#ifndef KALMIR_DRIVER_COMPILE_H
#define KALMIR_DRIVER_COMPILE_H

#include "kalmir/Pipelines/Pipelines.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#pragma GCC visibility push(default)

namespace kalmir {

/// What becomes of a module. The last three are directories, for CUDA.
enum class EmitKind {
  MLIR,
  LLVM,
  Assembly,
  Object,
  Shared,
  PTX,
  Cubin,
  Triton
};

/// Exit codes of tools.
enum ExitCode {
  exitOk = 0,        ///< done
  exitDiagnosed = 1, ///< the input is at fault; a diagnostic says why
  exitUsage = 2,     ///< the command line is at fault
  exitInternal = 70, ///< we are at fault
};

/// Regular expressions over remark categories; unset ones show nothing.
struct RemarkFilters {
  std::optional<std::string> missed, passed, analysis, failed;
};

/// One compilation.
struct CompileOptions {
  std::string input = "-";              ///< file, or "-"
  std::string output = "-";             ///< file, directory, or "-"
  EmitKind emit = EmitKind::MLIR;       ///< what to write
  Level level = Level::LLVM;            ///< where to stop, for MLIR
  std::string march = "native";         ///< see cpu::createTargetMachine
  std::string pipeline;                 ///< see PipelineOptions
  std::optional<std::string> saveTemps; ///< directory for what lies between
  std::vector<std::string> toolkits;    ///< see cuda::getToolkits
  bool hasCudaPath = false;             ///< the caller named the toolkit
  bool verbose = false;                 ///< print commands
  bool dryRun = false;                  ///< print commands, run none
  bool simulateCrash = false;           ///< crash in the middle, for tests
  RemarkFilters remarks;                ///< which remarks to show
  std::string commandLine;              ///< how to replay, for reproducers

  /// What another compiler has beside ours: its dialects, and the passes that
  /// run before the pipeline.
  std::function<void(mlir::DialectRegistry &)> registerDialects;
  std::function<void(mlir::OpPassManager &)> addPasses;
};

/// Compiles; all messages go to standard error. Writes the output whole or not
/// at all, with a C header beside an object or a library; a directory of
/// kernels file by file, its manifest.json last.
ExitCode compile(const CompileOptions &options);

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_DRIVER_COMPILE_H
