//===- ParseSource.h - modules with the names of their source ---*- C++ -*-===//

#ifndef KALMIR_TARGET_ENTRY_PARSESOURCE_H
#define KALMIR_TARGET_ENTRY_PARSESOURCE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace llvm {
class SourceMgr;
} // namespace llvm

namespace kalmir {

/// Parses text or bytecode; null after a diagnostic. Arguments and results of
/// functions get the attribute `kalmir.name` where the text names them by C
/// identifiers and the attribute is not there: `%v` as an argument is "v", as
/// is the result of `return %v`. Results that are arguments, or stand there
/// twice, and everything in bytecode stay without names.
mlir::OwningOpRef<mlir::ModuleOp>
parseSourceWithNames(const llvm::SourceMgr &sources,
                     mlir::MLIRContext *context);

} // namespace kalmir

#endif // KALMIR_TARGET_ENTRY_PARSESOURCE_H
