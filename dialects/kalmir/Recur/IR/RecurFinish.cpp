//===- RecurFinish.cpp - what becomes of sums -----------------------------===//

#include "kalmir/Recur/IR/RecurFinish.h"

#include "kalmir/Recur/IR/RecurUtils.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::recur;

BlockArgument recur::getFinishedSum(RecurrenceOp op, unsigned i) {
  Block *finish = op.getFinishBlock();
  return finish ? finish->getArgument(op.getInputs().size() + i)
                : BlockArgument();
}

static ValueRange getFinished(RecurrenceOp op) {
  return cast<YieldOp>(op.getFinishBlock()->getTerminator()).getOutputs();
}

bool recur::isFinishTrivial(RecurrenceOp op, unsigned i) {
  return !op.getFinishBlock() || getFinished(op)[i] == getFinishedSum(op, i);
}

bool recur::isSum(RecurrenceOp op, unsigned i) {
  return op.getOutputMap(i).getNumResults() != op.getNumIterators();
}

Type recur::getContributionType(RecurrenceOp op, unsigned i) {
  if (BlockArgument sum = getFinishedSum(op, i))
    return sum.getType();
  return getElementTypeOrSelf(op.getOutputs()[i].getType());
}

Type recur::getSumType(RecurrenceOp op, unsigned i) {
  return getSumType(getContributionType(op, i));
}

Operation *recur::createFinish(OpBuilder &b, RecurrenceOp op, unsigned i,
                               ValueRange inputs, ArrayRef<AffineMap> inputMaps,
                               Value sums, Value destination,
                               AffineMap outputMap) {
  Location loc = op.getLoc();
  Block *finish = op.getFinishBlock();
  Value yielded = finish ? getFinished(op)[i] : Value();
  llvm::SetVector<Value> needed;
  if (finish)
    needed = getNeededValues(yielded);
  // Loops are the iterators of the output's map in its order.
  SmallVector<AffineExpr> loops(op.getNumIterators());
  unsigned numLoops = outputMap.getNumResults();
  for (unsigned k = 0; k < numLoops; ++k)
    loops[outputMap.getDimPosition(k)] = b.getAffineDimExpr(k);
  AffineMap identity = b.getMultiDimIdentityMap(numLoops);
  SmallVector<Value> read;
  SmallVector<AffineMap> maps;
  // The arguments of `finish` that stand for what is read.
  SmallVector<Value> arguments;
  for (auto [k, input] : llvm::enumerate(inputs)) {
    if (!finish || !needed.contains(finish->getArgument(k)))
      continue;
    arguments.push_back(finish->getArgument(k));
    read.push_back(input);
    maps.push_back(inputMaps[k].replaceDimsAndSymbols(loops, {}, numLoops, 0));
  }
  if (sums) {
    read.push_back(sums);
    maps.push_back(identity);
  }
  maps.push_back(identity);
  auto buildBody = [&](OpBuilder &nested, Location, ValueRange values) {
    Type type = getContributionType(op, i);
    Value sum =
        sums ? values[arguments.size()]
             : arith::ConstantOp::create(nested, loc, nested.getZeroAttr(type))
                   .getResult();
    if (sum.getType() != type)
      sum = arith::TruncFOp::create(nested, loc, type, sum);
    if (!finish) {
      linalg::YieldOp::create(nested, loc, sum);
      return;
    }
    IRMapping mapping;
    mapping.map(arguments, values.take_front(arguments.size()));
    mapping.map(getFinishedSum(op, i), sum);
    for (Operation &operation : finish->without_terminator()) {
      if (llvm::none_of(operation.getResults(),
                        [&](Value value) { return needed.contains(value); }))
        continue;
      auto index = dyn_cast<IndexOp>(operation);
      if (!index) {
        nested.clone(operation, mapping);
        continue;
      }
      AffineExpr loop = loops[index.getDim()];
      Value value =
          loop ? linalg::IndexOp::create(
                     nested, loc, cast<AffineDimExpr>(loop).getPosition())
                     .getResult()
               : arith::ConstantIndexOp::create(nested, loc, 0).getResult();
      mapping.map(index.getResult(), value);
    }
    linalg::YieldOp::create(nested, loc, mapping.lookup(yielded));
  };
  SmallVector<utils::IteratorType> iterators(numLoops,
                                             utils::IteratorType::parallel);
  SmallVector<Type> results;
  if (isa<TensorType>(destination.getType()))
    results.push_back(destination.getType());
  return linalg::GenericOp::create(b, loc, results, read, destination, maps,
                                   iterators, buildBody);
}
