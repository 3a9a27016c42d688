//===- RecurVerify.cpp - verifiers of the recurrence operations -----------===//
//
// The labels C1 to C15 are those of the op descriptions in RecurOps.td; the
// refusal tests in test/Dialect/Recur/invalid.mlir carry them too.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace kalmir::recur;

namespace {
/// One operand of the header with what the diagnostics call it.
struct HeaderOperand {
  Value value;
  AffineMap map;
  std::string name;
  bool isState;
};
} // namespace

static SmallVector<HeaderOperand> getHeaderOperands(RecurrenceOp op) {
  SmallVector<HeaderOperand> operands;
  unsigned position = 0;
  auto add = [&](OperandRange range, StringRef kind, bool isState) {
    for (auto [i, value] : llvm::enumerate(range))
      operands.push_back(
          {value,
           cast<AffineMapAttr>(op.getIndexingMaps()[position++]).getValue(),
           (kind + " " + Twine(i)).str(), isState});
  };
  add(op.getInputs(), "input", false);
  add(op.getStates(), "state", true);
  add(op.getOutputs(), "output", false);
  return operands;
}

/// C1: maps; C2: one recurrence.
static LogicalResult verifyIterators(RecurrenceOp op) {
  size_t numOperands =
      op.getInputs().size() + op.getStates().size() + op.getOutputs().size();
  if (op.getIndexingMaps().size() != numOperands)
    return op.emitOpError("expected ")
           << numOperands
           << " indexing maps, one for each input, state and output, found "
           << op.getIndexingMaps().size();
  unsigned numRecurrences =
      llvm::count(op.getIterators(), IteratorType::recurrence);
  if (numRecurrences != 1)
    return op.emitOpError("expected exactly one recurrence iterator, found ")
           << numRecurrences;
  for (HeaderOperand &operand : getHeaderOperands(op)) {
    if (operand.map.getNumDims() != op.getNumIterators() ||
        operand.map.getNumSymbols() != 0)
      return op.emitOpError("expected the indexing map of ")
             << operand.name << " to have " << op.getNumIterators()
             << " dimensions and no symbols, found "
             << AffineMapAttr::get(operand.map);
    if (!operand.map.isProjectedPermutation())
      return op.emitOpError("expected the indexing map of ")
             << operand.name << " to be a projected permutation, found "
             << AffineMapAttr::get(operand.map);
  }
  return success();
}

/// C3: ranks; C4: states; C5: outputs.
static LogicalResult verifyMaps(RecurrenceOp op) {
  SmallVector<IteratorType> iterators = op.getIterators();
  for (HeaderOperand &operand : getHeaderOperands(op)) {
    int64_t extra = operand.isState && op.getSegments() ? 1 : 0;
    auto shaped = dyn_cast<ShapedType>(operand.value.getType());
    if (shaped && !shaped.hasRank())
      return op.emitOpError("expected a ranked type for ")
             << operand.name << ", found " << shaped;
    int64_t rank = shaped ? shaped.getRank() : 0;
    if (rank != operand.map.getNumResults() + extra)
      return op.emitOpError("expected ")
             << operand.name << " to have rank "
             << operand.map.getNumResults() + extra << ", found " << rank;
    if (operand.isState &&
        (operand.map.isFunctionOfDim(op.getTimeDim()) ||
         operand.map.getNumResults() != op.getNumIterators() - 1))
      return op.emitOpError("expected the indexing map of ")
             << operand.name
             << " to have every lane iterator and not the recurrence, found "
             << AffineMapAttr::get(operand.map);
  }
  for (auto [dim, type] : llvm::enumerate(iterators)) {
    unsigned missing = 0;
    for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
      if (!op.getOutputMap(i).isFunctionOfDim(dim)) {
        ++missing;
        if (type == IteratorType::parallel)
          return op.emitOpError("expected the indexing map of output ")
                 << i << " to have parallel iterator " << dim << ", found "
                 << AffineMapAttr::get(op.getOutputMap(i));
      }
    if (type == IteratorType::reduction && missing == 0)
      return op.emitOpError("expected reduction iterator ")
             << dim << " to be missing from the map of an output that sums it";
  }
  return success();
}

