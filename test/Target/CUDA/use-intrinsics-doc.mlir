// RUN: kalmir-opt %s --pass-pipeline="builtin.module(gpu.module(kalmir-use-intrinsics))" | FileCheck %s

// CHECK-NOT: @__nv_fmaf
// CHECK: llvm.func @__nv_expf
// CHECK-LABEL: llvm.func @kernel(
// CHECK: llvm.call_intrinsic "llvm.fma.f32"(%arg0, %arg0, %arg0) : (f32, f32, f32) -> f32
// CHECK: llvm.call_intrinsic "llvm.floor.f64"(%arg1) : (f64) -> f64
// CHECK: llvm.call @__nv_expf
gpu.module @k {
  llvm.func @__nv_fmaf(f32, f32, f32) -> f32
  llvm.func @__nv_floor(f64) -> f64
  llvm.func @__nv_expf(f32) -> f32
  llvm.func @kernel(%x: f32, %y: f64, %p: !llvm.ptr) {
    %0 = llvm.call @__nv_fmaf(%x, %x, %x) : (f32, f32, f32) -> f32
    %1 = llvm.call @__nv_floor(%y) : (f64) -> f64
    %2 = llvm.call @__nv_expf(%0) : (f32) -> f32
    llvm.store %2, %p : f32, !llvm.ptr
    llvm.store %1, %p : f64, !llvm.ptr
    llvm.return
  }
}
