//===- InputFile.h - which files the tools read -----------------*- C++ -*-===//

#ifndef KALMIR_SUPPORT_INPUTFILE_H
#define KALMIR_SUPPORT_INPUTFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace kalmir {

/// Fails for paths that may never end, such as devices; pipes are let through,
/// as is "-". What cannot be opened at all is left to whoever opens it.
llvm::Error checkInputFile(llvm::StringRef path);

} // namespace kalmir

#endif // KALMIR_SUPPORT_INPUTFILE_H
