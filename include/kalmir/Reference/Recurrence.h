//===- Recurrence.h - meaning of recur.generic and recur.scan ---*- C++ -*-===//
//
// The loop of the op's description, with blocks of lanes in place of single
// lanes:
//
//   for sequence in segments:                  # one without segments
//     for block of lanes:
//       states = initial states
//       for t in time, in the op's direction:
//         run the step for all lanes of the block
//         store the outputs, or add them where iterators are summed
//   for block of elements of outputs:
//     run finish
//
// In the mode that tests `recur.scan` by elements, chunk c starts from
// apply(P, initial states), where P combines the elements of the chunks before
// it; the final states come from the element of all chunks.
//
// Groups of homogeneous states and element entries are multiplied by powers of
// two when they leave the middle of the range, so that they never overflow.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_REFERENCE_RECURRENCE_H
#define KALMIR_REFERENCE_RECURRENCE_H

#include "kalmir/Reference/Interpreter.h"
#include "kalmir/Reference/Lanes.h"

#include "kalmir/Recur/IR/Recur.h"

namespace kalmir::reference {

/// Runs one recurrence on tensors.
class RecurrenceRun {
public:
  RecurrenceRun(recur::RecurrenceOp op, Frame &frame);

  /// Reads the operands, runs, and sets the results. Fails with a diagnostic.
  mlir::LogicalResult run();

private:
  struct Operand {
    Array array;
    std::optional<LaneAccess> access;
  };
  /// A region of `recur.scan` other than the step, with its values in order.
  struct ElementRegion {
    std::optional<LaneProgram> program;
    mlir::Block *block = nullptr;
  };

  mlir::LogicalResult readOperands();
  mlir::LogicalResult findExtents();
  mlir::LogicalResult readSegments();
  mlir::LogicalResult createOutputs();
  mlir::LogicalResult createPrograms();
  LaneAccess makeAccess(const Array &array, mlir::AffineMap map,
                        unsigned shift) const;

  /// Runs one sequence for the lanes in `lanes`.
  mlir::LogicalResult runBlock(int64_t sequence);
  mlir::LogicalResult runChunk(int64_t begin, int64_t length, int64_t first,
                               int64_t count);
  mlir::LogicalResult runElements(int64_t begin, int64_t length);
  void fillLaneIndices(LaneProgram &program);
  void loadInputs(LaneProgram &program, mlir::Block &block, int64_t begin,
                  int64_t time, bool perStep);
  void storeOutputs(int64_t position);
  mlir::LogicalResult finishOutput(unsigned i);
  void reportProgress(int64_t step, int64_t length);

  recur::RecurrenceOp op;
  recur::ScanOp scan;
  Frame &frame;
  unsigned timeDim;
  llvm::SmallVector<int64_t> extents;
  llvm::SmallVector<Operand> inputs, states, outputs;
  /// Bounds of the sequences along time.
  llvm::SmallVector<int64_t> bounds;
  std::optional<LaneBlock> lanes;
  int64_t firstLane = 0;
  int64_t chunkLength = 0;

  std::optional<LaneProgram> step;
  ElementRegion extend, combine, apply;
};

} // namespace kalmir::reference

#endif // KALMIR_REFERENCE_RECURRENCE_H
