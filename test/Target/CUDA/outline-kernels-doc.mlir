// RUN: kalmir-opt %s --kalmir-outline-kernels | FileCheck %s

// Kernels that are there already stay as they are. The kernel of the second launch keeps its registers few enough for three workgroups.

// CHECK-LABEL: func @launches(
// CHECK: gpu.launch_func @known::@known
// CHECK: gpu.launch_func @launches_kernel::@launches_kernel
// CHECK: gpu.launch_func @[[MODULE:.*]]::@[[KERNEL:launches_kernel.*]] blocks
// CHECK: gpu.module @launches_kernel
// CHECK-NOT: nvvm.minctasm
// CHECK: gpu.module @[[MODULE]]
// CHECK: gpu.func @[[KERNEL]]({{.*}}nvvm.minctasm = 3 : i32
// CHECK: gpu.module @known
// CHECK-NOT: nvvm.minctasm
module attributes {gpu.container_module} {
func.func @launches(%x: memref<8xf32>, %n: index, %value: f32) {
  gpu.launch_func @known::@known blocks in (%n, %n, %n) threads in (%n, %n, %n)
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %n, %gy = %n, %gz = %n)
      threads(%tx, %ty, %tz) in (%sx = %n, %sy = %n, %sz = %n) {
    memref.store %value, %x[%tx] : memref<8xf32>
    gpu.terminator
  }
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %n, %gy = %n, %gz = %n)
      threads(%tx, %ty, %tz) in (%sx = %n, %sy = %n, %sz = %n) {
    memref.store %value, %x[%bx] : memref<8xf32>
    gpu.terminator
  } {recur.workgroups = 3 : i32}
  return
}
gpu.module @known {
  gpu.func @known() kernel {
    gpu.return
  }
}
}
