//===- RecurUtils.h - rebuilding recurrences --------------------*- C++ -*-===//
//
// What transformations of a recurrence share: its extents, and an operation
// like it with other operands. A transformation copies the header, edits it,
// creates the new operation and then adapts the blocks' arguments:
//
//   RecurrenceHeader header = RecurrenceHeader::of(op);
//   header.eraseOutput(i);
//   RecurrenceOp changed = createLike(builder, op, header);
//   ... drop what the step yields for output i ...
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_IR_RECURUTILS_H
#define KALMIR_RECUR_IR_RECURUTILS_H

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/BitVector.h"

#pragma GCC visibility push(default)

namespace kalmir::recur {

/// The operands of a recurrence and their maps, as lists that can be edited.
/// Each list of maps has one map for each operand of its list.
struct RecurrenceHeader {
  llvm::SmallVector<mlir::Value> inputs, states, outputs;
  llvm::SmallVector<mlir::AffineMap> inputMaps, stateMaps, outputMaps;
  llvm::SmallVector<IteratorType> iterators;
  /// Boundaries of packed sequences, or null.
  mlir::Value segments;
  bool hasFinish = false;

  /// The header of `op`.
  static RecurrenceHeader of(RecurrenceOp op);

  /// Removes input `i` and its map.
  void eraseInput(unsigned i);
  /// Removes state `i` and its map.
  void eraseState(unsigned i);
  /// Removes output `i` and its map. A reduction iterator that every remaining
  /// output keeps becomes a parallel one (C5).
  void eraseOutput(unsigned i);
  /// Whether every iterator spans a dimension of some operand (C6).
  bool spansAllIterators() const;
};

/// Creates an operation of the same kind as `op`, with its regions (cloned, the
/// blocks' arguments unchanged) and its attributes, but with the operands, maps
/// and iterators of `header`, without `finish` or with one that yields the sums
/// of `op` as they are if the header says so. Results are the types of states
/// and outputs, none for buffers. The caller makes the regions fit the header.
RecurrenceOp createLike(mlir::OpBuilder &b, RecurrenceOp op,
                        const RecurrenceHeader &header);

/// Creates an operation like `op` without the outputs in `dropped`, which
/// `header` lacks, and without what only they need in the step and in `finish`.
RecurrenceOp createWithoutOutputs(mlir::RewriterBase &rewriter, RecurrenceOp op,
                                  RecurrenceHeader header,
                                  const llvm::BitVector &dropped);

/// Erases operations of `block` whose results are not used.
void eraseDeadOps(mlir::RewriterBase &rewriter, mlir::Block &block);

/// On a recurrence: it runs on a tile of time already.
inline constexpr llvm::StringLiteral tiledAttrName = "recur.tiled";

/// On a scan on buffers: its states are the identity before time, whatever
/// their buffers hold. For code generators of devices, where filling buffers is
/// one more launch.
inline constexpr llvm::StringLiteral fromIdentityAttrName =
    "recur.from_identity";

/// The type that sums over an output of element type `element` are formed in:
/// f32 for narrower floats.
mlir::Type getSumType(mlir::Type element);
/// What a contribution adds to such a sum: the value before a final truncation
/// from f32.
mlir::Value getSummand(mlir::Value contribution);

/// What a value of a body is computed of, itself and what regions capture
/// included, but not what known values are computed of.
llvm::SetVector<mlir::Value>
getNeededValues(mlir::Value value,
                llvm::function_ref<bool(mlir::Value)> isKnown = {});

/// Bits of the widest state: what decides how many lanes fill a vector.
unsigned getStateBits(RecurrenceOp op);

/// Part of a buffer: offsets and sizes by dimension, strides 1; without the
/// dimensions in `dropped`, of size 1.
mlir::Value createSubview(mlir::OpBuilder &b, mlir::Location loc,
                          mlir::Value buffer,
                          llvm::ArrayRef<mlir::OpFoldResult> offsets,
                          llvm::ArrayRef<mlir::OpFoldResult> sizes,
                          llvm::ArrayRef<unsigned> dropped = {});

/// The extent of iterator `dim` if the type of an operand tells it.
std::optional<int64_t> getStaticExtent(RecurrenceOp op, unsigned dim);

/// The extent of iterator `dim`: a constant, or a `dim` operation created by
/// `b`.
mlir::OpFoldResult getExtent(mlir::OpBuilder &b, RecurrenceOp op, unsigned dim);

/// Calls `visit` with every (operand, dimension) that iterator `dim` spans
/// until it returns true; returns whether it did.
bool anySpan(RecurrenceOp op, unsigned dim,
             llvm::function_ref<bool(mlir::Value, unsigned)> visit);

} // namespace kalmir::recur

#pragma GCC visibility pop

#endif // KALMIR_RECUR_IR_RECURUTILS_H
