// RUN: kalmir-opt %s --kalmir-convert-linalg-to-blas --canonicalize | FileCheck %s

// 64 x 512 times 512 x 600: two blocks of columns.

// CHECK: memref.global "private" constant @kalmir.blas.one.f32 : memref<f32> = dense<1.0
// CHECK: func.func private @bli_sgemm(i32, i32, i64, i64, i64, !llvm.ptr,
// CHECK-LABEL: func @project(
// CHECK-DAG: %[[NO:.*]] = arith.constant 0 : i32
// CHECK-DAG: %[[ROW:.*]] = arith.constant 512 : i64
// CHECK-DAG: %[[WIDE:.*]] = arith.constant 600 : i64
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1 : i64
// CHECK-NOT: linalg.fill
// CHECK: scf.parallel (%{{.*}}) = (%{{.*}}) to (%{{.*}})
// CHECK: call @bli_sgemm(%[[NO]], %[[NO]], %{{.*}}, %{{.*}}, %[[ROW]], %{{.*}}, %{{.*}}, %[[ROW]], %[[ONE]], %{{.*}}, %[[WIDE]], %[[ONE]], %{{.*}}, %{{.*}}, %[[WIDE]], %[[ONE]])
func.func @project(%x: memref<64x512xf32>, %w: memref<512x600xf32>,
                   %y: memref<64x600xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<64x600xf32>)
  linalg.matmul ins(%x, %w : memref<64x512xf32>, memref<512x600xf32>)
      outs(%y : memref<64x600xf32>)
  return
}
