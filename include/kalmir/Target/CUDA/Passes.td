//===- Passes.td - passes for CUDA devices --------------------------------===//

#ifndef KALMIR_TARGET_CUDA_PASSES_TD
#define KALMIR_TARGET_CUDA_PASSES_TD

include "mlir/Pass/PassBase.td"

def MapLoopsToThreadsPass
    : Pass<"kalmir-map-loops-to-threads", "::mlir::ModuleOp"> {
  let summary = "Launch parallel loops as kernels, a thread an iteration";
  let description = [{
    What: every outermost `scf.parallel` becomes a `gpu.launch` with one thread
    for each iteration, the last dimension fastest; parallel loops inside run
    serially.

    When it applies: to loops without reductions of their own, outside of
    kernels.

    Numerics: exact.

    Example: `test/Target/CUDA/map-loops-to-threads-doc.mlir`.
  }];
  let options = [
    Option<"blockSize", "block-size", "int64_t", /*default=*/"256",
           "Threads of a workgroup">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
    "::mlir::scf::SCFDialect"];
}

def OutlineKernelsPass : Pass<"kalmir-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Make kernels of launches, with their bounds on registers";
  let description = [{
    What: MLIR's `gpu-kernel-outlining`; kernels of launches with the attribute
    `recur.workgroups` get `nvvm.minctasm`: so many workgroups of them are to have
    room in a multiprocessor, which bounds their registers.

    When it applies: to every `gpu.launch`.

    Numerics: exact.

    Example: `test/Target/CUDA/outline-kernels-doc.mlir`.
  }];
  let dependentDialects = [
    "::mlir::DLTIDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::gpu::GPUDialect", "::mlir::NVVM::NVVMDialect"];
}

def UseSpecialFunctionsPass
    : Pass<"kalmir-use-special-functions", "::mlir::ModuleOp"> {
  let summary = "Expand functions of float32 by the special-function unit";
  let description = [{
    What: exp, exp2, expm1, log, log2, log1p, tanh, sqrt and rsqrt in kernels
    become approximations of the processor (`ex2.approx` and the like) with the
    few operations around them, or short polynomials instead of them, that make
    them exact to 2 or 3 units in the last place. Divisions by 1 + exp(y), as in a
    sigmoid, become `div.full`.

    When it applies: to scalars of float32, bfloat16 and float16 in `gpu.launch`,
    before `kalmir-expand-math-functions`, which expands what is left. Float64
    and vectors are left alone.

    Numerics: at most 3 units in the last place over all of float32; what was
    measured is in `docs/Numerics.md`. Exponentials that are no normal numbers
    become 0.

    Example: `test/Target/CUDA/use-special-functions-doc.mlir`.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::math::MathDialect", "::mlir::NVVM::NVVMDialect"];
  let statistics = [
    Statistic<"numReplaced", "replaced", "Operations replaced">
  ];
}

def UseIntrinsicsPass : Pass<"kalmir-use-intrinsics", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Replace calls of libdevice by LLVM's intrinsics";
  let description = [{
    What: calls of functions of CUDA's libdevice for which the processor has an
    instruction or two (absolute value, sign, multiply-add, rounding, square
    root) become LLVM's intrinsics. Upstream's lowering calls libdevice for
    them, which would have to be there.

    When it applies: after `convert-gpu-to-nvvm`, to float32 and float64.

    Numerics: exact, or correctly rounded, as the functions are.

    Example: `test/Target/CUDA/use-intrinsics-doc.mlir`.

    Limits: exp, log, sin and the like stay calls.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def ExpandKernelArgumentsPass
    : Pass<"kalmir-expand-kernel-arguments", "::mlir::ModuleOp"> {
  let summary = "Pass buffers to kernels as pointers, extents and strides";
  let description = [{
    What: each memref that `gpu.launch_func` passes becomes what
    `convert-gpu-to-nvvm` made of it in the kernel: pointer, pointer, offset,
    extents, strides, computed by host code. The pointer is that of the first
    element, and the offset 0. Extents of an entry that have the same symbol
    become one value, so that later passes see which arguments are the same.

    When it applies: after `convert-gpu-to-nvvm` on the kernels.

    Numerics: none.

    Example: `test/Target/CUDA/expand-kernel-arguments-doc.mlir`.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect"];
}

def TrimKernelParametersPass
    : Pass<"kalmir-trim-kernel-parameters", "::mlir::ModuleOp"> {
  let summary = "Remove parameters that kernels do not need";
  let description = [{
    What: parameters go that a kernel does not use, that are the same constant
    in every launch, and that are the same value as an earlier one in every
    launch. Integers of fewer than 32 bits are passed as such of 32. Kernels
    whose launches all have the same constant block say so
    (`nvvm.reqntid`).

    When it applies: to kernels that are `llvm.func`, after
    `kalmir-expand-kernel-arguments` and CSE of the host code.

    Numerics: none.

    Example: `test/Target/CUDA/trim-kernel-parameters-doc.mlir`.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::NVVM::NVVMDialect"];
  let statistics = [
    Statistic<"numRemoved", "removed", "Parameters removed">
  ];
}

def CompileKernelsPass : Pass<"kalmir-compile-kernels", "::mlir::ModuleOp"> {
  let summary = "Compile kernels to PTX";
  let description = [{
    What: each `gpu.module` goes through LLVM's optimizer and its code generator
    for NVPTX, and becomes a `gpu.binary` with PTX. Kernels that call functions
    of CUDA's libdevice (`__nv_log` and the like) are linked with it; other
    kernels do not depend on whether it is there.

    When it applies: to modules of `llvm.func`. An unknown architecture, a PTX
    version that it or the code generator does not have, calls of functions that
    nothing defines, and launches with more shared memory than a block may have
    are errors.

    Numerics: those of LLVM without fast-math; libdevice has at most 2 units in
    the last place on float32 and 1 on most of float64.

    Example: `test/Target/CUDA/compile-kernels-doc.mlir`.

    Limits: upstream's `gpu-module-to-binary` finds CUDA by the environment,
    also where no kernel needs it, and leaves calls of what it does not find.
  }];
  let options = [
    Option<"chip", "chip", "std::string", /*default=*/"\"sm_90\"",
           "Architecture, such as sm_80 or sm_90a">,
    Option<"ptxVersion", "ptx-version", "int64_t", /*default=*/"0",
           "PTX version, such as 86 for 8.6 (0: 86, or what the architecture "
           "needs)">,
    ListOption<"toolkits", "toolkits", "std::string",
               "Directories of CUDA installations, tried in this order">
  ];
  let dependentDialects = [
    "::mlir::gpu::GPUDialect", "::mlir::NVVM::NVVMDialect"];
}

def LaunchKernelsPass : Pass<"kalmir-launch-kernels", "::mlir::ModuleOp"> {
  let summary = "Convert launches of compiled kernels to calls of the runtime";
  let description = [{
    What: `gpu.launch_func` of a kernel in a `gpu.binary` becomes a call of
    `kalmir_rt_launch`, with the parameters in an array of 8-byte slots. The
    binary becomes a constant with its PTX, and a descriptor in which the
    runtime keeps what it loaded.

    When it applies: after `kalmir-compile-kernels`, to parameters that are
    numbers and pointers. Host code that touches the memory of the device is an
    error.

    Numerics: none.

    Example: `test/Target/CUDA/launch-kernels-doc.mlir`.

    Limits: one object for each binary.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect"];
}

#endif // KALMIR_TARGET_CUDA_PASSES_TD
