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

/// "[?, 3]"
static std::string formatShape(ShapedType type) {
  std::string text = "[";
  llvm::raw_string_ostream stream(text);
  llvm::interleaveComma(type.getShape(), stream, [&](int64_t size) {
    if (ShapedType::isDynamic(size))
      stream << "?";
    else
      stream << size;
  });
  return text + "]";
}

/// One declared argument as callers see it.
static Type getTensorType(ArgumentAttr argument) {
  SmallVector<int64_t> shape =
      llvm::map_to_vector(argument.getDims().asArrayRef(), [](int64_t dim) {
        return dim < 0 ? ShapedType::kDynamic : dim;
      });
  return RankedTensorType::get(shape, argument.getElementType());
}

RunSignature kalmir::getRunSignature(FunctionOpInterface function) {
  RunSignature signature;
  if (EntryAttr entry = getEntry(function)) {
    for (auto input : entry.getInputs().getAsRange<ArgumentAttr>()) {
      signature.inputs.push_back(getTensorType(input));
      signature.inputNames.push_back(input.getName().str());
    }
    for (auto output : entry.getOutputs().getAsRange<ArgumentAttr>())
      signature.results.push_back(getTensorType(output));
    return signature;
  }
  llvm::append_range(signature.inputs, function.getArgumentTypes());
  llvm::append_range(signature.results, function.getResultTypes());
  for (unsigned number = 0; number < signature.inputs.size(); ++number) {
    auto name = function.getArgAttrOfType<StringAttr>(
        number, KalmirDialect::nameAttrName);
    signature.inputNames.push_back(name ? name.str() : "");
  }
  return signature;
}

static LogicalResult checkInput(FunctionOpInterface entry, Type type,
                                unsigned number, StringRef declaredName,
                                const npy::Array &input, StringRef file) {
  auto fail = [&]() {
    InFlightDiagnostic diagnostic = entry->emitError("input ") << number;
    if (!declaredName.empty())
      diagnostic << " '" << declaredName << "'";
    diagnostic << " ('" << file << "'): ";
    return diagnostic;
  };
  DType dtype = *getDType(type);
  if (input.getDType() != dtype)
    return fail() << "expected elements of type '" << npy::getDescr(dtype)
                  << "' for " << getElementTypeOrSelf(type) << ", found '"
                  << npy::getDescr(input.getDType()) << "'";
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped) {
    if (!input.getShape().empty())
      return fail() << "expected a scalar of shape [], found "
                    << npy::formatShape(input.getShape());
    return success();
  }
  if (failed(verifyCompatibleShape(shaped.getShape(), input.getShape())))
    return fail() << "expected shape " << formatShape(shaped) << ", found "
                  << npy::formatShape(input.getShape());
  return success();
}

LogicalResult kalmir::checkInputs(FunctionOpInterface entry,
                                  const RunSignature &signature,
                                  ArrayRef<npy::Array> inputs,
                                  ArrayRef<std::string> files) {
  auto checkTypes = [&](TypeRange types, StringRef kind) -> LogicalResult {
    for (auto [number, type] : llvm::enumerate(types))
      if (!getDType(type))
        return entry->emitError("expected ")
               << kind << " " << number
               << " to be a number or ranked tensor of f64, f32, f16, bf16, "
                  "index, i1, i8, i16, i32 or i64, found "
               << type;
    return success();
  };
  if (failed(checkTypes(signature.inputs, "argument")) ||
      failed(checkTypes(signature.results, "result")))
    return failure();
  if (inputs.size() != signature.inputs.size())
    return entry->emitError("expected ")
           << signature.inputs.size() << " inputs, one for each argument of '"
           << entry.getName() << "', found " << inputs.size();
  for (unsigned number = 0; number < inputs.size(); ++number)
    if (failed(checkInput(entry, signature.inputs[number], number,
                          signature.inputNames[number], inputs[number],
                          files[number])))
      return failure();
  return success();
}
