//===- InputFile.cpp - which files the tools read -------------------------===//

#include "kalmir/Support/InputFile.h"

#include "llvm/Support/FileSystem.h"

using namespace llvm;

Error kalmir::checkInputFile(StringRef path) {
  sys::fs::file_status status;
  if (path == "-" || sys::fs::status(path, status))
    return Error::success();
  switch (status.type()) {
  case sys::fs::file_type::block_file:
  case sys::fs::file_type::character_file:
    return createStringError("cannot read '" + path +
                             "': expected a file or a pipe, found a device");
  default:
    return Error::success();
  }
}
