//===- RecurCanonicalize.cpp - simplifying recurrences --------------------===//
//
// What nobody reads is not computed: outputs without uses, states that no live
// value depends on, inputs that no region uses. Recurrences of static length 0
// and, without a schedule, 1 have no recurrence left and become what remains.
// An operand that alone tells the extent of an iterator stays (C6).
//
// Casts that hide static extents are folded by the canonicalisation of
// tensor.cast, which knows every destination-style operation.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Recur/IR/RecurFinish.h"
#include "kalmir/Recur/IR/RecurUtils.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace kalmir::recur;

static YieldOp getYield(Block &block) {
  return cast<YieldOp>(block.getTerminator());
}

//===----------------------------------------------------------------------===//
// Outputs and states that nobody reads
//===----------------------------------------------------------------------===//

static LogicalResult dropUnusedOutputs(RecurrenceOp op,
                                       PatternRewriter &rewriter) {
  unsigned numStates = op.getStates().size();
  RecurrenceHeader header = RecurrenceHeader::of(op);
  BitVector dropped(op.getOutputs().size());
  if (op->getNumResults() != 0)
    for (unsigned i = op.getOutputs().size(); i-- > 0;) {
      if (!op->getResult(numStates + i).use_empty())
        continue;
      RecurrenceHeader smaller = header;
      smaller.eraseOutput(i);
      if (!smaller.spansAllIterators())
        continue;
      header = smaller;
      dropped.set(i);
    }
  if (dropped.none())
    return rewriter.notifyMatchFailure(op, "no output can be dropped");

  RecurrenceOp smaller = createWithoutOutputs(rewriter, op, header, dropped);
  SmallVector<Value> results;
  unsigned next = 0;
  for (unsigned i = 0, e = op->getNumResults(); i < e; ++i) {
    bool isDropped = i >= numStates && dropped.test(i - numStates);
    results.push_back(isDropped ? Value() : smaller->getResult(next++));
  }
  rewriter.replaceOp(op, results);
  return success();
}

/// The states that a live value of the body depends on: those in `live`, and
/// what they, the outputs and operations with effects need.
static void addNeededStates(GenericOp op, BitVector &live) {
  Block &body = op.getBody().front();
  unsigned numInputs = op.getInputs().size();
  YieldOp yield = getYield(body);
  SetVector<Value> needed(yield.getOutputs().begin(), yield.getOutputs().end());
  auto addOperands = [&](Operation *operation) {
    operation->walk([&](Operation *nested) {
      needed.insert(nested->operand_begin(), nested->operand_end());
    });
  };
  for (Operation &operation : body.without_terminator())
    if (!isMemoryEffectFree(&operation))
      addOperands(&operation);
  for (unsigned i : live.set_bits())
    needed.insert(yield.getStates()[i]);
  for (size_t i = 0; i < needed.size(); ++i) {
    Value value = needed[i];
    if (Operation *definition = value.getDefiningOp()) {
      addOperands(definition);
      continue;
    }
    auto argument = cast<BlockArgument>(value);
    if (argument.getOwner() != &body || argument.getArgNumber() < numInputs)
      continue;
    unsigned state = argument.getArgNumber() - numInputs;
    live.set(state);
    needed.insert(yield.getStates()[state]);
  }
}

