//===- EntryRunner.cpp - calls of a compiled entry ------------------------===//

#include "kalmir/Exec/Runner.h"
#include "kalmir/Exec/Signature.h"

#include <algorithm>

using namespace kalmir;
using namespace kalmir::exec;

static void recordLaunch(void *data, const char *kernel, const int64_t grid[3],
                         const int64_t block[3], int64_t sharedBytes) {
  static_cast<std::vector<Launch> *>(data)->push_back(
      {kernel,
       {grid[0], grid[1], grid[2]},
       {block[0], block[1], block[2]},
       sharedBytes});
}

EntryRunner::~EntryRunner() {
  if (entry.setLaunchListener)
    entry.setLaunchListener(nullptr, nullptr);
}

Status EntryRunner::check(int32_t status) {
  if (status == KALMIR_OK)
    return Success();
  return Failure{entry.lastError()};
}

Status EntryRunner::prepare(std::vector<npy::Array> &inputs) {
  int64_t numInputs = entry.signature->num_inputs;
  int64_t numArgs = numInputs + entry.signature->num_outputs;
  tensors.resize(numArgs);
  shapes.resize(numArgs);
  for (int64_t i = 0; i < numArgs; ++i) {
    const kalmir_argument &declared = entry.signature->args[i];
    shapes[i].resize(declared.ndim);
    if (i < numInputs)
      std::copy(inputs[i].getShape().begin(), inputs[i].getShape().end(),
                shapes[i].begin());
    tensors[i] = {nullptr,
                  memory->getDevice(),
                  declared.ndim,
                  declared.dtype,
                  shapes[i].data(),
                  nullptr,
                  0};
    args.push_back(&tensors[i]);
  }
  // Before memory is taken for anything.
  if (Status s = check(entry.shapes(args.data(), numArgs)); !s)
    return s;
  if (Status s = check(entry.workspace(args.data(), numArgs, &workspaceBytes));
      !s)
    return s;
  if (Status s = check(entry.info(args.data(), numArgs, &info)); !s)
    return s;
  for (int64_t i = 0; i < numInputs; ++i) {
    Result<void *> address = memory->place(inputs[i], /*withElements=*/true);
    if (!address)
      return address.takeFailure();
    tensors[i].data = *address;
  }
  if (Status s = createOutputs(); !s)
    return s;
  if (workspaceBytes > 0) {
    Result<void *> address = memory->allocate(workspaceBytes, "a workspace");
    if (!address)
      return address.takeFailure();
    workspace = *address;
  }
  if (entry.setLaunchListener)
    entry.setLaunchListener(recordLaunch, &launches);
  return Success();
}

Status EntryRunner::createOutputs() {
  Signature signature = getSignature(*entry.signature);
  size_t position = signature.inputs.size();
  for (const Argument &declared : signature.outputs) {
    Result<npy::Array> output =
        npy::Array::create(declared.dtype, shapes[position]);
    if (!output)
      return output.takeFailure();
    Result<void *> address = memory->place(*output, /*withElements=*/false);
    if (!address)
      return address.takeFailure();
    tensors[position++].data = *address;
    outputs.push_back(std::move(*output));
  }
  return Success();
}

Result<double> EntryRunner::call() {
  kalmir_tensor *first = tensors.data() + entry.signature->num_inputs;
  for (size_t i = 0; i < outputs.size(); ++i)
    if (Status s = memory->poison(first[i].data, outputs[i].getNumBytes()); !s)
      return s.takeFailure();
  launches.clear();
  return memory->time([&] {
    return check(
        entry.call(args.data(), args.size(), workspace, workspaceBytes));
  });
}

Result<std::vector<npy::Array> *> EntryRunner::getResults() {
  kalmir_tensor *first = tensors.data() + entry.signature->num_inputs;
  for (size_t i = 0; i < outputs.size(); ++i)
    if (Status s = memory->fetch(outputs[i], first[i].data); !s)
      return s.takeFailure();
  return &outputs;
}

CallInfo EntryRunner::getInfo() {
  return {info.chunks, info.state_steps, memory->getName(),
          memory->getDeviceBytes(), launches};
}
