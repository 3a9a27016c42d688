//===- RecurOps.cpp - methods of the recurrence operations ----------------===//

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace kalmir::recur;

#include "kalmir/Recur/IR/RecurInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "kalmir/Recur/IR/RecurOps.cpp.inc"

//===----------------------------------------------------------------------===//
// RecurrenceOp
//===----------------------------------------------------------------------===//

SmallVector<AffineMap> RecurrenceOp::getMaps() {
  return llvm::map_to_vector(getIndexingMaps(), [](Attribute map) {
    return cast<AffineMapAttr>(map).getValue();
  });
}

static AffineMap getMap(RecurrenceOp op, unsigned position) {
  return cast<AffineMapAttr>(op.getIndexingMaps()[position]).getValue();
}

AffineMap RecurrenceOp::getInputMap(unsigned i) { return getMap(*this, i); }

AffineMap RecurrenceOp::getStateMap(unsigned i) {
  return getMap(*this, getInputs().size() + i);
}

AffineMap RecurrenceOp::getOutputMap(unsigned i) {
  return getMap(*this, getInputs().size() + getStates().size() + i);
}

SmallVector<IteratorType> RecurrenceOp::getIterators() {
  return llvm::map_to_vector(getIteratorTypes(), [](Attribute type) {
    return cast<IteratorTypeAttr>(type).getValue();
  });
}

unsigned RecurrenceOp::getNumIterators() { return getIteratorTypes().size(); }

unsigned RecurrenceOp::getTimeDim() {
  for (auto [dim, type] : llvm::enumerate(getIterators()))
    if (type == IteratorType::recurrence)
      return dim;
  llvm_unreachable("the verifier asks for a recurrence iterator");
}

bool RecurrenceOp::hasBufferSemantics() {
  return llvm::none_of(getOperation()->getOperandTypes(),
                       [](Type type) { return isa<TensorType>(type); });
}

std::pair<Value, unsigned> RecurrenceOp::getDimSource(unsigned dim) {
  auto find = [&](OperandRange operands, auto getMap,
                  unsigned shift) -> std::pair<Value, unsigned> {
    for (auto [i, operand] : llvm::enumerate(operands))
      for (auto [position, expr] : llvm::enumerate(getMap(i).getResults()))
        if (cast<AffineDimExpr>(expr).getPosition() == dim)
          return {operand, position + shift};
    return {};
  };
  if (auto source = find(
          getInputs(), [&](unsigned i) { return getInputMap(i); }, 0);
      source.first)
    return source;
  if (auto source = find(
          getStates(), [&](unsigned i) { return getStateMap(i); },
          getSegments() ? 1 : 0);
      source.first)
    return source;
  return find(getOutputs(), [&](unsigned i) { return getOutputMap(i); }, 0);
}

/// Reads of inputs, states and segments, writes of states and outputs; none
/// for tensors.
static void
addEffects(RecurrenceOp op,
           SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
               &effects) {
  SideEffects::Resource *memory = SideEffects::DefaultResource::get();
  unsigned numInputs = op.getInputs().size() + (op.getSegments() ? 1 : 0);
  unsigned numStates = op.getStates().size();
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<BaseMemRefType>(operand.get().getType()))
      continue;
    if (operand.getOperandNumber() < numInputs + numStates)
      effects.emplace_back(MemoryEffects::Read::get(), &operand, memory);
    if (operand.getOperandNumber() >= numInputs)
      effects.emplace_back(MemoryEffects::Write::get(), &operand, memory);
  }
}

static LogicalResult reifyDestinations(OpBuilder &b, RecurrenceOp op,
                                       ReifiedRankedShapedTypeDims &shapes) {
  for (OperandRange range : {op.getStates(), op.getOutputs()})
    for (Value init : range)
      shapes.push_back(tensor::getMixedSizes(b, op.getLoc(), init));
  return success();
}

//===----------------------------------------------------------------------===//
// GenericOp
//===----------------------------------------------------------------------===//

MutableOperandRange GenericOp::getDpsInitsMutable() {
  return MutableOperandRange(*this,
                             getInputs().size() + (getSegments() ? 1 : 0),
                             getStates().size() + getOutputs().size());
}

Block *GenericOp::getStepBlock() { return &getBody().front(); }

static Block *getOnlyBlock(MutableArrayRef<Region> regions) {
  return regions.empty() ? nullptr : &regions.front().front();
}

Block *GenericOp::getFinishBlock() { return getOnlyBlock(getFinish()); }

SmallVector<Block *> GenericOp::getBlocksOverInputs() {
  SmallVector<Block *> blocks{getStepBlock()};
  if (Block *finish = getFinishBlock())
    blocks.push_back(finish);
  return blocks;
}

void GenericOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  addEffects(*this, effects);
}

LogicalResult
GenericOp::reifyResultShapes(OpBuilder &b,
                             ReifiedRankedShapedTypeDims &shapes) {
  return reifyDestinations(b, *this, shapes);
}

//===----------------------------------------------------------------------===//
// ScanOp
//===----------------------------------------------------------------------===//

MutableOperandRange ScanOp::getDpsInitsMutable() {
  return MutableOperandRange(*this,
                             getInputs().size() + (getSegments() ? 1 : 0),
                             getStates().size() + getOutputs().size());
}

Block *ScanOp::getStepBlock() { return &getStep().front(); }

Block *ScanOp::getFinishBlock() { return getOnlyBlock(getFinish()); }

SmallVector<Block *> ScanOp::getBlocksOverInputs() {
  SmallVector<Block *> blocks{getStepBlock(), &getExtend().front()};
  if (Block *finish = getFinishBlock())
    blocks.push_back(finish);
  return blocks;
}

void ScanOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  addEffects(*this, effects);
}

LogicalResult ScanOp::reifyResultShapes(OpBuilder &b,
                                        ReifiedRankedShapedTypeDims &shapes) {
  return reifyDestinations(b, *this, shapes);
}

TypeRange ScanOp::getElementTypes() {
  return getCombine().front().getTerminator()->getOperandTypes();
}

static SmallVector<HomogeneousGroup> toGroups(ArrayAttr groups,
                                              ArrayRef<int64_t> scaleBy) {
  SmallVector<HomogeneousGroup> result;
  for (auto members : groups.getAsRange<ArrayAttr>()) {
    HomogeneousGroup &group = result.emplace_back();
    for (auto member : members.getAsRange<IntegerAttr>()) {
      group.members.push_back(member.getInt());
      if (scaleBy.empty() || llvm::is_contained(scaleBy, member.getInt()))
        group.scaleBy.push_back(member.getInt());
    }
  }
  return result;
}

SmallVector<HomogeneousGroup> ScanOp::getStateGroups() {
  return toGroups(getHomogeneous(), getScaleBy());
}

SmallVector<HomogeneousGroup> ScanOp::getElementGroups() {
  return toGroups(getHomogeneousElement(), getScaleByElement());
}
