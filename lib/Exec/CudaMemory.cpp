//===- CudaMemory.cpp - tensors in the memory of a CUDA device ------------===//
//
// Of the driver, the runtime's table has what compiled code needs; here is what
// only a program that owns the tensors needs.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Exec/Memory.h"

#include "cuda_driver.h"

#include <cstring>
#include <dlfcn.h>
#include <vector>

using namespace kalmir;
using namespace kalmir::exec;

namespace {

using cuda_event = void *;

// Values of cuda.h.
constexpr unsigned kNonBlocking = 1;
constexpr unsigned kDefaultEvent = 0;

/// Written before every timed call: more than any level-2 cache holds, so that
/// inputs come from memory. While the device is busy with it the host gets to
/// launch, and events around a call time the device alone.
constexpr int64_t kFlushBytes = int64_t(256) << 20;

/// F(member, symbol, parameters)
#define KALMIR_EXEC_CUDA_FUNCTIONS(F)                                          \
  F(cuDeviceGetName, "cuDeviceGetName",                                        \
    (char *name, int length, cuda_device device))                              \
  F(cuStreamCreate, "cuStreamCreate", (cuda_stream * stream, unsigned flags))  \
  F(cuStreamDestroy, "cuStreamDestroy_v2", (cuda_stream stream))               \
  F(cuStreamSynchronize, "cuStreamSynchronize", (cuda_stream stream))          \
  F(cuEventCreate, "cuEventCreate", (cuda_event * event, unsigned flags))      \
  F(cuEventDestroy, "cuEventDestroy_v2", (cuda_event event))                   \
  F(cuEventRecord, "cuEventRecord", (cuda_event event, cuda_stream stream))    \
  F(cuEventElapsedTime, "cuEventElapsedTime",                                  \
    (float *ms, cuda_event start, cuda_event end))                             \
  F(cuMemAlloc, "cuMemAlloc_v2", (cuda_pointer * pointer, size_t bytes))       \
  F(cuMemFree, "cuMemFree_v2", (cuda_pointer pointer))                         \
  F(cuMemcpyHtoDAsync, "cuMemcpyHtoDAsync_v2",                                 \
    (cuda_pointer to, const void *from, size_t bytes, cuda_stream stream))     \
  F(cuMemcpyDtoHAsync, "cuMemcpyDtoHAsync_v2",                                 \
    (void *to, cuda_pointer from, size_t bytes, cuda_stream stream))           \
  F(cuMemsetD8Async, "cuMemsetD8Async",                                        \
    (cuda_pointer to, unsigned char byte, size_t bytes, cuda_stream stream))

struct Functions {
#define KALMIR_EXEC_CUDA_MEMBER(member, symbol, params)                        \
  cuda_result(*member) params;
  KALMIR_EXEC_CUDA_FUNCTIONS(KALMIR_EXEC_CUDA_MEMBER)
#undef KALMIR_EXEC_CUDA_MEMBER

  /// Returns the name of a function that is missing, or null. The library is
  /// in the process already.
  const char *load() {
    void *library = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    const char *missing = library ? nullptr : "libcuda.so.1";
    auto find = [&](const char *symbol, auto *&target) {
      void *address = library ? ::dlsym(library, symbol) : nullptr;
      std::memcpy(&target, &address, sizeof address);
      if (!address && !missing)
        missing = symbol;
    };
#define KALMIR_EXEC_CUDA_FIND(member, symbol, params) find(symbol, member);
    KALMIR_EXEC_CUDA_FUNCTIONS(KALMIR_EXEC_CUDA_FIND)
#undef KALMIR_EXEC_CUDA_FIND
    return missing;
  }
};

class CudaMemory : public Memory {
public:
  CudaMemory(const CompiledEntry &entry, int32_t deviceId)
      : entry(entry), deviceId(deviceId) {}

  ~CudaMemory() override {
    if (!context)
      return;
    for (cuda_pointer pointer : owned)
      functions.cuMemFree(pointer);
    for (cuda_event event : events)
      if (event)
        functions.cuEventDestroy(event);
    if (stream)
      functions.cuStreamDestroy(stream);
    cuda_context former;
    driver->cuCtxPopCurrent(&former);
    driver->cuDevicePrimaryCtxRelease(device);
  }

  Status initialize() {
    int32_t status;
    driver = kalmir_rt_cuda_driver(entry.signature, &status);
    if (!driver)
      return Failure{kalmir_last_error()};
    if (const char *missing = functions.load())
      return Failure{std::string(entry.signature->name) +
                     ": expected a CUDA driver with " + missing +
                     ", found one without; update the NVIDIA driver"};
    // The library checks the number, in its words, and compiles its PTX.
    if (entry.prepare(deviceId) != KALMIR_OK)
      return Failure{entry.lastError()};
    cuda_context retained;
    if (Status s = check(driver->cuDeviceGet(&device, deviceId), "open"); !s)
      return s;
    if (Status s = check(driver->cuDevicePrimaryCtxRetain(&retained, device),
                         "use the context of");
        !s)
      return s;
    if (Status s =
            check(driver->cuCtxPushCurrent(retained), "use the context of");
        !s) {
      driver->cuDevicePrimaryCtxRelease(device);
      return s;
    }
    context = retained;
    if (Status s = check(functions.cuStreamCreate(&stream, kNonBlocking),
                         "create a stream on");
        !s)
      return s;
    for (cuda_event &event : events)
      if (Status s = check(functions.cuEventCreate(&event, kDefaultEvent),
                           "create an event on");
          !s)
        return s;
    entry.setStream(stream);
    return Success();
  }

