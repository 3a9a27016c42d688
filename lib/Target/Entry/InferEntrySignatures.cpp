//===- InferEntrySignatures.cpp - what C may pass to a function -----------===//
//
// Which extents are equal is found by kalmir/Recur/Transforms/EqualExtents.h.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Recur/IR/Recur.h"
#include "kalmir/Recur/Transforms/EqualExtents.h"
#include "kalmir/Target/Entry/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace kalmir {
#define GEN_PASS_DEF_INFERENTRYSIGNATURESPASS
#include "kalmir/Target/Entry/Passes.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;

namespace {

/// The runtime keeps the extents of symbols in an array of this size.
constexpr int64_t maxSymbols = 256;

/// The name that the attributes give, or `prefix` with the position.
StringAttr getContractName(MLIRContext *context, DictionaryAttr attrs,
                           StringRef prefix, unsigned position) {
  if (attrs)
    if (auto name = attrs.getAs<StringAttr>(KalmirDialect::nameAttrName))
      return name;
  return StringAttr::get(context, prefix + Twine(position));
}

struct InferEntrySignatures
    : public kalmir::impl::InferEntrySignaturesPassBase<InferEntrySignatures> {
  void runOnOperation() override {
    bool failed = false;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (isCandidate(function))
        failed |= mlir::failed(infer(function));
      else if (getEntry(function))
        ++numEntries;
    if (failed || mlir::failed(checkNames()))
      signalPassFailure();
  }

  static bool isCandidate(func::FuncOp function) {
    return function.isPublic() && !function.isDeclaration() &&
           !getEntry(function) &&
           !function->hasAttr(KalmirDialect::helperAttrName) &&
           (llvm::any_of(function.getArgumentTypes(),
                         llvm::IsaPred<TensorType>) ||
            llvm::any_of(function.getResultTypes(), llvm::IsaPred<TensorType>));
  }

  /// Whether a value of this type can cross the C boundary.
  static LogicalResult checkType(func::FuncOp function, StringRef kind,
                                 unsigned position, Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (tensor && isEntryElementType(tensor.getElementType()) &&
        !tensor.getEncoding())
      return success();
    return function.emitOpError()
           << kind << " " << position
           << ": expected a ranked tensor of i1, i8, i16, i32, i64, f16, bf16, "
              "f32 or f64 for a function that C code calls, found "
           << type
           << (type.isIntOrIndexOrFloat()
                   ? "; pass a number as a tensor without dimensions, or make "
                     "the function private if it is no entry"
                   : "; make the function private if it is no entry");
  }

  LogicalResult infer(func::FuncOp function) {
    if (!isCIdentifier(function.getName()))
      return function.emitOpError()
             << "expected a C identifier as the name of an entry, found '"
             << function.getName() << "'";
    if (!function.getBody().hasOneBlock())
      return function.emitOpError() << "expected an entry of one block, found "
                                    << function.getBody().getBlocks().size();
    for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
      if (failed(checkType(function, "argument", i, type)))
        return failure();
    for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
      if (failed(checkType(function, "result", i, type)))
        return failure();

    recur::EqualExtents extents(function);
    extents.resolveStatics(function);
    std::map<recur::Extent, int64_t> symbols;
    MLIRContext *context = &getContext();
    // The number that stands for an extent, if an argument has it.
    auto encode = [&](Value value, int64_t d) -> std::optional<int64_t> {
      int64_t size = extents.getStatic(value, d);
      if (!ShapedType::isDynamic(size))
        return size;
      auto known = symbols.find(extents.leader(value, d));
      if (known == symbols.end())
        return std::nullopt;
      return -known->second;
    };
    auto describe = [&](Value value, StringAttr name) -> Attribute {
      auto type = cast<RankedTensorType>(value.getType());
      SmallVector<int64_t> dims;
      for (int64_t d = 0; d < type.getRank(); ++d) {
        int64_t size = extents.getStatic(value, d);
        if (ShapedType::isDynamic(size))
          size =
              -symbols.try_emplace(extents.leader(value, d), symbols.size() + 1)
                   .first->second;
        dims.push_back(size);
      }
      return ArgumentAttr::get(context, name, type.getElementType(),
                               DenseI64ArrayAttr::get(context, dims), {});
    };
    SmallVector<Attribute> inputs, outputs;
    for (auto [i, argument] : llvm::enumerate(function.getArguments()))
      inputs.push_back(describe(
          argument,
          getContractName(context, function.getArgAttrDict(i), "arg", i)));
    function.walk([&](recur::RecurrenceOp op) {
      auto boundaries =
          dyn_cast_or_null<BlockArgument>(Value(op.getSegments()));
      if (!boundaries || boundaries.getOwner() != &function.getBody().front())
        return;
      auto [source, timeDim] = op.getDimSource(op.getTimeDim());
      std::optional<int64_t> time = encode(source, timeDim), sequences;
      if (!op.getStates().empty())
        sequences = encode(op.getStates().front(), 0);
      if (!time)
        return;
      Attribute &input = inputs[boundaries.getArgNumber()];
      auto plain = cast<ArgumentAttr>(input);
      input = ArgumentAttr::get(
          context, plain.getName(), plain.getElementType(), plain.getDims(),
          DenseI64ArrayAttr::get(
              context, {*time, sequences.value_or(
                                   std::numeric_limits<int64_t>::min())}));
    });
    Operation *terminator = function.getBody().front().getTerminator();
    for (auto [i, result] : llvm::enumerate(terminator->getOperands()))
      outputs.push_back(describe(
          result, getContractName(context, function.getResultAttrDict(i),
                                  "result", i)));
    if (static_cast<int64_t>(symbols.size()) > maxSymbols)
      return function.emitOpError()
             << "expected at most " << maxSymbols
             << " different dynamic extents, found " << symbols.size();
    function->setAttr(KalmirDialect::entryAttrName,
                      EntryAttr::get(context, ArrayAttr::get(context, inputs),
                                     ArrayAttr::get(context, outputs)));
    ++numEntries;
    return success();
  }

  /// An entry `f` also exports `f_shapes` and others.
  LogicalResult checkNames() {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!getEntry(function))
        continue;
      for (StringRef suffix :
           {"_shapes", "_workspace", "_info", "_signature"}) {
        std::string name = (function.getName() + suffix).str();
        if (auto other = getOperation().lookupSymbol(name))
          return other->emitOpError()
                 << "expected another name: the entry '" << function.getName()
                 << "' exports '" << name << "'";
      }
    }
    return success();
  }
};

} // namespace