/// C6: every iterator has an extent; C7: extents agree.
static LogicalResult verifyExtents(RecurrenceOp op) {
  SmallVector<std::optional<std::pair<int64_t, std::string>>> extents(
      op.getNumIterators());
  for (HeaderOperand &operand : getHeaderOperands(op)) {
    unsigned shift = operand.isState && op.getSegments() ? 1 : 0;
    for (auto [position, expr] : llvm::enumerate(operand.map.getResults())) {
      auto &extent = extents[cast<AffineDimExpr>(expr).getPosition()];
      int64_t size = cast<ShapedType>(operand.value.getType())
                         .getDimSize(position + shift);
      if (!extent || ShapedType::isDynamic(extent->first)) {
        extent = {size, operand.name};
        continue;
      }
      if (!ShapedType::isDynamic(size) && size != extent->first)
        return op.emitOpError("expected extent ")
               << extent->first << " of iterator "
               << cast<AffineDimExpr>(expr).getPosition() << ", as in "
               << extent->second << ", found " << size << " in "
               << operand.name;
    }
  }
  for (auto [dim, extent] : llvm::enumerate(extents))
    if (!extent)
      return op.emitOpError("expected iterator ")
             << dim << " to span a dimension of some operand";
  return success();
}

/// C9: tensors or buffers throughout; C10: segments.
static LogicalResult verifyOperandKinds(RecurrenceOp op) {
  bool buffers = op.hasBufferSemantics();
  for (Type type : op->getOperandTypes()) {
    if (buffers && isa<UnrankedMemRefType>(type))
      return op.emitOpError("expected ranked buffers, found ") << type;
    if (!buffers && isa<BaseMemRefType>(type))
      return op.emitOpError("expected all operands to be tensors or all to be "
                            "buffers, found both");
  }
  SmallVector<Type> expected;
  if (!buffers) {
    llvm::append_range(expected, op.getStates().getTypes());
    llvm::append_range(expected, op.getOutputs().getTypes());
  }
  if (expected != SmallVector<Type>(op->getResultTypes())) {
    InFlightDiagnostic diag =
        op.emitOpError("expected the types of states and outputs as results (");
    llvm::interleaveComma(expected, diag);
    diag << "), found (";
    llvm::interleaveComma(op->getResultTypes(), diag);
    diag << ")";
    return diag;
  }
  if (Value segments = op.getSegments()) {
    auto type = cast<ShapedType>(segments.getType());
    if (!type.hasRank() || type.getRank() != 1 ||
        !type.getElementType().isIntOrIndex())
      return op.emitOpError("expected segments to be one-dimensional of "
                            "integers or index, found ")
             << type;
  }
  return success();
}

static LogicalResult verifyHeader(RecurrenceOp op) {
  return failure(failed(verifyIterators(op)) || failed(verifyMaps(op)) ||
                 failed(verifyExtents(op)) || failed(verifyOperandKinds(op)));
}

/// Checks one region's arguments and what it yields.
static LogicalResult verifyRegion(Operation *op, StringRef name, Block &block,
                                  TypeRange arguments, TypeRange states,
                                  TypeRange outputs) {
  auto fail = [&](StringRef what, TypeRange expected, TypeRange found) {
    InFlightDiagnostic diag = op->emitOpError("expected ")
                              << name << " to " << what << " (";
    llvm::interleaveComma(expected, diag);
    diag << "), found (";
    llvm::interleaveComma(found, diag);
    diag << ")";
    return failure();
  };
  if (block.getArgumentTypes() != arguments)
    return fail("take", arguments, block.getArgumentTypes());
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield)
    return op->emitOpError("expected ") << name << " to end with recur.yield";
  if (yield.getStates().getTypes() != states)
    return fail("yield state", states, yield.getStates().getTypes());
  if (yield.getOutputs().getTypes() != outputs)
    return fail("yield outs", outputs, yield.getOutputs().getTypes());
  return success();
}

static SmallVector<Type> getScalarTypes(OperandRange operands) {
  return llvm::map_to_vector(operands.getTypes(), [](Type type) {
    return getElementTypeOrSelf(type);
  });
}

/// The iterators that a value of `finish` depends on, and the sums.
namespace {
struct FinishDependence {
  llvm::SmallBitVector iterators, sums;
};
} // namespace

