//===- DeviceModel.cpp - what a GPU can do at once ------------------------===//
//
// Multiprocessors, and bandwidth by boost clock, of A100, RTX 3090 Ti, L40S,
// H100 and H200, B200, RTX 5090, by NVIDIA's data sheets.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Target/CUDA/DeviceModel.h"

#include "llvm/ADT/StringSwitch.h"

using namespace kalmir;

cuda::DeviceModel cuda::getDeviceModel(llvm::StringRef chip) {
  return llvm::StringSwitch<DeviceModel>(chip.rtrim("af"))
      .Case("sm_80", {108, 1400})
      .Cases({"sm_86", "sm_87"}, {84, 540})
      .Case("sm_89", {142, 350})
      .Cases({"sm_100", "sm_103"}, {148, 4200})
      .Cases({"sm_120", "sm_121"}, {170, 750})
      .Default({132, 2000});
}
