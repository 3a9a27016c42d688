//===- Recurrence.cpp - meaning of recur.generic and recur.scan -----------===//

#include "kalmir/Reference/Recurrence.h"

#include "kalmir/Recur/IR/RecurFinish.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace kalmir;
using namespace kalmir::reference;
using recur::IteratorType;

/// Steps of a chunk where the schedule names none.
static constexpr int64_t kDefaultChunkLength = 4;

RecurrenceRun::RecurrenceRun(recur::RecurrenceOp op, Frame &frame)
    : op(op), frame(frame), timeDim(op.getTimeDim()) {
  if (frame.getOptions().scanByElements)
    scan = dyn_cast<recur::ScanOp>(op.getOperation());
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// The extents of all iterators, from the operands in order; operands that
/// disagree are diagnosed.
LogicalResult RecurrenceRun::findExtents() {
  struct Source {
    int64_t size = -1;
    std::string name;
  };
  SmallVector<Source> sources(op.getNumIterators());
  auto visit = [&](ArrayRef<Operand> operands, auto getMap, StringRef kind,
                   unsigned shift) -> LogicalResult {
    for (auto [i, operand] : llvm::enumerate(operands))
      for (auto [position, expr] : llvm::enumerate(getMap(i).getResults())) {
        unsigned dim = cast<AffineDimExpr>(expr).getPosition();
        int64_t size = operand.array.getShape()[position + shift];
        Source &source = sources[dim];
        if (source.size < 0)
          source = {size, (kind + " " + Twine(i)).str()};
        else if (source.size != size)
          return op.emitOpError("expected extent ")
                 << source.size << " of iterator " << dim << ", as in "
                 << source.name << ", found " << size << " in " << kind << " "
                 << i;
      }
    return success();
  };
  if (failed(visit(
          inputs, [&](unsigned i) { return op.getInputMap(i); }, "input", 0)) ||
      failed(visit(
          states, [&](unsigned i) { return op.getStateMap(i); }, "state",
          op.getSegments() ? 1 : 0)) ||
      failed(visit(
          outputs, [&](unsigned i) { return op.getOutputMap(i); }, "output",
          0)))
    return failure();
  for (Source &source : sources)
    extents.push_back(source.size);
  return success();
}

LogicalResult RecurrenceRun::readSegments() {
  int64_t length = extents[timeDim];
  if (!op.getSegments()) {
    bounds = {0, length};
    return success();
  }
  const Array &segments = frame.get(op.getSegments());
  bounds.assign(segments.get<int64_t>(),
                segments.get<int64_t>() + segments.size());
  if (bounds.empty())
    return op.emitOpError("expected at least one segment boundary, found none");
  if (bounds.front() != 0)
    return op.emitOpError("expected segments to begin with 0, found ")
           << bounds.front();
  for (size_t i = 1; i < bounds.size(); ++i)
    if (bounds[i] < bounds[i - 1])
      return op.emitOpError("expected segments not to decrease, found ")
             << bounds[i] << " after " << bounds[i - 1] << " at position " << i;
  if (bounds.back() != length)
    return op.emitOpError("expected segments to end with the extent ")
           << length << " of time, found " << bounds.back();
  int64_t numSequences = bounds.size() - 1;
  for (auto [i, state] : llvm::enumerate(states))
    if (state.array.getShape()[0] != numSequences)
      return op.emitOpError("expected state ")
             << i << " to have one entry for each of " << numSequences
             << " segments, found " << state.array.getShape()[0];
  return success();
}

LaneAccess RecurrenceRun::makeAccess(const Array &array, AffineMap map,
                                     unsigned shift) const {
  SmallVector<int64_t> arrayStrides = getStrides(array.getShape());
  SmallVector<int64_t> strides(extents.size(), 0);
  for (auto [position, expr] : llvm::enumerate(map.getResults()))
    strides[cast<AffineDimExpr>(expr).getPosition()] =
        arrayStrides[position + shift];
  return LaneAccess(strides, 0);
}

/// Outputs summed over some iterator begin with 0, others unwritten.
LogicalResult RecurrenceRun::createOutputs() {
  for (auto [i, output] : llvm::enumerate(outputs)) {
    AffineMap map = op.getOutputMap(i);
    // The reference has read the type of the output, and of what is yielded.
    std::optional<Kind> kind = getKind(recur::getContributionType(op, i));
    if (!kind)
      return op.emitOpError("expected sums of floating-point, integer or index "
                            "type for the reference, found ")
             << recur::getContributionType(op, i);
    SmallVector<int64_t> shape(output.array.getShape());
    bool sums = map.getNumResults() < op.getNumIterators();
    FailureOr<Array> array = sums ? frame.createZero(op, *kind, shape)
                                  : frame.create(op, *kind, shape);
    if (failed(array))
      return failure();
    output.array = std::move(*array);
    output.access = makeAccess(output.array, map, 0);
  }
  return success();
}

LogicalResult RecurrenceRun::readOperands() {
  for (Value input : op.getInputs())
    inputs.push_back({frame.get(input), std::nullopt});
  for (Value state : op.getStates())
    states.push_back({frame.take(state, op), std::nullopt});
  for (Value output : op.getOutputs())
    outputs.push_back({frame.take(output, op), std::nullopt});
  if (failed(findExtents()) || failed(readSegments()) ||
      failed(createOutputs()))
    return failure();
  for (auto [i, input] : llvm::enumerate(inputs))
    input.access = makeAccess(input.array, op.getInputMap(i), 0);
  for (auto [i, state] : llvm::enumerate(states))
    state.access =
        makeAccess(state.array, op.getStateMap(i), op.getSegments() ? 1 : 0);
  SmallVector<unsigned> laneDims;
  for (unsigned dim = 0, e = extents.size(); dim < e; ++dim)
    if (dim != timeDim)
      laneDims.push_back(dim);
  lanes.emplace(laneDims, extents);
  return success();
}

LogicalResult RecurrenceRun::createPrograms() {
  auto create = [&](Block &block, std::optional<LaneProgram> &program) {
    FailureOr<LaneProgram> created = LaneProgram::create(
        block, [&](Value value) -> const Array & { return frame.get(value); });
    if (succeeded(created))
      program = std::move(*created);
    return success(succeeded(created));
  };
  if (failed(create(*op.getStepBlock(), step)))
    return failure();
  if (!scan)
    return success();
  extend.block = &scan.getExtend().front();
  combine.block = &scan.getCombine().front();
  apply.block = &scan.getApply().front();
  std::optional<recur::ScheduleAttr> schedule = op.getSchedule();
  chunkLength = schedule && schedule->getChunkLength() > 0
                    ? schedule->getChunkLength()
                    : kDefaultChunkLength;
  return failure(failed(create(*extend.block, extend.program)) ||
                 failed(create(*combine.block, combine.program)) ||
                 failed(create(*apply.block, apply.program)));
}

//===----------------------------------------------------------------------===//
// Moving values between slots
//===----------------------------------------------------------------------===//

/// Copies lanes from the slots of `from` in one program to those of `to` in
/// another, or the same, where a slot may be source and destination.
static void copyLanes(LaneProgram &source, ValueRange from, LaneProgram &target,
                      ValueRange to, int64_t n) {
  bool isSwap = &source == &target && llvm::any_of(from, [](Value value) {
    return isa<BlockArgument>(value);
  });
  if (!isSwap) {
    for (auto [a, b] : llvm::zip_equal(from, to))
      std::memcpy(target.getSlot(b), source.getSlot(a), n * sizeof(int64_t));
    return;
  }
  std::vector<int64_t> buffer(from.size() * n);
  for (auto [i, value] : llvm::enumerate(from))
    std::memcpy(&buffer[i * n], source.getSlot(value), n * sizeof(int64_t));
  for (auto [i, value] : llvm::enumerate(to))
    std::memcpy(target.getSlot(value), &buffer[i * n], n * sizeof(int64_t));
}

/// Multiplies each group of homogeneous values by a power of two, lane by
/// lane, where the largest that sets its scale has left [2^-256, 2^256].
static void normalise(LaneProgram &program, ValueRange values,
                      ArrayRef<recur::HomogeneousGroup> groups, int64_t n) {
  const double high = std::ldexp(1.0, 256), low = std::ldexp(1.0, -256);
  for (const recur::HomogeneousGroup &group : groups) {
    double peaks[kMaxLanes] = {};
    for (int64_t member : group.scaleBy) {
      const double *slot = program.get<double>(values[member]);
      for (int64_t lane = 0; lane < n; ++lane)
        peaks[lane] = std::max(peaks[lane], std::fabs(slot[lane]));
    }
    int64_t numOutside = 0;
    for (int64_t lane = 0; lane < n; ++lane)
      numOutside += !(peaks[lane] >= low && peaks[lane] <= high);
    if (numOutside == 0)
      continue;
    for (int64_t lane = 0; lane < n; ++lane) {
      if ((peaks[lane] >= low && peaks[lane] <= high) || peaks[lane] == 0 ||
          !std::isfinite(peaks[lane]))
        continue;
      int exponent = -std::ilogb(peaks[lane]);
      for (int64_t member : group.members) {
        double &value = program.get<double>(values[member])[lane];
        value = std::scalbn(value, exponent);
      }
    }
  }
}

static ValueRange getYielded(Block &block) {
  return cast<recur::YieldOp>(block.getTerminator()).getStates();
}

void RecurrenceRun::fillLaneIndices(LaneProgram &program) {
  for (auto [dim, value] : program.getIndices())
    for (auto [i, laneDim] : llvm::enumerate(lanes->getDims()))
      if (laneDim == dim)
        llvm::copy(lanes->getIndices(i), program.get<int64_t>(value));
}

/// Fills the slots of the inputs that depend on time, or of those that do not.
void RecurrenceRun::loadInputs(LaneProgram &program, Block &block,
                               int64_t begin, int64_t time, bool perStep) {
  for (unsigned i = 0; i < inputs.size(); ++i) {
    Operand &input = inputs[i];
    bool dependsOnTime = op.getInputMap(i).isFunctionOfDim(timeDim);
    if (dependsOnTime != perStep)
      continue;
    int64_t shift = (begin + time) * input.access->getStride(timeDim);
    dispatch(input.array.getKind(), [&](auto *type) {
      using T = std::remove_pointer_t<decltype(type)>;
      input.access->load(input.array.get<T>(), perStep ? shift : 0,
                         program.get<T>(block.getArgument(i)));
    });
  }
  if (!perStep)
    return;
  for (auto [dim, value] : program.getIndices())
    if (dim == timeDim)
      std::fill_n(program.get<int64_t>(value), lanes->size(), time);
}

void RecurrenceRun::storeOutputs(int64_t position) {
  auto yield = cast<recur::YieldOp>(op.getStepBlock()->getTerminator());
  for (unsigned i = 0; i < outputs.size(); ++i) {
    Operand &output = outputs[i];
    AffineMap map = op.getOutputMap(i);
    int64_t shift = position * output.access->getStride(timeDim);
    Value value = yield.getOutputs()[i];
    dispatch(output.array.getKind(), [&](auto *type) {
      using T = std::remove_pointer_t<decltype(type)>;
      T *data = output.array.getMutable<T>();
      if (map.getNumResults() == op.getNumIterators())
        output.access->store(data, shift, step->get<T>(value));
      else
        output.access->add(data, shift, step->get<T>(value),
                           reference::getWidth(value.getType()));
    });
  }
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

void RecurrenceRun::reportProgress(int64_t step, int64_t length) {
  const Options &options = frame.getOptions();
  if (!options.progress || step % 4096 != 0)
    return;
  double lane = firstLane + double(step) / length * lanes->size();
  options.progress(lane / lanes->getNumLanes());
}

/// Runs the step `count` times from step number `first` of a sequence that
/// begins at `begin`, from the states in the step's slots.
LogicalResult RecurrenceRun::runChunk(int64_t begin, int64_t length,
                                      int64_t first, int64_t count) {
  Block &block = *op.getStepBlock();
  ValueRange arguments =
      block.getArguments().slice(inputs.size(), states.size());
  SmallVector<recur::HomogeneousGroup> groups;
  if (auto scanOp = dyn_cast<recur::ScanOp>(op.getOperation()))
    groups = scanOp.getStateGroups();
  int64_t n = lanes->size();
  for (int64_t k = first; k < first + count; ++k) {
    reportProgress(k, length);
    int64_t time = op.getReverse() ? length - 1 - k : k;
    loadInputs(*step, block, begin, time, /*perStep=*/true);
    if (failed(step->run(n)))
      return failure();
    storeOutputs(begin + time);
    copyLanes(*step, getYielded(block), *step, arguments, n);
    normalise(*step, arguments, groups, n);
  }
  return success();
}

/// Runs a sequence by elements: see the file's head.
LogicalResult RecurrenceRun::runElements(int64_t begin, int64_t length) {
  int64_t n = lanes->size();
  Block &stepBlock = *op.getStepBlock();
  ValueRange stepStates =
      stepBlock.getArguments().slice(inputs.size(), states.size());
  size_t numEntries = scan.getElementTypes().size();
  ValueRange extendElement =
      extend.block->getArguments().slice(inputs.size(), numEntries);
  ValueRange earlier = combine.block->getArguments().take_front(numEntries);
  ValueRange later = combine.block->getArguments().drop_front(numEntries);
  ValueRange applyElement = apply.block->getArguments().take_front(numEntries);
  ValueRange applyStates = apply.block->getArguments().drop_front(numEntries);
  SmallVector<recur::HomogeneousGroup> groups = scan.getElementGroups();
  auto setIdentity = [&](LaneProgram &program, ValueRange element) {
    for (auto [value, number] : llvm::zip_equal(element, scan.getIdentity()))
      if (auto real = dyn_cast<FloatAttr>(number))
        std::fill_n(program.get<double>(value), n, real.getValueAsDouble());
      else
        std::fill_n(program.get<int64_t>(value), n,
                    wrap(cast<IntegerAttr>(number).getValue().getSExtValue(),
                         reference::getWidth(value.getType())));
  };

  // The initial states stay in apply's slots, the element of all chunks so far
  // in combine's.
  copyLanes(*step, stepStates, *apply.program, applyStates, n);
  setIdentity(*combine.program, earlier);
  for (int64_t first = 0; first < length; first += chunkLength) {
    int64_t count = std::min(chunkLength, length - first);
    copyLanes(*combine.program, earlier, *apply.program, applyElement, n);
    if (failed(apply.program->run(n)))
      return failure();
    copyLanes(*apply.program, getYielded(*apply.block), *step, stepStates, n);
    if (failed(runChunk(begin, length, first, count)))
      return failure();

    setIdentity(*extend.program, extendElement);
    for (int64_t k = first; k < first + count; ++k) {
      int64_t time = op.getReverse() ? length - 1 - k : k;
      loadInputs(*extend.program, *extend.block, begin, time, true);
      if (failed(extend.program->run(n)))
        return failure();
      copyLanes(*extend.program, getYielded(*extend.block), *extend.program,
                extendElement, n);
      normalise(*extend.program, extendElement, groups, n);
    }
    copyLanes(*extend.program, extendElement, *combine.program, later, n);
    if (failed(combine.program->run(n)))
      return failure();
    copyLanes(*combine.program, getYielded(*combine.block), *combine.program,
              earlier, n);
    normalise(*combine.program, earlier, groups, n);
  }
  copyLanes(*combine.program, earlier, *apply.program, applyElement, n);
  if (failed(apply.program->run(n)))
    return failure();
  copyLanes(*apply.program, getYielded(*apply.block), *step, stepStates, n);
  return success();
}

LogicalResult RecurrenceRun::runBlock(int64_t sequence) {
  int64_t begin = bounds[sequence];
  int64_t length = bounds[sequence + 1] - begin;
  // The states of an empty sequence are not touched.
  if (length == 0)
    return success();
  Block &block = *op.getStepBlock();
  auto forEachState = [&](auto function) {
    for (auto [i, state] : llvm::enumerate(states)) {
      int64_t shift = op.getSegments()
                          ? sequence * getStrides(state.array.getShape())[0]
                          : 0;
      Value argument = block.getArgument(inputs.size() + i);
      dispatch(state.array.getKind(), [&, &state = state](auto *type) {
        using T = std::remove_pointer_t<decltype(type)>;
        function(*state.access, state.array.getMutable<T>(), shift,
                 step->get<T>(argument));
      });
    }
  };
  fillLaneIndices(*step);
  loadInputs(*step, block, 0, 0, /*perStep=*/false);
  forEachState([](LaneAccess &access, auto *data, int64_t shift, auto *slot) {
    access.load(data, shift, slot);
  });
  if (scan) {
    fillLaneIndices(*extend.program);
    loadInputs(*extend.program, *extend.block, 0, 0, /*perStep=*/false);
  }
  if (failed(scan ? runElements(begin, length)
                  : runChunk(begin, length, 0, length)))
    return failure();
  forEachState([](LaneAccess &access, auto *data, int64_t shift, auto *slot) {
    access.store(data, shift, slot);
  });
  return success();
}

LogicalResult RecurrenceRun::run() {
  if (failed(readOperands()) || failed(createPrograms()))
    return failure();
  int64_t numChunks = 1;
  for (firstLane = 0; firstLane < lanes->getNumLanes();
       firstLane += lanes->size()) {
    lanes->moveTo(firstLane);
    for (auto *operands : {&inputs, &states, &outputs})
      for (Operand &operand : *operands)
        operand.access->bind(*lanes);
    for (size_t sequence = 0; sequence + 1 < bounds.size(); ++sequence)
      if (failed(runBlock(sequence)))
        return failure();
  }
  for (unsigned i = 0; i < outputs.size(); ++i)
    if (failed(finishOutput(i)))
      return failure();
  if (scan)
    for (size_t i = 0; i + 1 < bounds.size(); ++i)
      numChunks = std::max<int64_t>(
          numChunks, llvm::divideCeil(bounds[i + 1] - bounds[i], chunkLength));
  Statistics &statistics = frame.getInterpreter().getStatistics();
  statistics.chunks = std::max(statistics.chunks, numChunks);
  statistics.stateSteps += lanes->getNumLanes() * extents[timeDim];

  for (auto [i, state] : llvm::enumerate(states))
    if (failed(frame.set(op->getResult(i), std::move(state.array))))
      return failure();
  for (auto [i, output] : llvm::enumerate(outputs))
    if (failed(frame.set(op->getResult(states.size() + i),
                         std::move(output.array))))
      return failure();
  return success();
}

/// Makes output `i` of its sums.
LogicalResult RecurrenceRun::finishOutput(unsigned i) {
  if (recur::isFinishTrivial(op, i))
    return success();
  // Without what other outputs need, which reads sums that are not there.
  Operation *copy = op->clone();
  auto eraseCopy = llvm::make_scope_exit([&] { copy->erase(); });
  Block &block = *cast<recur::RecurrenceOp>(copy).getFinishBlock();
  auto yield = cast<recur::YieldOp>(block.getTerminator());
  for (unsigned k = 0; k < outputs.size(); ++k)
    if (k != i)
      yield.getOutputsMutable()[k].set(block.getArgument(inputs.size() + k));
  for (Operation &dead : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&dead))
      dead.erase();
  AffineMap map = op.getOutputMap(i);
  FailureOr<LaneProgram> program = LaneProgram::create(
      block, [&](Value value) -> const Array & { return frame.get(value); });
  if (failed(program))
    return failure();
  SmallVector<unsigned> dims;
  for (unsigned dim = 0, e = extents.size(); dim < e; ++dim)
    if (map.isFunctionOfDim(dim))
      dims.push_back(dim);
  LaneBlock elements(dims, extents);
  Array sums = std::move(outputs[i].array);
  FailureOr<Array> result = frame.create(
      op, *getKind(getElementTypeOrSelf(op.getOutputs()[i])), sums.getShape());
  if (failed(result))
    return failure();
  // What only other outputs read is left out.
  SmallVector<std::pair<unsigned, LaneAccess>> read;
  for (unsigned k = 0; k < inputs.size(); ++k) {
    AffineMap inputMap = op.getInputMap(k);
    if (llvm::all_of(inputMap.getResults(), [&](AffineExpr expr) {
          return map.isFunctionOfDim(cast<AffineDimExpr>(expr).getPosition());
        }))
      read.emplace_back(k, makeAccess(inputs[k].array, inputMap, 0));
  }
  LaneAccess access = makeAccess(sums, map, 0);
  Value yielded = yield.getOutputs()[i];
  auto load = [&](LaneAccess &from, const Array &array, Value argument) {
    from.bind(elements);
    dispatch(array.getKind(), [&](auto *type) {
      using T = std::remove_pointer_t<decltype(type)>;
      from.load(array.get<T>(), 0, program->get<T>(argument));
    });
  };
  for (int64_t first = 0; first < elements.getNumLanes();
       first += elements.size()) {
    elements.moveTo(first);
    for (auto &[k, from] : read)
      load(from, inputs[k].array, block.getArgument(k));
    load(access, sums, block.getArgument(inputs.size() + i));
    for (auto [dim, value] : program->getIndices())
      for (auto [position, own] : llvm::enumerate(dims)) {
        if (own != dim)
          continue;
        int64_t *slot = program->get<int64_t>(value);
        llvm::copy(elements.getIndices(position), slot);
        // Steps are counted from the start of their sequence.
        for (int64_t lane = 0; dim == timeDim && lane < elements.size(); ++lane)
          slot[lane] -= *std::prev(llvm::upper_bound(bounds, slot[lane]));
      }
    if (failed(program->run(elements.size())))
      return failure();
    dispatch(result->getKind(), [&](auto *type) {
      using T = std::remove_pointer_t<decltype(type)>;
      access.store(result->getMutable<T>(), 0, program->get<T>(yielded));
    });
  }
  outputs[i].array = std::move(*result);
  return success();
}

void reference::addRecurHandlers(Handlers &handlers) {
  handlers.addGeneric<recur::GenericOp, recur::ScanOp>(
      [](Operation *op, Frame &frame) {
        return RecurrenceRun(cast<recur::RecurrenceOp>(op), frame).run();
      });
}
