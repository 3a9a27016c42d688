//===- SharedValues.h - what states share, in shared memory -----*- C++ -*-===//
//
// What the states of a channel have in common in a step, all threads of its
// group would compute. Where that takes functions, which take long, each
// computes it for some steps of the tile instead (OwnSteps.h), for all of them
// at once, at the beginning of the tile, and then reads what the others have.
// Four steps of a channel lie side by side.
//
// A group lies in one warp, so that no other has to wait for it.
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
  /// Finds the values in the code of a step. Where a group is one thread there
  /// are none.
  SharedValues(lanes::LaneBuilder &b, const LaunchPlan &plan,
               const Variant &variant, const lanes::StepCode &code);

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

  /// Shared memory of a workgroup for tiles of `numSteps`.
  int64_t getBytes(int64_t numSteps) const {
    return buffers.getBytes(numSteps);
  }
  /// Lays out a tile of `numSteps`, from byte `offset` of shared memory on.
  void layOut(int64_t numSteps, int64_t offset) {
    steps = numSteps;
    buffers.layOut(numSteps, offset);
  }

  /// Opens the tile inside of the kernel for a thread of the workgroup: its
  /// channel, the number of that there, its own number in the group, and what
  /// is the same at all steps.
  void open(mlir::Value thread, const lanes::Position &channel,
            mlir::Value number, mlir::Value member,
            const mlir::IRMapping &outside);
  /// Computes the values of the tile in use, whose first step is `first`, and
  /// waits for what the others of the group compute.
  void compute(mlir::Value first, SharedTiles &tiles);
  /// The values of a step of the tile, and those of the row that begins there.
  mlir::IRMapping load(mlir::Value step);
  llvm::SmallVector<mlir::IRMapping, 0> loadRow(mlir::Value step);

private:
  llvm::SmallVector<mlir::Value> getIndices(mlir::Value step);

  lanes::LaneBuilder &b;
  const LaunchPlan &plan;
  Variant variant;
  const lanes::StepCode &code;
  llvm::SmallVector<mlir::Value> values;
  /// By value: [rows, groups x kRowSteps], with padding.
  RowBuffers buffers;
  int64_t steps = 0;
  lanes::Position channel;
  mlir::Value number, member;
  /// The number of the group in the workgroup: several may have one channel.
  mlir::Value group;
  mlir::IRMapping outside;
};

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_SHAREDVALUES_H
