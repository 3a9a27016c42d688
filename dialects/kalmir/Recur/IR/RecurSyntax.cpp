//===- RecurSyntax.cpp - printing and parsing of recurrences --------------===//
//
//   recur.generic {indexing_maps = [...], iterator_types = ["parallel", ...]}
//     ins(%x : tensor<..>) segments(%cu : tensor<..>) state(%h0 : tensor<..>)
//     outs(%y0 : tensor<..>) attrs = {...} {
//   ^bb0(...):
//     ...
//   } finish {
//   ^bb0(...):
//     ...
//   } -> (tensor<..>, tensor<..>)
//
// `recur.scan` has its regions behind their names: step, extend, combine, apply
// and finish. Empty clauses and a missing finish are left out.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace kalmir::recur;

static constexpr StringLiteral kIteratorTypes = "iterator_types";
static constexpr StringLiteral kClauses[] = {"ins", "segments", "state",
                                             "outs"};
static constexpr StringLiteral kRegions[] = {"step", "extend", "combine",
                                             "apply"};
static constexpr StringLiteral kFinish = "finish";
static constexpr StringLiteral kSegmentSizes = "operandSegmentSizes";

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

static void printClause(OpAsmPrinter &p, StringRef name, ValueRange operands) {
  if (operands.empty())
    return;
  p << ' ' << name << '(' << operands << " : " << operands.getTypes() << ')';
}

/// Prints everything up to the regions.
static void printHeader(OpAsmPrinter &p, RecurrenceOp op) {
  SmallVector<NamedAttribute> header;
  for (NamedAttribute attr :
       op->getPropertiesAsAttribute()
           ? cast<DictionaryAttr>(op->getPropertiesAsAttribute())
           : DictionaryAttr()) {
    if (attr.getName() == kSegmentSizes)
      continue;
    if (auto groups = dyn_cast<ArrayAttr>(attr.getValue());
        groups && groups.empty() && attr.getName() != "indexing_maps" &&
        attr.getName() != kIteratorTypes && attr.getName() != "identity")
      continue;
    if (auto numbers = dyn_cast<DenseI64ArrayAttr>(attr.getValue());
        numbers && numbers.empty())
      continue;
    if (attr.getName() == kIteratorTypes) {
      SmallVector<Attribute> names;
      for (IteratorType type : op.getIterators())
        names.push_back(
            StringAttr::get(op->getContext(), stringifyIteratorType(type)));
      attr.setValue(ArrayAttr::get(op->getContext(), names));
    }
    header.push_back(attr);
  }
  p << ' ' << DictionaryAttr::get(op->getContext(), header);
  printClause(p, "ins", op.getInputs());
  if (Value segments = op.getSegments())
    printClause(p, "segments", segments);
  printClause(p, "state", op.getStates());
  printClause(p, "outs", op.getOutputs());
  if (!op->getDiscardableAttrs().empty()) {
    p << " attrs = ";
    p << op->getDiscardableAttrDictionary();
  }
}

static void printRegion(OpAsmPrinter &p, StringRef name, Region &region) {
  p << ' ' << name << ' ';
  p.printRegion(region);
}

/// Prints the finish region, if there is one, and the types of results.
static void printEnd(OpAsmPrinter &p, Operation *op,
                     MutableArrayRef<Region> finish) {
  for (Region &region : finish)
    printRegion(p, kFinish, region);
  p.printOptionalArrowTypeList(op->getResultTypes());
}

void GenericOp::print(OpAsmPrinter &p) {
  printHeader(p, *this);
  p << ' ';
  p.printRegion(getBody());
  printEnd(p, *this, getFinish());
}

void ScanOp::print(OpAsmPrinter &p) {
  printHeader(p, *this);
  for (auto [name, region] : llvm::zip(kRegions, getOperation()->getRegions()))
    printRegion(p, name, region);
  printEnd(p, *this, getFinish());
}

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

static ParseResult parseClause(OpAsmParser &parser, OperationState &result,
                               StringRef name, int32_t &count) {
  count = 0;
  if (failed(parser.parseOptionalKeyword(name)))
    return success();
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  SmallVector<Type> types;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLParen() || parser.parseOperandList(operands) ||
      parser.parseColonTypeList(types) || parser.parseRParen() ||
      parser.resolveOperands(operands, types, loc, result.operands))
    return failure();
  count = operands.size();
  return success();
}

