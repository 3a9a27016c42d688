//===- FinishCode.h - what becomes of sums in a kernel ----------*- C++ -*-===//
//
// The region `finish` for the sums that a thread has. What it reads of a step
// comes from shared memory where that holds it, what does not change in time is
// read before time begins.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOGPU_FINISHCODE_H
#define KALMIR_LIB_CONVERSION_RECURTOGPU_FINISHCODE_H

#include "SharedTiles.h"

#include "../RecurToSCF/StepCode.h"

namespace kalmir::threads {

class FinishCode {
public:
  FinishCode(lanes::LaneBuilder &b, const LaunchPlan &plan);

  /// Emits what is the same at every step of a channel.
  void open(const lanes::Position &channel);
  /// Rounds a sum, or a vector of sums, to the type of what was added.
  mlir::Value round(mlir::Value sum, unsigned output) const;
  /// What becomes of the rounded sum for an output at a position, with
  /// everything read where it is.
  mlir::Value emit(mlir::Value sum, unsigned output,
                   const lanes::Position &position) const;
  /// The same for sums of some steps of the tiles in use, at `positions`, side
  /// by side, and channel number `channel` of the workgroup.
  llvm::SmallVector<mlir::Value> emit(llvm::ArrayRef<mlir::Value> sums,
                                      unsigned output,
                                      llvm::ArrayRef<lanes::Position> positions,
                                      SharedTiles &tiles, const OwnSteps &steps,
                                      mlir::Value channel) const;

private:
  llvm::SmallVector<mlir::Value>
  emit(llvm::ArrayRef<mlir::Value> sums, unsigned output,
       llvm::ArrayRef<lanes::Position> positions,
       llvm::MutableArrayRef<mlir::IRMapping> maps) const;

  lanes::LaneBuilder &b;
  const LaunchPlan &plan;
  std::optional<lanes::StepCode> code;
  mlir::IRMapping outside;
};

} // namespace kalmir::threads

#endif // KALMIR_LIB_CONVERSION_RECURTOGPU_FINISHCODE_H
