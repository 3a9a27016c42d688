//===- SharedValues.h - what states share, in shared memory -----*- C++ -*-===//
//
// What the states of a channel have in common in a step, all threads of its
// group would compute. Where that takes functions, which take long, helpers
// compute it instead, for the window of time after the one in use, each for
// some steps at once (OwnSteps.h). Four steps of a channel lie side by side.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDVALUES_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDVALUES_H

#include "OwnSteps.h"

#include "../RecurToSCF/StepCode.h"

namespace kalmir::threads {

class SharedTiles;

class SharedValues {
public:
  /// Finds the values in the code of a step. Where nobody helps there are none.
  SharedValues(lanes::LaneBuilder &b, const LaunchPlan &plan,
               const Variant &variant, const lanes::StepCode &code);

  /// Whether there are any in the code of a step.
  static bool existIn(const lanes::StepCode &code, mlir::Block &step);

  bool empty() const { return values.empty(); }
  /// Has nothing any more: all threads compute what they need.
  void clear() {
    values.clear();
    buffers.clear();
  }
  /// Whether these values need an input.
  bool needs(unsigned input) const;
  /// Whether a step needs an input for anything else.
  bool isNeededBeside(unsigned input) const;

  /// Shared memory of a workgroup for `numSteps`.
  int64_t getBytes(int64_t numSteps) const {
    return buffers.getBytes(numSteps);
  }
  /// Lays out a ring of `numSteps`, from byte `offset` of shared memory on.
  void layOut(int64_t numSteps, int64_t offset) {
    buffers.layOut(numSteps, offset);
  }

  /// Opens the ring inside of the kernel for a thread, whose channel has place
  /// `slot` there.
  void open(mlir::Value slot);
  /// Computes the values of the steps that a helper has of its channel, number
  /// `number` of the workgroup, from what is the same at all steps and from the
  /// tile in use.
  void compute(const OwnSteps &own, const lanes::Position &channel,
               mlir::Value number, const mlir::IRMapping &outside,
               SharedTiles &tiles);
  /// The values of a step, and those of the row that begins there.
  mlir::IRMapping load(const Step &step);
  llvm::SmallVector<mlir::IRMapping, 0> loadRow(const Step &step);

private:
  llvm::SmallVector<mlir::Value> getIndices(const Step &step);

  lanes::LaneBuilder &b;
  const LaunchPlan &plan;
  const lanes::StepCode &code;
  llvm::SmallVector<mlir::Value> values;
  /// By value: [rows, channels x kRowSteps], with padding.
  RowBuffers buffers;
  mlir::Value slot;
};

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDVALUES_H
