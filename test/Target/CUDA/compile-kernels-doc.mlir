// RUN: kalmir-opt %s --kalmir-compile-kernels=chip=sm_90a | FileCheck %s
// RUN: kalmir-opt %s --kalmir-compile-kernels="chip=sm_80 ptx-version=78" | FileCheck %s --check-prefix=OLD
// RUN: kalmir-opt %s --kalmir-compile-kernels=chip=sm_121 | FileCheck %s --check-prefix=NEW

// CHECK: gpu.binary @k [#gpu.object<#nvvm.target<O = 3, chip = "sm_90a", features = "+ptx86">
// CHECK-SAME: .version 8.6{{.*}}.target sm_90a{{.*}}.visible .entry twice({{.*}}add.rn.f32
// OLD: .version 7.8{{.*}}.target sm_80
// NEW: .version 8.8{{.*}}.target sm_121
gpu.module @k {
  llvm.func @twice(%x: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
    %0 = llvm.load %x : !llvm.ptr -> f32
    %1 = llvm.fadd %0, %0 : f32
    llvm.store %1, %x : f32, !llvm.ptr
    llvm.return
  }
}
