//===- Signature.cpp - what a function takes and returns ------------------===//

#include "kalmir/Exec/Signature.h"

#include <tuple>

using namespace kalmir;
using namespace kalmir::exec;
using npy::DType;

/// The type of a kalmir_dtype in files, and in IR.
static std::pair<DType, std::string> getTypes(kalmir_dtype dtype) {
  std::string bits = std::to_string(dtype.bits);
  auto sized = [&](DType of64, DType of32, DType of16, DType of8) {
    return dtype.bits == 64   ? of64
           : dtype.bits == 32 ? of32
           : dtype.bits == 16 ? of16
                              : of8;
  };
  switch (dtype.code) {
  case KALMIR_BOOL:
    return {DType::b1, "i1"};
  case KALMIR_BFLOAT:
    return {DType::u16, "bf16"};
  case KALMIR_FLOAT:
    return {sized(DType::f64, DType::f32, DType::f16, DType::f16), "f" + bits};
  case KALMIR_UINT:
    return {sized(DType::u64, DType::u32, DType::u16, DType::u8), "ui" + bits};
  default:
    return {sized(DType::i64, DType::i32, DType::i16, DType::i8), "i" + bits};
  }
}

Signature exec::getSignature(const kalmir_signature &signature) {
  Signature result;
  result.name = signature.name;
  int32_t count = signature.num_inputs + signature.num_outputs;
  for (int32_t i = 0; i < count; ++i) {
    const kalmir_argument &from = signature.args[i];
    Argument to;
    to.name = from.name;
    std::tie(to.dtype, to.type) = getTypes(from.dtype);
    to.dims.assign(from.dims, from.dims + from.ndim);
    if (from.boundaries)
      to.boundaries.assign(from.boundaries, from.boundaries + 2);
    (i < signature.num_inputs ? result.inputs : result.outputs)
        .push_back(std::move(to));
  }
  return result;
}

/// "[?, 3]"
static std::string formatDims(const std::vector<int64_t> &dims) {
  std::string text = "[";
  for (int64_t dim : dims)
    text +=
        (text.size() > 1 ? ", " : "") + (dim < 0 ? "?" : std::to_string(dim));
  return text + "]";
}

static Status checkInput(const Argument &declared, size_t number,
                         const npy::Array &input, const std::string &file) {
  auto fail = [&](const std::string &expected, const std::string &found) {
    return Failure{"input " + std::to_string(number) +
                   (declared.name.empty() ? "" : " '" + declared.name + "'") +
                   " ('" + file + "'): expected " + expected + ", found " +
                   found};
  };
  auto quote = [](DType dtype) {
    return "'" + std::string(npy::getDescr(dtype)) + "'";
  };
  if (input.getDType() != declared.dtype)
    return fail("elements of type " + quote(declared.dtype) + " for '" +
                    declared.type + "'",
                quote(input.getDType()));
  const std::vector<int64_t> &shape = input.getShape();
  bool fits = shape.size() == declared.dims.size();
  for (size_t i = 0; fits && i < shape.size(); ++i)
    fits = declared.dims[i] < 0 || declared.dims[i] == shape[i];
  if (fits)
    return Success();
  return fail(declared.dims.empty() ? "a scalar of shape []"
                                    : "shape " + formatDims(declared.dims),
              npy::formatShape(shape));
}

Status exec::checkInputs(const Signature &signature,
                         const std::vector<npy::Array> &inputs,
                         const std::vector<std::string> &files) {
  if (inputs.size() != signature.inputs.size())
    return Failure{"expected " + std::to_string(signature.inputs.size()) +
                   " inputs, one for each argument of '" + signature.name +
                   "', found " + std::to_string(inputs.size())};
  for (size_t i = 0; i < inputs.size(); ++i)
    if (Status s = checkInput(signature.inputs[i], i, inputs[i], files[i]); !s)
      return s;
  return Success();
}