static LogicalResult dropDeadStates(RecurrenceOp recurrence,
                                    PatternRewriter &rewriter) {
  auto op = cast<GenericOp>(recurrence.getOperation());
  if (op->getNumResults() == 0)
    return rewriter.notifyMatchFailure(op, "states on buffers stay");
  unsigned numStates = op.getStates().size();
  BitVector live(numStates);
  for (unsigned i = 0; i < numStates; ++i)
    if (!op->getResult(i).use_empty())
      live.set(i);
  RecurrenceHeader header;
  while (true) {
    addNeededStates(op, live);
    if (live.all())
      return rewriter.notifyMatchFailure(op, "every state is live");
    header = RecurrenceHeader::of(recurrence);
    for (unsigned i = numStates; i-- > 0;)
      if (!live.test(i))
        header.eraseState(i);
    if (header.spansAllIterators())
      break;
    live.set(live.find_first_unset());
  }

  RecurrenceOp smaller = createLike(rewriter, recurrence, header);
  Block &body = *smaller.getStepBlock();
  for (unsigned i = numStates; i-- > 0;)
    if (!live.test(i))
      getYield(body).getStatesMutable().erase(i);
  eraseDeadOps(rewriter, body);
  for (unsigned i = numStates; i-- > 0;)
    if (!live.test(i))
      body.eraseArgument(header.inputs.size() + i);
  SmallVector<Value> results;
  unsigned next = 0;
  for (unsigned i = 0, e = op->getNumResults(); i < e; ++i)
    results.push_back(i >= numStates || live.test(i)
                          ? Value(smaller->getResult(next++))
                          : Value());
  rewriter.replaceOp(op, results);
  return success();
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

static LogicalResult dropInputs(RecurrenceOp op, PatternRewriter &rewriter) {
  RecurrenceHeader header = RecurrenceHeader::of(op);
  unsigned numInputs = header.inputs.size();
  SmallVector<Block *> blocks = op.getBlocksOverInputs();
  BitVector used(numInputs);
  for (Block *block : blocks)
    for (unsigned i = 0; i < numInputs; ++i)
      if (!block->getArgument(i).use_empty())
        used.set(i);
  // Input i is dropped, and what it gives taken from input `sameAs[i]`.
  SmallVector<unsigned> dropped;
  SmallVector<std::optional<unsigned>> sameAs(numInputs);
  for (unsigned i = numInputs; i-- > 0;) {
    for (unsigned j = 0; j < i && !sameAs[i]; ++j)
      if (header.inputs[i] == header.inputs[j] &&
          header.inputMaps[i] == header.inputMaps[j])
        sameAs[i] = j;
    if (sameAs[i] && used.test(i))
      used.set(*sameAs[i]);
    else if (used.test(i))
      continue;
    RecurrenceHeader smaller = header;
    smaller.eraseInput(i);
    if (!smaller.spansAllIterators())
      continue;
    header = smaller;
    dropped.push_back(i);
  }
  if (dropped.empty())
    return rewriter.notifyMatchFailure(op, "every input is needed");

  RecurrenceOp smaller = createLike(rewriter, op, header);
  for (Block *block : smaller.getBlocksOverInputs())
    for (unsigned i : dropped) {
      if (sameAs[i])
        rewriter.replaceAllUsesWith(block->getArgument(i),
                                    block->getArgument(*sameAs[i]));
      block->eraseArgument(i);
    }
  rewriter.replaceOp(op, smaller->getResults());
  return success();
}

//===----------------------------------------------------------------------===//
// Lengths 0 and 1
//===----------------------------------------------------------------------===//

/// Whether arith can add contributions to output `i`.
static bool hasSums(RecurrenceOp op, unsigned i) {
  Type type = getContributionType(op, i);
  return isa<FloatType, IndexType>(type) || type.isSignlessInteger();
}

/// Zeros of the shape of `destination`.
static Value createZeros(PatternRewriter &rewriter, Location loc,
                         Value destination, Type type) {
  if (cast<ShapedType>(destination.getType()).getElementType() != type)
    destination = tensor::EmptyOp::create(
        rewriter, loc, tensor::getMixedSizes(rewriter, loc, destination), type);
  Value zero =
      arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(type));
  return linalg::FillOp::create(rewriter, loc, zero, destination).getResult(0);
}

/// Length 0: the initial states, and outputs that are empty or sums of nothing.
static LogicalResult foldEmpty(RecurrenceOp op, PatternRewriter &rewriter) {
  if (op->getNumResults() == 0 ||
      getStaticExtent(op, op.getTimeDim()) != std::optional<int64_t>(0))
    return rewriter.notifyMatchFailure(op, "not of static length 0 on tensors");
  auto isEmpty = [&](unsigned i) {
    return op.getOutputMap(i).isFunctionOfDim(op.getTimeDim());
  };
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
    if (!isEmpty(i) && !hasSums(op, i))
      return rewriter.notifyMatchFailure(op, "no zero for an output");
  SmallVector<Value> results(op.getStates());
  for (auto [i, output] : llvm::enumerate(op.getOutputs()))
    results.push_back(isEmpty(i) ? output
                                 : createZeros(rewriter, op.getLoc(), output,
                                               getElementTypeOrSelf(output)));
  rewriter.replaceOp(op, results);
  return success();
}

