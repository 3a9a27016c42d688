//===- Runner.h - ways to run a function on host arrays ---------*- C++ -*-===//
//
//   runner.prepare(inputs)    once; allocates outputs and workspace
//   runner.call()             any number of times
//   runner.getResults()       after a call, any number of times
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_EXEC_RUNNER_H
#define KALMIR_EXEC_RUNNER_H

#include "kalmir/Exec/Memory.h"
#include "kalmir/Exec/Npy.h"

#include <array>

namespace kalmir::exec {

/// A kernel that a call has launched.
struct Launch {
  std::string kernel;
  std::array<int64_t, 3> grid, block;
  int64_t sharedBytes;
};

/// What one call did.
struct CallInfo {
  /// Chunks that time was cut into: 1 is serial, 0 is no recurrence.
  int64_t chunks = 0;
  /// Products of all loop extents, summed over the recurrences.
  int64_t stateSteps = 0;
  /// What the device is called, or empty for the host.
  std::string device;
  /// Bytes allocated on the device.
  int64_t deviceBytes = 0;
  std::vector<Launch> launches;
};

/// Runs one function.
class Runner {
public:
  virtual ~Runner() = default;

  /// Takes the inputs, one for each argument and checked against it (see
  /// checkInputs); they must outlive the calls.
  virtual Status prepare(std::vector<npy::Array> &inputs) = 0;
  /// Runs the function, and returns its time in milliseconds. Inputs are left
  /// as they are.
  virtual Result<double> call() = 0;
  /// The results of the last call, in order, until the next one.
  virtual Result<std::vector<npy::Array> *> getResults() = 0;
  /// What the last call did.
  virtual CallInfo getInfo() = 0;
};

/// Runs a compiled entry. Results are NaN before every call.
class EntryRunner : public Runner {
public:
  EntryRunner(const CompiledEntry &entry, std::unique_ptr<Memory> memory)
      : entry(entry), memory(std::move(memory)) {}
  ~EntryRunner() override;

  Status prepare(std::vector<npy::Array> &inputs) override;
  Result<double> call() override;
  Result<std::vector<npy::Array> *> getResults() override;
  CallInfo getInfo() override;

private:
  Status check(int32_t status);
  /// Allocates the outputs, whose shapes are known.
  Status createOutputs();

  CompiledEntry entry;
  std::unique_ptr<Memory> memory;
  std::vector<kalmir_tensor> tensors;
  std::vector<std::vector<int64_t>> shapes;
  std::vector<kalmir_tensor *> args;
  std::vector<npy::Array> outputs;
  void *workspace = nullptr;
  int64_t workspaceBytes = 0;
  kalmir_info info = {};
  std::vector<Launch> launches;
};

} // namespace kalmir::exec

#endif // KALMIR_EXEC_RUNNER_H