/// C15: what finish yields for an output is there once for each of its
/// elements.
static LogicalResult verifyFinishDependences(RecurrenceOp op, Block &finish) {
  unsigned numInputs = op.getInputs().size();
  unsigned numOutputs = op.getOutputs().size();
  llvm::DenseMap<Value, FinishDependence> dependences;
  auto create = [&] {
    return FinishDependence{llvm::SmallBitVector(op.getNumIterators()),
                            llvm::SmallBitVector(numOutputs)};
  };
  for (BlockArgument argument : finish.getArguments()) {
    FinishDependence dependence = create();
    unsigned number = argument.getArgNumber();
    if (number >= numInputs)
      dependence.sums.set(number - numInputs);
    else
      for (AffineExpr expr : op.getInputMap(number).getResults())
        dependence.iterators.set(cast<AffineDimExpr>(expr).getPosition());
    dependences[argument] = dependence;
  }
  for (Operation &operation : finish.without_terminator()) {
    if (!isMemoryEffectFree(&operation))
      return operation.emitOpError(
          "expected no side effects in the finish of a recurrence");
    FinishDependence dependence = create();
    operation.walk([&](Operation *nested) {
      if (auto index = dyn_cast<IndexOp>(nested);
          index && index.getDim() < op.getNumIterators())
        dependence.iterators.set(index.getDim());
      for (Value operand : nested->getOperands())
        if (auto found = dependences.find(operand);
            found != dependences.end()) {
          dependence.iterators |= found->second.iterators;
          dependence.sums |= found->second.sums;
        }
    });
    for (Value result : operation.getResults())
      dependences[result] = dependence;
  }
  ValueRange yielded = cast<YieldOp>(finish.getTerminator()).getOutputs();
  for (unsigned i = 0; i < numOutputs; ++i) {
    AffineMap map = op.getOutputMap(i);
    FinishDependence dependence = dependences.lookup(yielded[i]);
    dependence.sums.resize(numOutputs);
    dependence.iterators.resize(op.getNumIterators());
    dependence.sums.reset(i);
    if (dependence.sums.any())
      return op.emitOpError("expected finish to make output ")
             << i << " of its own sum, found sum "
             << dependence.sums.find_first();
    for (unsigned dim : dependence.iterators.set_bits())
      if (!map.isFunctionOfDim(dim))
        return op.emitOpError("expected what finish yields for output ")
               << i << " to depend on iterators of its map alone, found "
               << "iterator " << dim;
    if (!map.isFunctionOfDim(op.getTimeDim()) &&
        yielded[i] != finish.getArgument(numInputs + i))
      return op.emitOpError("expected finish to yield output ")
             << i << ", a sum over time, as it is";
  }
  return success();
}

/// C8: the step's signature; C14: that of finish.
static LogicalResult verifyStep(RecurrenceOp op, StringRef name) {
  SmallVector<Type> inputs = getScalarTypes(op.getInputs());
  SmallVector<Type> states = getScalarTypes(op.getStates());
  SmallVector<Type> outputs = getScalarTypes(op.getOutputs());
  SmallVector<Type> arguments(inputs);
  llvm::append_range(arguments, states);
  unsigned numOthers = isa<GenericOp>(op) ? 1 : 4;
  if (op->getNumRegions() > numOthers + 1)
    return op.emitOpError("expected at most one finish, found ")
           << op->getNumRegions() - numOthers;
  Block *finish = op.getFinishBlock();
  if (!finish)
    return verifyRegion(op, name, *op.getStepBlock(), arguments, states,
                        outputs);
  SmallVector<Type> sums;
  if (auto yield = dyn_cast<YieldOp>(op.getStepBlock()->getTerminator()))
    llvm::append_range(sums, yield.getOutputs().getTypes());
  if (failed(
          verifyRegion(op, name, *op.getStepBlock(), arguments, states, sums)))
    return failure();
  if (sums.size() != outputs.size())
    return op.emitOpError("expected ")
           << name << " to yield " << outputs.size()
           << " outs, one for each output, found " << sums.size();
  arguments = inputs;
  llvm::append_range(arguments, sums);
  if (failed(verifyRegion(op, "finish", *finish, arguments, {}, outputs)))
    return failure();
  return verifyFinishDependences(op, *finish);
}

LogicalResult GenericOp::verify() { return verifyHeader(*this); }

LogicalResult GenericOp::verifyRegions() { return verifyStep(*this, "body"); }

