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
    : b(b), plan(plan), variant(variant) {
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
  }
}

bool SharedSums::holds(unsigned output) const {
  return llvm::any_of(
      entries, [&](const Entry &entry) { return entry.output == output; });
}

const SharedSums::Entry &SharedSums::get(unsigned output) const {
  return *llvm::find_if(
      entries, [&](const Entry &entry) { return entry.output == output; });
}

/// Padding lets threads that read different rows use different banks, and is 0:
/// what is read for threads without states.
int64_t SharedSums::countRowElements() const {
  return (variant.blockSize + 1) * kRowSteps;
}

int64_t SharedSums::getEntryBytes(const Entry &entry, int64_t numSteps) const {
  return numSteps / kRowSteps * countRowElements() *
         (entry.type.getIntOrFloatBitWidth() / 8);
}

int64_t SharedSums::getBytes(int64_t numSteps) const {
  int64_t bytes = 0;
  for (const Entry &entry : entries)
    bytes += getEntryBytes(entry, numSteps);
  return bytes;
}

void SharedSums::layOut(int64_t numSteps, int64_t offset) {
  steps = numSteps;
  for (Entry &entry : entries) {
    entry.offset = offset;
    offset += getEntryBytes(entry, steps);
  }
}

void SharedSums::open(Value thread, Value member) {
  if (empty())
    return;
  this->thread = thread;
  this->member = member;
  Value bytes = openSharedMemory(b);
  for (Entry &entry : entries)
    entry.buffer = memref::ViewOp::create(
        b, getSharedType({steps / kRowSteps, countRowElements()}, entry.type),
        bytes, b.indexConstant(entry.offset), ValueRange());
  // The padding of each row holds zeros.
  b.count(
      thread, b.indexConstant(steps / kRowSteps), {},
      [&](Value row, ValueRange) -> SmallVector<Value> {
        for (const Entry &entry : entries)
          for (int64_t i = 0; i < kRowSteps; ++i) {
            Value place = b.indexConstant(variant.blockSize * kRowSteps + i);
            memref::StoreOp::create(b, b.zero(entry.type), entry.buffer,
                                    ValueRange{row, place});
          }
        return {};
      },
      variant.blockSize);
}

void SharedSums::write(unsigned output, Value step, ArrayRef<Value> sums) {
  const Entry &entry = get(output);
  SmallVector<Value> values;
  for (Value sum : sums)
    values.push_back(toExchanged(b, sum));
  auto [row, inRow] = findInRows(b, step);
  Value place = arith::MulIOp::create(b, thread, b.indexConstant(kRowSteps));
  if (values.size() == 1) {
    memref::StoreOp::create(
        b, values.front(), entry.buffer,
        ValueRange{row, arith::AddIOp::create(b, place, inRow)});
    return;
  }
  auto type =
      VectorType::get({static_cast<int64_t>(values.size())}, entry.type);
  vector::StoreOp::create(b, vector::FromElementsOp::create(b, type, values),
                          entry.buffer, ValueRange{row, place},
                          /*nontemporal=*/false, getAlignment(type));
}

SmallVector<Value> SharedSums::load(unsigned output, const OwnSteps &own,
                                    Value numMembers) {
  const Entry &entry = get(output);
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
      Value vector =
          vector::LoadOp::create(b, type, entry.buffer, ValueRange{row, place},
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
