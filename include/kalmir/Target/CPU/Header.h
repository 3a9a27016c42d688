//===- Header.h - the C header of a compiled module -------------*- C++ -*-===//

#ifndef KALMIR_TARGET_CPU_HEADER_H
#define KALMIR_TARGET_CPU_HEADER_H

#include "mlir/IR/BuiltinOps.h"

#pragma GCC visibility push(default)

namespace kalmir::cpu {

/// Names of all entries of a module, of any level from `recur` on.
llvm::SmallVector<std::string> getEntryNames(mlir::ModuleOp module);

/// Writes C declarations of all entries, each with a table of its arguments.
/// `name` becomes the include guard.
void writeHeader(llvm::raw_ostream &os, mlir::ModuleOp module,
                 llvm::StringRef name);

} // namespace kalmir::cpu

#pragma GCC visibility pop

#endif // KALMIR_TARGET_CPU_HEADER_H