  kalmir_device getDevice() const override {
    return {KALMIR_DEVICE_CUDA, deviceId};
  }

  std::string getName() const override {
    char name[128] = "";
    functions.cuDeviceGetName(name, sizeof name, device);
    return name;
  }

  Result<void *> place(npy::Array &array, bool withElements) override {
    int64_t bytes = array.getNumBytes();
    Result<void *> address = allocate(bytes, "a tensor");
    if (!address || !withElements || bytes == 0)
      return address;
    if (Status s = check(functions.cuMemcpyHtoDAsync(
                             toCuda(*address), array.getData(), bytes, stream),
                         "copy to");
        !s)
      return s.takeFailure();
    if (Status s = synchronize(); !s)
      return s.takeFailure();
    return address;
  }

  Status fetch(npy::Array &array, void *address) override {
    int64_t bytes = array.getNumBytes();
    if (bytes == 0)
      return Success();
    if (Status s = check(functions.cuMemcpyDtoHAsync(
                             array.getData(), toCuda(address), bytes, stream),
                         "copy from");
        !s)
      return s;
    return synchronize();
  }

  Result<void *> allocate(int64_t bytes, const char *what) override {
    allocated += bytes;
    return allocateUncounted(bytes, what);
  }

  Status poison(void *address, int64_t bytes) override {
    if (bytes == 0)
      return Success();
    return check(
        functions.cuMemsetD8Async(toCuda(address), 0xff, bytes, stream),
        "fill memory of");
  }

  Result<double> time(const std::function<Status()> &call) override {
    if (!flushed) {
      Result<void *> address = allocateUncounted(kFlushBytes, "a buffer");
      if (!address)
        return address.takeFailure();
      flushed = *address;
    }
    if (Status s = poison(flushed, kFlushBytes); !s)
      return s.takeFailure();
    if (Status s = check(functions.cuEventRecord(events[0], stream), "time");
        !s)
      return s.takeFailure();
    if (Status s = call(); !s)
      return s.takeFailure();
    if (Status s = check(functions.cuEventRecord(events[1], stream), "time");
        !s)
      return s.takeFailure();
    if (Status s = synchronize(); !s)
      return s.takeFailure();
    float ms = 0;
    if (Status s = check(
            functions.cuEventElapsedTime(&ms, events[0], events[1]), "time");
        !s)
      return s.takeFailure();
    return ms;
  }

  int64_t getDeviceBytes() const override { return allocated; }

private:
  static cuda_pointer toCuda(void *address) {
    return reinterpret_cast<cuda_pointer>(address);
  }

  Result<void *> allocateUncounted(int64_t bytes, const char *what) {
    cuda_pointer pointer;
    // The driver refuses 0.
    cuda_result error = functions.cuMemAlloc(&pointer, bytes > 0 ? bytes : 1);
    if (error == CUDA_OUT_OF_MEMORY)
      return Failure{std::string("out of memory for ") + what + " of " +
                     std::to_string(bytes) + " bytes on CUDA device " +
                     std::to_string(deviceId)};
    if (Status s = check(error, "allocate memory on"); !s)
      return s.takeFailure();
    owned.push_back(pointer);
    return reinterpret_cast<void *>(pointer);
  }

  Status synchronize() {
    return check(functions.cuStreamSynchronize(stream), "run on");
  }

  Status check(cuda_result error, const char *what) {
    if (error == CUDA_SUCCESS)
      return Success();
    char text[160];
    return Failure{std::string(entry.signature->name) + ": cannot " + what +
                   " CUDA device " + std::to_string(deviceId) + ": " +
                   kalmir_rt_cuda_error(driver, error, text)};
  }

  CompiledEntry entry;
  int32_t deviceId;
  const cuda_driver *driver = nullptr;
  Functions functions = {};
  cuda_device device = 0;
  cuda_context context = nullptr;
  cuda_stream stream = nullptr;
  cuda_event events[2] = {nullptr, nullptr};
  std::vector<cuda_pointer> owned;
  int64_t allocated = 0;
  void *flushed = nullptr;
};
} // namespace

Result<std::unique_ptr<Memory>>
exec::createCudaMemory(const CompiledEntry &entry, int32_t device) {
  auto memory = std::make_unique<CudaMemory>(entry, device);
  if (Status status = memory->initialize(); !status)
    return status.takeFailure();
  return std::unique_ptr<Memory>(std::move(memory));
}

Result<std::string> exec::getCudaArchitecture(const std::string &entry,
                                              int32_t device) {
  kalmir_signature signature = {};
  signature.name = entry.c_str();
  int32_t status;
  const cuda_driver *driver = kalmir_rt_cuda_driver(&signature, &status);
  if (!driver)
    return Failure{kalmir_last_error()};
  cuda_device handle;
  int major = 0, minor = 0;
  cuda_result error = driver->cuDeviceGet(&handle, device);
  if (!error)
    error = driver->cuDeviceGetAttribute(&major, CUDA_DEVICE_CAPABILITY_MAJOR,
                                         handle);
  if (!error)
    error = driver->cuDeviceGetAttribute(&minor, CUDA_DEVICE_CAPABILITY_MINOR,
                                         handle);
  char text[160];
  if (error)
    return Failure{entry + ": cannot open CUDA device " +
                   std::to_string(device) + ": " +
                   kalmir_rt_cuda_error(driver, error, text)};
  return "sm_" + std::to_string(major) + std::to_string(minor);
}
