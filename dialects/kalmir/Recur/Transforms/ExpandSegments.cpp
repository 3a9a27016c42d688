//===- ExpandSegments.cpp - packed recurrences as loops over sequences ----===//
//
//   %h, %y = recur.generic ins(%x) segments(%cu) state(%h0) outs(%y0)
//
// becomes
//
//   %h, %y = scf.forall %n in N shared_outs(%hs = %h0, %ys = %y0) {
//     %first = %cu[%n];  %length = %cu[%n + 1] - %first
//     %hn, %yn = recur.generic ins(%x[%first, %length])
//                  state(%hs[%n]) outs(%ys[%first, %length])
//     insert %hn into %hs[%n];  insert %yn into %ys[%first, %length]
//   }
//
// An empty sequence has length 0 and gives its initial state back. With
// `reverse` each sequence runs backwards within its slice, so that the loop
// does not depend on the direction. `recur.index` counts from the start of the
// sequence, before and after.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Recur/IR/RecurUtils.h"
#include "kalmir/Recur/Transforms/Passes.h"
#include "kalmir/Support/Remarks.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

namespace kalmir::recur {
#define GEN_PASS_DEF_RECUREXPANDSEGMENTSPASS
#include "kalmir/Recur/Transforms/Passes.h.inc"
} // namespace kalmir::recur

using namespace mlir;
using namespace kalmir::recur;

namespace {

/// A part of a tensor with unit strides, and its type.
struct Slice {
  SmallVector<OpFoldResult> offsets, sizes, strides;
  RankedTensorType type;

  Value extract(OpBuilder &b, Location loc, Value tensor) const {
    return tensor::ExtractSliceOp::create(b, loc, type, tensor, offsets, sizes,
                                          strides);
  }
  Value insert(OpBuilder &b, Location loc, Value part, Value tensor) const {
    return tensor::InsertSliceOp::create(b, loc, part, tensor, offsets, sizes,
                                         strides);
  }
  void insertParallel(OpBuilder &b, Location loc, Value part,
                      Value tensor) const {
    tensor::ParallelInsertSliceOp::create(b, loc, part, tensor, offsets, sizes,
                                          strides);
  }
};

/// Rewrites one packed recurrence.
class Expansion {
public:
  Expansion(RewriterBase &rewriter, RecurrenceOp op)
      : rewriter(rewriter), op(op), loc(op.getLoc()),
        header(RecurrenceHeader::of(op)), time(op.getTimeDim()) {}

  void run();

private:
  /// Whether output `i` is summed over time.
  bool isSum(unsigned i) { return !header.outputMaps[i].isFunctionOfDim(time); }

  /// All of `tensor`; `whole` is a value of the same shape outside the loop.
  Slice getWhole(Value whole) {
    Slice slice;
    slice.sizes = tensor::getMixedSizes(rewriter, loc, whole);
    slice.offsets.assign(slice.sizes.size(), rewriter.getIndexAttr(0));
    slice.strides.assign(slice.sizes.size(), rewriter.getIndexAttr(1));
    slice.type = cast<RankedTensorType>(whole.getType());
    return slice;
  }

  /// Row `sequence` of a state, without the dimension of the sequences.
  Slice getRow(Value state) {
    Slice slice = getWhole(state);
    slice.offsets[0] = sequence;
    slice.sizes[0] = rewriter.getIndexAttr(1);
    slice.type = RankedTensorType::get(slice.type.getShape().drop_front(),
                                       slice.type.getElementType());
    return slice;
  }

  /// The steps of the sequence.
  Slice getSteps(Value tensor, AffineMap map) {
    Slice slice = getWhole(tensor);
    unsigned position =
        *map.getResultPosition(getAffineDimExpr(time, map.getContext()));
    slice.offsets[position] = first;
    slice.sizes[position] = length;
    SmallVector<int64_t> shape(slice.type.getShape());
    shape[position] = ShapedType::kDynamic;
    slice.type = RankedTensorType::get(shape, slice.type.getElementType());
    return slice;
  }

  Value loadBoundary(Value position);
  void beginSequence(Value index);
  SmallVector<Value> runSequence(ValueRange carried);
  SmallVector<Value> createParallelLoop(OpFoldResult count);
  SmallVector<Value> createSerialLoop(OpFoldResult count);