/// Turns the strings of `iterator_types` into attributes.
static ParseResult parseIteratorTypes(OpAsmParser &parser, SMLoc loc,
                                      NamedAttrList &attributes) {
  auto names = dyn_cast_or_null<ArrayAttr>(attributes.get(kIteratorTypes));
  if (!names)
    return parser.emitError(loc, "expected iterator_types as an array of "
                                 "strings");
  SmallVector<Attribute> types;
  for (Attribute name : names) {
    auto string = dyn_cast<StringAttr>(name);
    std::optional<IteratorType> type =
        string ? symbolizeIteratorType(string.getValue()) : std::nullopt;
    if (!type)
      return parser.emitError(loc, "expected iterator type \"parallel\", "
                                   "\"reduction\" or \"recurrence\", found ")
             << name;
    types.push_back(IteratorTypeAttr::get(parser.getContext(), *type));
  }
  attributes.set(kIteratorTypes, ArrayAttr::get(parser.getContext(), types));
  return success();
}

/// Attributes with a meaning stand in the header, all others in `attrs`: a
/// misspelt `reverse` must not be taken for an attribute of somebody else.
static ParseResult checkAttributes(OpAsmParser &parser, SMLoc loc,
                                   const OperationState &result,
                                   const NamedAttrList &attributes,
                                   bool inHeader) {
  SmallVector<StringRef> known;
  for (StringAttr name : result.name.getAttributeNames())
    if (name != kSegmentSizes)
      known.push_back(name);
  llvm::sort(known);
  for (NamedAttribute attr : attributes) {
    StringRef name = attr.getName();
    if (llvm::is_contained(known, name) == inHeader)
      continue;
    if (!inHeader)
      return parser.emitError(loc, "expected ")
             << name << " in the header, found it in attrs = {...}";
    InFlightDiagnostic diag = parser.emitError(loc, "expected ");
    llvm::interleaveComma(ArrayRef(known).drop_back(), diag);
    diag << " or " << known.back() << " in the header, found " << name
         << "; other attributes stand in attrs = {...}";
    return diag;
  }
  return success();
}

static ParseResult parseHeader(OpAsmParser &parser, OperationState &result) {
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseOptionalAttrDict(result.attributes) ||
      checkAttributes(parser, loc, result, result.attributes,
                      /*inHeader=*/true) ||
      parseIteratorTypes(parser, loc, result.attributes) ||
      failed(result.name.verifyInherentAttrs(
          result.attributes, [&] { return parser.emitError(loc); })))
    return failure();
  int32_t counts[4];
  loc = parser.getCurrentLocation();
  for (auto [name, count] :
       llvm::zip_equal(kClauses, MutableArrayRef<int32_t>(counts)))
    if (parseClause(parser, result, name, count))
      return failure();
  if (counts[1] > 1)
    return parser.emitError(loc, "expected one segments operand, found ")
           << counts[1];
  result.addAttribute(kSegmentSizes,
                      parser.getBuilder().getDenseI32ArrayAttr(counts));
  loc = parser.getCurrentLocation();
  NamedAttrList others;
  if (succeeded(parser.parseOptionalKeyword("attrs")) &&
      (parser.parseEqual() || parser.parseOptionalAttrDict(others) ||
       checkAttributes(parser, loc, result, others, /*inHeader=*/false)))
    return failure();
  result.attributes.append(others);
  return success();
}

/// Parses the finish region, if there is one, and the types of results.
static ParseResult parseEnd(OpAsmParser &parser, OperationState &result) {
  if (succeeded(parser.parseOptionalKeyword(kFinish)) &&
      failed(parser.parseRegion(*result.addRegion())))
    return failure();
  return parser.parseOptionalArrowTypeList(result.types);
}

ParseResult GenericOp::parse(OpAsmParser &parser, OperationState &result) {
  return failure(parseHeader(parser, result) ||
                 parser.parseRegion(*result.addRegion()) ||
                 parseEnd(parser, result));
}

ParseResult ScanOp::parse(OpAsmParser &parser, OperationState &result) {
  if (parseHeader(parser, result))
    return failure();
  for (StringRef name : kRegions)
    if (parser.parseKeyword(name) || parser.parseRegion(*result.addRegion()))
      return failure();
  return parseEnd(parser, result);
}
