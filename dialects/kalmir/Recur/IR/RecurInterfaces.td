//===- RecurInterfaces.td - what all recurrences have in common -----------===//

#ifndef KALMIR_RECUR_INTERFACES_TD
#define KALMIR_RECUR_INTERFACES_TD

include "mlir/IR/OpBase.td"

def Recur_RecurrenceOpInterface : OpInterface<"RecurrenceOp"> {
  let cppNamespace = "::kalmir::recur";
  let description = [{
    The header that `recur.generic` and `recur.scan` share: iterators, operands
    with their indexing maps, direction, schedule, and the step region. Tiling,
    bufferization, the reference interpreter and the code generators are
    written against it.

    Operands come in the order inputs, states, outputs; `getIndexingMaps()` has
    one map for each, in the same order. Exactly one iterator is the recurrence
    ("time"); all others are lane iterators.
  }];
  let methods = [
    InterfaceMethod<"Read-only operands, one scalar a step each.",
      "::mlir::OperandRange", "getInputs">,
    InterfaceMethod<"Initial states; destinations tied to the final states.",
      "::mlir::OperandRange", "getStates">,
    InterfaceMethod<"Destinations of the outputs; overwritten, never read.",
      "::mlir::OperandRange", "getOutputs">,
    InterfaceMethod<"Boundaries of packed sequences [N+1], or null.",
      "::mlir::TypedValue<::mlir::ShapedType>", "getSegments">,
    InterfaceMethod<"Initial states as mutable operands.",
      "::mlir::MutableOperandRange", "getStatesMutable">,
    InterfaceMethod<"Output destinations as mutable operands.",
      "::mlir::MutableOperandRange", "getOutputsMutable">,
    InterfaceMethod<"The maps, as an attribute.",
      "::mlir::ArrayAttr", "getIndexingMaps">,
    InterfaceMethod<"The iterator types, as an attribute.",
      "::mlir::ArrayAttr", "getIteratorTypes">,
    InterfaceMethod<"Whether time runs from its last index to its first.",
      "bool", "getReverse">,
    InterfaceMethod<"The schedule, or null where none was chosen yet.",
      "::std::optional<::kalmir::recur::ScheduleAttr>", "getSchedule">,
    InterfaceMethod<[{
      The block that advances the state by one step: arguments are one scalar
      for each input and state, its `recur.yield` gives the next states and
      the contributions to the outputs.
    }], "::mlir::Block *", "getStepBlock">,
    InterfaceMethod<[{
      The block that makes outputs of sums, or null where they are the outputs:
      arguments are one scalar for each input and output.
    }], "::mlir::Block *", "getFinishBlock">,
    InterfaceMethod<[{
      All blocks whose arguments begin with the inputs and which may use
      `recur.index`.
    }], "::llvm::SmallVector<::mlir::Block *>", "getBlocksOverInputs">
  ];
  let extraSharedClassDeclaration = [{
    /// All maps in operand order: inputs, states, outputs.
    ::llvm::SmallVector<::mlir::AffineMap> getMaps();
    ::mlir::AffineMap getInputMap(unsigned i);
    ::mlir::AffineMap getStateMap(unsigned i);
    ::mlir::AffineMap getOutputMap(unsigned i);
    /// The kinds of all iterators, outermost first.
    ::llvm::SmallVector<::kalmir::recur::IteratorType> getIterators();
    unsigned getNumIterators();
    /// Position of the recurrence iterator.
    unsigned getTimeDim();
    /// Whether buffers have replaced all tensors.
    bool hasBufferSemantics();
    /// The operand dimension that spans iterator `dim`: (operand, dimension).
    ::std::pair<::mlir::Value, unsigned> getDimSource(unsigned dim);
  }];
}

#endif // KALMIR_RECUR_INTERFACES_TD
