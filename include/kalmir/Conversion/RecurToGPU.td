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
    reduction iterators), which stay in registers. Sums over states are added up
    by shuffles within the group. Where the number of states is dynamic, one of
    several kernels is launched.

    When it applies: to operations whose operands are buffers (run
    one-shot-bufferize first), that are not packed (run
    `kalmir-recur-expand-segments` first) and not to be cut into chunks (run
    `kalmir-recur-split-time` first). Bodies may use any operation without side
    effects.

    Numerics: the body's operations run as written. Sums over reduction iterators
    run in a fixed order that depends on the number of states. Groups of
    homogeneous states are multiplied by powers of two, which is exact barring
    underflow of the small members.

    Example: `test/Conversion/RecurToGPU/recur-to-gpu-doc.mlir`.

    Limits: at most 256 states of a channel; outputs are summed over all
    reduction iterators or none.
  }];
  let options = [
    Option<"blockSize", "block-size", "int64_t", /*default=*/"128",
           "Threads of a workgroup">,
    Option<"exactDivision", "exact-division", "bool", /*default=*/"false",
           "Round divisions by homogeneous states correctly">
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
