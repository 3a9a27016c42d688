// RUN: kalmir-opt %s --kalmir-to-cpu-pipeline | FileCheck %s

// CHECK-DAG: llvm.func @kalmir_rt_check(!llvm.ptr, !llvm.ptr, i64, i32) -> i32
// CHECK-DAG: llvm.func internal @copy.inner(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr {llvm.noalias},
// CHECK-DAG: llvm.func internal @copy.workspace
// CHECK-DAG: llvm.func internal @copy.info
// CHECK-DAG: llvm.func internal @copy.shapes
// CHECK-DAG: llvm.mlir.global internal constant @copy.arg0.name("x\00")
// CHECK-DAG: llvm.mlir.global internal constant @copy.arg0.dims(dense<-1> : tensor<1xi64>)
// CHECK-DAG: llvm.mlir.global external constant @copy_signature() {{.*}} : !llvm.struct<(i32, i32, i32, i32, ptr, ptr, i32)>

// CHECK-LABEL: llvm.func @copy(
// CHECK-SAME: %[[ARGS:[a-z0-9]*]]: !llvm.ptr, %[[N:[a-z0-9]*]]: i64, %[[W:[a-z0-9]*]]: !llvm.ptr, %[[WN:[a-z0-9]*]]: i64) -> i32 attributes {kalmir.entry =
// CHECK: %[[STATUS:.*]] = llvm.call @kalmir_rt_check(%{{.*}}, %[[ARGS]], %[[N]], %{{.*}})
// CHECK: llvm.call @copy.shapes
// CHECK: llvm.call @kalmir_rt_check_outputs
// CHECK: llvm.call @copy.workspace
// CHECK: llvm.call @kalmir_rt_acquire(%{{.*}}, %[[W]], %[[WN]]
// CHECK: llvm.call @copy.inner
// CHECK: llvm.call @kalmir_rt_release

// CHECK-LABEL: llvm.func @copy_shapes(
// CHECK: llvm.call @kalmir_rt_set_outputs
// CHECK-LABEL: llvm.func @copy_workspace(
// CHECK: llvm.call @kalmir_rt_check_result
// CHECK-LABEL: llvm.func @copy_info(
// CHECK: llvm.call @kalmir_rt_check_result
func.func @copy(%x: tensor<?xf32> {kalmir.name = "x"}) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
