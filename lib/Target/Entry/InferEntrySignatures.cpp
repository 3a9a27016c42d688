//===- InferEntrySignatures.cpp - what C may pass to a function -----------===//
//
// Extents that must be equal are found by union-find over the dimensions of
// all tensor values:
//
//   1. a structured op makes all operand dimensions on one iterator equal;
//   2. a result has the extents of its destination, a cast those of its source;
//   3. `tensor.empty(tensor.dim x, d)` has an extent of x;
//   4. arithmetic element by element has tensors of one shape.
//
// Only ops directly in the function's body count: what stands in control flow
// may not run, and then demands nothing of the caller.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Entry/IR/Entry.h"
#include "kalmir/Recur/IR/Recur.h"
#include "kalmir/Target/Entry/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/StringSet.h"

namespace kalmir {
#define GEN_PASS_DEF_INFERENTRYSIGNATURESPASS
#include "kalmir/Target/Entry/Passes.h.inc"
} // namespace kalmir

using namespace mlir;
using namespace kalmir;

namespace {

/// The runtime keeps the extents of symbols in an array of this size.
constexpr int64_t maxSymbols = 256;

/// A dimension of a tensor value; -1 for an index value itself.
using Extent = std::pair<void *, int64_t>;

/// Which extents of one function are equal.
class EqualExtents {
public:
  explicit EqualExtents(func::FuncOp function) {
    for (Operation &op : function.getBody().front())
      visit(&op);
  }

  /// A number that all equal extents share.
  const Extent &leader(Value value, int64_t dim) {
    return classes.getOrInsertLeaderValue(extent(value, dim));
  }

  /// The static extent of any tensor in the class, or dynamic.
  int64_t getStatic(Value value, int64_t dim) {
    auto it = statics.find(leader(value, dim));
    return it == statics.end() ? ShapedType::kDynamic : it->second;
  }

  /// Gives every class the static extents of its members.
  void resolveStatics(func::FuncOp function) {
    auto note = [&](Value value) {
      auto type = dyn_cast<RankedTensorType>(value.getType());
      for (int64_t d = 0; type && d < type.getRank(); ++d)
        if (!type.isDynamicDim(d))
          statics.try_emplace(leader(value, d), type.getDimSize(d));
    };
    llvm::for_each(function.getArguments(), note);
    for (Operation &op : function.getBody().front())
      llvm::for_each(op.getResults(), note);
  }

private:
  static Extent extent(Value value, int64_t dim) {
    return {value.getAsOpaquePointer(), dim};
  }

  void unite(Value a, int64_t dimA, Value b, int64_t dimB) {
    classes.unionSets(extent(a, dimA), extent(b, dimB));
  }

  void uniteAll(Value a, Value b) {
    auto type = dyn_cast<RankedTensorType>(a.getType());
    for (int64_t d = 0; type && d < type.getRank(); ++d)
      unite(a, d, b, d);
  }

  /// All operand dimensions that one iterator spans. `skip` leading dimensions
  /// of an operand belong to no iterator.
  void visitMaps(ArrayRef<std::pair<Value, AffineMap>> operands) {
    DenseMap<unsigned, std::pair<Value, int64_t>> first;
    for (auto [value, map] : operands) {
      auto type = dyn_cast<RankedTensorType>(value.getType());
      if (!type)
        continue;
      int64_t skip = type.getRank() - map.getNumResults();
      for (auto [i, expr] : llvm::enumerate(map.getResults())) {
        auto iterator = dyn_cast<AffineDimExpr>(expr);
        if (!iterator)
          continue;
        int64_t dim = i + skip;
        auto [it, isNew] =
            first.try_emplace(iterator.getPosition(), value, dim);
        if (!isNew)
          unite(it->second.first, it->second.second, value, dim);
      }
    }
  }

  void visit(Operation *op) {
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
      SmallVector<std::pair<Value, AffineMap>> operands;
      for (OpOperand &operand : op->getOpOperands())
        operands.push_back(
            {operand.get(), linalgOp.getMatchingIndexingMap(&operand)});
      visitMaps(operands);
    } else if (auto recurrence = dyn_cast<recur::RecurrenceOp>(op)) {
      SmallVector<std::pair<Value, AffineMap>> operands;
      SmallVector<Value> values(recurrence.getInputs());
      llvm::append_range(values, recurrence.getStates());
      llvm::append_range(values, recurrence.getOutputs());
      for (auto [value, map] : llvm::zip(values, recurrence.getMaps()))
        operands.push_back({value, map});
      visitMaps(operands);
      if (recurrence.getSegments() && !recurrence.getStates().empty())
        for (Value state : recurrence.getStates().drop_front())
          unite(recurrence.getStates().front(), 0, state, 0);
    } else if (auto cast = dyn_cast<tensor::CastOp>(op)) {
      if (isa<RankedTensorType>(cast.getType()) &&
          isa<RankedTensorType>(cast.getSource().getType()))
        uniteAll(cast.getResult(), cast.getSource());
      return;
    } else if (auto dim = dyn_cast<tensor::DimOp>(op)) {
      if (std::optional<int64_t> index = dim.getConstantIndex())
        unite(dim.getResult(), -1, dim.getSource(), *index);
      return;
    } else if (auto empty = dyn_cast<tensor::EmptyOp>(op)) {
      auto sizes = empty.getDynamicSizes().begin();
      for (int64_t d = 0; d < empty.getType().getRank(); ++d)
        if (empty.getType().isDynamicDim(d))
          unite(empty.getResult(), d, *sizes++, -1);
      return;
    } else if (OpTrait::hasElementwiseMappableTraits(op)) {
      SmallVector<Value> tensors;
      for (ValueRange values :
           {ValueRange(op->getOperands()), ValueRange(op->getResults())})
        llvm::copy_if(values, std::back_inserter(tensors), [](Value value) {
          return isa<RankedTensorType>(value.getType());
        });
      for (Value tensor : tensors)
        uniteAll(tensor, tensors.front());
      return;
    }
    if (auto destination = dyn_cast<DestinationStyleOpInterface>(op))
      for (OpOperand &init : destination.getDpsInitsMutable())
        if (isa<RankedTensorType>(init.get().getType()))
          uniteAll(destination.getTiedOpResult(&init), init.get());
  }

  llvm::EquivalenceClasses<Extent> classes;
  std::map<Extent, int64_t> statics;
};

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

    EqualExtents extents(function);
    extents.resolveStatics(function);
    std::map<Extent, int64_t> symbols;
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
