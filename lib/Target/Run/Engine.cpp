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

static LogicalResult checkInput(func::FuncOp entry, unsigned number,
                                const npy::Array &input, StringRef name) {
  Type type = entry.getArgumentTypes()[number];
  auto fail = [&]() {
    InFlightDiagnostic diagnostic = entry.emitError("input ") << number;
    if (auto declared = entry.getArgAttrOfType<StringAttr>(
            number, KalmirDialect::nameAttrName))
      diagnostic << " '" << declared.getValue() << "'";
    diagnostic << " ('" << name << "'): ";
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

LogicalResult kalmir::checkInputs(func::FuncOp entry,
                                  ArrayRef<npy::Array> inputs,
                                  ArrayRef<std::string> names) {
  auto checkTypes = [&](TypeRange types, StringRef kind) -> LogicalResult {
    for (auto [number, type] : llvm::enumerate(types))
      if (!getDType(type))
        return entry.emitError("expected ")
               << kind << " " << number
               << " to be a number or ranked tensor of f64, f32, f16, bf16, "
                  "index, i1, i8, i16, i32 or i64, found "
               << type;
    return success();
  };
  if (failed(checkTypes(entry.getArgumentTypes(), "argument")) ||
      failed(checkTypes(entry.getResultTypes(), "result")))
    return failure();
  if (inputs.size() != entry.getNumArguments())
    return entry.emitError("expected ")
           << entry.getNumArguments() << " inputs, one for each argument of '"
           << entry.getName() << "', found " << inputs.size();
  for (unsigned number = 0; number < inputs.size(); ++number)
    if (failed(checkInput(entry, number, inputs[number], names[number])))
      return failure();
  return success();
}
