// RUN: kalmir-opt %s --kalmir-launch-kernels | FileCheck %s

// CHECK: func.func private @kalmir_rt_launch(!llvm.ptr, i64, i64, i64, i64, i64, i64, i64, !llvm.ptr, i64)
// CHECK: llvm.mlir.global internal constant @k.scale.image(".version 8.6\00")
// CHECK: llvm.mlir.global internal constant @k.scale.name("scale\00")
// CHECK: llvm.mlir.global internal @k.scale.kernel() {{.*}} : !llvm.struct<(ptr, i64, ptr, ptr)>
// CHECK-NOT: gpu.binary
module attributes {gpu.container_module} {
gpu.binary @k [#gpu.object<#nvvm.target<chip = "sm_90">, assembly = ".version 8.6">]

// Each argument has a slot of 8 bytes.
// CHECK-LABEL: func @scale_all(
// CHECK-SAME: %[[X:.*]]: !llvm.ptr, %[[F:.*]]: f32, %[[N:.*]]: index)
// CHECK: %[[COUNT:.*]] = llvm.mlir.constant(2 : i64)
// CHECK: %[[PARAMS:.*]] = llvm.alloca %[[COUNT]] x i64
// CHECK: %[[ADDRESS:.*]] = llvm.ptrtoint %[[X]]
// CHECK: %[[BITS:.*]] = arith.bitcast %[[F]] : f32 to i32
// CHECK: %[[WIDE:.*]] = arith.extui %[[BITS]] : i32 to i64
// CHECK: llvm.store %[[ADDRESS]]
// CHECK: %[[LAST:.*]] = llvm.getelementptr %[[PARAMS]][1]
// CHECK: llvm.store %[[WIDE]], %[[LAST]]
// CHECK: %[[KERNEL:.*]] = llvm.mlir.addressof @k.scale.kernel
// CHECK: call @kalmir_rt_launch(%[[KERNEL]], {{.*}}, %[[PARAMS]],
func.func @scale_all(%x: !llvm.ptr, %f: f32, %n: index) {
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  gpu.launch_func @k::@scale blocks in (%n, %c1, %c1) threads in (%c256, %c1, %c1)
      args(%x : !llvm.ptr, %f : f32)
  return
}
}
