//===- OwnSteps.cpp - steps that a thread has for itself ------------------===//

#include "OwnSteps.h"

#include "Addresses.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace kalmir;
using lanes::LaneBuilder;

threads::Step threads::advance(LaneBuilder &b, const Step &step, Value steps) {
  auto add = [&](Value x) { return b.createOrFold<arith::AddIOp>(x, steps); };
  return {add(step.number), add(step.inTile), add(step.inRing)};
}

int64_t threads::countStepsAtOnce(const Team &team, int64_t numSteps) {
  return std::clamp<int64_t>(numSteps / team.threadsPerChannel, 1, kRowSteps);
}

threads::OwnSteps::OwnSteps(LaneBuilder &b, const Team &team,
                            const Step &window, int64_t numSteps, Value member)
    : atOnce(countStepsAtOnce(team, numSteps)) {
  int64_t numParts = numSteps / atOnce;
  Value own;
  if (numParts < team.threadsPerChannel) {
    Value end = b.indexConstant(numParts);
    own = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, member, end);
    member = arith::MinUIOp::create(b, member, b.indexConstant(numParts - 1));
  }
  Step first = advance(
      b, window, arith::MulIOp::create(b, member, b.indexConstant(atOnce)));
  for (int64_t begin = 0; begin < numParts; begin += team.threadsPerChannel)
    for (int64_t i = 0; i < atOnce; ++i) {
      steps.push_back(advance(b, first, b.indexConstant(begin * atOnce + i)));
      isOwn.push_back(own);
    }
}

int64_t threads::RowBuffers::getBytes(const Buffer &buffer,
                                      int64_t numSteps) const {
  return numSteps / kRowSteps * rowElements *
         (buffer.element.getIntOrFloatBitWidth() / 8);
}

int64_t threads::RowBuffers::getBytes(int64_t numSteps) const {
  int64_t bytes = 0;
  for (const Buffer &buffer : buffers)
    bytes += getBytes(buffer, numSteps);
  return bytes;
}

void threads::RowBuffers::layOut(int64_t numSteps, int64_t offset) {
  steps = numSteps;
  for (Buffer &buffer : buffers) {
    buffer.offset = offset;
    offset += getBytes(buffer, steps);
  }
}

void threads::RowBuffers::open(LaneBuilder &b) {
  Value bytes = openSharedMemory(b);
  for (Buffer &buffer : buffers)
    buffer.view = memref::ViewOp::create(
        b, getSharedType({getNumRows(), rowElements}, buffer.element), bytes,
        b.indexConstant(buffer.offset), ValueRange());
}

std::pair<Value, Value> threads::findInRows(LaneBuilder &b, Value step) {
  Value length = b.indexConstant(kRowSteps);
  return {arith::DivUIOp::create(b, step, length),
          arith::RemUIOp::create(b, step, length)};
}

void threads::waitForWarp(LaneBuilder &b) {
  NVVM::SyncWarpOp::create(b,
                           arith::ConstantIntOp::create(b, b.getI32Type(), -1));
}
