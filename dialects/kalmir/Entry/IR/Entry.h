//===- Entry.h - attributes of functions that C code calls ------*- C++ -*-===//

#ifndef KALMIR_ENTRY_IR_ENTRY_H
#define KALMIR_ENTRY_IR_ENTRY_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"

#pragma GCC visibility push(default)

#include "kalmir/Entry/IR/EntryDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "kalmir/Entry/IR/EntryAttributes.h.inc"

namespace kalmir {

/// Whether a tensor with these elements can cross the C boundary: integers of
/// 1, 8, 16, 32 or 64 bits, f16, bf16, f32, f64.
bool isEntryElementType(mlir::Type type);

/// Whether C allows a function or variable of this name, apart from keywords.
bool isCIdentifier(llvm::StringRef name);

/// The contract of an entry, or null for any other function.
EntryAttr getEntry(mlir::Operation *function);

/// The function that computes `what` ("shapes", "bounds", "info",
/// "workspace") of calls of the entry named `entry`.
std::string getHelperName(llvm::StringRef entry, llvm::StringRef what);

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_ENTRY_IR_ENTRY_H
