//===- CommandLine.h - pipeline options of the tools ------------*- C++ -*-===//
//
// `kalmir-compile` and `kalmir-run` offer the same choices; both hold one of
// these, and hand the text of the choices to PipelineOptions.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_PIPELINES_COMMANDLINE_H
#define KALMIR_PIPELINES_COMMANDLINE_H

#include "llvm/Support/CommandLine.h"

#include <optional>
#include <string>

#pragma GCC visibility push(default)

namespace kalmir {

/// The options `--schedule`, `--chunk-length`, `--vector-width`,
/// `--lane-blocks`, `--rescale-period`, `--cores`, `--accuracy`, `--matmul`,
/// `--no-fuse`, `--no-special-functions`, `--exact-division`, `--block-size`,
/// `--tile-length` and `--derive-step`, in the tool's category.
struct PipelineCommandLine {
  explicit PipelineCommandLine(llvm::cl::OptionCategory &category);

  /// What is wrong with the values, or nullopt.
  std::optional<std::string> check() const;
  /// The choices in the syntax of PipelineOptions::parseFromString, with or
  /// without `--derive-step`.
  std::string getText(bool withSteps = true) const;

  llvm::cl::opt<std::string> schedule;
  llvm::cl::opt<int64_t> chunkLength;
  llvm::cl::opt<int64_t> vectorWidth;
  llvm::cl::opt<int64_t> laneBlocks;
  llvm::cl::opt<int64_t> rescalePeriod;
  llvm::cl::opt<int64_t> cores;
  llvm::cl::opt<std::string> accuracy;
  llvm::cl::opt<std::string> matmul;
  llvm::cl::opt<bool> noFuse;
  llvm::cl::opt<bool> noSpecialFunctions;
  llvm::cl::opt<bool> exactDivision;
  llvm::cl::opt<int64_t> blockSize;
  llvm::cl::opt<int64_t> tileLength;
  llvm::cl::list<std::string> deriveStep;
};

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_PIPELINES_COMMANDLINE_H
