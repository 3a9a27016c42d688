//===- HostProgram.h - what an entry launches, as data ----------*- C++ -*-===//
//
// Host code that only computes with extents and launches kernels is also
// written as JSON, for programs that launch the kernels themselves. A step is
// one of
//
//   {"set": "v7", "op": "muli", "of": ["v3", 4]}
//   {"if": "v7", "then": [steps], "else": [steps]}
//   {"for": "v8", "from": 0, "to": "v3", "step": 32, "do": [steps]}
//   {"launch": "f_kernel", "grid": ["v7", 1, 1], "shared": 0,
//    "arguments": ["v5", "v3"]}
//
// A string is a value that a step before has set, everything else itself. "op"
// is an operation of MLIR's dialect arith on numbers of 64 bits ("cmpi.slt" has
// its predicate), or one of
//
//   extent a d    extent d of argument a, inputs before outputs
//   pointer a     the address of argument a
//   workspace     the address of the workspace
//   copy x        x
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_TARGET_CUDA_HOSTPROGRAM_H
#define KALMIR_TARGET_CUDA_HOSTPROGRAM_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/JSON.h"

namespace kalmir::cuda {

/// Steps, and what the function returns after them.
struct HostProgram {
  llvm::json::Array steps;
  llvm::json::Array results;
};

/// The body of a function between kalmir-compile-kernels and
/// kalmir-launch-kernels, whose last argument is the workspace if
/// `hasWorkspace`. Fails with a diagnostic where it does something else.
mlir::FailureOr<HostProgram> toHostProgram(mlir::func::FuncOp function,
                                           bool hasWorkspace);

} // namespace kalmir::cuda

#endif // KALMIR_TARGET_CUDA_HOSTPROGRAM_H
