//===- LanePlan.h - how lanes become loops and vectors ----------*- C++ -*-===//
//
// A recurrence over (b, t, m, s) with m contiguous and s summed gets the plan
//
//   timeDim = t   gridDims = {b, m}   innerDims = {s}   laneDim = m   width = 8
//
// that is: threads share the grid b x ceil(m / 8), and one vector holds eight
// neighbouring channels m. A tile of several such blocks goes through time
// together (`tiled`), because one block alone touches one cache line a step of
// rows that lie a page apart, and waits for memory.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_RECURTOSCF_LANEPLAN_H
#define KALMIR_LIB_CONVERSION_RECURTOSCF_LANEPLAN_H

#include "kalmir/Recur/IR/RecurUtils.h"

namespace kalmir::lanes {

/// The name of the pass in its remarks.
inline constexpr llvm::StringLiteral passFlag = "kalmir-convert-recur-to-scf";

/// How the lanes of one recurrence are laid onto loops and vectors.
struct LanePlan {
  recur::RecurrenceOp op;
  /// Where each state is read from before time; it is written to its operand.
  llvm::SmallVector<mlir::Value> initialStates;
  /// The linalg.generic that computes those that are its outputs, which are not
  /// read then; null if there is none. Where it is used, vectors have one lane.
  mlir::Operation *computedStates = nullptr;
  /// The recurrence iterator.
  unsigned timeDim = 0;
  /// The parallel iterators: their blocks run in any order.
  llvm::SmallVector<unsigned> gridDims;
  /// The reduction iterators: they run inside time, because outputs sum them.
  llvm::SmallVector<unsigned> innerDims;
  /// The iterator that vectors span; none if every lane runs by itself.
  std::optional<unsigned> laneDim;
  /// Lanes in a vector; 1 exactly if there is no `laneDim`.
  int64_t width = 1;
  /// Whether a thread takes several blocks of `laneDim`, a grid dimension,
  /// through time together; their states then lie in scratch.
  bool tiled = false;
  /// Whether time is known to be one step: then nothing is kept from step to
  /// step, and every value is moved once.
  bool oneStep = false;
  /// Whether the lanes of a sum are added one after the other, as they are
  /// where vectors span another iterator.
  bool addsInOrder = false;
  /// Whether values kept from step to step stay in registers, at no cost.
  bool keepsInRegisters = false;
  /// Cores to share the grid: there shall be two tiles for each.
  int64_t cores = 1;
  /// Whether blocks of lanes have values of a step in common that are worth
  /// room of their own: those of inner iterators but not of the lanes.
  bool sharesSteps() const {
    return laneDim && !oneStep && llvm::is_contained(gridDims, *laneDim);
  }
};

/// Whether vectors of a type lie in memory as buffers of it do; a vector of i1
/// is packed, a buffer is not.
bool fillsBytes(mlir::Type element);

/// Whether vectors along `dim` can be loaded from and stored to an operand as
/// one piece: the dimension is its last, of unit stride, and its elements fill
/// whole bytes.
bool isContiguous(mlir::MemRefType type, mlir::AffineMap map, unsigned dim);

/// Whether an operand is contiguous in time and not in the vector dimension, so
/// that many steps are moved at once (see Staging.h).
bool isStaged(const LanePlan &plan, mlir::Value operand, mlir::AffineMap map);

/// Refuses what no code generator can run: tensors, packed sequences, chunked
/// schedules, side effects in bodies.
llvm::LogicalResult checkConvertible(recur::RecurrenceOp op);

/// Chooses the plan for a recurrence on buffers; vectors have `vectorBits` bits
/// where the schedule does not give their width. Emits an error and fails if
/// the recurrence cannot be converted, a remark if it has to run without
/// vectors.
mlir::FailureOr<LanePlan> planLanes(recur::RecurrenceOp op, int64_t vectorBits);

} // namespace kalmir::lanes

#endif // KALMIR_LIB_CONVERSION_RECURTOSCF_LANEPLAN_H
