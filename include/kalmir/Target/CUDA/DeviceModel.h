//===- DeviceModel.h - what a GPU can do at once ----------------*- C++ -*-===//

#ifndef KALMIR_TARGET_CUDA_DEVICEMODEL_H
#define KALMIR_TARGET_CUDA_DEVICEMODEL_H

#include "llvm/ADT/StringRef.h"

namespace kalmir::cuda {

/// The largest GPU of an architecture, for cost models. Code made with it runs
/// on the others, too.
struct DeviceModel {
  int64_t multiprocessors;
  /// Bytes that its memory moves in a cycle of a multiprocessor.
  int64_t bytesPerCycle;
  /// Each issues one instruction of a warp in a cycle.
  int64_t schedulersPerMultiprocessor = 4;
  int64_t getSchedulers() const {
    return multiprocessors * schedulersPerMultiprocessor;
  }
};

/// The model of an architecture such as "sm_90a"; that of sm_90 for one that is
/// not known.
DeviceModel getDeviceModel(llvm::StringRef chip);

} // namespace kalmir::cuda

#endif // KALMIR_TARGET_CUDA_DEVICEMODEL_H
