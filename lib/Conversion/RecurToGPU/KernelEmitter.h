//===- KernelEmitter.h - a variant's kernel ---------------------*- C++ -*-===//
//
// A thread of the kernel:
//
//   (1) its channel and its states of it; threads beyond the last channel or
//       state go along on another one, and store the same or nothing
//   (2) time-invariant values and initial states -> registers
//   (3) for each tile of time: wait until it is in shared memory, begin to copy
//       a later one; then for some steps at a time
//         what the states share                       stage time, most of it
//                                                     from shared memory
//                                                     (SharedValues.h)
//         each state                                  stage inner
//         sums over its states                        -> SharedSums.h
//         rescaling
//       and the steps that are left one at a time; after all of them, or a
//       window of them where the sums have no more room, the sums over all
//       states, and what becomes of them (FinishCode.h), are stored
//   (4) final states, and sums over time
//
// All threads of a workgroup run the same steps, so that a warp waits for all
// of them.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_KERNELEMITTER_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_KERNELEMITTER_H

#include "DeferredRescaling.h"
#include "FinishCode.h"
#include "LaunchPlan.h"
#include "SharedResults.h"
#include "SharedSums.h"
#include "SharedTiles.h"
#include "SharedValues.h"

#include "../RecurToSCF/Rescale.h"
#include "../RecurToSCF/StepCode.h"

namespace kalmir::threads {

/// Emits the kernel of one variant.
class KernelEmitter {
public:
  KernelEmitter(const LaunchPlan &plan, lanes::LaneBuilder &b,
                const Variant &variant);

  /// Emits the launch for the states from `first` on, of `numStates`. Where it
  /// is repeated, sums over those before are in `partials`, by output: the
  /// output itself, or a buffer like it, where it will be something else.
  void emit(mlir::Value numStates, mlir::Value first,
            llvm::ArrayRef<mlir::Value> partials = {});

private:
  /// One state of the thread.
  struct OwnState {
    lanes::Position position;
    /// Whether it exists; null where all do.
    mlir::Value exists;
    /// The time-invariant values that its steps need.
    mlir::IRMapping kept;
  };
  /// Where a step stands: its number, in its tile too.
  struct Step {
    mlir::Value number, inTile;
  };
  /// What a step reads.
  struct StepInputs {
    Step step;
    mlir::Value index;
    mlir::IRMapping shared;
    /// By state.
    llvm::SmallVector<mlir::IRMapping, 0> own;
    /// Values of the stage time that are in shared memory.
    mlir::IRMapping computed;
  };
  using Values = llvm::SmallVector<mlir::Value>;
  mlir::Value constant(int64_t value) { return b.indexConstant(value); }
  bool isSummed(unsigned output);
  bool isOverTime(unsigned output);
  bool isSummedOverTime(unsigned output) {
    return isSummed(output) && !isOverTime(output);
  }

  mlir::Value countLaneBlocks();
  mlir::Value countStateBlocks();
  void findChannel(mlir::Value thread, mlir::Value block);
  void findStates();
  Values loadInitial(const OwnState &state);

  Step advance(const Step &first, mlir::Value steps);
  lanes::Position findStep(mlir::Value step);
  StepInputs loadStep(const Step &step);
  void loadTiled(StepInputs &inputs, bool withTimeLast);
  void loadTimeLast(llvm::MutableArrayRef<StepInputs> steps);
  void mapInput(unsigned input, llvm::ArrayRef<mlir::Value> values,
                StepInputs &inputs);
  /// `sums` are those over own states by output, null for what is not summed.
  Values emitStep(const StepInputs &inputs, mlir::ValueRange carried,
                  Values &sums, bool rescales);
  Values emitOneStep(const Step &step, mlir::ValueRange carried);
  Values emitRow(const Step &first, mlir::ValueRange carried);
  Values emitSteps(const Step &first, mlir::ValueRange carried);
  Values redoIfOutOfRange(const Step &first, mlir::ValueRange before,
                          llvm::ArrayRef<mlir::Value> after,
                          DeferredRescaling &deferred);
  Values emitWindow(mlir::Value first, mlir::Value window,
                    mlir::ValueRange carried);
  Values emitTile(mlir::Value first, mlir::Value following,
                  mlir::ValueRange carried);
  Values emitTime(mlir::ValueRange carried);

  void addOwn(mlir::Value &sum, unsigned output, mlir::Value contribution,
              const OwnState &state);
  void storeSums(const StepInputs &first, llvm::ArrayRef<Values> sums);
  void finishSums(unsigned output, llvm::ArrayRef<mlir::Value> sums,
                  mlir::Value first, const OwnSteps &own,
                  mlir::Value whole = {});
  void writeSums();
  mlir::Value countMembers();
  void storeSteps(unsigned output, llvm::ArrayRef<mlir::Value> values,
                  llvm::ArrayRef<lanes::Position> positions,
                  const OwnSteps &own, mlir::Value whole);
  void storeWaiting(mlir::Value first, mlir::Value window);
  void store(mlir::Value value, unsigned output,
             const lanes::Position &position, mlir::Value exists);
  void storePart(mlir::Value sum, unsigned output,
                 const lanes::Position &position, mlir::Value exists);
  void storeFinal(llvm::ArrayRef<mlir::Value> carried);

  const LaunchPlan &plan;
  lanes::LaneBuilder &b;
  Variant variant;
  recur::RecurrenceOp op;
  lanes::StepCode code;
  lanes::Rescaling rescaling;
  /// Whether it waits for the end of some steps.
  bool defers;
  FinishCode finish;
  SharedResults results;
  SharedSums waiting;
  /// Sums of the thread that are not there yet, one step or a row.
  struct PendingSums {
    unsigned output;
    mlir::Value step;
    Values values;
  };
  llvm::SmallVector<PendingSums, 0> pending;
  SharedValues values;
  SharedTiles tiles;
  /// Steps that run together, a divisor of those of a tile.
  int64_t unrolledSteps;
  /// The workgroup's first channel, and the thread's, which may not exist.
  lanes::Position origin, channel;
  mlir::Value channelExists;
  /// The number of the channel in the workgroup (of one that exists), and of
  /// the thread in its group.
  mlir::Value number, member;
  llvm::ArrayRef<mlir::Value> partials;
  /// How many states a channel has.
  mlir::Value numStates;
  /// The first state of the group, and the thread's, counted from there.
  mlir::Value firstOfGroup, firstState;
  mlir::IRMapping outside;
  llvm::SmallVector<OwnState, 0> states;
};

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_KERNELEMITTER_H
