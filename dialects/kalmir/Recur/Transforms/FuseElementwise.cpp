//===- FuseElementwise.cpp - elementwise operations into bodies -----------===//
//
// A producer's body moves to the start of the blocks that read its result; what
// it read becomes inputs of the recurrence. A consumer's body moves to the end
// of the step, or, where it reads sums, of `finish`; what it wrote becomes an
// output.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Recur/IR/RecurFinish.h"
#include "kalmir/Recur/IR/RecurUtils.h"
#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Support/Remarks.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

namespace kalmir::recur {
#define GEN_PASS_DEF_RECURFUSEELEMENTWISEPASS
#include "kalmir/Recur/Transforms/Passes.h.inc"
} // namespace kalmir::recur

using namespace mlir;
using namespace kalmir::recur;

static constexpr StringLiteral kFlag = "kalmir-recur-fuse-elementwise";

//===----------------------------------------------------------------------===//
// What can be fused
//===----------------------------------------------------------------------===//

static bool isConstantOutside(Value value) {
  Operation *op = value.getDefiningOp();
  return op && op->hasTrait<OpTrait::ConstantLike>();
}

/// Whether the op forms each result element from single elements alone.
static bool isElementwise(linalg::LinalgOp op) {
  return op && op.hasPureTensorSemantics() &&
         op.getNumParallelLoops() == op.getNumLoops();
}

/// Why the body of an elementwise op cannot stand in that of a recurrence;
/// empty if it can.
static StringRef whyNotMoved(linalg::LinalgOp op) {
  if (op.hasIndexSemantics())
    return "its body uses linalg.index";
  for (AffineMap map : op.getIndexingMapsArray())
    if (!map.isProjectedPermutation())
      return "its indexing maps are not all projected permutations";
  for (OpOperand &init : op.getDpsInitsMutable()) {
    if (!op.getMatchingIndexingMap(&init).isPermutation())
      return "a result is broadcast";
    if (op.payloadUsesValueFromOperand(&init))
      return "it reads what its destination held";
  }
  Block *body = op.getBlock();
  WalkResult walk = body->walk([&](Operation *nested) {
    if (!isMemoryEffectFree(nested))
      return WalkResult::interrupt();
    for (Value operand : nested->getOperands())
      if (!body->getParent()->isAncestor(operand.getParentRegion()) &&
          !isConstantOutside(operand))
        return WalkResult::interrupt();
    return WalkResult::advance();
  });
  if (walk.wasInterrupted())
    return "its body has effects or uses values from outside";
  return "";
}

/// Whether the body is no more work than reading its result: conversions and at
/// most one simple operation.
static bool isCheap(linalg::LinalgOp op) {
  unsigned numOperations = 0;
  for (Operation &operation : op.getBlock()->without_terminator()) {
    if (isa<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp, arith::NegFOp>(
            operation) ||
        operation.hasTrait<OpTrait::ConstantLike>())
      continue;
    if (!isa<arith::AddFOp, arith::SubFOp, arith::MulFOp>(operation))
      return false;
    ++numOperations;
  }
  return numOperations <= 1;
}

//===----------------------------------------------------------------------===//
// Moving bodies
//===----------------------------------------------------------------------===//

/// `map`, over the iterators of an elementwise op, over those of a recurrence:
/// `dims` has the recurrence's iterator for each of the op's.
static AffineMap overRecurrence(AffineMap map, ArrayRef<AffineExpr> dims,
                                RecurrenceOp op) {
  return map.replaceDimsAndSymbols(dims, {}, op.getNumIterators(), 0);
}

/// The recurrence's iterators in the order of the elementwise op's, where one
/// indexes a tensor by `recurrenceMap` and the other by `opMap`.
static SmallVector<AffineExpr> matchIterators(AffineMap opMap,
                                              AffineMap recurrenceMap) {
  SmallVector<AffineExpr> dims(opMap.getNumDims());
  for (auto [dim, expr] :
       llvm::zip_equal(opMap.getResults(), recurrenceMap.getResults()))
    dims[cast<AffineDimExpr>(dim).getPosition()] = expr;
  return dims;
}

