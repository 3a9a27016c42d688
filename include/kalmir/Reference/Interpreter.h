//===- Interpreter.h - executable meaning of IR in float64 ------*- C++ -*-===//
//
// The reference says what a function computes: every floating-point value is
// held as double, whatever its declared type, integers wrap to their width,
// and the recurrences, filters and structured operations are run by the
// formulas of their definitions. What Kalmir compiles is compared with it.
//
//   reference::Interpreter interpreter;
//   SmallVector<Array> results;
//   if (failed(interpreter.run(function, inputs, results))) ...
//
// Numerics: inputs enter exactly. Constants have the value that their declared
// type gives them. No value is rounded to a narrower type inside of a function;
// whoever stores a result rounds it to the declared type once
// (Target/ReferenceEngine.cpp). Sums run in the order of the iterators.
// Elements of a tensor.empty and of outputs that nothing has written are NaN.
//
// Errors that only the values show (sizes that disagree, an index outside of
// its tensor, a division of integers by zero, segments out of order) are
// diagnostics at the operation; nothing is ever read or written out of bounds.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_REFERENCE_INTERPRETER_H
#define KALMIR_REFERENCE_INTERPRETER_H

#include "kalmir/Reference/Array.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OpDefinition.h"
#include "llvm/ADT/DenseMap.h"

#include <functional>

namespace kalmir::reference {

class Frame;

/// What to run differently.
struct Options {
  /// Run `recur.scan` by elements (extend, combine, apply) in chunks instead
  /// of by its step: the way to test its laws by value.
  bool scanByElements = false;
  /// Called now and then with the done fraction of a long operation.
  std::function<void(double)> progress;
};

/// What a run did.
struct Statistics {
  /// Number of chunks that time was cut into: the most of any recurrence, 1
  /// where all ran serially, 0 without recurrences.
  int64_t chunks = 0;
  /// Products of all loop extents, summed over the recurrences run.
  int64_t stateSteps = 0;
};

/// The meaning of one kind of operation: reads its operands from the frame and
/// sets its results, or emits a diagnostic at the operation.
using Handler = std::function<mlir::LogicalResult(mlir::Operation *, Frame &)>;

/// Handlers by operation name.
class Handlers {
public:
  /// Adds or replaces the meaning of `OpTy`; `handler` takes (OpTy, Frame &).
  template <typename OpTy, typename Function>
  void add(Function handler) {
    table[OpTy::getOperationName()] = [handler](mlir::Operation *op,
                                                Frame &frame) {
      return handler(mlir::cast<OpTy>(op), frame);
    };
  }
  /// Adds the meaning of several operations to which one function applies.
  template <typename... OpTys>
  void addGeneric(Handler handler) {
    ((table[OpTys::getOperationName()] = handler), ...);
  }
  /// The meaning of an operation, or null.
  const Handler *find(mlir::Operation *op) const {
    auto entry = table.find(op->getName().getStringRef());
    return entry == table.end() ? nullptr : &entry->second;
  }

private:
  llvm::StringMap<Handler> table;
};

/// The handlers of each dialect. Operations of arith and math, and all that
/// implement LinalgOp, need none: the interpreter knows them by interface.
void addControlHandlers(Handlers &handlers);
void addTensorHandlers(Handlers &handlers);
void addSliceHandlers(Handlers &handlers);
void addRecurHandlers(Handlers &handlers);
void addLinearAttentionHandler(Handlers &handlers);
void addScalarFilterHandler(Handlers &handlers);

/// Runs functions.
class Interpreter {
public:
  explicit Interpreter(Options options = {});

  /// Calls `function`. `inputs` are as its arguments: the caller has checked
  /// kinds and ranks; extents are checked here against static ones. Fails with
  /// a diagnostic.
  mlir::LogicalResult run(mlir::func::FuncOp function,
                          llvm::ArrayRef<Array> inputs,
                          llvm::SmallVectorImpl<Array> &results);

  const Options &getOptions() const { return options; }
  const Handlers &getHandlers() const { return handlers; }
  /// What the runs so far did, added up.
  Statistics &getStatistics() { return statistics; }

private:
  friend class Frame;

  Options options;
  Handlers handlers;
  Statistics statistics;
  unsigned depth = 0;
};

/// The values of one call of a function.
class Frame {
public:
  explicit Frame(Interpreter &interpreter) : interpreter(interpreter) {}

  Interpreter &getInterpreter() { return interpreter; }
  const Options &getOptions() const { return interpreter.getOptions(); }

  const Array &get(mlir::Value value) const;
  /// The value of an operand. If `user` is its last use the value moves out of
  /// the frame, so that writing to it copies nothing.
  Array take(mlir::Value value, mlir::Operation *user);
  /// An integer operand.
  int64_t getInt(mlir::Value value) const { return get(value).getInt(); }
  /// Static and dynamic sizes, offsets or strides as numbers.
  int64_t getInt(mlir::OpFoldResult value) const;
  llvm::SmallVector<int64_t>
  getInts(llvm::ArrayRef<mlir::OpFoldResult> values) const;

  /// Sets a result, checking it against the static extents of its type: a
  /// diagnostic at the operation if they differ.
  mlir::LogicalResult set(mlir::Value value, Array array);

  /// An array of unwritten elements for `op`, or a diagnostic that there is no
  /// memory for it.
  mlir::FailureOr<Array> create(mlir::Operation *op, Kind kind,
                                llvm::ArrayRef<int64_t> shape) const;
  /// The same filled with 0.
  mlir::FailureOr<Array> createZero(mlir::Operation *op, Kind kind,
                                    llvm::ArrayRef<int64_t> shape) const;

  /// Runs a block with the given arguments and returns the operands of its
  /// terminator.
  mlir::LogicalResult runBlock(mlir::Block &block,
                               llvm::ArrayRef<Array> arguments,
                               llvm::SmallVectorImpl<Array> &yielded);

  /// Runs one operation.
  mlir::LogicalResult runOperation(mlir::Operation *op);

private:
  mlir::LogicalResult runElementwise(mlir::Operation *op);

  Interpreter &interpreter;
  llvm::DenseMap<mlir::Value, Array> values;
};

} // namespace kalmir::reference

#endif // KALMIR_REFERENCE_INTERPRETER_H
