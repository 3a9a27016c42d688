//===- EntryDialect.cpp - attributes of functions that C code calls -------===//

#include "kalmir/Entry/IR/Entry.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace kalmir;

#include "kalmir/Entry/IR/EntryDialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "kalmir/Entry/IR/EntryAttributes.cpp.inc"

void KalmirDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "kalmir/Entry/IR/EntryAttributes.cpp.inc"
      >();
}

bool kalmir::isEntryElementType(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    return llvm::is_contained({1u, 8u, 16u, 32u, 64u}, integer.getWidth());
  return type.isF16() || type.isBF16() || type.isF32() || type.isF64();
}

bool kalmir::isCIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

EntryAttr kalmir::getEntry(Operation *function) {
  return function->getAttrOfType<EntryAttr>(KalmirDialect::entryAttrName);
}

std::string kalmir::getHelperName(StringRef entry, StringRef what) {
  return (entry + "." + what).str();
}

LogicalResult ArgumentAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   StringAttr, Type elementType,
                                   DenseI64ArrayAttr dims,
                                   DenseI64ArrayAttr boundaries) {
  if (boundaries && (boundaries.size() != 2 || dims.size() != 1))
    return emitError() << "expected two numbers as the boundaries of a "
                          "one-dimensional argument, found "
                       << boundaries.size() << " of one with " << dims.size()
                       << " dimensions";
  if (!isEntryElementType(elementType))
    return emitError() << "expected an element type that C code can pass, "
                          "found "
                       << elementType;
  return success();
}

LogicalResult EntryAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                ArrayAttr inputs, ArrayAttr outputs) {
  for (ArrayAttr list : {inputs, outputs})
    for (Attribute attr : list)
      if (!isa<ArgumentAttr>(attr))
        return emitError() << "expected #kalmir.argument, found " << attr;
  return success();
}

SmallVector<ArgumentAttr> EntryAttr::getArguments() const {
  SmallVector<ArgumentAttr> all;
  llvm::append_range(all, getInputs().getAsRange<ArgumentAttr>());
  llvm::append_range(all, getOutputs().getAsRange<ArgumentAttr>());
  return all;
}

int64_t EntryAttr::getNumSymbols() const {
  int64_t count = 0;
  for (ArgumentAttr argument : getArguments())
    for (int64_t dim : argument.getDims().asArrayRef())
      count = std::max(count, -dim);
  return count;
}

int64_t EntryAttr::getNumOutputExtents() const {
  int64_t count = 0;
  for (auto output : getOutputs().getAsRange<ArgumentAttr>())
    count += output.getDims().size();
  return count;
}

LogicalResult KalmirDialect::verifyOperationAttribute(Operation *op,
                                                      NamedAttribute attr) {
  StringRef name = attr.getName();
  if (!isa<FunctionOpInterface>(op))
    return op->emitOpError() << "expected a function to carry '" << name << "'";
  if (name == entryAttrName) {
    if (!isa<EntryAttr>(attr.getValue()))
      return op->emitOpError() << "expected #kalmir.entry as '" << name
                               << "', found " << attr.getValue();
    return success();
  }
  if (name == helperAttrName) {
    if (!isa<FlatSymbolRefAttr>(attr.getValue()))
      return op->emitOpError() << "expected a symbol as '" << name
                               << "', found " << attr.getValue();
    return success();
  }
  if (name == checksAttrName) {
    auto texts = dyn_cast<ArrayAttr>(attr.getValue());
    if (!texts || !llvm::all_of(texts, llvm::IsaPred<StringAttr>))
      return op->emitOpError() << "expected an array of strings as '" << name
                               << "', found " << attr.getValue();
    return success();
  }
  return op->emitOpError() << "unknown attribute '" << name
                           << "' on a function";
}

static LogicalResult verifyName(Operation *op, NamedAttribute attr) {
  if (attr.getName() != KalmirDialect::nameAttrName)
    return op->emitOpError()
           << "unknown attribute '" << attr.getName().getValue()
           << "' on an argument or result";
  if (!isa<StringAttr>(attr.getValue()))
    return op->emitOpError()
           << "expected a string as '" << attr.getName().getValue()
           << "', found " << attr.getValue();
  return success();
}

LogicalResult KalmirDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                      unsigned,
                                                      NamedAttribute attr) {
  return verifyName(op, attr);
}

LogicalResult KalmirDialect::verifyRegionResultAttribute(Operation *op,
                                                         unsigned, unsigned,
                                                         NamedAttribute attr) {
  return verifyName(op, attr);
}
