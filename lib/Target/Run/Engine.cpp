//===- Engine.cpp - what all ways to run a function share -----------------===//

#include "kalmir/Target/Run/Engine.h"

#include "kalmir/Entry/IR/Entry.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace kalmir;
using npy::DType;

std::optional<DType> kalmir::getDType(Type type) {
  if (isa<VectorType, MemRefType, UnrankedTensorType, UnrankedMemRefType>(type))
    return std::nullopt;
  Type element = getElementTypeOrSelf(type);
  if (element.isF64())
    return DType::f64;
  if (element.isF32())
    return DType::f32;
  if (element.isF16())
    return DType::f16;
  if (element.isBF16())
    return DType::u16;
  if (element.isIndex())
    return DType::i64;
  auto integer = dyn_cast<IntegerType>(element);
  if (!integer)
    return std::nullopt;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return DType::b1;
  case 8:
    return isUnsigned ? DType::u8 : DType::i8;
  case 16:
    return isUnsigned ? DType::u16 : DType::i16;
  case 32:
    return isUnsigned ? DType::u32 : DType::i32;
  case 64:
    return isUnsigned ? DType::u64 : DType::i64;
  default:
    return std::nullopt;
  }
}

/// An argument or result of this type.
static FailureOr<exec::Argument> getArgument(FunctionOpInterface function,
                                             Type type, StringRef kind,
                                             unsigned number) {
  std::optional<DType> dtype = getDType(type);
  if (!dtype) {
    function->emitError("expected ")
        << kind << " " << number
        << " to be a number or ranked tensor of f64, f32, f16, bf16, "
           "index, i1, i8, i16, i32 or i64, found "
        << type;
    return failure();
  }
  exec::Argument argument;
  argument.dtype = *dtype;
  llvm::raw_string_ostream(argument.type) << getElementTypeOrSelf(type);
  if (auto shaped = dyn_cast<ShapedType>(type))
    for (int64_t size : shaped.getShape())
      argument.dims.push_back(ShapedType::isDynamic(size) ? exec::kAnyExtent
                                                          : size);
  return argument;
}

/// The type of one declared argument as callers see it.
static Type getTensorType(ArgumentAttr argument) {
  SmallVector<int64_t> shape =
      llvm::map_to_vector(argument.getDims().asArrayRef(), [](int64_t dim) {
        return dim < 0 ? ShapedType::kDynamic : dim;
      });
  return RankedTensorType::get(shape, argument.getElementType());
}

FailureOr<exec::Signature>
kalmir::getRunSignature(FunctionOpInterface function) {
  exec::Signature signature;
  signature.name = function.getName().str();
  auto add = [&](std::vector<exec::Argument> &list, StringRef kind, Type type,
                 StringRef name) -> LogicalResult {
    FailureOr<exec::Argument> argument =
        getArgument(function, type, kind, list.size());
    if (failed(argument))
      return failure();
    argument->name = name.str();
    list.push_back(std::move(*argument));
    return success();
  };
  if (EntryAttr entry = getEntry(function)) {
    for (auto input : entry.getInputs().getAsRange<ArgumentAttr>())
      if (failed(add(signature.inputs, "argument", getTensorType(input),
                     input.getName())))
        return failure();
    for (auto output : entry.getOutputs().getAsRange<ArgumentAttr>())
      if (failed(add(signature.outputs, "result", getTensorType(output),
                     output.getName())))
        return failure();
    return signature;
  }
  for (auto [number, type] : llvm::enumerate(function.getArgumentTypes())) {
    auto name = function.getArgAttrOfType<StringAttr>(
        number, KalmirDialect::nameAttrName);
    if (failed(add(signature.inputs, "argument", type,
                   name ? name.getValue() : "")))
      return failure();
  }
  for (auto [number, type] : llvm::enumerate(function.getResultTypes())) {
    auto name = function.getResultAttrOfType<StringAttr>(
        number, KalmirDialect::nameAttrName);
    if (failed(add(signature.outputs, "result", type,
                   name ? name.getValue() : "")))
      return failure();
  }
  return signature;
}