namespace {
/// The slice of a tensor at its only time step, without that dimension.
struct StepSlice {
  SmallVector<OpFoldResult> offsets, sizes, strides;
  RankedTensorType type;

  StepSlice(OpBuilder &b, Location loc, Value tensor, unsigned time)
      : sizes(tensor::getMixedSizes(b, loc, tensor)) {
    offsets.assign(sizes.size(), b.getIndexAttr(0));
    strides.assign(sizes.size(), b.getIndexAttr(1));
    sizes[time] = b.getIndexAttr(1);
    auto whole = cast<RankedTensorType>(tensor.getType());
    SmallVector<int64_t> shape(whole.getShape());
    shape.erase(shape.begin() + time);
    type = RankedTensorType::get(shape, whole.getElementType());
  }
};
} // namespace

/// The position of iterator `dim` among the results of `map`.
static std::optional<unsigned> getPosition(AffineMap map, unsigned dim) {
  return map.getResultPosition(getAffineDimExpr(dim, map.getContext()));
}

/// `map` over the lane iterators only.
static AffineMap dropTime(AffineMap map, unsigned time) {
  SmallVector<AffineExpr> results;
  for (AffineExpr expr : map.getResults()) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    if (dim != time)
      results.push_back(
          getAffineDimExpr(dim > time ? dim - 1 : dim, map.getContext()));
  }
  return AffineMap::get(map.getNumDims() - 1, 0, results, map.getContext());
}

