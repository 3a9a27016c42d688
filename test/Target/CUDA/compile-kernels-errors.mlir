// RUN: kalmir-opt %s --kalmir-compile-kernels="toolkits=/nowhere,%t" --split-input-file --verify-diagnostics
// RUN: %exits 1 kalmir-opt %S/compile-kernels-doc.mlir --kalmir-compile-kernels=chip=sm_75 2>&1 | FileCheck %s --check-prefix=CHIP
// RUN: %exits 1 kalmir-opt %S/compile-kernels-doc.mlir --kalmir-compile-kernels=ptx-version=99 2>&1 | FileCheck %s --check-prefix=VERSION
// RUN: %exits 1 kalmir-opt %S/compile-kernels-doc.mlir --kalmir-compile-kernels="chip=sm_100a ptx-version=80" 2>&1 | FileCheck %s --check-prefix=OLD
// CHIP: error: expected an architecture of NVIDIA GPUs, sm_80 (Ampere) or later, found 'sm_75'; known are sm_80, {{.*}}sm_90, sm_90a, sm_100, sm_100a,
// VERSION: error: expected a PTX version that LLVM has, found 9.9; known are {{.*}}, 8.6, {{.*}}9.0
// OLD: error: expected PTX 8.6 or later for sm_100a, found 8.0

// expected-error @+2 {{expected CUDA's libdevice for __nv_exp, __nv_log, found no nvvm/libdevice/libdevice.10.bc in /nowhere, }}
// expected-note @+1 {{$CUDA_HOME or --cuda-path says where CUDA is; the Python package nvidia-cuda-nvcc has what is needed}}
gpu.module @k {
  llvm.func @__nv_exp(f64) -> f64
  llvm.func @__nv_log(f64) -> f64
  llvm.func @__nv_not_called(f64) -> f64
  llvm.func @kernel(%x: f64, %p: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
    %0 = llvm.call @__nv_exp(%x) : (f64) -> f64
    %1 = llvm.call @__nv_log(%0) : (f64) -> f64
    llvm.store %1, %p : f64, !llvm.ptr
    llvm.return
  }
}

// -----

// expected-error @+1 {{expected kernels that call nothing but functions of CUDA's libdevice, found calls of malloc}}
gpu.module @k {
  llvm.func @malloc(i64) -> !llvm.ptr
  llvm.func @kernel(%n: i64, %p: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
    %0 = llvm.call @malloc(%n) : (i64) -> !llvm.ptr
    llvm.store %0, %p : !llvm.ptr, !llvm.ptr
    llvm.return
  }
}

// -----

module attributes {gpu.container_module} {
gpu.module @k {
  llvm.func @kernel() attributes {gpu.kernel, nvvm.kernel} {
    llvm.return
  }
}
func.func @launches() {
  %c1 = arith.constant 1 : index
  %bytes = arith.constant 232449 : i32
  // expected-error @+1 {{expected at most 232448 bytes of shared memory in a block on sm_90, found 232449 for kernel 'k'}}
  gpu.launch_func @k::@kernel blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) dynamic_shared_memory_size %bytes
  return
}
}
