//===- Passes.td - passes for host code -----------------------------------===//

#ifndef KALMIR_TARGET_CPU_PASSES_TD
#define KALMIR_TARGET_CPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def SerializeInnerLoopsPass
    : Pass<"kalmir-serialize-inner-loops", "::mlir::ModuleOp"> {
  let summary = "Keep the outermost parallel loops only";
  let description = [{
    What: `scf.parallel` inside another one, and the last dimension of one
    with several, become `scf.for`. Threads then share the outer iterations,
    and the inner loop is left for LLVM to vectorise.

    When it applies: to loops without reductions of their own.

    Numerics: exact.

    Example: `test/Target/CPU/serialize-inner-loops-doc.mlir`.

    Limits: a loop of few outer and many inner iterations uses few threads.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect"];
}

def HoistStackBuffersPass
    : Pass<"kalmir-hoist-stack-buffers", "::mlir::ModuleOp"> {
  let summary = "Allocate a thread's stack buffers once";
  let description = [{
    What: moves `memref.alloca` in the iterations of an `omp.parallel` to its
    start, where each thread runs once, so that no stack is used up iteration
    by iteration.

    When it applies: to allocations whose size is known before the region. The
    content of such a buffer is undefined at the start of an iteration, so
    that iterations may share it.

    Numerics: none.

    Example: `test/Target/CPU/hoist-stack-buffers-doc.mlir`.
  }];
}

def ExpandBF16RoundingPass
    : Pass<"kalmir-expand-bf16-rounding", "::mlir::ModuleOp"> {
  let summary = "Expand rounding to bf16 to integer arithmetic";
  let description = [{
    What: `arith.truncf` from float32 and float64 to bf16 becomes integer
    arithmetic on whole vectors; no library is needed.

    When it applies: to scalars and vectors, without a rounding mode.

    Numerics: to nearest, ties to even; NaN stays NaN, its payload may change.

    Example: `test/Target/CPU/expand-bf16-rounding-doc.mlir`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def ExpandFloatClassesPass
    : Pass<"kalmir-expand-float-classes", "::mlir::ModuleOp"> {
  let summary = "Expand tests for infinite and normal numbers";
  let description = [{
    What: `math.isinf` and `math.isnormal` become comparisons of the absolute
    value, for which there are vector instructions and no library is needed.

    When it applies: to scalars and vectors.

    Numerics: exact.

    Example: `test/Target/CPU/expand-float-classes-doc.mlir`.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

def ExpandMathFunctionsPass
    : Pass<"kalmir-expand-math-functions", "::mlir::ModuleOp"> {
  let summary = "Expand functions of float32 to polynomials";
  let description = [{
    What: exp, expm1, log, log1p, log2, tanh, erf, erfc and acos of float32,
    scalars and vectors, become MLIR's own polynomial approximations: straight
    code, without branches or calls, that LLVM can vectorise. Those of f16 and
    bf16 are computed in float32.

    When it applies: to the functions named. Others (sin, cos, tan, atan, pow, ...)
    and float64 stay what they are, in the end calls of libm lane by lane.

    Numerics: at most 4 units in the last place, for normal arguments and results.
    Results too small for a normal number become 0, the logarithm of a denormal
    number is that of the smallest normal one. NaN and infinities are as in libm.

    Example: `test/Target/CPU/expand-math-functions-doc.mlir`.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::vector::VectorDialect"];
}

def LowerCopiesPass
    : Pass<"kalmir-lower-copies", "::mlir::ModuleOp"> {
  let summary = "Make copies one move of memory, or loops if they have strides";
  let description = [{
    What: `linalg.copy` becomes `memref.copy`, and so one move of memory, where
    both buffers are one piece of the same type. `memref.copy` becomes a
    `linalg.generic`, and so a parallel loop, where one of the buffers is a
    strided part of another: upstream would call a library that compiled code is
    not linked against. A copy of a buffer to itself disappears.

    When it applies: to copies of buffers.

    Numerics: exact.

    Example: `test/Target/CPU/lower-copies-doc.mlir`.
  }];
  let options = [
    Option<"loops", "loops", "bool", /*default=*/"false",
           "Make loops of all copies: host code cannot move the memory">
  ];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def MaskAsIntegersPass
    : Pass<"kalmir-mask-as-integers", "::mlir::ModuleOp"> {
  let summary = "Move vectors of narrow floats as integers under masks";
  let description = [{
    What: `llvm.intr.masked.load` and `llvm.intr.masked.store` of floats of less
    than 32 bits move integers instead. LLVM takes lane by lane what the processor
    cannot compute with, though it has an instruction for integers of this size.

    When it applies: to f16, bf16 and narrower floats in the LLVM dialect.

    Numerics: exact.

    Example: `test/Target/CPU/mask-as-integers-doc.mlir`.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def GenerateCEntryPointsPass
    : Pass<"kalmir-generate-c-entry-points", "::mlir::ModuleOp"> {
  let summary = "Wrap entries in functions with the C interface";
  let description = [{
    What: for every entry `@f` in the LLVM dialect the functions `f`,
    `f_shapes`, `f_workspace`, `f_info` and the constant `f_signature` of
    `kalmir/runtime.h`. They check the arguments through the runtime, build
    the memref descriptors, and call the entry, which becomes the internal
    function `f.inner`. For `device=cuda` tensors and workspace are in the memory
    of a CUDA device, `f.inner` is host code that launches kernels with
    `kalmir_rt_launch`, and there is `f_prepare`, which loads all kernels that the
    module launches.

    When it applies: to entries with all helper functions. Those of an entry for
    CUDA run on the host and must not read data.

    Numerics: none.

    Example: `test/Target/CPU/generate-c-entry-points-doc.mlir`, for CUDA
    `test/Target/CPU/generate-c-entry-points-cuda-doc.mlir`.
  }];
  let options = [
    Option<"device", "device", "::kalmir::EntryDevice",
           /*default=*/"::kalmir::EntryDevice::cpu",
           "Where the tensors are", [{::llvm::cl::values(
             clEnumValN(::kalmir::EntryDevice::cpu, "cpu",
                        "In the memory of the host"),
             clEnumValN(::kalmir::EntryDevice::cuda, "cuda",
                        "In the memory of a CUDA device")
           )}]>,
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // KALMIR_TARGET_CPU_PASSES_TD