/// Clones the body of `op` to where `b` stands; returns what it yields.
static SmallVector<Value> cloneBody(OpBuilder &b, linalg::LinalgOp op,
                                    IRMapping &mapping) {
  Block *body = op.getBlock();
  body->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      if (!body->getParent()->isAncestor(operand.getParentRegion()) &&
          !mapping.contains(operand))
        mapping.map(operand, b.clone(*operand.getDefiningOp())->getResult(0));
  });
  for (Operation &operation : body->without_terminator())
    b.clone(operation, mapping);
  return llvm::map_to_vector(
      body->getTerminator()->getOperands(),
      [&](Value yielded) { return mapping.lookupOrDefault(yielded); });
}

/// Puts the body of the producer of input `i` into the recurrence.
static RecurrenceOp fuseProducer(RewriterBase &b, RecurrenceOp op, unsigned i) {
  auto result = cast<OpResult>(op.getInputs()[i]);
  auto producer = cast<linalg::LinalgOp>(result.getOwner());
  RecurrenceHeader header = RecurrenceHeader::of(op);
  SmallVector<AffineExpr> dims =
      matchIterators(producer.getMatchingIndexingMap(
                         producer.getDpsInitOperand(result.getResultNumber())),
                     header.inputMaps[i]);
  unsigned numInputs = header.inputs.size();
  header.eraseInput(i);
  for (OpOperand *input : producer.getDpsInputOperands()) {
    header.inputs.push_back(input->get());
    header.inputMaps.push_back(
        overRecurrence(producer.getMatchingIndexingMap(input), dims, op));
  }
  b.setInsertionPoint(op);
  RecurrenceOp fused = createLike(b, op, header);
  for (Block *block : fused.getBlocksOverInputs()) {
    IRMapping mapping;
    for (auto [k, input] : llvm::enumerate(producer.getDpsInputOperands()))
      mapping.map(producer.getMatchingBlockArgument(input),
                  block->insertArgument(numInputs + k,
                                        getElementTypeOrSelf(input->get()),
                                        producer.getLoc()));
    BlockArgument argument = block->getArgument(i);
    if (!argument.use_empty()) {
      b.setInsertionPointToStart(block);
      b.replaceAllUsesWith(
          argument, cloneBody(b, producer, mapping)[result.getResultNumber()]);
    }
    block->eraseArgument(i);
  }
  b.replaceOp(op, fused->getResults());
  if (producer.use_empty())
    b.eraseOp(producer);
  return fused;
}

/// Moves the sum for output `o` to the end, where the output has gone.
static void moveSumLast(RecurrenceOp op, unsigned o) {
  auto outputs =
      cast<YieldOp>(op.getStepBlock()->getTerminator()).getOutputsMutable();
  Value contribution = outputs[o].get();
  outputs.erase(o);
  outputs.append(contribution);
  Block &finish = *op.getFinishBlock();
  unsigned number = op.getInputs().size() + o;
  BlockArgument sum = finish.getArgument(number);
  sum.replaceAllUsesWith(finish.addArgument(sum.getType(), sum.getLoc()));
  finish.eraseArgument(number);
}

