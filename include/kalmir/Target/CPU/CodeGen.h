//===- CodeGen.h - LLVM IR and machine code for the host --------*- C++ -*-===//

#ifndef KALMIR_TARGET_CPU_CODEGEN_H
#define KALMIR_TARGET_CPU_CODEGEN_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/CodeGen.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>

namespace mlir {
class DialectRegistry;
} // namespace mlir

#pragma GCC visibility push(default)

namespace kalmir::cpu {

/// Registers what translation to LLVM IR needs.
void registerTranslations(mlir::DialectRegistry &registry);

/// The machine that code is generated for, at the highest optimisation level.
/// `march` is "native" or a processor name of the host's architecture, such as
/// "x86-64-v3"; any other name is an error that says where the names are.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(llvm::StringRef march);

/// The processor names that createTargetMachine takes besides "native".
std::vector<std::string> getProcessorNames();

/// The width in bits of the vectors that code for `machine` should use.
int64_t getVectorBits(const llvm::TargetMachine &machine);

/// Translates a module at the level `llvm` and sets it up for `machine`;
/// null after a diagnostic.
std::unique_ptr<llvm::Module> translateToLLVMIR(mlir::ModuleOp module,
                                                llvm::LLVMContext &context,
                                                llvm::TargetMachine &machine);

/// Runs LLVM's O3 pipeline.
void optimize(llvm::Module &module, llvm::TargetMachine &machine);

/// Appends assembly or an object file to `output`.
void emit(llvm::Module &module, llvm::TargetMachine &machine,
          llvm::CodeGenFileType type, llvm::SmallVectorImpl<char> &output);

} // namespace kalmir::cpu

#pragma GCC visibility pop

#endif // KALMIR_TARGET_CPU_CODEGEN_H