  RewriterBase &rewriter;
  RecurrenceOp op;
  Location loc;
  RecurrenceHeader header;
  unsigned time;
  // Of the sequence in the loop:
  Value sequence, first, length;
  /// Where its results belong in what the loop carries; none for sums.
  SmallVector<std::optional<Slice>> destinations;
};

} // namespace

Value Expansion::loadBoundary(Value position) {
  Value boundary =
      tensor::ExtractOp::create(rewriter, loc, header.segments, position);
  if (boundary.getType().isIndex())
    return boundary;
  return arith::IndexCastOp::create(rewriter, loc, rewriter.getIndexType(),
                                    boundary);
}

void Expansion::beginSequence(Value index) {
  sequence = index;
  // Boundaries are data: wrong ones must not reach outside of the operands.
  auto [source, dim] = op.getDimSource(time);
  Value extent = getValueOrCreateConstantIndexOp(
      rewriter, loc, tensor::getMixedSize(rewriter, loc, source, dim));
  auto clamp = [&](Value boundary, Value least) -> Value {
    Value low = arith::MaxSIOp::create(rewriter, loc, boundary, least);
    return arith::MinSIOp::create(rewriter, loc, low, extent);
  };
  Value zero = arith::ConstantIndexOp::create(rewriter, loc, 0);
  Value one = arith::ConstantIndexOp::create(rewriter, loc, 1);
  first = clamp(loadBoundary(sequence), zero);
  Value next = arith::AddIOp::create(rewriter, loc, sequence, one);
  Value last = clamp(loadBoundary(next), first);
  length = arith::SubIOp::create(rewriter, loc, last, first);
  destinations.clear();
  for (Value state : header.states)
    destinations.push_back(getRow(state));
  for (auto [i, output] : llvm::enumerate(header.outputs)) {
    if (isSum(i))
      destinations.push_back(std::nullopt);
    else
      destinations.push_back(getSteps(output, header.outputMaps[i]));
  }
}

/// The recurrence of one sequence; `carried` are the loop's states and outputs.
SmallVector<Value> Expansion::runSequence(ValueRange carried) {
  RecurrenceHeader inner = header;
  inner.segments = {};
  for (auto [input, map] : llvm::zip_equal(inner.inputs, inner.inputMaps))
    if (map.isFunctionOfDim(time))
      input = getSteps(input, map).extract(rewriter, loc, input);
  unsigned numStates = header.states.size();
  for (unsigned i = 0; i < numStates; ++i)
    inner.states[i] = destinations[i]->extract(rewriter, loc, carried[i]);
  for (auto [i, output] : llvm::enumerate(inner.outputs)) {
    if (const std::optional<Slice> &slice = destinations[numStates + i]) {
      output = slice->extract(rewriter, loc, carried[numStates + i]);
      continue;
    }
    auto type = cast<RankedTensorType>(output.getType());
    output = tensor::EmptyOp::create(
        rewriter, loc, tensor::getMixedSizes(rewriter, loc, header.outputs[i]),
        type.getElementType());
    if (output.getType() != type)
      output = tensor::CastOp::create(rewriter, loc, type, output);
  }
  return llvm::to_vector_of<Value>(
      createLike(rewriter, op, inner)->getResults());
}

SmallVector<Value> Expansion::createParallelLoop(OpFoldResult count) {
  SmallVector<Value> inits(header.states);
  llvm::append_range(inits, header.outputs);
  auto loop =
      scf::ForallOp::create(rewriter, loc, ArrayRef<OpFoldResult>(count), inits,
                            /*mapping=*/std::nullopt);
  rewriter.setInsertionPoint(loop.getTerminator());
  beginSequence(loop.getInductionVar(0));
  SmallVector<Value> results = runSequence(loop.getRegionIterArgs());
  rewriter.setInsertionPointToEnd(loop.getTerminator().getBody());
  for (auto [slice, result, carried] :
       llvm::zip_equal(destinations, results, loop.getRegionIterArgs()))
    slice->insertParallel(rewriter, loc, result, carried);
  return llvm::to_vector_of<Value>(loop.getResults());
}