/// Puts the body of `consumer`, the only user of output `o`, into the step, or
/// into `finish` where there is one or the output is a sum.
static RecurrenceOp fuseConsumer(RewriterBase &b, RecurrenceOp op, unsigned o,
                                 linalg::LinalgOp consumer) {
  unsigned numStates = op.getStates().size();
  Value output = op->getResult(numStates + o);
  RecurrenceHeader header = RecurrenceHeader::of(op);
  unsigned numInputs = header.inputs.size();
  SmallVector<AffineExpr> dims;
  for (OpOperand *input : consumer.getDpsInputOperands())
    if (input->get() == output)
      dims = matchIterators(consumer.getMatchingIndexingMap(input),
                            header.outputMaps[o]);
  SmallVector<OpOperand *> added;
  for (OpOperand *input : consumer.getDpsInputOperands()) {
    if (input->get() == output)
      continue;
    added.push_back(input);
    header.inputs.push_back(input->get());
    header.inputMaps.push_back(
        overRecurrence(consumer.getMatchingIndexingMap(input), dims, op));
  }
  header.eraseOutput(o);
  for (OpOperand &init : consumer.getDpsInitsMutable()) {
    header.outputs.push_back(init.get());
    header.outputMaps.push_back(
        overRecurrence(consumer.getMatchingIndexingMap(&init), dims, op));
  }
  // What was summed still is.
  header.iterators = op.getIterators();
  // The new op stands where all that it reads is there.
  b.setInsertionPoint(consumer);
  header.hasFinish |= isSum(op, o);
  RecurrenceOp fused = createLike(b, op, header);
  Block *into = fused.getFinishBlock();
  if (!into)
    into = fused.getStepBlock();
  SmallVector<Value> values;
  for (Block *block : fused.getBlocksOverInputs())
    for (auto [k, input] : llvm::enumerate(added)) {
      Value argument = block->insertArgument(
          numInputs + k, getElementTypeOrSelf(input->get()), consumer.getLoc());
      if (block == into)
        values.push_back(argument);
    }
  auto yield = cast<YieldOp>(into->getTerminator());
  IRMapping mapping;
  for (auto [input, value] : llvm::zip_equal(added, values))
    mapping.map(consumer.getMatchingBlockArgument(input), value);
  for (OpOperand *input : consumer.getDpsInputOperands())
    if (input->get() == output)
      mapping.map(consumer.getMatchingBlockArgument(input),
                  yield.getOutputs()[o]);
  b.setInsertionPoint(yield);
  SmallVector<Value> results = cloneBody(b, consumer, mapping);
  yield.getOutputsMutable().erase(o);
  yield.getOutputsMutable().append(results);
  if (fused.getFinishBlock())
    moveSumLast(fused, o);

  SmallVector<Value> replacements(fused->getResults());
  SmallVector<Value> consumed(ArrayRef(replacements).take_back(results.size()));
  replacements.truncate(replacements.size() - results.size());
  b.replaceOp(consumer, consumed);
  replacements.insert(replacements.begin() + numStates + o, Value());
  b.replaceOp(op, replacements);
  return fused;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// Why the producer of input `i` stays outside; empty if it is to be fused.
static std::string whyNotProducer(RecurrenceOp op, unsigned i,
                                  linalg::LinalgOp producer) {
  for (Value result : producer->getResults())
    for (Operation *user : result.getUsers())
      if (user != op.getOperation())
        return "others use its results";
  for (Value result : producer->getResults())
    for (OpOperand &use : result.getUses())
      if (use.getOperandNumber() >= op.getInputs().size())
        return "it makes an initial state or a destination";
  if (StringRef reason = whyNotMoved(producer); !reason.empty())
    return reason.str();
  // Where the map lacks time or lanes that run side by side, the body would
  // be run again and again for them.
  AffineMap map = op.getInputMap(i);
  for (auto [dim, type] : llvm::enumerate(op.getIterators()))
    if (type != IteratorType::reduction && !map.isFunctionOfDim(dim) &&
        !isCheap(producer))
      return "it would be computed again for every value of iterator " +
             std::to_string(dim);
  return "";
}

/// Why the user of output `o` stays outside; empty if it is to be fused.
static std::string whyNotConsumer(RecurrenceOp op, unsigned o,
                                  linalg::LinalgOp consumer) {
  Value output = op->getResult(op.getStates().size() + o);
  if (!llvm::all_of(output.getUsers(), [&](Operation *user) {
        return user == consumer.getOperation();
      }))
    return "others use the output too";
  if (!op.getOutputMap(o).isFunctionOfDim(op.getTimeDim()))
    return "the output is a sum over time, and the consumer wants the whole "
           "sum";
  bool inFinish = isSum(op, o) || op.getFinishBlock();
  if (inFinish && consumer.getNumDpsInits() != 1)
    return "it makes several results of a sum";
  if (op.getSegments())
    return "sequences are packed";
  if (StringRef reason = whyNotMoved(consumer); !reason.empty())
    return reason.str();
  std::optional<AffineMap> seen;
  for (OpOperand *input : consumer.getDpsInputOperands()) {
    if (input->get() != output)
      continue;
    AffineMap inputMap = consumer.getMatchingIndexingMap(input);
    if (!inputMap.isPermutation() || (seen && *seen != inputMap))
      return "it does not read one element for each that it makes";
    seen = inputMap;
  }
  if (!seen || consumer->getBlock() != op->getBlock())
    return "it does not run once for each element";
  // The recurrence moves down to the consumer; users in other blocks come
  // later.
  for (Operation *user : op->getUsers()) {
    Operation *here = consumer->getBlock()->findAncestorOpInBlock(*user);
    if (here && user != consumer.getOperation() &&
        here->isBeforeInBlock(consumer))
      return "another user of the recurrence stands before it";
  }
  if (llvm::is_contained(consumer.getDpsInits(), output))
    return "it writes to the output";
  for (Value operand : consumer->getOperands()) {
    if (operand == output)
      continue;
    SetVector<Operation *> slice;
    BackwardSliceOptions options;
    options.inclusive = true;
    (void)getBackwardSlice(operand, &slice, options);
    if (slice.contains(op))
      return "it reads something else that comes from the recurrence";
  }
  return "";
}

namespace {
class FuseElementwise
    : public kalmir::recur::impl::RecurFuseElementwisePassBase<
          FuseElementwise> {
public:
  void runOnOperation() override {
    SmallVector<RecurrenceOp> ops;
    getOperation()->walk([&](RecurrenceOp op) {
      if (!op.hasBufferSemantics())
        ops.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (RecurrenceOp op : ops)
      while (RecurrenceOp fused = fuseOne(rewriter, op))
        op = fused;
    for (auto &[where, text] : refusals)
      kalmir::emitMissedRemark(where, kFlag) << text;
    numRefused += refusals.size();
  }

private:
  /// Fuses one neighbour; null if none is left.
  RecurrenceOp fuseOne(RewriterBase &rewriter, RecurrenceOp op) {
    for (auto [i, input] : llvm::enumerate(op.getInputs())) {
      auto producer = input.getDefiningOp<linalg::LinalgOp>();
      if (!isElementwise(producer) || isa<linalg::FillOp>(producer))
        continue;
      std::string reason = whyNotProducer(op, i, producer);
      if (reason.empty()) {
        ++numProducers;
        return fuseProducer(rewriter, op, i);
      }
      refusals[producer.getLoc()] =
          "producer not fused into the recurrence: " + reason;
    }
    for (unsigned o = 0, e = op.getOutputs().size(); o < e; ++o) {
      Value output = op->getResult(op.getStates().size() + o);
      auto user = llvm::find_if(output.getUsers(), [](Operation *user) {
        return isElementwise(dyn_cast<linalg::LinalgOp>(user));
      });
      if (user == output.getUsers().end())
        continue;
      auto consumer = cast<linalg::LinalgOp>(*user);
      std::string reason = whyNotConsumer(op, o, consumer);
      if (reason.empty()) {
        ++numConsumers;
        return fuseConsumer(rewriter, op, o, consumer);
      }
      refusals[consumer.getLoc()] =
          "consumer not fused into the recurrence: " + reason;
    }
    return nullptr;
  }

  /// The last reason at each place: attempts repeat.
  llvm::MapVector<Location, std::string> refusals;
};
} // namespace
