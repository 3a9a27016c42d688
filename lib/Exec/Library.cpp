//===- Library.cpp - compiled functions from files ------------------------===//

#include "kalmir/Exec/Entry.h"

#include <cstring>
#include <dlfcn.h>

using namespace kalmir::exec;

Result<Library> Library::open(const std::string &path) {
  // Without a slash the loader would look in the system's folders.
  std::string file = path.find('/') == std::string::npos ? "./" + path : path;
  void *handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return Failure{"cannot load '" + path + "': " + ::dlerror()};
  return Library(path, handle);
}

Result<CompiledEntry> Library::lookup(const std::string &name) const {
  std::string missing;
  auto find = [&](const std::string &symbol, auto *&target) {
    void *address = ::dlsym(handle, symbol.c_str());
    std::memcpy(&target, &address, sizeof address);
    if (!address && missing.empty())
      missing = symbol;
  };
  int32_t (*abiVersion)() = nullptr;
  CompiledEntry entry;
  find("kalmir_abi_version", abiVersion);
  find("kalmir_last_error", entry.lastError);
  if (!missing.empty())
    return Failure{"expected a library of kalmir-compile, found '" + path +
                   "' without " + missing};
  if (abiVersion() != KALMIR_ABI_VERSION)
    return Failure{"expected a library for version " +
                   std::to_string(KALMIR_ABI_VERSION) +
                   " of kalmir/runtime.h, found '" + path + "' for version " +
                   std::to_string(abiVersion()) + "; compile it again"};
  find(name + "_signature", entry.signature);
  if (!missing.empty())
    return Failure{"expected an entry named '" + name + "' in '" + path +
                   "', found none; the C header beside the library has their "
                   "names"};
  find(name, entry.call);
  find(name + "_shapes", entry.shapes);
  find(name + "_workspace", entry.workspace);
  find(name + "_info", entry.info);
  if (entry.isForCuda()) {
    find(name + "_prepare", entry.prepare);
    find("kalmir_set_stream", entry.setStream);
    find("kalmir_set_launch_listener", entry.setLaunchListener);
  }
  if (!missing.empty())
    return Failure{"expected the entry '" + name + "' in '" + path +
                   "' to be whole, found no " + missing + "; compile it again"};
  return entry;
}

void Library::setNumThreads(int count) const {
  void (*set)(int) = nullptr;
  void *address = ::dlsym(handle, "omp_set_num_threads");
  std::memcpy(&set, &address, sizeof address);
  if (set)
    set(count);
}
