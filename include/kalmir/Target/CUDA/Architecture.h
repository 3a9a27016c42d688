//===- Architecture.h - what code is made for -------------------*- C++ -*-===//

#ifndef KALMIR_TARGET_CUDA_ARCHITECTURE_H
#define KALMIR_TARGET_CUDA_ARCHITECTURE_H

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

#pragma GCC visibility push(default)

namespace kalmir::cuda {

/// All architectures that LLVM makes code for, from sm_80 (Ampere) on, which
/// copy to shared memory asynchronously.
std::vector<std::string> getArchitectureNames();

/// The number of a PTX version, 86 for 8.6, checked: the architecture and LLVM
/// must have it. 0 is 8.6, which CUDA 12.7 and its drivers have, or a later one
/// that the architecture needs.
llvm::Expected<int64_t> checkArchitecture(llvm::StringRef chip,
                                          int64_t ptxVersion);

/// The most bytes of shared memory that a block may have on an architecture.
int64_t getMostSharedBytes(llvm::StringRef chip);

} // namespace kalmir::cuda

#pragma GCC visibility pop

#endif // KALMIR_TARGET_CUDA_ARCHITECTURE_H
