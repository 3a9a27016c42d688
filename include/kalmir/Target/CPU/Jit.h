//===- Jit.h - compile and call in memory -----------------------*- C++ -*-===//

#ifndef KALMIR_TARGET_CPU_JIT_H
#define KALMIR_TARGET_CPU_JIT_H

#include "kalmir/Exec/Entry.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace kalmir::cpu {

/// Code in memory, which lives as long as the object. It needs no linker, and
/// libomp only where loops are parallel.
class CompiledModule {
public:
  ~CompiledModule();

  /// Compiles a module at the level `llvm` for `march` (see
  /// createTargetMachine). All machine code is made here, none on the first
  /// call.
  static llvm::Expected<std::unique_ptr<CompiledModule>>
  compile(mlir::ModuleOp module, llvm::StringRef march = "native");

  /// The functions of the entry called `name`, which the module must have.
  llvm::Expected<exec::CompiledEntry> lookup(llvm::StringRef name);

  /// The number of threads of later calls from this thread. No effect on code
  /// without parallel loops.
  void setNumThreads(int count);

private:
  CompiledModule() = default;

  std::unique_ptr<llvm::orc::LLJIT> jit;
  llvm::SmallVector<std::string> entries;
  void (*ompSetNumThreads)(int) = nullptr;
};

} // namespace kalmir::cpu

#endif // KALMIR_TARGET_CPU_JIT_H
