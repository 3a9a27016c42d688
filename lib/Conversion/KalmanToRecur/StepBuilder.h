//===- StepBuilder.h - writes recurrences step by step ----------*- C++ -*-===//
//
// Private to this folder. `RecurrenceBuilder` collects the operands of a
// recur.generic and builds it; `StepBuilder` writes scalar arithmetic into its
// body:
//
//   RecurrenceBuilder recurrence(b, loc, iterators, f32);
//   unsigned x = recurrence.addInput(xs, {0, 1});
//   unsigned h = recurrence.addState(h0, {0});
//   recurrence.addOutput(f32, {0, 1}, sizes);
//   GenericOp op = recurrence.build([&](StepBuilder &step) {
//     Value next = step.add(step.input(x), step.state(h));
//     step.yield({next}, {next});
//   });
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_CONVERSION_KALMANTORECUR_STEPBUILDER_H
#define KALMIR_LIB_CONVERSION_KALMANTORECUR_STEPBUILDER_H

#include "kalmir/Recur/IR/Recur.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

namespace kalmir {

/// Converts a floating-point scalar to `type`; itself where it has that type.
mlir::Value castFloat(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                      mlir::Type type);

class RecurrenceBuilder;

/// Writes the body of a step in one floating-point type. Operations with a
/// neutral constant are left out: what a filter does not have, such as an
/// offset, leaves no trace in the body.
class StepBuilder {
public:
  /// The scalar of input or state `i` in the state's type. Each
  /// call casts anew.
  mlir::Value input(unsigned i);
  mlir::Value state(unsigned i);

  mlir::Value constant(double value);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value sub(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, mlir::Value rhs);
  mlir::Value div(mlir::Value lhs, mlir::Value rhs);
  mlir::Value log(mlir::Value operand);
  /// i1: whether the floats compare by `predicate`.
  mlir::Value compare(mlir::arith::CmpFPredicate predicate, mlir::Value lhs,
                      mlir::Value rhs);
  mlir::Value logicalAnd(mlir::Value lhs, mlir::Value rhs);
  mlir::Value select(mlir::Value condition, mlir::Value ifTrue,
                     mlir::Value ifFalse);
  /// i1: whether this is time step 0.
  mlir::Value isFirstStep();

  /// Ends the step; outputs are cast to the element types of their operands.
  void yield(mlir::ValueRange nextStates, mlir::ValueRange outputs);

private:
  friend class RecurrenceBuilder;
  StepBuilder(mlir::OpBuilder &b, recur::GenericOp op, mlir::Type type)
      : b(b), op(op), type(type) {}

  mlir::OpBuilder &b;
  recur::GenericOp op;
  mlir::Type type;
};

/// Collects operands and builds a recur.generic. Dimension lists say which
/// iterators the dimensions of an operand are, in order.
class RecurrenceBuilder {
public:
  RecurrenceBuilder(mlir::OpBuilder &b, mlir::Location loc,
                    llvm::ArrayRef<recur::IteratorType> iterators,
                    mlir::Type stateType);

  /// Adds an input, scalar or tensor; returns its number.
  unsigned addInput(mlir::Value input, llvm::ArrayRef<int64_t> dims);
  /// Adds an initial state, a tensor over all lane iterators.
  unsigned addState(mlir::Value state);
  /// Adds an output of the given element type and sizes; its destination is
  /// an empty tensor.
  unsigned addOutput(mlir::Type elementType, llvm::ArrayRef<int64_t> dims,
                     llvm::ArrayRef<mlir::OpFoldResult> sizes);
  /// Builds the operation; `write` writes the step.
  recur::GenericOp build(llvm::function_ref<void(StepBuilder &)> write);

private:
  mlir::AffineMap getMap(llvm::ArrayRef<int64_t> dims);

  mlir::OpBuilder &b;
  mlir::Location loc;
  llvm::SmallVector<recur::IteratorType> iterators;
  mlir::Type stateType;
  llvm::SmallVector<mlir::Value> inputs, states, outputs;
  llvm::SmallVector<mlir::AffineMap> inputMaps, stateMaps, outputMaps;
};

/// A tensor of the given sizes, every element the scalar `value`.
mlir::Value createFilled(mlir::OpBuilder &b, mlir::Location loc,
                         mlir::Value value,
                         llvm::ArrayRef<mlir::OpFoldResult> sizes);

/// `value`, a tensor, as `type`, elementwise and with `type`'s static shape.
mlir::Value createConverted(mlir::OpBuilder &b, mlir::Location loc,
                            mlir::Value value, mlir::RankedTensorType type);

} // namespace kalmir

#endif // KALMIR_LIB_CONVERSION_KALMANTORECUR_STEPBUILDER_H
