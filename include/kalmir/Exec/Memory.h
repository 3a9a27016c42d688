//===- Memory.h - where the tensors of a call are ---------------*- C++ -*-===//

#ifndef KALMIR_EXEC_MEMORY_H
#define KALMIR_EXEC_MEMORY_H

#include "kalmir/Exec/Entry.h"
#include "kalmir/Exec/Npy.h"

#include <functional>
#include <memory>
#include <string>

namespace kalmir::exec {

/// The memory that an entry works on, and the clock there. What is allocated
/// lives as long as the object.
class Memory {
public:
  virtual ~Memory() = default;

  virtual kalmir_device getDevice() const = 0;
  /// What the device is called, or empty for the host.
  virtual std::string getName() const = 0;

  /// The address there of an array, with its elements if `withElements`.
  virtual Result<void *> place(npy::Array &array, bool withElements) = 0;
  /// Brings the elements back from the address that place() gave.
  virtual Status fetch(npy::Array &array, void *address) = 0;
  virtual Result<void *> allocate(int64_t bytes, const char *what) = 0;
  /// Fills with bytes that are NaN as any floating-point number.
  virtual Status poison(void *address, int64_t bytes) = 0;
  /// Runs `call`, waits for its end, and returns its time in milliseconds.
  virtual Result<double> time(const std::function<Status()> &call) = 0;
  /// Bytes allocated on a device, 0 for the host, where the system counts.
  virtual int64_t getDeviceBytes() const = 0;
};

std::unique_ptr<Memory> createHostMemory();

/// The memory of a CUDA device, with a stream of its own on which the entry
/// launches. Only libcuda is needed, and only now.
Result<std::unique_ptr<Memory>> createCudaMemory(const CompiledEntry &entry,
                                                 int32_t device);

/// The architecture of a CUDA device, such as "sm_90"; failures name `entry`.
Result<std::string> getCudaArchitecture(const std::string &entry,
                                        int32_t device);

/// The memory for the tensors of `entry`.
Result<std::unique_ptr<Memory>> createMemory(const CompiledEntry &entry,
                                             int32_t device);

} // namespace kalmir::exec

#endif // KALMIR_EXEC_MEMORY_H
