// RUN: kalmir-opt %s --kalmir-generate-c-entry-points=device=cuda | FileCheck %s

llvm.func @kalmir_rt_launch(!llvm.ptr, i64, i64, i64, i64, i64, i64, i64, !llvm.ptr, i64)
llvm.mlir.global internal @first.kernel() : !llvm.struct<(ptr, i64, ptr, ptr)> {
  %0 = llvm.mlir.zero : !llvm.struct<(ptr, i64, ptr, ptr)>
  llvm.return %0 : !llvm.struct<(ptr, i64, ptr, ptr)>
}
llvm.mlir.global internal @second.kernel() : !llvm.struct<(ptr, i64, ptr, ptr)> {
  %0 = llvm.mlir.zero : !llvm.struct<(ptr, i64, ptr, ptr)>
  llvm.return %0 : !llvm.struct<(ptr, i64, ptr, ptr)>
}
llvm.func @f(%x: !llvm.ptr, %x1: !llvm.ptr, %x2: i64, %w: !llvm.ptr, %w1: !llvm.ptr, %w2: i64, %w3: i64, %w4: i64) attributes {
    kalmir.entry = #kalmir.entry<inputs = [#kalmir.argument<"x", f32, []>], outputs = []>} {
  %c1 = llvm.mlir.constant(1 : i64) : i64
  %params = llvm.alloca %c1 x i64 : (i64) -> !llvm.ptr
  llvm.store %x, %params : !llvm.ptr, !llvm.ptr
  %first = llvm.mlir.addressof @first.kernel : !llvm.ptr
  %second = llvm.mlir.addressof @second.kernel : !llvm.ptr
  llvm.call @kalmir_rt_launch(%first, %c1, %c1, %c1, %c1, %c1, %c1, %c1, %params, %c1) : (!llvm.ptr, i64, i64, i64, i64, i64, i64, i64, !llvm.ptr, i64) -> ()
  llvm.call @kalmir_rt_launch(%second, %c1, %c1, %c1, %c1, %c1, %c1, %c1, %params, %c1) : (!llvm.ptr, i64, i64, i64, i64, i64, i64, i64, !llvm.ptr, i64) -> ()
  llvm.call @kalmir_rt_launch(%first, %c1, %c1, %c1, %c1, %c1, %c1, %c1, %params, %c1) : (!llvm.ptr, i64, i64, i64, i64, i64, i64, i64, !llvm.ptr, i64) -> ()
  llvm.return
}
llvm.func @f.shapes(%x: !llvm.ptr, %x1: !llvm.ptr, %x2: i64) {
  llvm.return
}
llvm.func @f.workspace(%x: !llvm.ptr, %x1: !llvm.ptr, %x2: i64) -> i64 {
  %c64 = llvm.mlir.constant(64 : i64) : i64
  llvm.return %c64 : i64
}
llvm.func @f.info(%x: !llvm.ptr, %x1: !llvm.ptr, %x2: i64) -> !llvm.struct<(i64, i64)> {
  %0 = llvm.mlir.zero : !llvm.struct<(i64, i64)>
  llvm.return %0 : !llvm.struct<(i64, i64)>
}

// CHECK-LABEL: llvm.mlir.global external constant @f_signature()
// CHECK: llvm.mlir.addressof @f.args
// CHECK: %[[DEVICE:.*]] = llvm.mlir.constant(2 : i32) : i32
// CHECK-NEXT: llvm.insertvalue %[[DEVICE]], %{{.*}}[6]

// CHECK-LABEL: llvm.func @f(
// CHECK-SAME: %[[ARGS:[a-z0-9]*]]: !llvm.ptr, %[[N:[a-z0-9]*]]: i64, %[[W:[a-z0-9]*]]: !llvm.ptr, %[[WN:[a-z0-9]*]]: i64) -> i32
// CHECK: llvm.call @kalmir_rt_check(
// CHECK: %[[WORKSPACE:.*]] = llvm.alloca %{{.*}} x !llvm.struct<(ptr, ptr)>
// CHECK: %[[BEGIN:.*]] = llvm.call @kalmir_rt_cuda_begin(%{{.*}}, %[[ARGS]], %[[W]], %[[WN]], %{{.*}}, %[[WORKSPACE]])
// CHECK: llvm.cond_br %{{.*}}, ^[[EXIT:.*]](%[[BEGIN]] : i32)
// CHECK: llvm.call @f.inner
// CHECK: %[[END:.*]] = llvm.call @kalmir_rt_cuda_end(%[[WORKSPACE]])
// CHECK-NEXT: llvm.br ^[[EXIT]](%[[END]] : i32)
// CHECK-NOT: kalmir_rt_release

// CHECK-LABEL: llvm.mlir.global internal constant @kalmir.kernels()
// CHECK-SAME: !llvm.array<2 x ptr>
// CHECK-DAG: llvm.mlir.addressof @first.kernel
// CHECK-DAG: llvm.mlir.addressof @second.kernel

// CHECK-LABEL: llvm.func @f_prepare(
// CHECK-SAME: %[[ID:[a-z0-9]*]]: i32) -> i32
// CHECK: %[[KERNELS:.*]] = llvm.mlir.addressof @kalmir.kernels
// CHECK: %[[COUNT:.*]] = llvm.mlir.constant(2 : i64)
// CHECK: %[[STATUS:.*]] = llvm.call @kalmir_rt_cuda_prepare(%{{.*}}, %[[KERNELS]], %[[COUNT]], %[[ID]])
// CHECK-NEXT: llvm.br ^{{.*}}(%[[STATUS]] : i32)
