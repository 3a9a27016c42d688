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

def LaunchKernelsPass : Pass<"kalmir-launch-kernels", "::mlir::ModuleOp"> {
  let summary = "Convert launches of compiled kernels to calls of the runtime";
  let description = [{
    What: `gpu.launch_func` of a kernel in a `gpu.binary` becomes a call of
    `kalmir_rt_launch`, with the parameters in an array of 8-byte slots: a memref
    as pointer, pointer, offset, extents, strides. The binary becomes a constant
    with its PTX, and a descriptor in which the runtime keeps what it loaded.

    When it applies: after `gpu-module-to-binary{format=isa}`. A kernel that
    calls functions which the PTX does not have is an error, and so is host code
    that touches the memory of the device.

    Numerics: none.

    Example: `test/Target/CUDA/launch-kernels-doc.mlir`.

    Limits: one object for each binary.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect"];
}

#endif // KALMIR_TARGET_CUDA_PASSES_TD
