//===- Files.h - which files the tools read ---------------------*- C++ -*-===//

#ifndef KALMIR_EXEC_FILES_H
#define KALMIR_EXEC_FILES_H

#include "kalmir/Exec/Result.h"

namespace kalmir::exec {

/// Fails for paths that may never end, such as devices; pipes are let through.
/// What cannot be opened at all is left to whoever opens it.
Status checkInputFile(const std::string &path);

} // namespace kalmir::exec

#endif // KALMIR_EXEC_FILES_H
