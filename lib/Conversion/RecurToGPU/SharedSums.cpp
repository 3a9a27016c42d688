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

/// Threads whose steps of a row fill all banks once.
static constexpr int64_t kBankThreads = 8;

/// Whether a place is left out after as many: helpers of more than two channels
/// that read at the same time would meet in banks.
static bool leavesGaps(const Variant &variant) {
  return kBankThreads / variant.helpers().threadsPerChannel > 2;
}

/// Places of four steps in a row, and one that is 0: what is read for threads
/// without states. Padding lets helpers that read different rows use different
/// banks.
static int64_t countPlaces(const Variant &variant) {
  int64_t gaps = leavesGaps(variant) ? variant.blockSize / kBankThreads + 1 : 0;
  return variant.blockSize + gaps + 1;
}

SharedSums::SharedSums(LaneBuilder &b, const LaunchPlan &plan,
                       const Variant &variant)
    : b(b), plan(plan), variant(variant),
      buffers(variant.numHelpers > 0 ? countPlaces(variant) * kRowSteps : 0) {
  recur::RecurrenceOp op = plan.op;
  if (variant.numHelpers == 0)
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

/// Where a thread, or the first one that does not exist, has its steps in a
/// row.
Value SharedSums::getPlace(Value thread) {
  Value place = thread;
  if (leavesGaps(variant))
    place = arith::AddIOp::create(
        b, thread,
        arith::DivUIOp::create(b, thread, b.indexConstant(kBankThreads)));
  return arith::MulIOp::create(b, place, b.indexConstant(kRowSteps));
}

void SharedSums::prepare(Value thread) {
  Value zeros = getPlace(b.indexConstant(variant.blockSize));
  b.count(
      thread, b.indexConstant(buffers.getNumRows()), {},
      [&](Value row, ValueRange) -> SmallVector<Value> {
        for (auto [number, entry] : llvm::enumerate(entries))
          for (int64_t i = 0; i < kRowSteps; ++i) {
            Value place = arith::AddIOp::create(b, zeros, b.indexConstant(i));
            memref::StoreOp::create(b, b.zero(entry.type), buffers[number],
                                    ValueRange{row, place});
          }
        return {};
      },
      variant.blockSize);
}

void SharedSums::write(unsigned output, const Step &step, Value thread,
                       ArrayRef<Value> sums) {
  size_t number = find(output);
  const Entry &entry = entries[number];
  SmallVector<Value> values;
  for (Value sum : sums)
    values.push_back(toExchanged(b, sum));
  auto [row, inRow] = findInRows(b, step.inRing);
  Value place = getPlace(thread);
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
                                    Value group, Value numMembers) {
  size_t number = find(output);
  const Entry &entry = entries[number];
  Type sumType = recur::getSumType(plan.op, output);
  auto type = VectorType::get({own.atOnce}, entry.type);
  Value firstThread =
      arith::MulIOp::create(b, group, b.indexConstant(variant.threadsPerGroup));
  SmallVector<Value> sums;
  // Parts of which there are several are rows.
  auto [firstRow, inRow] = findInRows(b, own.steps.front().inRing);
  for (size_t k = 0; k < own.size(); k += own.atOnce) {
    Value row = b.createOrFold<arith::AddIOp>(
        firstRow,
        b.indexConstant(k / kRowSteps * variant.helpers().threadsPerChannel));
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
      Value place = arith::AddIOp::create(b, getPlace(other), inRow);
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
