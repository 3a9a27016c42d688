//===- Toolkit.cpp - where CUDA is installed ------------------------------===//

#include "kalmir/Target/CUDA/Toolkit.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

using namespace llvm;
using namespace kalmir;

std::vector<std::string> cuda::getToolkits(StringRef path) {
  if (!path.empty())
    return {path.str()};
  std::vector<std::string> toolkits;
  auto add = [&](StringRef directory) {
    if (!directory.empty() && !is_contained(toolkits, directory))
      toolkits.push_back(directory.str());
  };
  for (StringRef variable : {"CUDA_HOME", "CUDA_PATH"})
    add(sys::Process::GetEnv(variable).value_or(""));
  if (ErrorOr<std::string> ptxas = sys::findProgramByName("ptxas")) {
    SmallString<128> real;
    if (!sys::fs::real_path(*ptxas, real))
      add(sys::path::parent_path(sys::path::parent_path(real)));
  }
  add("/usr/local/cuda");
  return toolkits;
}

static std::string findFile(ArrayRef<std::string> toolkits, StringRef name) {
  for (StringRef directory : toolkits) {
    SmallString<128> path(directory);
    sys::path::append(path, name);
    if (sys::fs::is_regular_file(path))
      return path.str().str();
  }
  return "";
}

std::string cuda::findLibdevice(ArrayRef<std::string> toolkits) {
  return findFile(toolkits, "nvvm/libdevice/libdevice.10.bc");
}

std::string cuda::findPtxas(ArrayRef<std::string> toolkits, bool usePath) {
  std::string path = findFile(toolkits, "bin/ptxas");
  if (path.empty() && usePath)
    if (ErrorOr<std::string> found = sys::findProgramByName("ptxas"))
      return *found;
  return path;
}
