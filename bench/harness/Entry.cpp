//===- Entry.cpp - entries of compiled libraries --------------------------===//

#include "Entry.h"

#include <dlfcn.h>
#include <stdexcept>

template <typename Symbol>
static Symbol find(void *library, const std::string &name) {
  void *symbol = dlsym(library, name.c_str());
  if (!symbol)
    throw std::runtime_error(dlerror());
  return reinterpret_cast<Symbol>(symbol);
}

static kalmir_tensor tensorOf(Array &array) {
  kalmir_tensor tensor = {};
  tensor.data = array.data.get();
  tensor.device.device_type = KALMIR_DEVICE_CPU;
  tensor.ndim = array.shape.size();
  tensor.dtype.code = array.type == "<u2" ? KALMIR_BFLOAT : KALMIR_FLOAT;
  tensor.dtype.bits = array.type == "<f8" ? 64 : array.type == "<f4" ? 32 : 16;
  tensor.dtype.lanes = 1;
  tensor.shape = array.shape.data();
  return tensor;
}

static std::string typeOf(kalmir_dtype dtype) {
  if (dtype.code == KALMIR_BFLOAT)
    return "<u2";
  if (dtype.code == KALMIR_FLOAT && dtype.bits >= 32)
    return dtype.bits == 64 ? "<f8" : "<f4";
  throw std::runtime_error("expected outputs of type f64, f32 or bf16");
}

void Entry::check(int32_t status) const {
  if (status != KALMIR_OK)
    throw std::runtime_error(lastError());
}

Entry::Entry(const std::string &path, const std::string &name,
             std::vector<Array> theInputs)
    : inputs(std::move(theInputs)) {
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    throw std::runtime_error(dlerror());
  function = find<decltype(function)>(library, name);
  lastError = find<decltype(lastError)>(library, "kalmir_last_error");
  auto *signature =
      find<const kalmir_signature *>(library, name + "_signature");
  if (int64_t(inputs.size()) != signature->num_inputs)
    throw std::runtime_error(name + ": expected " +
                             std::to_string(signature->num_inputs) +
                             " inputs, found " + std::to_string(inputs.size()));

  using Info = int32_t(kalmir_tensor *const *, int64_t, kalmir_info *);
  using Shapes = int32_t(kalmir_tensor *const *, int64_t);
  for (int32_t i = 0; i < signature->num_outputs; ++i) {
    const kalmir_argument &output = signature->args[inputs.size() + i];
    outputs.push_back(
        {typeOf(output.dtype), std::vector<int64_t>(output.ndim), nullptr});
  }
  for (std::vector<Array> *arrays : {&inputs, &outputs})
    for (Array &array : *arrays)
      tensors.push_back(tensorOf(array));
  for (kalmir_tensor &tensor : tensors)
    args.push_back(&tensor);
  check(find<Shapes *>(library, name + "_shapes")(args.data(), args.size()));
  for (size_t i = 0; i < outputs.size(); ++i) {
    outputs[i] = Array::allocate(outputs[i].type, outputs[i].shape);
    tensors[inputs.size() + i] = tensorOf(outputs[i]);
  }
  kalmir_info info;
  check(
      find<Info *>(library, name + "_info")(args.data(), inputs.size(), &info));
  stateSteps = info.state_steps;
}

void Entry::call() { check(function(args.data(), args.size(), nullptr, 0)); }
