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
  Block &finish = *op.getFinishBlock();
  // Loops are the iterators of the output's map in its order.
  SmallVector<AffineExpr> loops(op.getNumIterators());
  unsigned numLoops = outputMap.getNumResults();
  for (unsigned k = 0; k < numLoops; ++k)
    loops[outputMap.getDimPosition(k)] = b.getAffineDimExpr(k);
  AffineMap identity = b.getMultiDimIdentityMap(numLoops);
  SmallVector<Value> read;
  SmallVector<AffineMap> maps;
  // By input: its number among those read.
  SmallVector<std::optional<unsigned>> numbers(inputs.size());
  for (auto [k, input] : llvm::enumerate(inputs)) {
    bool isOverLoops =
        llvm::all_of(inputMaps[k].getResults(), [&](AffineExpr expr) {
          return !!loops[cast<AffineDimExpr>(expr).getPosition()];
        });
    if (finish.getArgument(k).use_empty() || !isOverLoops)
      continue;
    numbers[k] = read.size();
    read.push_back(input);
    maps.push_back(inputMaps[k].replaceDimsAndSymbols(loops, {}, numLoops, 0));
  }
  if (sums) {
    read.push_back(sums);
    maps.push_back(identity);
  }
  maps.push_back(identity);
  auto buildBody = [&](OpBuilder &nested, Location, ValueRange arguments) {
    IRMapping mapping;
    for (auto [k, number] : llvm::enumerate(numbers))
      if (number)
        mapping.map(finish.getArgument(k), arguments[*number]);
    BlockArgument sum = getFinishedSum(op, i);
    mapping.map(sum, sums ? arguments[read.size() - 1]
                          : arith::ConstantOp::create(
                                nested, loc, nested.getZeroAttr(sum.getType()))
                                .getResult());
    // What only other outputs need reads sums that are not there.
    auto isMapped = [&](Value value) {
      return mapping.contains(value) || value.getParentBlock() != &finish;
    };
    for (Operation &operation : finish.without_terminator()) {
      auto index = dyn_cast<IndexOp>(operation);
      if (!index) {
        if (llvm::all_of(operation.getOperands(), isMapped))
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
    linalg::YieldOp::create(nested, loc, mapping.lookup(getFinished(op)[i]));
  };
  SmallVector<utils::IteratorType> iterators(numLoops,
                                             utils::IteratorType::parallel);
  SmallVector<Type> results;
  if (isa<TensorType>(destination.getType()))
    results.push_back(destination.getType());
  return linalg::GenericOp::create(b, loc, results, read, destination, maps,
                                   iterators, buildBody);
}
