//===- HostMemory.cpp - tensors in host memory ----------------------------===//

#include "kalmir/Exec/Measure.h"
#include "kalmir/Exec/Memory.h"

#include <cstring>
#include <vector>

using namespace kalmir;
using namespace kalmir::exec;

namespace {
struct FreeDeleter {
  void operator()(void *pointer) const { std::free(pointer); }
};

class HostMemory : public Memory {
public:
  kalmir_device getDevice() const override { return {KALMIR_DEVICE_CPU, 0}; }
  std::string getName() const override { return ""; }

  Result<void *> place(npy::Array &array, bool) override {
    return array.getData();
  }
  Status fetch(npy::Array &, void *) override { return Success(); }

  Result<void *> allocate(int64_t bytes, const char *what) override {
    void *pointer = std::malloc(bytes);
    if (!pointer)
      return Failure{std::string("out of memory for ") + what + " of " +
                     std::to_string(bytes) + " bytes"};
    owned.emplace_back(pointer);
    return pointer;
  }

  Status poison(void *address, int64_t bytes) override {
    std::memset(address, 0xff, bytes);
    return Success();
  }

  Result<double> time(const std::function<Status()> &call) override {
    Stopwatch watch;
    Status status = call();
    double ms = watch.getMs();
    if (!status)
      return status.takeFailure();
    return ms;
  }

  int64_t getDeviceBytes() const override { return 0; }

private:
  std::vector<std::unique_ptr<void, FreeDeleter>> owned;
};
} // namespace

std::unique_ptr<Memory> exec::createHostMemory() {
  return std::make_unique<HostMemory>();
}

Result<std::unique_ptr<Memory>> exec::createMemory(const CompiledEntry &entry,
                                                   int32_t device) {
  if (entry.isForCuda())
    return createCudaMemory(entry, device);
  return createHostMemory();
}
