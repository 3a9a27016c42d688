//===- Lanes.h - straight-line bodies on blocks of lanes --------*- C++ -*-===//
//
// The body of a `recur.generic` or `linalg.generic` is run for many lanes at
// once. A `LaneProgram` is the body prepared for that: every value of the body
// has a slot, an array with one number for each lane of a block, and every
// operation a kernel that fills the slots of its results. The blocks are small
// enough for all slots to stay in cache.
//
//   FailureOr<LaneProgram> program = LaneProgram::create(body, findOuter);
//   program->get<double>(body.getArgument(0))[lane] = ...   for each lane
//   program->run(numLanes)
//   ... = program->get<double>(yield.getOperand(0))[lane]
//
// Both branches of an `scf.if` are run for all lanes, and each lane selects its
// results. A lane for which an operation has no result (a division by zero)
// does not count where it took the other branch.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_REFERENCE_LANES_H
#define KALMIR_REFERENCE_LANES_H

#include "kalmir/Reference/Array.h"
#include "kalmir/Reference/Kernels.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Block.h"
#include "mlir/Support/LogicalResult.h"
#include "llvm/ADT/DenseMap.h"

namespace kalmir::reference {

/// Lanes of a block.
constexpr int64_t kMaxLanes = 512;

/// A body prepared to run on blocks of lanes.
class LaneProgram {
public:
  /// The value of something defined outside of the body.
  using FindOuter = llvm::function_ref<const Array &(mlir::Value)>;

  /// Prepares `block`. Fails with a diagnostic at an operation that the
  /// reference does not know.
  static mlir::FailureOr<LaneProgram> create(mlir::Block &block,
                                             FindOuter findOuter);

  /// Runs the body for the first `n` lanes, from the slots of its arguments
  /// and of its index operations. Fails with a diagnostic at an operation that
  /// has no result, as a division by zero.
  mlir::LogicalResult run(int64_t n);

  /// The slot of a value, `kMaxLanes` long.
  template <typename T>
  T *get(mlir::Value value);
  void *getSlot(mlir::Value value);

  /// `recur.index` and `linalg.index` in the body: the iterator and the value
  /// whose slot is to be filled with its indices.
  llvm::ArrayRef<std::pair<unsigned, mlir::Value>> getIndices() const {
    return indices;
  }

private:
  struct Step {
    mlir::Operation *op;
    Kernel kernel;
    llvm::SmallVector<const void *, 3> operands;
    llvm::SmallVector<void *, 1> results;
    /// Which lanes are in the operation's branch; null for all.
    const int64_t *guard = nullptr;
  };

  mlir::LogicalResult addBlock(mlir::Block &block, FindOuter findOuter);
  mlir::LogicalResult addIf(mlir::scf::IfOp op, FindOuter findOuter);
  const int64_t *addGuard(mlir::scf::IfOp op, bool isThen);
  static const char *runLanes(const Step &step, int64_t n);
  mlir::LogicalResult addSlot(mlir::Operation *user, mlir::Value value);
  mlir::LogicalResult addOperation(mlir::Operation *op, FindOuter findOuter);
  mlir::LogicalResult addOperand(mlir::Operation *op, mlir::Value value,
                                 FindOuter findOuter);
  void fill(mlir::Value value, const Array &scalar);

  llvm::DenseMap<mlir::Value, Array> slots;
  llvm::SmallVector<Step> steps;
  /// The lanes of branches, and those of the branch that is being prepared.
  llvm::SmallVector<Array> guards;
  const int64_t *guard = nullptr;
  llvm::SmallVector<std::pair<unsigned, mlir::Value>> indices;
};

//===----------------------------------------------------------------------===//
// Where the lanes of a block lie in memory
//===----------------------------------------------------------------------===//

/// A block of consecutive lanes of a space with given extents, row-major.
class LaneBlock {
public:
  /// `dims` are the iterators that span the lanes, outermost first, out of
  /// iterators with the given extents.
  LaneBlock(llvm::ArrayRef<unsigned> dims, llvm::ArrayRef<int64_t> extents);

  int64_t getNumLanes() const { return numLanes; }
  /// Moves to the lanes from `first` on; returns how many are in the block.
  int64_t moveTo(int64_t first);
  int64_t size() const { return count; }

  llvm::ArrayRef<unsigned> getDims() const { return dims; }
  /// The index of lane iterator number `i` (into `getDims()`) for each lane.
  llvm::ArrayRef<int64_t> getIndices(unsigned i) const {
    return {indices[i].data(), static_cast<size_t>(count)};
  }

private:
  llvm::SmallVector<unsigned> dims;
  llvm::SmallVector<int64_t> extents;
  llvm::SmallVector<std::vector<int64_t>> indices;
  int64_t numLanes;
  int64_t count = 0;
};

/// The elements of an array that the lanes of a block touch, where the index
/// is linear in the iterators.
class LaneAccess {
public:
  /// `strides` has the distance of neighbours along each iterator, in
  /// elements, and `base` is the position where all iterators are 0.
  LaneAccess(llvm::ArrayRef<int64_t> strides, int64_t base)
      : strides(strides), base(base), offsets(kMaxLanes) {}

  int64_t getStride(unsigned dim) const { return strides[dim]; }
  /// Whether the position depends on an iterator.
  bool dependsOn(unsigned dim) const { return strides[dim] != 0; }

  /// Moves to the lanes of a block.
  void bind(const LaneBlock &block);

  /// lanes[i] = data[position of lane i, plus shift]
  template <typename T>
  void load(const T *data, int64_t shift, T *lanes) const;
  /// data[position of lane i, plus shift] = lanes[i]
  template <typename T>
  void store(T *data, int64_t shift, const T *lanes) const;
  /// data[position of lane i, plus shift] += lanes[i], in the order of lanes;
  /// integers wrap to `width`.
  template <typename T>
  void add(T *data, int64_t shift, const T *lanes, unsigned width) const;

private:
  enum class Pattern { Equal, Consecutive, Scattered };

  llvm::SmallVector<int64_t> strides;
  int64_t base;
  std::vector<int64_t> offsets;
  int64_t count = 0;
  Pattern pattern = Pattern::Scattered;
};

} // namespace kalmir::reference

#endif // KALMIR_REFERENCE_LANES_H
