//===- TemporaryDirectory.h - a directory for a while -----------*- C++ -*-===//

#ifndef KALMIR_SUPPORT_TEMPORARYDIRECTORY_H
#define KALMIR_SUPPORT_TEMPORARYDIRECTORY_H

#include "llvm/Support/Error.h"

#include <string>
#include <utility>

namespace kalmir {

/// A new directory, removed with all that is in it at the end.
class TemporaryDirectory {
public:
  /// `name` is the beginning of its name. Fails if it cannot be made.
  static llvm::Expected<TemporaryDirectory> create(llvm::StringRef name);
  TemporaryDirectory(TemporaryDirectory &&other)
      : path(std::exchange(other.path, {})) {}
  ~TemporaryDirectory();

  /// The path of a file in it.
  std::string operator/(llvm::StringRef file) const;

private:
  explicit TemporaryDirectory(std::string path) : path(std::move(path)) {}
  std::string path;
};

} // namespace kalmir

#endif // KALMIR_SUPPORT_TEMPORARYDIRECTORY_H
