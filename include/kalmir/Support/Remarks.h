//===- Remarks.h - optimisation remarks of Kalmir ---------------*- C++ -*-===//
//
// All remarks of our passes go through MLIR's remark engine with the category
// `kalmir`: `kalmir-compile` prints missed ones by default, other tools with
// `--remarks-filter-missed=kalmir` (or -passed). The remark's name is the flag
// of the pass.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_SUPPORT_REMARKS_H
#define KALMIR_SUPPORT_REMARKS_H

#include "mlir/IR/Remarks.h"

namespace kalmir {

/// The pass `passFlag` left something alone; stream the reason.
inline mlir::remark::detail::InFlightRemark
emitMissedRemark(mlir::Location loc, llvm::StringRef passFlag) {
  return mlir::remark::missed(
      loc, mlir::remark::RemarkOpts::name(passFlag).category("kalmir"));
}

/// The pass `passFlag` did or chose something; stream what.
inline mlir::remark::detail::InFlightRemark
emitPassedRemark(mlir::Location loc, llvm::StringRef passFlag) {
  return mlir::remark::passed(
      loc, mlir::remark::RemarkOpts::name(passFlag).category("kalmir"));
}

} // namespace kalmir

#endif // KALMIR_SUPPORT_REMARKS_H
