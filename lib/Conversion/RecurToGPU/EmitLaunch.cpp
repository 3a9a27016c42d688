//===- EmitLaunch.cpp - the launches of one recurrence --------------------===//
//
//   if the channels have no states   sums are 0
//   else if the states fit the first variant, and its workgroups, if large,
//           fill the multiprocessors           launch it
//   else ...
//   else   launch the last variant, maybe for some of the states after the
//          other
//
//===----------------------------------------------------------------------===//

#include "EmitLaunch.h"

#include "KernelEmitter.h"

#include "../RecurToSCF/InitialStates.h"

#include "kalmir/Recur/IR/RecurFinish.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/TypeUtilities.h"

#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace kalmir;
using namespace kalmir::threads;
using lanes::LaneBuilder;

/// Rounds of workgroups after which it hardly counts how many run in the last.
static constexpr int64_t kManyRounds = 8;

/// Whether so many workgroups, each of which has a multiprocessor to itself,
/// leave at most half of these without one in the last round, or run in many
/// rounds. Smaller ones would share the last round more evenly.
static Value fillsMultiprocessors(LaneBuilder &b, const LaunchPlan &plan,
                                  Value count) {
  int64_t number = plan.multiprocessors;
  Value inLast = arith::RemUIOp::create(b, count, b.indexConstant(number));
  auto compare = [&](arith::CmpIPredicate predicate, Value value,
                     int64_t limit) -> Value {
    return arith::CmpIOp::create(b, predicate, value, b.indexConstant(limit));
  };
  Value isFull = compare(arith::CmpIPredicate::eq, inLast, 0);
  Value isHalfFull =
      compare(arith::CmpIPredicate::uge, inLast, llvm::divideCeil(number, 2));
  Value areMany =
      compare(arith::CmpIPredicate::uge, count, kManyRounds * number);
  Value fills = arith::OrIOp::create(b, isFull, isHalfFull);
  return arith::OrIOp::create(b, fills, areMany);
}

/// Whether a variant is the one to run, an i1.
static Value isChosen(LaneBuilder &b, const LaunchPlan &plan,
                      const Variant &variant, Value numStates,
                      KernelEmitter &emitter) {
  Value chosen = b.createOrFold<arith::ConstantOp>(b.getBoolAttr(true));
  if (plan.isReduced)
    chosen =
        b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::ule, numStates,
                                      b.indexConstant(variant.numStates()));
  if (!variant.isRagged && variant.statesPerThread > 1)
    chosen = b.createOrFold<arith::AndIOp>(
        chosen, b.createOrFold<arith::CmpIOp>(
                    arith::CmpIPredicate::eq,
                    b.createOrFold<arith::RemUIOp>(
                        numStates, b.indexConstant(variant.statesPerThread)),
                    b.indexConstant(0)));
  if (variant.isLarge())
    chosen = b.createOrFold<arith::AndIOp>(
        chosen, fillsMultiprocessors(b, plan, emitter.countWorkgroups()));
  return chosen;
}

/// Where sums over some states wait for the others: in the output, or in a
/// buffer like it where that has another type or more becomes of them.
static SmallVector<Value> allocatePartials(LaneBuilder &b,
                                           const LaunchPlan &plan) {
  recur::RecurrenceOp op = plan.op;
  SmallVector<Value> partials;
  for (auto [i, output] : llvm::enumerate(op.getOutputs())) {
    Type type = recur::getSumType(op, i);
    if (!plan.isSummed(i) || (recur::isFinishTrivial(op, i) &&
                              type == getElementTypeOrSelf(output.getType()))) {
      partials.push_back(output);
      continue;
    }
    auto [shape, sizes] =
        decomposeMixedValues(memref::getMixedSizes(b, b.getLoc(), output));
    partials.push_back(memref::AllocOp::create(b, MemRefType::get(shape, type),
                                               sizes, b.getI64IntegerAttr(64)));
  }
  return partials;
}

void threads::emitLaunches(const LaunchPlan &plan) {
  recur::RecurrenceOp op = plan.op;
  lanes::LanePlan scalars;
  scalars.op = op;
  scalars.initialStates = lanes::takeInitialStates(op);
  lanes::takeFilledStates(op, scalars.initialStates);
  linalg::GenericOp computed =
      lanes::takeComputedStates(op, scalars.initialStates);
  scalars.computedStates = computed;
  auto eraseComputed = llvm::make_scope_exit([&] {
    if (computed)
      computed.erase();
  });
  scalars.timeDim = op.getTimeDim();
  scalars.gridDims = plan.outerDims;
  if (plan.laneDim)
    scalars.gridDims.push_back(*plan.laneDim);
  scalars.innerDims = plan.innerDims;
  scalars.keepsInRegisters = true;
  LaneBuilder b(scalars);
  auto multiply = [&](ArrayRef<unsigned> dims) {
    Value product = b.indexConstant(1);
    for (unsigned dim : dims)
      product = b.createOrFold<arith::MulIOp>(product, b.extent(dim));
    return product;
  };
  Value numStates = multiply(plan.innerDims), zero = b.indexConstant(0);
  auto fillOutputs = [&] {
    recur::RecurrenceHeader header = recur::RecurrenceHeader::of(op);
    for (auto [i, output] : llvm::enumerate(header.outputs))
      if (recur::isFinishTrivial(op, i))
        linalg::FillOp::create(
            b, b.zero(getElementTypeOrSelf(output.getType())), output);
      else
        recur::createFinish(b, op, i, header.inputs, header.inputMaps,
                            /*sums=*/Value(), output, header.outputMaps[i]);
  };
  // There are no parts of what is empty, nor is there anything to run.
  auto isEmpty = [&](unsigned dim) {
    return recur::getStaticExtent(op, dim) == 0;
  };
  if (llvm::any_of(scalars.gridDims, isEmpty) ||
      llvm::any_of(plan.innerDims, isEmpty)) {
    fillOutputs();
    return;
  }
  // Channels without states have nothing to run; their sums are 0.
  if (!getConstantIntValue(numStates)) {
    auto ifOp =
        scf::IfOp::create(b,
                          arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                                numStates, b.indexConstant(0)),
                          /*withElseRegion=*/true);
    b.setInsertionPointToStart(ifOp.thenBlock());
    fillOutputs();
    b.setInsertionPointToStart(ifOp.elseBlock());
  }
  for (const Variant &variant : ArrayRef(plan.variants).drop_back()) {
    KernelEmitter emitter(plan, b, variant, numStates);
    if (variant.isLarge() && !emitter.sharesLongWindows())
      continue;
    auto ifOp =
        scf::IfOp::create(b, isChosen(b, plan, variant, numStates, emitter),
                          /*withElseRegion=*/true);
    b.setInsertionPointToStart(ifOp.thenBlock());
    emitter.emit(zero);
    b.setInsertionPointToStart(ifOp.elseBlock());
  }
  const Variant &last = plan.variants.back();
  if (!last.isRepeated) {
    KernelEmitter(plan, b, last, numStates).emit(zero);
    return;
  }
  SmallVector<Value> partials = allocatePartials(b, plan);
  b.count(
      zero, numStates, {},
      [&](Value first, ValueRange) -> SmallVector<Value> {
        KernelEmitter(plan, b, last, numStates).emit(first, partials);
        return {};
      },
      last.numStates());
  for (auto [partial, output] : llvm::zip_equal(partials, op.getOutputs()))
    if (partial != output)
      memref::DeallocOp::create(b, partial);
}
