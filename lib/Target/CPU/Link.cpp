//===- Link.cpp - shared libraries ----------------------------------------===//

#include "kalmir/Target/CPU/Link.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <dlfcn.h>

using namespace llvm;
using namespace kalmir;

std::string cpu::findOpenMPDirectory() {
  for (StringRef directory :
       {KALMIR_LLVM_LIBRARY_DIR, "/usr/lib/llvm-22/lib"}) {
    SmallString<128> path(directory);
    sys::path::append(path, "libomp.so");
    if (sys::fs::exists(path))
      return directory.str();
  }
  return "";
}

std::string cpu::findRuntime() {
  Dl_info self;
  if (!dladdr(reinterpret_cast<void *>(&cpu::findRuntime), &self))
    return "";
  SmallString<128> path(self.dli_fname);
  sys::fs::make_absolute(path);
  sys::path::remove_filename(path);
  sys::path::append(path, "libkalmir_rt.a");
  return path.str().str();
}

std::string cpu::findBLISDirectory() {
  for (StringRef directory : {KALMIR_BLIS_DIR, "/usr/lib/blis-serial"}) {
    SmallString<128> path(directory);
    sys::path::append(path, kBLISLibrary);
    if (sys::fs::exists(path))
      return directory.str();
  }
  return "";
}

bool cpu::usesBLIS(const Module &module) {
  return any_of(module, [](const Function &function) {
    return function.isDeclaration() && function.getName().starts_with("bli_");
  });
}

bool cpu::usesCUDA(const Module &module) {
  const Function *begin = module.getFunction("kalmir_rt_cuda_begin");
  return begin && begin->isDeclaration();
}

Error cpu::createBLISError() {
  return createStringError(
      "matrix products need BLIS: expected " + kBLISLibrary + " in " +
      KALMIR_BLIS_DIR +
      " (Debian's package libblis4-serial); --matmul=loops needs none");
}

std::string cpu::getExports(ArrayRef<std::string> entries, bool usesCUDA) {
  std::string script = "{\n  global:\n    kalmir_last_error;\n"
                       "    kalmir_abi_version;\n";
  if (usesCUDA)
    script += "    kalmir_set_stream;\n    kalmir_rt_stream;\n"
              "    kalmir_set_launch_listener;\n";
  for (StringRef entry : entries) {
    for (StringRef suffix :
         {"", "_shapes", "_workspace", "_info", "_signature"})
      script += ("    " + entry + suffix + ";\n").str();
    if (usesCUDA)
      script += ("    " + entry + "_prepare;\n").str();
  }
  return script + "  local: *;\n};\n";
}

Expected<std::vector<std::string>>
cpu::getLinkCommand(const LinkInputs &inputs) {
  std::string tool;
  for (StringRef name : {"clang-22", "clang", "cc", "ld.lld-22", "ld.lld"}) {
    if (ErrorOr<std::string> found = sys::findProgramByName(name)) {
      tool = *found;
      break;
    }
  }
  if (tool.empty())
    return createStringError(
        "no linker: expected clang-22, clang, cc, ld.lld-22 or ld.lld on the "
        "PATH; --emit=obj needs none");
  StringRef name = sys::path::filename(tool);
  bool isDriver = !name.starts_with("ld");
  auto pass = [&](StringRef flag) {
    return isDriver ? ("-Wl," + flag).str() : flag.str();
  };
  std::vector<std::string> command{
      tool, "-shared", "-o", inputs.output, inputs.object, inputs.runtime};
  if (name.starts_with("clang") &&
      (sys::findProgramByName("ld.lld") || sys::findProgramByName("ld.lld-22")))
    command.push_back("-fuse-ld=lld");
  command.push_back(pass("--version-script=" + inputs.exports));
  // A missing symbol is found here and not by whoever loads the library, and
  // libomp is needed only by code with parallel loops.
  command.push_back(isDriver ? "-Wl,-z,defs" : "-zdefs");
  command.push_back(pass("--as-needed"));
  if (!inputs.openmpDirectory.empty()) {
    command.push_back("-L" + inputs.openmpDirectory);
    command.push_back(pass("-rpath=" + inputs.openmpDirectory));
  }
  if (!inputs.blisDirectory.empty()) {
    command.push_back("-L" + inputs.blisDirectory);
    command.push_back(pass("-rpath=" + inputs.blisDirectory));
    command.push_back(("-l:" + kBLISLibrary).str());
  }
  for (StringRef library : {"-lomp", "-lm"})
    command.push_back(library.str());
  if (!isDriver)
    command.push_back("-lc");
  return command;
}

Error cpu::runCommand(ArrayRef<std::string> command, StringRef log) {
  SmallVector<StringRef> args(command.begin(), command.end());
  std::string message;
  std::optional<StringRef> redirects[] = {std::nullopt, log, log};
  int status = sys::ExecuteAndWait(command.front(), args, std::nullopt,
                                   redirects, 0, 0, &message);
  ErrorOr<std::unique_ptr<MemoryBuffer>> output = MemoryBuffer::getFile(log);
  std::string text =
      output ? (*output)->getBuffer().trim().str() : std::string();
  if (status == 0)
    return Error::success();
  return createStringError("'" + sys::path::filename(command.front()) +
                           "' failed with status " + Twine(status) +
                           (message.empty() ? "" : ": " + message) +
                           (text.empty() ? "" : "\n" + text));
}
