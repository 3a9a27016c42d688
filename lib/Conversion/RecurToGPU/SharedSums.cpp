//===- SharedSums.cpp - sums of threads in shared memory ------------------===//

#include "SharedSums.h"

#include "Addresses.h"
#include "GroupSums.h"

#include "kalmir/Recur/IR/RecurFinish.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::LaneBuilder;

SharedSums::SharedSums(LaneBuilder &b, const LaunchPlan &plan,
                       const Variant &variant)
    : b(b), plan(plan), variant(variant),
      // Padding lets threads that read different rows use different banks, and
      // is 0: what is read for threads without states.
      buffers((variant.blockSize + 1) * kRowSteps) {
  recur::RecurrenceOp op = plan.op;
  if (variant.threadsPerGroup < kRowSteps || plan.isOneStep)
    return;
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i) {
    AffineMap map = op.getOutputMap(i);
    bool isSum = llvm::none_of(
        plan.innerDims, [&](unsigned dim) { return map.isFunctionOfDim(dim); });
    if (!isSum || !map.isFunctionOfDim(op.getTimeDim()))
      continue;
    Entry &entry = entries.emplace_back();
    entry.output = i;
    entry.type = getExchangedType(b, recur::getSumType(op, i));
    buffers.add(entry.type);
  }
}

bool SharedSums::holds(unsigned output) const {
  return llvm::any_of(
      entries, [&](const Entry &entry) { return entry.output == output; });
}

size_t SharedSums::find(unsigned output) const {
  return llvm::find_if(
             entries,
             [&](const Entry &entry) { return entry.output == output; }) -
         entries.begin();
}

void SharedSums::open(Value thread, Value member) {
  if (empty())
    return;
  this->thread = thread;
  this->member = member;
  buffers.open(b);
  // The padding of each row holds zeros.
  b.count(
      thread, b.indexConstant(buffers.getNumRows()), {},
      [&](Value row, ValueRange) -> SmallVector<Value> {
        for (auto [number, entry] : llvm::enumerate(entries))
          for (int64_t i = 0; i < kRowSteps; ++i) {
            Value place = b.indexConstant(variant.blockSize * kRowSteps + i);
            memref::StoreOp::create(b, b.zero(entry.type), buffers[number],
                                    ValueRange{row, place});
          }
        return {};
      },
      variant.blockSize);
}

void SharedSums::write(unsigned output, Value step, ArrayRef<Value> sums) {
  size_t number = find(output);
  const Entry &entry = entries[number];
  SmallVector<Value> values;
  for (Value sum : sums)
    values.push_back(toExchanged(b, sum));
  auto [row, inRow] = findInRows(b, step);
  Value place = arith::MulIOp::create(b, thread, b.indexConstant(kRowSteps));
  if (values.size() == 1) {
    memref::StoreOp::create(
        b, values.front(), buffers[number],
        ValueRange{row, arith::AddIOp::create(b, place, inRow)});
    return;
  }
  auto type =
      VectorType::get({static_cast<int64_t>(values.size())}, entry.type);
  vector::StoreOp::create(b, vector::FromElementsOp::create(b, type, values),
                          buffers[number], ValueRange{row, place},
                          /*nontemporal=*/false, getAlignment(type));
}

SmallVector<Value> SharedSums::load(unsigned output, const OwnSteps &own,
                                    Value numMembers) {
  size_t number = find(output);
  const Entry &entry = entries[number];
  Type sumType = recur::getSumType(plan.op, output);
  auto type = VectorType::get({own.atOnce}, entry.type);
  Value firstThread = hideOrigin(b, arith::SubIOp::create(b, thread, member));
  SmallVector<Value> sums;
  for (size_t k = 0; k < own.size(); k += own.atOnce) {
    auto [row, inRow] = findInRows(b, own.steps[k]);
    // By thread of the group, for each step.
    SmallVector<SmallVector<Value>> values(own.atOnce);
    for (int64_t i = 0; i < variant.threadsPerGroup; ++i) {
      Value other = arith::AddIOp::create(b, firstThread, b.indexConstant(i));
      if (numMembers)
        other = arith::SelectOp::create(
            b,
            arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                  b.indexConstant(i), numMembers),
            other, b.indexConstant(variant.blockSize));
      Value place = arith::AddIOp::create(
          b, arith::MulIOp::create(b, other, b.indexConstant(kRowSteps)),
          inRow);
      Value vector = vector::LoadOp::create(
          b, type, buffers[number], ValueRange{row, place},
          /*nontemporal=*/false, getAlignment(type));
      for (int64_t step = 0; step < own.atOnce; ++step)
        values[step].push_back(fromExchanged(
            b, vector::ExtractOp::create(b, vector, step), sumType));
    }
    for (SmallVector<Value> &terms : values)
      sums.push_back(addLikeGroup(b, terms));
  }
  return sums;
}
