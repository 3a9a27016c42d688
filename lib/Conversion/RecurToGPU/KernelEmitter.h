//===- KernelEmitter.h - a variant's kernel ---------------------*- C++ -*-===//
//
// A thread of the kernel:
//
//   (1) its channel and its states of it; threads beyond the last channel or
//       state go along on another one, and store the same or nothing
//   (2) time-invariant values and initial states -> registers
//   (3) for each tile of time, a window of it after the other, some steps at a
//       time
//         what the states share                       stage time, from shared
//                                                     memory where it is there
//                                                     (SharedTiles.h)
//         each state                                  stage inner
//         sums over its states                        -> SharedSums.h
//         rescaling
//       and the steps that are left one at a time
//   (4) final states, and sums over time
//
// What is done once for a step of a channel, and not for a state, other warps
// of the workgroup do, the helpers: they copy tiles to shared memory, prepare
// for the window that comes next what states share (SharedValues.h) and widen
// narrow inputs, add up the sums of the window before over all states, and
// store what becomes of them (FinishCode.h). Where there is nothing of that but
// copies, there are no helpers.
//
//   barrier       |             |           |             |
//   carriers      |             | window 0  | window 1    |
//   helpers  copy | prepare 0   | prepare 1 | finish 0    | finish 1
//                                             prepare 2
//
// All carriers of a workgroup run the same steps, so that a warp waits for all
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
  /// For channels of `numStates` states.
  KernelEmitter(const LaunchPlan &plan, lanes::LaneBuilder &b,
                const Variant &variant, mlir::Value numStates);

  /// Whether helpers widen what channels share, and add up sums, for as many
  /// steps at once as they would like to.
  bool sharesLongWindows() const;
  mlir::Value countWorkgroups();

  /// Emits the launch for the states from `first` on. Where it is repeated,
  /// sums over those before are in `partials`, by output: the output itself, or
  /// a buffer like it, where it will be something else.
  void emit(mlir::Value first, llvm::ArrayRef<mlir::Value> partials = {});

private:
  /// One state of the thread.
  struct OwnState {
    lanes::Position position;
    /// Whether it exists; null where all do.
    mlir::Value exists;
    /// The time-invariant values that its steps need.
    mlir::IRMapping kept;
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
  bool isSummedOverTime(unsigned output) {
    return plan.isSummed(output) && !plan.isOverTime(output);
  }

  mlir::Value countLaneBlocks();
  mlir::Value countStateBlocks();
  void enter(mlir::Value thread, mlir::Value block, const Team &team);
  void findChannel(mlir::Value block, const Team &team);
  void findStates();
  Values loadInitial(const OwnState &state);

  Step getStep(mlir::Value number);
  lanes::Position findStep(const lanes::Position &channel, mlir::Value step);
  lanes::Position findStep(mlir::Value step) { return findStep(channel, step); }
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
  llvm::SmallVector<llvm::ArrayRef<mlir::Value>>
  splitStates(llvm::ArrayRef<mlir::Value> carried);
  void watch(llvm::ArrayRef<mlir::Value> carried, DeferredRescaling &deferred);
  void rescale(Values &carried, DeferredRescaling &deferred);
  Values redoIfOutOfRange(const Step &first, mlir::ValueRange before,
                          llvm::ArrayRef<mlir::Value> after,
                          DeferredRescaling &deferred);
  Values emitWindow(const Step &window, mlir::ValueRange carried);
  Values emitTile(mlir::Value first, mlir::ValueRange carried);
  Values emitTime(mlir::ValueRange carried);
  void emitCarriers(mlir::Value thread, mlir::Value block);

  void addOwn(mlir::Value &sum, unsigned output, mlir::Value contribution,
              const OwnState &state);
  void storeSums(const StepInputs &first, llvm::ArrayRef<Values> sums);
  void finishSums(unsigned output, llvm::ArrayRef<mlir::Value> sums,
                  const OwnSteps &own, mlir::Value whole = {});
  void storeSteps(unsigned output, llvm::ArrayRef<mlir::Value> values,
                  const OwnSteps &own, mlir::Value whole);
  void writeSums();
  mlir::Value countMembers();
  static Variant addHelpers(const LaunchPlan &plan, Variant variant,
                            const lanes::StepCode &code);
  void prepareVectors();
  void findOwnChannels();
  void prepareWindow(const Step &window);
  OwnSteps getFinishedSteps(const Step &window, mlir::Value &whole);
  void finishWindow(const Step &window);
  void finishVectors(unsigned output, const OwnSteps &own, mlir::Value whole);
  void storeVectors(unsigned output, llvm::ArrayRef<mlir::Value> rows,
                    const OwnSteps &own, mlir::Value whole);
  void waitForTeams();
  void emitHelpers(mlir::Value thread, mlir::Value block);
  void store(mlir::Value value, unsigned output,
             const lanes::Position &position, mlir::Value exists);
  void storePart(mlir::Value sum, unsigned output,
                 const lanes::Position &position, mlir::Value exists);
  void storeFinal(llvm::ArrayRef<mlir::Value> carried);

  const LaunchPlan &plan;
  lanes::LaneBuilder &b;
  /// How many states a channel has.
  mlir::Value numStates;
  recur::RecurrenceOp op;
  lanes::StepCode code;
  Variant variant;
  lanes::Rescaling rescaling;
  /// Whether it waits for the end of some steps.
  bool defers;
  FinishCode finish;
  SharedResults results;
  SharedSums waiting;
  /// Sums of the thread that are not there yet, one step or a row.
  struct PendingSums {
    unsigned output;
    Step step;
    Values values;
  };
  llvm::SmallVector<PendingSums, 0> pending;
  SharedValues values;
  SharedTiles tiles;
  /// Steps that run together, a divisor of those of a tile.
  int64_t unrolledSteps;
  /// The thread in its team.
  mlir::Value thread;
  /// The workgroup's first channel, and the thread's, which may not exist.
  lanes::Position origin, channel;
  mlir::Value channelExists;
  /// The place of the thread's channel in the workgroup, the number there of
  /// the one that stands for it if it does not exist, and the number of the
  /// thread in the channel.
  mlir::Value slot, number, member;
  /// Of a helper that finishes several channels: these, the number of the first
  /// one in the workgroup, and its own number among those that finish them.
  llvm::SmallVector<lanes::Position, 0> ownChannels;
  mlir::Value firstOwn, finishingMember;
  /// By output: whether results of neighbouring channels can be stored
  /// together, decided before the launch.
  llvm::SmallVector<mlir::Value> areVectors;
  llvm::ArrayRef<mlir::Value> partials;
  /// The first state of the launch, that of the group, and the thread's,
  /// counted from there.
  mlir::Value firstOfLaunch, firstOfGroup, firstState;
  mlir::IRMapping outside;
  llvm::SmallVector<OwnState, 0> states;
};

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_KERNELEMITTER_H
