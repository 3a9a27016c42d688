//===- HelperFunctions.h - clones of entries that compute indices -*- C++ -*-=//
//
// A helper is a clone of the entry that returns index arithmetic instead of
// tensors. Upstream's shape resolution replaces the dimensions of results by
// dimensions of operands; what computes values is then dead and goes.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_TARGET_ENTRY_HELPERFUNCTIONS_H
#define KALMIR_LIB_TARGET_ENTRY_HELPERFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace kalmir {

/// How a pass runs others on an operation.
using RunPipeline = llvm::function_ref<mlir::LogicalResult(
    mlir::OpPassManager &, mlir::Operation *)>;

/// A branch beside `branch`, whose blocks are clones that yield what `yields`
/// returns for them. The original is left.
mlir::scf::IfOp
cloneBranch(mlir::scf::IfOp branch, mlir::TypeRange types,
            llvm::function_ref<llvm::SmallVector<mlir::Value>(
                mlir::OpBuilder &, mlir::Block &, mlir::IRMapping &)>
                yields);

/// Dimension `dim` of `value` without the op that computes `value`, where that
/// is possible.
mlir::Value getExtent(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value value, int64_t dim);

/// A copy of `entry` after it that is its helper `what`; it still returns what
/// the entry does.
mlir::func::FuncOp cloneAsHelper(mlir::func::FuncOp entry,
                                 llvm::StringRef what);

/// Makes `helper` return `values`.
void setHelperResults(mlir::func::FuncOp helper,
                      llvm::ArrayRef<mlir::Value> values);

/// Leaves what the results of `helper` need, with the extents of its arguments
/// instead of those of other tensors where they follow from them.
mlir::LogicalResult simplifyHelper(mlir::func::FuncOp helper,
                                   RunPipeline runPipeline);

/// Whether `op` may stand in a finished helper: arithmetic, control flow or an
/// extent of an argument.
bool isExtentArithmetic(mlir::Operation *op);

} // namespace kalmir

#endif // KALMIR_LIB_TARGET_ENTRY_HELPERFUNCTIONS_H
