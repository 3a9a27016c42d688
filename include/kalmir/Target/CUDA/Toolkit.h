//===- Toolkit.h - where CUDA is installed ----------------------*- C++ -*-===//

#ifndef KALMIR_TARGET_CUDA_TOOLKIT_H
#define KALMIR_TARGET_CUDA_TOOLKIT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

#pragma GCC visibility push(default)

namespace kalmir::cuda {

/// Directories of CUDA installations that may exist, best first: `path` alone
/// if it is not empty, else $CUDA_HOME, $CUDA_PATH, that of a ptxas on the
/// PATH, and /usr/local/cuda. Each has bin/ and nvvm/, as NVIDIA's installer
/// and the Python package nvidia-cuda-nvcc make them.
std::vector<std::string> getToolkits(llvm::StringRef path);

/// The bitcode of CUDA's mathematical functions in one of the directories, or
/// "".
std::string findLibdevice(llvm::ArrayRef<std::string> toolkits);

/// NVIDIA's assembler in one of the directories or, where `usePath` says so, on
/// the PATH; or "".
std::string findPtxas(llvm::ArrayRef<std::string> toolkits, bool usePath);

} // namespace kalmir::cuda

#pragma GCC visibility pop

#endif // KALMIR_TARGET_CUDA_TOOLKIT_H
