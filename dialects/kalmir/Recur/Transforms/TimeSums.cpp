//===- TimeSums.cpp - sums over time, by chunk and of all -----------------===//

#include "TimeSums.h"

#include "kalmir/Recur/IR/RecurFinish.h"
#include "kalmir/Recur/IR/RecurUtils.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::recur;

void recur::widenTimeSums(ImplicitLocOpBuilder &b, RecurrenceOp op,
                          ValueRange outputs, ArrayRef<Value> sums) {
  auto yield = cast<YieldOp>(op.getStepBlock()->getTerminator());
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(yield);
  for (auto [i, output] : llvm::enumerate(outputs)) {
    OpOperand &yielded = yield.getOutputsMutable()[i];
    Type type = getSumType(getElementTypeOrSelf(output));
    if (!sums[i] || yielded.get().getType() == type)
      continue;
    Value summand = getSummand(yielded.get());
    yielded.set(summand.getType() == type
                    ? summand
                    : arith::ExtFOp::create(b, type, summand).getResult());
    if (BlockArgument finished = getFinishedSum(op, i))
      finished.setType(type);
  }
}

void recur::addTimeSums(ImplicitLocOpBuilder &b, ValueRange outputs,
                        ArrayRef<Value> sums) {
  for (auto [output, parts] : llvm::zip_equal(outputs, sums)) {
    if (!parts)
      continue;
    Type type = getElementTypeOrSelf(parts);
    Value total = output;
    if (getElementTypeOrSelf(output) != type) {
      auto [shape, sizes] =
          decomposeMixedValues(memref::getMixedSizes(b, b.getLoc(), output));
      total = memref::AllocOp::create(b, MemRefType::get(shape, type), sizes,
                                      b.getI64IntegerAttr(64));
    }
    linalg::FillOp::create(
        b, arith::ConstantOp::create(b, b.getZeroAttr(type)).getResult(),
        total);
    unsigned rank = cast<MemRefType>(output.getType()).getRank();
    AffineMap all = AffineMap::getMultiDimIdentityMap(rank + 1, b.getContext());
    SmallVector<utils::IteratorType> iterators(rank + 1,
                                               utils::IteratorType::parallel);
    iterators.front() = utils::IteratorType::reduction;
    linalg::GenericOp::create(
        b, ValueRange(parts), ValueRange(total), {all, all.dropResult(0)},
        iterators, [&](OpBuilder &nested, Location loc, ValueRange x) {
          Value sum =
              isa<FloatType>(type)
                  ? arith::AddFOp::create(nested, loc, x[1], x[0]).getResult()
                  : arith::AddIOp::create(nested, loc, x[1], x[0]).getResult();
          linalg::YieldOp::create(nested, loc, sum);
        });
    if (total == output)
      continue;
    AffineMap same = AffineMap::getMultiDimIdentityMap(rank, b.getContext());
    linalg::GenericOp::create(
        b, ValueRange(total), ValueRange(output), {same, same},
        ArrayRef(iterators).drop_front(),
        [&](OpBuilder &nested, Location loc, ValueRange x) {
          Value narrow =
              arith::TruncFOp::create(nested, loc, x[1].getType(), x[0]);
          linalg::YieldOp::create(nested, loc, narrow);
        });
    memref::DeallocOp::create(b, total);
  }
}
