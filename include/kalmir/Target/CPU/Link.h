//===- Link.h - shared libraries --------------------------------*- C++ -*-===//

#ifndef KALMIR_TARGET_CPU_LINK_H
#define KALMIR_TARGET_CPU_LINK_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace kalmir::cpu {

/// What a shared library is linked from.
struct LinkInputs {
  std::string object;          ///< the object file
  std::string runtime;         ///< the static runtime
  std::string exports;         ///< a linker version script
  std::string output;          ///< the library
  std::string openmpDirectory; ///< where libomp is, or empty for the default
  std::string blisDirectory;   ///< where libblis is, or empty if not needed
};

/// The command that links: clang, cc, or lld itself, whichever is on the PATH.
/// An error when none is.
llvm::Expected<std::vector<std::string>>
getLinkCommand(const LinkInputs &inputs);

/// A version script that exports the functions of `entries` and the error text,
/// and of entries for CUDA what these have beside it.
std::string getExports(llvm::ArrayRef<std::string> entries, bool usesCUDA);

/// The directory with libomp, or empty where only the default can be tried.
std::string findOpenMPDirectory();

/// The static runtime, which is beside the library that this code is in.
std::string findRuntime();

/// The directory with the serial build of BLIS, or empty where there is none.
std::string findBLISDirectory();

/// The name of the library in that directory.
inline constexpr llvm::StringLiteral kBLISLibrary = "libblis.so.4";

/// Whether compiled code multiplies matrices with BLIS.
bool usesBLIS(const llvm::Module &module);

/// Whether compiled code launches kernels on CUDA devices.
bool usesCUDA(const llvm::Module &module);

/// An error that says where BLIS was looked for.
llvm::Error createBLISError();

/// Runs a command; an error has what it printed, which goes to the file `log`
/// first.
llvm::Error runCommand(llvm::ArrayRef<std::string> command,
                       llvm::StringRef log);

} // namespace kalmir::cpu

#endif // KALMIR_TARGET_CPU_LINK_H
