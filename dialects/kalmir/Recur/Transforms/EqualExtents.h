//===- EqualExtents.h - which extents of a function are equal ---*- C++ -*-===//
//
// Extents that must be equal are found by union-find over the dimensions of
// all tensor values:
//
//   1. a structured op makes all operand dimensions on one iterator equal;
//   2. a result has the extents of its destination, a cast those of its source;
//   3. `tensor.empty(tensor.dim x, d)` has an extent of x; so have a splat and
//      a slice of that size;
//   4. arithmetic element by element has tensors of one shape.
//
// Only ops directly in the function's body count: what stands in control flow
// may not run, and then demands nothing of the caller.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_RECUR_TRANSFORMS_EQUALEXTENTS_H
#define KALMIR_RECUR_TRANSFORMS_EQUALEXTENTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/EquivalenceClasses.h"

#include <map>

namespace kalmir::recur {

/// A dimension of a tensor value; -1 for an index value itself.
using Extent = std::pair<void *, int64_t>;

/// Which extents of one function are equal. Values that are changed or erased
/// later keep their classes.
class EqualExtents {
public:
  /// `function` has one block.
  explicit EqualExtents(mlir::func::FuncOp function);

  /// What all equal extents share.
  const Extent &leader(mlir::Value value, int64_t dim) {
    return classes.getOrInsertLeaderValue(extent(value, dim));
  }

  /// The static extent of any tensor in the class, or dynamic.
  int64_t getStatic(mlir::Value value, int64_t dim);

  /// Gives every class the static extents of its members.
  void resolveStatics(mlir::func::FuncOp function);

private:
  static Extent extent(mlir::Value value, int64_t dim) {
    return {value.getAsOpaquePointer(), dim};
  }

  void unite(mlir::Value a, int64_t dimA, mlir::Value b, int64_t dimB) {
    classes.unionSets(extent(a, dimA), extent(b, dimB));
  }

  void uniteAll(mlir::Value a, mlir::Value b);
  void uniteSizes(mlir::Value tensor, mlir::ValueRange dynamicSizes);
  void
  visitMaps(llvm::ArrayRef<std::pair<mlir::Value, mlir::AffineMap>> operands);
  void visit(mlir::Operation *op);

  llvm::EquivalenceClasses<Extent> classes;
  std::map<Extent, int64_t> statics;
};

} // namespace kalmir::recur

#endif // KALMIR_RECUR_TRANSFORMS_EQUALEXTENTS_H
