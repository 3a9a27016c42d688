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
  return kBankThreads / variant.finishers().threadsPerChannel > 2;
}

/// Places of four steps in a row that threads have.
static int64_t countOwnPlaces(const Variant &variant) {
  int64_t gaps = leavesGaps(variant) ? variant.blockSize / kBankThreads : 0;
  return variant.blockSize + gaps;
}

/// With zeros after them, one for each channel that a helper finishes: what is
/// read for threads without states. Padding lets helpers that read different
/// rows use different banks.
static int64_t countPlaces(const Variant &variant) {
  int64_t least = countOwnPlaces(variant) + 1 +
                  (variant.channelsPerHelper - 1) * variant.threadsPerGroup;
  int64_t inBanks = leavesGaps(variant) ? 2 : 1;
  return llvm::alignTo(least - inBanks, kBankThreads) + inBanks;
}

SharedSums::SharedSums(LaneBuilder &b, const LaunchPlan &plan,
                       const Variant &variant)
    : b(b), plan(plan), variant(variant),
      buffers(variant.numHelpers > 0 ? countPlaces(variant) * kRowSteps : 0) {
  recur::RecurrenceOp op = plan.op;
  if (variant.numHelpers == 0)
    return;
  for (unsigned i = 0, e = op.getOutputs().size(); i < e; ++i) {
    if (!plan.isSummedAtSteps(i))
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

/// Where a thread has its steps in a row.
Value SharedSums::getPlace(Value thread) {
  Value place = thread;
  if (leavesGaps(variant))
    place = arith::AddIOp::create(
        b, thread,
        arith::DivUIOp::create(b, thread, b.indexConstant(kBankThreads)));
  return arith::MulIOp::create(b, place, b.indexConstant(kRowSteps));
}

/// Where a row has zeros; others follow at distances of groups.
Value SharedSums::getZeros() {
  return b.indexConstant(countOwnPlaces(variant) * kRowSteps);
}

void SharedSums::prepare(Value thread) {
  int64_t distance = variant.threadsPerGroup * kRowSteps;
  b.count(
      thread, b.indexConstant(buffers.getNumRows()), {},
      [&](Value row, ValueRange) -> SmallVector<Value> {
        for (auto [number, entry] : llvm::enumerate(entries))
          for (int64_t group = 0; group < variant.channelsPerHelper; ++group)
            for (int64_t i = 0; i < kRowSteps; ++i) {
              Value place = b.createOrFold<arith::AddIOp>(
                  getZeros(), b.indexConstant(group * distance + i));
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
                                    Value first, int64_t groupsLater,
                                    Value numMembers) {
  size_t number = find(output);
  const Entry &entry = entries[number];
  Type sumType = recur::getSumType(plan.op, output);
  auto type = VectorType::get({own.atOnce}, entry.type);
  Value firstThread =
      arith::MulIOp::create(b, first, b.indexConstant(variant.threadsPerGroup));
  // There are no gaps where there are groups after it.
  Value distance =
      b.indexConstant(groupsLater * variant.threadsPerGroup * kRowSteps);
  SmallVector<Value> sums;
  // Parts of which there are several are rows.
  auto [firstRow, inRow] = findInRows(b, own.steps.front().inRing);
  for (size_t k = 0; k < own.size(); k += own.atOnce) {
    Value row = b.createOrFold<arith::AddIOp>(
        firstRow,
        b.indexConstant(k / kRowSteps * variant.finishers().threadsPerChannel));
    // By thread of the group, for each step.
    SmallVector<SmallVector<Value>> values(own.atOnce);
    for (int64_t i = 0; i < variant.threadsPerGroup; ++i) {
      Value place =
          getPlace(arith::AddIOp::create(b, firstThread, b.indexConstant(i)));
      if (numMembers)
        place = arith::SelectOp::create(
            b,
            arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                  b.indexConstant(i), numMembers),
            place, getZeros());
      place = arith::AddIOp::create(
          b, b.createOrFold<arith::AddIOp>(place, distance), inRow);
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
