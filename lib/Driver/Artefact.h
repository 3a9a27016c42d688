//===- Artefact.h - files from a lowered module -----------------*- C++ -*-===//

#ifndef KALMIR_LIB_DRIVER_ARTEFACT_H
#define KALMIR_LIB_DRIVER_ARTEFACT_H

#include "kalmir/Driver/Compile.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

namespace kalmir {

/// Writes what `options` asks for from a module at the level `llvm`.
llvm::Error writeArtefact(mlir::ModuleOp module, const CompileOptions &options);

/// What is wrong with a module that C code cannot call.
llvm::Error createNoEntryError(const CompileOptions &options);

/// Writes a file whole or not at all; "-" is standard output.
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef content);

/// Writes the file `extension` of --save-temps, if it was asked for.
llvm::Error saveTemp(const CompileOptions &options, llvm::StringRef extension,
                     llvm::StringRef content);

} // namespace kalmir

#endif // KALMIR_LIB_DRIVER_ARTEFACT_H
