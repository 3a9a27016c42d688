//===- RecurToGPU.td - from recurrences to kernels ------------------------===//

#ifndef KALMIR_CONVERSION_RECURTOGPU_TD
#define KALMIR_CONVERSION_RECURTOGPU_TD

include "mlir/Pass/PassBase.td"

def ConvertRecurToGPUPass : Pass<"kalmir-convert-recur-to-gpu", "::mlir::ModuleOp"> {
  let summary = "Convert recurrences on buffers to kernels of a GPU";
  let description = [{
    What: replaces every `recur.generic` and `recur.scan` on buffers by
    `gpu.launch`. A group of threads runs one channel (a value of all parallel
    iterators) through time; it shares the channel's states (the values of the
    reduction iterators), which stay in registers. Inputs over time
    lie in shared memory, tiles of some steps that are copied ahead of time. Where
    groups have four threads or more, and a workgroup room for them (of at most 1024
    threads), further warps help: they copy the tiles,
    compute what the states of a channel share and functions lead to for the steps
    to come, and add up over the group, finish and store what its threads have added
    up over their states. Where channels share inputs of 16 bits, which helpers widen,
    workgroups of groups of sixteen threads or more are larger, if enough of them run to
    fill the multiprocessors. Where the steps of an output lie side by side in memory,
    they leave in rows. Where the number of states is dynamic, one of several
    kernels is launched; more than 128 states of a channel run in several launches, which add
    up sums in outputs, or in buffers beside them where these are narrower or
    `finish` makes something else of them. Where outputs are summed over different
    reduction iterators, the recurrence runs once for each set of them that
    outputs keep, and a remark says so.

    When it applies: to operations whose operands are buffers (run
    one-shot-bufferize first), that are not packed (run
    `kalmir-recur-expand-segments` first) and not to be cut into chunks (run
    `kalmir-recur-split-time` first). Bodies may use any operation without side
    effects.

    Numerics: the body's operations run as written, but for float32 divisions in a
    `recur.scan` by states that set the scale of a homogeneous group: these are
    products with approximate reciprocals, off by 2 ulp, unless `exact-division`
    is set. With `powers-of-two`, exp(x y) differs by twice what the rounding of
    x y changes. Sums over reduction iterators run in a fixed order that depends on
    the number of states, and on whether time is one step. Groups of homogeneous
    states are multiplied by powers of two, which is exact barring underflow of the
    small members; with a period of 1 this is done for sixteen steps together and,
    where their range was left, again after each (`docs/Numerics.md`).

    Example: `test/Conversion/RecurToGPU/recur-to-gpu-doc.mlir`.

    Limits: inputs whose last dimension is neither time, nor the lane iterator, nor
    the states, or is not contiguous, are read where they are. Runs for other sets
    of reduction iterators repeat the step, and all but one work on copies of the
    states.
  }];
  let options = [
    Option<"blockSize", "block-size", "int64_t", /*default=*/"0",
           "Threads of a workgroup that have states (0: chosen)">,
    Option<"sharedBytes", "shared-bytes", "int64_t", /*default=*/"48 * 1024",
           "Bytes of shared memory that one of two workgroups may have">,
    Option<"multiprocessors", "multiprocessors", "int64_t", /*default=*/"0",
           "Multiprocessors of the device, each with room for two workgroups "
           "(0: not known)">,
    Option<"exactDivision", "exact-division", "bool", /*default=*/"false",
           "Round divisions by homogeneous states correctly">,
    Option<"powersOfTwo", "powers-of-two", "bool", /*default=*/"false",
           "Compute exp(x y), y the same at all steps, as 2^(x (y log2 e))">
  ];
  let statistics = [
    Statistic<"numConverted", "converted", "Recurrences converted">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::nvgpu::NVGPUDialect",
    "::mlir::NVVM::NVVMDialect",
    "::mlir::vector::VectorDialect"
  ];
}

#endif // KALMIR_CONVERSION_RECURTOGPU_TD
