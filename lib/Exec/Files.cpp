//===- Files.cpp - which files the tools read -----------------------------===//

#include "kalmir/Exec/Files.h"

#include <sys/stat.h>

using namespace kalmir::exec;

Status kalmir::exec::checkInputFile(const std::string &path) {
  struct stat status;
  if (::stat(path.c_str(), &status) == 0 &&
      (S_ISBLK(status.st_mode) || S_ISCHR(status.st_mode)))
    return Failure{"cannot read '" + path +
                   "': expected a file or a pipe, found a device"};
  return Success();
}
