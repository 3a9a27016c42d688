// RUN: kalmir-opt %s --kalmir-launch-kernels | FileCheck %s

// CHECK: func.func private @kalmir_rt_launch(!llvm.ptr, i64, i64, i64, i64, i64, i64, i64, !llvm.ptr, i64)
// CHECK: llvm.mlir.global internal constant @k.scale.image(".version 8.6\00")
// CHECK: llvm.mlir.global internal constant @k.scale.name("scale\00")
// CHECK: llvm.mlir.global internal @k.scale.kernel() {{.*}} : !llvm.struct<(ptr, i64, ptr, ptr)>
// CHECK-NOT: gpu.binary
module attributes {gpu.container_module} {
gpu.binary @k [#gpu.object<#nvvm.target<chip = "sm_90">, assembly = ".version 8.6">]

// A buffer is pointer, pointer, offset, extent, stride; then the factor.
// CHECK-LABEL: func @scale_all(
// CHECK-SAME: %[[X:.*]]: memref<?xf32>, %[[F:.*]]: f32, %[[N:.*]]: index)
// CHECK: %[[COUNT:.*]] = llvm.mlir.constant(6 : i64)
// CHECK: %[[PARAMS:.*]] = llvm.alloca %[[COUNT]] x i64
// CHECK: memref.extract_aligned_pointer_as_index %[[X]]
// CHECK: memref.extract_strided_metadata %[[X]]
// CHECK: %[[BITS:.*]] = arith.bitcast %[[F]] : f32 to i32
// CHECK: %[[WIDE:.*]] = arith.extui %[[BITS]] : i32 to i64
// CHECK: %[[LAST:.*]] = llvm.getelementptr %[[PARAMS]][5]
// CHECK: llvm.store %[[WIDE]], %[[LAST]]
// CHECK: %[[KERNEL:.*]] = llvm.mlir.addressof @k.scale.kernel
// CHECK: call @kalmir_rt_launch(%[[KERNEL]], {{.*}}, %[[PARAMS]],
func.func @scale_all(%x: memref<?xf32>, %f: f32, %n: index) {
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  gpu.launch_func @k::@scale blocks in (%n, %c1, %c1) threads in (%c256, %c1, %c1)
      args(%x : memref<?xf32>, %f : f32)
  return
}
}
