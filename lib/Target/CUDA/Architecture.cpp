//===- Architecture.cpp - what code is made for ---------------------------===//

#include "kalmir/Target/CUDA/Architecture.h"

#include "mlir/Target/LLVM/NVVM/Utils.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace kalmir;

static constexpr int64_t defaultVersion = 86;

static const Triple triple("nvptx64-nvidia-cuda");

static const Target &lookupTarget() {
  mlir::NVVM::SerializeGPUModuleBase::init();
  std::string problem;
  const Target *target = TargetRegistry::lookupTarget(triple, problem);
  assert(target && "LLVM has NVPTX");
  return *target;
}

static std::unique_ptr<MCSubtargetInfo> createSubtarget() {
  return std::unique_ptr<MCSubtargetInfo>(
      lookupTarget().createMCSubtargetInfo(triple, "", ""));
}

/// The least PTX version of an architecture. LLVM takes it where none is asked
/// for, and tells nobody but in the code.
static int64_t getLeastVersion(StringRef chip) {
  std::unique_ptr<TargetMachine> machine(lookupTarget().createTargetMachine(
      triple, chip, "", TargetOptions(), std::nullopt));
  LLVMContext context;
  Module module("empty", context);
  module.setDataLayout(machine->createDataLayout());
  SmallString<128> text;
  raw_svector_ostream stream(text);
  legacy::PassManager passes;
  bool cannot = machine->addPassesToEmitFile(passes, stream, nullptr,
                                             CodeGenFileType::AssemblyFile);
  assert(!cannot && "NVPTX has assembly");
  (void)cannot;
  passes.run(module);
  unsigned major = 0, minor = 0;
  StringRef rest = StringRef(text).split(".version ").second;
  rest.consumeInteger(10, major);
  rest.consume_front(".");
  rest.consumeInteger(10, minor);
  return 10 * major + minor;
}

/// 90 for sm_90a.
static unsigned getNumber(StringRef chip) {
  unsigned number = 0;
  StringRef digits = chip.drop_front(3);
  digits.consumeInteger(10, number);
  return number;
}

std::vector<std::string> cuda::getArchitectureNames() {
  std::vector<std::string> names;
  std::unique_ptr<MCSubtargetInfo> subtarget = createSubtarget();
  for (const SubtargetSubTypeKV &chip :
       subtarget->getAllProcessorDescriptions())
    if (getNumber(chip.Key) >= 80)
      names.push_back(chip.Key);
  // sm_90 before sm_100.
  sort(names, [](const std::string &a, const std::string &b) {
    return StringRef(a).compare_numeric(b) < 0;
  });
  return names;
}

// The table of the CUDA C++ Programming Guide, "technical specifications per
// compute capability".
int64_t cuda::getMostSharedBytes(StringRef chip) {
  switch (getNumber(chip)) {
  case 80:
  case 87:
    return 163 << 10;
  case 86:
  case 88:
  case 89:
  case 120:
  case 121:
    return 99 << 10;
  default:
    return 227 << 10;
  }
}

static SmallVector<int64_t> getVersions() {
  SmallVector<int64_t> versions;
  std::unique_ptr<MCSubtargetInfo> subtarget = createSubtarget();
  for (const SubtargetFeatureKV &feature :
       subtarget->getAllProcessorFeatures()) {
    int64_t version;
    StringRef name = feature.Key;
    if (name.consume_front("ptx") && !name.getAsInteger(10, version))
      versions.push_back(version);
  }
  sort(versions);
  return versions;
}

static std::string toText(int64_t version) {
  return formatv("{0}.{1}", version / 10, version % 10);
}

Expected<int64_t> cuda::checkArchitecture(StringRef chip, int64_t ptxVersion) {
  std::vector<std::string> names = getArchitectureNames();
  if (!is_contained(names, chip))
    return createStringError(
        "expected an architecture of NVIDIA GPUs, sm_80 (Ampere) or later, "
        "found '" +
        chip + "'; known are " + join(names, ", "));
  int64_t least = getLeastVersion(chip);
  if (ptxVersion == 0)
    return std::max(least, defaultVersion);
  SmallVector<int64_t> known = getVersions();
  if (!is_contained(known, ptxVersion))
    return createStringError("expected a PTX version that LLVM has, found " +
                             toText(ptxVersion) + "; known are " +
                             join(map_range(known, toText), ", "));
  if (ptxVersion < least)
    return createStringError("expected PTX " + toText(least) +
                             " or later for " + chip + ", found " +
                             toText(ptxVersion));
  return ptxVersion;
}
