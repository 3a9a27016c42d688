//===- InputFile.cpp - which files the tools read -------------------------===//

#include "kalmir/Support/InputFile.h"

#include "kalmir/Exec/Files.h"

llvm::Error kalmir::checkInputFile(llvm::StringRef path) {
  if (path == "-")
    return llvm::Error::success();
  exec::Status status = exec::checkInputFile(path.str());
  if (!status)
    return llvm::createStringError(status.takeFailure().text);
  return llvm::Error::success();
}
