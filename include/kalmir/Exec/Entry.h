//===- Entry.h - compiled functions and where they are from -----*- C++ -*-===//

#ifndef KALMIR_EXEC_ENTRY_H
#define KALMIR_EXEC_ENTRY_H

#include "kalmir/Exec/Result.h"
#include "kalmir/runtime.h"

#include <memory>

namespace kalmir::exec {

/// The functions of one entry and of the runtime it is linked with; see
/// kalmir/runtime.h.
struct CompiledEntry {
  const kalmir_signature *signature = nullptr;
  int32_t (*call)(kalmir_tensor *const *args, int64_t numArgs, void *workspace,
                  int64_t workspaceBytes) = nullptr;
  int32_t (*shapes)(kalmir_tensor *const *args, int64_t numArgs) = nullptr;
  int32_t (*workspace)(kalmir_tensor *const *args, int64_t numArgs,
                       int64_t *bytes) = nullptr;
  int32_t (*info)(kalmir_tensor *const *args, int64_t numArgs,
                  kalmir_info *info) = nullptr;
  const char *(*lastError)() = nullptr;
  // Only of entries for CUDA.
  int32_t (*prepare)(int32_t device) = nullptr;
  int32_t (*setStream)(void *stream) = nullptr;
  int32_t (*setLaunchListener)(kalmir_launch_listener listener,
                               void *data) = nullptr;

  bool isForCuda() const {
    return signature->device_type == KALMIR_DEVICE_CUDA;
  }
};

/// A shared library that kalmir-compile has written.
class Library {
public:
  /// Loads the file, with what it needs. It stays loaded until the process
  /// ends, as its threads do.
  static Result<Library> open(const std::string &path);

  /// The functions of the entry called `name`.
  Result<CompiledEntry> lookup(const std::string &name) const;

  /// The number of threads of later calls from this thread. No effect on code
  /// without parallel loops.
  void setNumThreads(int count) const;

private:
  Library(std::string path, void *handle)
      : path(std::move(path)), handle(handle) {}

  std::string path;
  void *handle;
};

} // namespace kalmir::exec

#endif // KALMIR_EXEC_ENTRY_H