/// Length 1: one body for each lane, a `linalg.generic` over the lanes. Outputs
/// that sum start from 0, as they do in a recurrence. One with a schedule runs
/// as that says, rescaling included, and stays.
static LogicalResult unrollSingleStep(RecurrenceOp op,
                                      PatternRewriter &rewriter) {
  unsigned time = op.getTimeDim();
  if (op->getNumResults() == 0 || op.getSegments() ||
      getStaticExtent(op, time) != std::optional<int64_t>(1))
    return rewriter.notifyMatchFailure(
        op, "not of static length 1 on tensors without segments");
  if (op.getSchedule())
    return rewriter.notifyMatchFailure(op, "has a schedule");
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i)
    if (isSum(op, i) && !hasSums(op, i))
      return rewriter.notifyMatchFailure(op, "no zero for an output");

  Location loc = op.getLoc();
  RecurrenceHeader header = RecurrenceHeader::of(op);
  SmallVector<AffineMap> maps;
  auto takeStep = [&](Value operand, AffineMap map) -> Value {
    maps.push_back(dropTime(map, time));
    std::optional<unsigned> position = getPosition(map, time);
    if (!position)
      return operand;
    StepSlice slice(rewriter, loc, operand, *position);
    return tensor::ExtractSliceOp::create(rewriter, loc, slice.type, operand,
                                          slice.offsets, slice.sizes,
                                          slice.strides);
  };
  SmallVector<Value> inputs, inits, destinations;
  for (auto [input, map] : llvm::zip_equal(header.inputs, header.inputMaps))
    inputs.push_back(takeStep(input, map));
  for (auto [state, map] : llvm::zip_equal(header.states, header.stateMaps))
    inits.push_back(takeStep(state, map));
  for (unsigned i = 0, e = header.outputs.size(); i < e; ++i) {
    Value init = takeStep(header.outputs[i], header.outputMaps[i]);
    destinations.push_back(init);
    Type type = getContributionType(op, i);
    if (isSum(op, i))
      init = createZeros(rewriter, loc, init, getSumType(op, i));
    else if (getElementTypeOrSelf(init) != type)
      init = tensor::EmptyOp::create(
          rewriter, loc, tensor::getMixedSizes(rewriter, loc, init), type);
    inits.push_back(init);
  }
  SmallVector<utils::IteratorType> iterators;
  for (IteratorType type : header.iterators)
    if (type != IteratorType::recurrence)
      iterators.push_back(type == IteratorType::parallel
                              ? utils::IteratorType::parallel
                              : utils::IteratorType::reduction);

  Block &step = *op.getStepBlock();
  auto buildBody = [&](OpBuilder &b, Location loc, ValueRange arguments) {
    IRMapping mapping;
    mapping.map(step.getArguments(),
                arguments.take_front(step.getNumArguments()));
    for (Operation &operation : step.without_terminator()) {
      auto index = dyn_cast<IndexOp>(operation);
      if (!index) {
        b.clone(operation, mapping);
        continue;
      }
      unsigned dim = index.getDim();
      Value value;
      if (dim == time)
        value = arith::ConstantIndexOp::create(b, loc, 0);
      else
        value = linalg::IndexOp::create(b, loc, dim > time ? dim - 1 : dim);
      mapping.map(index.getResult(), value);
    }
    YieldOp yield = getYield(step);
    SmallVector<Value> yielded;
    for (Value state : yield.getStates())
      yielded.push_back(mapping.lookupOrDefault(state));
    for (auto [i, output] : llvm::enumerate(yield.getOutputs())) {
      if (!isSum(op, i)) {
        yielded.push_back(mapping.lookupOrDefault(output));
        continue;
      }
      Value summand = mapping.lookupOrDefault(getSummand(output));
      Value sum = arguments[step.getNumArguments() + i];
      if (summand.getType() != sum.getType())
        summand = arith::ExtFOp::create(b, loc, sum.getType(), summand);
      yielded.push_back(
          isa<FloatType>(sum.getType())
              ? Value(arith::AddFOp::create(b, loc, sum, summand))
              : Value(arith::AddIOp::create(b, loc, sum, summand)));
    }
    linalg::YieldOp::create(b, loc, yielded);
  };
  auto generic =
      linalg::GenericOp::create(rewriter, loc, ValueRange(inits).getTypes(),
                                inputs, inits, maps, iterators, buildBody);

  unsigned numStates = header.states.size();
  SmallVector<Value> results(generic.getResults());
  auto dropResult = [&](AffineMap map) {
    std::optional<unsigned> position = getPosition(map, time);
    return position ? map.dropResult(*position) : map;
  };
  SmallVector<AffineMap> finishMaps =
      llvm::map_to_vector(header.inputMaps, dropResult);
  for (unsigned i = 0, e = header.outputs.size(); i < e; ++i) {
    if (!isFinishTrivial(op, i) || getElementTypeOrSelf(inits[numStates + i]) !=
                                       getElementTypeOrSelf(destinations[i]))
      results[numStates + i] =
          createFinish(rewriter, op, i, inputs, finishMaps,
                       results[numStates + i], destinations[i],
                       dropResult(header.outputMaps[i]))
              ->getResult(0);
    std::optional<unsigned> position = getPosition(header.outputMaps[i], time);
    if (!position)
      continue;
    StepSlice slice(rewriter, loc, header.outputs[i], *position);
    results[numStates + i] = tensor::InsertSliceOp::create(
        rewriter, loc, results[numStates + i], header.outputs[i], slice.offsets,
        slice.sizes, slice.strides);
  }
  rewriter.replaceOp(op, results);
  return success();
}

//===----------------------------------------------------------------------===//
// Registration
//===----------------------------------------------------------------------===//

namespace {
/// Applies `rewrite` to operations of kind `OpTy`.
template <typename OpTy,
          LogicalResult (*rewrite)(RecurrenceOp, PatternRewriter &)>
struct RecurrencePattern : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    return rewrite(cast<RecurrenceOp>(op.getOperation()), rewriter);
  }
};
} // namespace

template <typename OpTy>
static void addSharedPatterns(RewritePatternSet &patterns,
                              MLIRContext *context) {
  patterns.add<RecurrencePattern<OpTy, dropUnusedOutputs>,
               RecurrencePattern<OpTy, dropInputs>,
               RecurrencePattern<OpTy, foldEmpty>,
               RecurrencePattern<OpTy, unrollSingleStep>>(context);
}

void GenericOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  addSharedPatterns<GenericOp>(patterns, context);
  patterns.add<RecurrencePattern<GenericOp, dropDeadStates>>(context);
}

void ScanOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  addSharedPatterns<ScanOp>(patterns, context);
}
