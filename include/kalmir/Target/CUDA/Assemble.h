//===- Assemble.h - PTX to machine code -------------------------*- C++ -*-===//

#ifndef KALMIR_TARGET_CUDA_ASSEMBLE_H
#define KALMIR_TARGET_CUDA_ASSEMBLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace kalmir::cuda {

/// What ptxas made of one kernel.
struct Cubin {
  std::string image;
  /// What a thread and a block take, as ptxas says.
  int64_t registers = 0, spilledBytes = 0, sharedBytes = 0;
};

/// The command that assembles the file `ptx` to the file `cubin`.
std::vector<std::string> getAssembleCommand(llvm::StringRef ptxas,
                                            llvm::StringRef chip,
                                            llvm::StringRef ptx,
                                            llvm::StringRef cubin);

/// Assembles PTX with the program `ptxas`. An error has what it said, without
/// the names of temporary files.
llvm::Expected<Cubin> assemble(llvm::StringRef ptxas, llvm::StringRef chip,
                               llvm::StringRef ptx);

} // namespace kalmir::cuda

#endif // KALMIR_TARGET_CUDA_ASSEMBLE_H