SmallVector<Value> Expansion::createSerialLoop(OpFoldResult count) {
  SmallVector<Value> inits(header.states);
  for (auto [i, output] : llvm::enumerate(header.outputs)) {
    if (!isSum(i)) {
      inits.push_back(output);
      continue;
    }
    Type type = cast<ShapedType>(output.getType()).getElementType();
    Value zero =
        arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(type));
    inits.push_back(
        linalg::FillOp::create(rewriter, loc, zero, output).getResult(0));
  }
  Value zero = arith::ConstantIndexOp::create(rewriter, loc, 0);
  Value one = arith::ConstantIndexOp::create(rewriter, loc, 1);
  auto loop = scf::ForOp::create(
      rewriter, loc, zero,
      getValueOrCreateConstantIndexOp(rewriter, loc, count), one, inits);
  rewriter.setInsertionPointToStart(loop.getBody());
  beginSequence(loop.getInductionVar());
  SmallVector<Value> results = runSequence(loop.getRegionIterArgs());
  for (auto [slice, result, carried] :
       llvm::zip_equal(destinations, results, loop.getRegionIterArgs()))
    result = slice ? slice->insert(rewriter, loc, result, carried)
                   : linalg::AddOp::create(rewriter, loc,
                                           ValueRange{carried, result},
                                           ValueRange{carried})
                         .getResult(0);
  rewriter.setInsertionPointToEnd(loop.getBody());
  scf::YieldOp::create(rewriter, loc, results);
  return llvm::to_vector_of<Value>(loop.getResults());
}

void Expansion::run() {
  rewriter.setInsertionPoint(op);
  // As many sequences as both the boundaries and the states have.
  Value zero = arith::ConstantIndexOp::create(rewriter, loc, 0);
  Value one = arith::ConstantIndexOp::create(rewriter, loc, 1);
  Value boundaries = getValueOrCreateConstantIndexOp(
      rewriter, loc, tensor::getMixedSize(rewriter, loc, header.segments, 0));
  Value least = arith::SubIOp::create(rewriter, loc, boundaries, one);
  if (!header.states.empty())
    least = arith::MinSIOp::create(
        rewriter, loc, least,
        getValueOrCreateConstantIndexOp(
            rewriter, loc,
            tensor::getMixedSize(rewriter, loc, header.states[0], 0)));
  OpFoldResult count(
      arith::MaxSIOp::create(rewriter, loc, least, zero).getResult());
  bool sums = false;
  for (unsigned i = 0, e = header.outputs.size(); i < e; ++i)
    sums |= isSum(i);
  rewriter.replaceOp(op, sums ? createSerialLoop(count)
                              : createParallelLoop(count));
}

/// Why `op` is left as it is; empty if it can be rewritten.
static StringRef whyNotExpanded(RecurrenceOp op) {
  if (op.hasBufferSemantics())
    return "packed sequences are expanded on tensors, before bufferization";
  for (auto [i, output] : llvm::enumerate(op.getOutputs())) {
    Type type = cast<ShapedType>(output.getType()).getElementType();
    if (!op.getOutputMap(i).isFunctionOfDim(op.getTimeDim()) &&
        !isa<FloatType>(type) &&
        !(type.isSignlessInteger() && !type.isInteger(1)))
      return "an output that is summed over time has elements that arith "
             "cannot add";
  }
  return "";
}

namespace {
struct RecurExpandSegmentsPass
    : public kalmir::recur::impl::RecurExpandSegmentsPassBase<
          RecurExpandSegmentsPass> {
  void runOnOperation() override {
    SmallVector<RecurrenceOp> packed;
    getOperation()->walk([&](RecurrenceOp op) {
      if (op.getSegments())
        packed.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (RecurrenceOp op : packed) {
      StringRef reason = whyNotExpanded(op);
      if (!reason.empty()) {
        ++numRefused;
        kalmir::emitMissedRemark(op.getLoc(), "kalmir-recur-expand-segments")
            << ("not expanded: " + reason).str();
        continue;
      }
      ++numExpanded;
      Expansion(rewriter, op).run();
    }
  }
};
} // namespace
