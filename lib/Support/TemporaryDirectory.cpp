//===- TemporaryDirectory.cpp - a directory for a while -------------------===//

#include "kalmir/Support/TemporaryDirectory.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace kalmir;

Expected<TemporaryDirectory> TemporaryDirectory::create(StringRef name) {
  SmallString<128> path;
  if (std::error_code code = sys::fs::createUniqueDirectory(name, path))
    return createStringError(code, "cannot write 'a temporary directory': " +
                                       code.message());
  return TemporaryDirectory(path.str().str());
}

TemporaryDirectory::~TemporaryDirectory() {
  if (!path.empty())
    sys::fs::remove_directories(path, /*IgnoreErrors=*/true);
}

std::string TemporaryDirectory::operator/(StringRef file) const {
  SmallString<128> result(path);
  sys::path::append(result, file);
  return result.str().str();
}