/// C13: groups name members once, all of one floating-point type.
static LogicalResult verifyGroups(ScanOp op, StringRef name, ArrayAttr groups,
                                  TypeRange types) {
  llvm::SmallDenseSet<int64_t> seen;
  for (Attribute attr : groups) {
    auto group = dyn_cast<ArrayAttr>(attr);
    if (!group || group.empty())
      return op.emitOpError("expected ")
             << name << " to hold groups of member numbers, found " << attr;
    Type type;
    for (Attribute member : group) {
      auto number = dyn_cast<IntegerAttr>(member);
      if (!number || number.getInt() < 0 ||
          number.getInt() >= static_cast<int64_t>(types.size()))
        return op.emitOpError("expected members of ")
               << name << " to be numbers from 0 to below " << types.size()
               << ", found " << member;
      if (!seen.insert(number.getInt()).second)
        return op.emitOpError("expected each member of ")
               << name << " once, found " << number.getInt() << " again";
      Type memberType = types[number.getInt()];
      if (!isa<FloatType>(memberType) || (type && type != memberType))
        return op.emitOpError("expected one floating-point type in a group of ")
               << name << ", found " << memberType;
      type = memberType;
    }
  }
  return success();
}

/// C13, for groups that have passed verifyGroups.
static LogicalResult verifyScale(ScanOp op, StringRef name,
                                 ArrayRef<int64_t> scaleBy,
                                 ArrayRef<HomogeneousGroup> groups) {
  for (int64_t number : scaleBy)
    if (llvm::none_of(groups, [&](const HomogeneousGroup &group) {
          return llvm::is_contained(group.members, number);
        }))
      return op.emitOpError("expected ")
             << name << " to name members of homogeneous groups, found "
             << number;
  for (const HomogeneousGroup &group : groups)
    if (group.scaleBy.empty())
      return op.emitOpError("expected ")
             << name << " to name a member of each homogeneous group, found "
             << "none of that with member " << group.members.front();
  return success();
}

LogicalResult ScanOp::verify() { return verifyHeader(*this); }

LogicalResult ScanOp::verifyRegions() {
  if (failed(verifyStep(*this, "step")))
    return failure();
  // C11: the element's types are what combine yields.
  Block &combine = getCombine().front();
  if (!isa<YieldOp>(combine.getTerminator()))
    return emitOpError("expected combine to end with recur.yield");
  SmallVector<Type> element(
      cast<YieldOp>(combine.getTerminator()).getStates().getTypes());
  SmallVector<Type> states = getScalarTypes(getStates());
  SmallVector<Type> arguments(element);
  llvm::append_range(arguments, element);
  if (failed(verifyRegion(*this, "combine", combine, arguments, element, {})))
    return failure();
  arguments = getScalarTypes(getInputs());
  llvm::append_range(arguments, element);
  if (failed(verifyRegion(*this, "extend", getExtend().front(), arguments,
                          element, {})))
    return failure();
  arguments = element;
  llvm::append_range(arguments, states);
  if (failed(verifyRegion(*this, "apply", getApply().front(), arguments, states,
                          {})))
    return failure();
  // C12
  if (getIdentity().size() != element.size())
    return emitOpError("expected ")
           << element.size() << " identity numbers, one for each element "
           << "entry, found " << getIdentity().size();
  for (auto [number, type] : llvm::zip_equal(getIdentity(), element)) {
    auto typed = dyn_cast<TypedAttr>(number);
    if (!typed || typed.getType() != type)
      return emitOpError("expected an identity number of type ")
             << type << ", found " << number;
  }
  return failure(
      failed(verifyGroups(*this, "homogeneous", getHomogeneous(), states)) ||
      failed(verifyGroups(*this, "homogeneous_element", getHomogeneousElement(),
                          element)) ||
      failed(verifyScale(*this, "scale_by", getScaleBy(), getStateGroups())) ||
      failed(verifyScale(*this, "scale_by_element", getScaleByElement(),
                         getElementGroups())));
}

LogicalResult IndexOp::verify() {
  auto recurrence = dyn_cast_or_null<RecurrenceOp>((*this)->getParentOp());
  if (!recurrence || !llvm::is_contained(recurrence.getBlocksOverInputs(),
                                         (*this)->getBlock()))
    return emitOpError("expected to stand in the step, extend or finish region "
                       "of a recurrence");
  if (getDim() >= recurrence.getNumIterators())
    return emitOpError("expected an iterator from 0 to below ")
           << recurrence.getNumIterators() << ", found " << getDim();
  return success();
}
