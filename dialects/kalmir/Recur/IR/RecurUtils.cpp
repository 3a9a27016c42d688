//===- RecurUtils.cpp - rebuilding recurrences ----------------------------===//

#include "kalmir/Recur/IR/RecurUtils.h"

#include "kalmir/Recur/IR/RecurFinish.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace kalmir::recur;

//===----------------------------------------------------------------------===//
// RecurrenceHeader
//===----------------------------------------------------------------------===//

RecurrenceHeader RecurrenceHeader::of(RecurrenceOp op) {
  RecurrenceHeader header;
  header.inputs = llvm::to_vector(op.getInputs());
  header.states = llvm::to_vector(op.getStates());
  header.outputs = llvm::to_vector(op.getOutputs());
  for (unsigned i = 0, e = header.inputs.size(); i < e; ++i)
    header.inputMaps.push_back(op.getInputMap(i));
  for (unsigned i = 0, e = header.states.size(); i < e; ++i)
    header.stateMaps.push_back(op.getStateMap(i));
  for (unsigned i = 0, e = header.outputs.size(); i < e; ++i)
    header.outputMaps.push_back(op.getOutputMap(i));
  header.iterators = op.getIterators();
  header.segments = op.getSegments();
  header.hasFinish = op.getFinishBlock() != nullptr;
  return header;
}

void RecurrenceHeader::eraseInput(unsigned i) {
  inputs.erase(inputs.begin() + i);
  inputMaps.erase(inputMaps.begin() + i);
}

void RecurrenceHeader::eraseState(unsigned i) {
  states.erase(states.begin() + i);
  stateMaps.erase(stateMaps.begin() + i);
}

void RecurrenceHeader::eraseOutput(unsigned i) {
  outputs.erase(outputs.begin() + i);
  outputMaps.erase(outputMaps.begin() + i);
  for (auto [dim, type] : llvm::enumerate(iterators))
    if (type == IteratorType::reduction &&
        llvm::all_of(outputMaps, [dim = dim](AffineMap map) {
          return map.isFunctionOfDim(dim);
        }))
      type = IteratorType::parallel;
}

