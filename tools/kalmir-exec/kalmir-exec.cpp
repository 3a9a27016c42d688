//===- kalmir-exec.cpp - run a compiled library, without LLVM -------------===//
//
//   kalmir-exec kla.so --entry=kla_y --in=v.npy,... --out=y.npy
//
// calls a function of a library that kalmir-compile has written, for the CPU or
// for CUDA, on arrays from files. It needs neither LLVM nor a compiler: it is
// for machines that have nothing but, perhaps, a GPU and its driver.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Exec/Run.h"

#include <new>
#include <unistd.h>

using namespace kalmir;
using namespace kalmir::exec;

static constexpr const char *kTool = "kalmir-exec";

/// Ends the process where memory has run out, with what was begun taken away.
static void endOutOfMemory() {
  constexpr char message[] = "kalmir-exec: error: out of memory\n";
  npy::removePendingFiles();
  [[maybe_unused]] ssize_t written =
      ::write(STDERR_FILENO, message, sizeof message - 1);
  ::_exit(static_cast<int>(Exit::Diagnosed));
}

static Status run(const Options &options) {
  Result<Library> library = Library::open(options.file);
  if (!library)
    return library.takeFailure();
  Result<CompiledEntry> entry = library->lookup(options.entry);
  if (!entry)
    return entry.takeFailure();
  Signature signature = getSignature(*entry->signature);
  if (Status s = checkResultNames(options, signature); !s)
    return s;
  Result<std::vector<npy::Array>> inputs = getCheckedInputs(options, signature);
  if (!inputs)
    return inputs.takeFailure();
  Result<std::unique_ptr<Memory>> memory =
      createMemory(*entry, static_cast<int32_t>(options.device));
  if (!memory)
    return memory.takeFailure();
  if (options.threads > 0)
    library->setNumThreads(static_cast<int>(options.threads));
  EntryRunner runner(*entry, std::move(*memory));
  ProgressLine progress(kTool);
  return runCalls(options, signature, runner, *inputs, /*compileMs=*/-1,
                  progress);
}

int main(int argc, char **argv) {
  std::set_new_handler(endOutOfMemory);
  Options options;
  if (std::optional<Exit> code = parseCommandLine(
          argc, argv, kTool, "LIBRARY.so",
          "Runs a function of a compiled library on arrays from NumPy files",
          options))
    return static_cast<int>(*code);
  if (Status status = run(options); !status)
    return static_cast<int>(fail(kTool, status.takeFailure().text));
  return static_cast<int>(Exit::Ok);
}