bool RecurrenceHeader::spansAllIterators() const {
  for (unsigned dim = 0, e = iterators.size(); dim < e; ++dim) {
    auto spans = [&](AffineMap map) { return map.isFunctionOfDim(dim); };
    if (llvm::none_of(inputMaps, spans) && llvm::none_of(stateMaps, spans) &&
        llvm::none_of(outputMaps, spans))
      return false;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// Adds a finish that yields sums as they are.
static void addTrivialFinish(RecurrenceOp op, Region &region) {
  Block &block = region.emplaceBlock();
  for (OperandRange operands : {op.getInputs(), op.getOutputs()})
    for (Value operand : operands)
      block.addArgument(getElementTypeOrSelf(operand.getType()), op.getLoc());
  OpBuilder b(op.getContext());
  b.setInsertionPointToStart(&block);
  YieldOp::create(b, op.getLoc(), ValueRange(),
                  block.getArguments().take_back(op.getOutputs().size()));
}

RecurrenceOp kalmir::recur::createLike(OpBuilder &b, RecurrenceOp op,
                                       const RecurrenceHeader &header) {
  OperationState state(op.getLoc(), op->getName());
  state.addOperands(header.inputs);
  if (header.segments)
    state.addOperands(header.segments);
  state.addOperands(header.states);
  state.addOperands(header.outputs);
  for (ArrayRef<Value> inits :
       {ArrayRef(header.states), ArrayRef(header.outputs)})
    for (Value init : inits)
      if (isa<TensorType>(init.getType()))
        state.addTypes(init.getType());

  state.attributes = op->getAttrDictionary();
  SmallVector<AffineMap> maps(header.inputMaps);
  llvm::append_range(maps, header.stateMaps);
  llvm::append_range(maps, header.outputMaps);
  state.attributes.set("indexing_maps", b.getAffineMapArrayAttr(maps));
  SmallVector<Attribute> iterators;
  for (IteratorType type : header.iterators)
    iterators.push_back(IteratorTypeAttr::get(b.getContext(), type));
  state.attributes.set("iterator_types", b.getArrayAttr(iterators));
  state.attributes.set(
      "operandSegmentSizes",
      b.getDenseI32ArrayAttr({static_cast<int32_t>(header.inputs.size()),
                              header.segments ? 1 : 0,
                              static_cast<int32_t>(header.states.size()),
                              static_cast<int32_t>(header.outputs.size())}));
  Block *finish = op.getFinishBlock();
  for (Region &region : op->getRegions()) {
    if (finish && !header.hasFinish && finish->getParent() == &region)
      continue;
    IRMapping mapping;
    region.cloneInto(state.addRegion(), mapping);
  }
  if (!finish && header.hasFinish)
    addTrivialFinish(op, *state.addRegion());
  return cast<RecurrenceOp>(b.create(state));
}

void kalmir::recur::eraseDeadOps(RewriterBase &rewriter, Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      rewriter.eraseOp(&op);
}

RecurrenceOp
kalmir::recur::createWithoutOutputs(RewriterBase &rewriter, RecurrenceOp op,
                                    RecurrenceHeader header,
                                    const llvm::BitVector &dropped) {
  // Where sums are left as they are, there is no finish.
  header.hasFinish = false;
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
    header.hasFinish |= !dropped.test(i) && !isFinishTrivial(op, i);
  RecurrenceOp smaller = createLike(rewriter, op, header);
  Block *step = smaller.getStepBlock(), *finish = smaller.getFinishBlock();
  for (unsigned i = dropped.size(); i-- > 0;)
    for (Block *block : {step, finish})
      if (block && dropped.test(i))
        cast<YieldOp>(block->getTerminator()).getOutputsMutable().erase(i);
  eraseDeadOps(rewriter, *step);
  if (!finish)
    return smaller;
  eraseDeadOps(rewriter, *finish);
  for (unsigned i = dropped.size(); i-- > 0;)
    if (dropped.test(i))
      finish->eraseArgument(op.getInputs().size() + i);
  return smaller;
}

bool kalmir::recur::anySpan(RecurrenceOp op, unsigned dim,
                            function_ref<bool(Value, unsigned)> visit) {
  auto visitRange = [&](OperandRange operands, auto getMap, unsigned shift) {
    for (auto [i, operand] : llvm::enumerate(operands))
      for (auto [position, expr] : llvm::enumerate(getMap(i).getResults()))
        if (cast<AffineDimExpr>(expr).getPosition() == dim &&
            visit(operand, position + shift))
          return true;
    return false;
  };
  return visitRange(
             op.getInputs(), [&](unsigned i) { return op.getInputMap(i); },
             0) ||
         visitRange(
             op.getStates(), [&](unsigned i) { return op.getStateMap(i); },
             op.getSegments() ? 1 : 0) ||
         visitRange(
             op.getOutputs(), [&](unsigned i) { return op.getOutputMap(i); },
             0);
}

Type kalmir::recur::getSumType(Type element) {
  bool narrow = isa<FloatType>(element) && element.getIntOrFloatBitWidth() < 32;
  return narrow ? Float32Type::get(element.getContext()) : element;
}

Value kalmir::recur::getSummand(Value contribution) {
  auto truncation = contribution.getDefiningOp<arith::TruncFOp>();
  return truncation && truncation.getIn().getType().isF32() ? truncation.getIn()
                                                            : contribution;
}

llvm::SetVector<Value>
kalmir::recur::getNeededValues(Value value, function_ref<bool(Value)> isKnown) {
  llvm::SetVector<Value> needed;
  needed.insert(value);
  for (size_t k = 0; k < needed.size(); ++k) {
    Operation *definition = needed[k].getDefiningOp();
    if (!definition || (isKnown && isKnown(needed[k])))
      continue;
    needed.insert(definition->operand_begin(), definition->operand_end());
    getUsedValuesDefinedAbove(definition->getRegions(), needed);
  }
  return needed;
}

unsigned kalmir::recur::getStateBits(RecurrenceOp op) {
  unsigned bits = op.getStates().empty() ? 32 : 8;
  for (Value state : op.getStates()) {
    Type type = getElementTypeOrSelf(state);
    bits =
        std::max(bits, type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 64);
  }
  return bits;
}

Value kalmir::recur::createSubview(OpBuilder &b, Location loc, Value buffer,
                                   ArrayRef<OpFoldResult> offsets,
                                   ArrayRef<OpFoldResult> sizes,
                                   ArrayRef<unsigned> dropped) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
  if (dropped.empty())
    return memref::SubViewOp::create(b, loc, buffer, offsets, sizes, strides);
  SmallVector<int64_t> shape;
  for (auto [dim, size] : llvm::enumerate(sizes))
    if (!llvm::is_contained(dropped, dim))
      shape.push_back(getConstantIntValue(size).value_or(ShapedType::kDynamic));
  MemRefType reduced = memref::SubViewOp::inferRankReducedResultType(
      shape, type, offsets, sizes, strides);
  return memref::SubViewOp::create(b, loc, reduced, buffer, offsets, sizes,
                                   strides);
}

std::optional<int64_t> kalmir::recur::getStaticExtent(RecurrenceOp op,
                                                      unsigned dim) {
  std::optional<int64_t> extent;
  anySpan(op, dim, [&](Value operand, unsigned position) {
    int64_t size = cast<ShapedType>(operand.getType()).getDimSize(position);
    if (!ShapedType::isDynamic(size))
      extent = size;
    return extent.has_value();
  });
  return extent;
}

OpFoldResult kalmir::recur::getExtent(OpBuilder &b, RecurrenceOp op,
                                      unsigned dim) {
  if (std::optional<int64_t> extent = getStaticExtent(op, dim))
    return b.getIndexAttr(*extent);
  auto [operand, position] = op.getDimSource(dim);
  if (isa<TensorType>(operand.getType()))
    return tensor::getMixedSize(b, op.getLoc(), operand, position);
  return memref::getMixedSize(b, op.getLoc(), operand, position);
}
