// RUN: kalmir-opt %s --kalmir-expand-kernel-arguments --cse | FileCheck %s

module attributes {gpu.container_module} {
gpu.module @k {
  llvm.func @scale() attributes {gpu.kernel}
}

// Pointer, pointer, offset, extents, strides. Both buffers of the entry have the
// extent n0, which is one value; what is after the extents of a row is not its
// business.
// CHECK-LABEL: func @scale_all(
// CHECK-SAME: %[[X:.*]]: memref<?xf32>, %[[Y:.*]]: memref<?x2xf32>, %[[F:.*]]: f32)
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i64
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1 : i64
// CHECK-DAG: %[[TWO:.*]] = arith.constant 2 : i64
// CHECK-DAG: %[[N:.*]] = memref.dim %[[X]]
// CHECK: %[[PX:.*]] = llvm.inttoptr
// CHECK: %[[N64:.*]] = arith.index_cast %[[N]]
// CHECK: %[[PY:.*]] = llvm.inttoptr
// CHECK: gpu.launch_func @k::@scale
// CHECK-SAME: args(%[[PX]] : !llvm.ptr, %[[PX]] : !llvm.ptr, %[[ZERO]] : i64, %[[N64]] : i64, %[[ONE]] : i64, %[[PY]] : !llvm.ptr, %[[PY]] : !llvm.ptr, %[[ZERO]] : i64, %[[N64]] : i64, %[[TWO]] : i64, %[[TWO]] : i64, %[[ONE]] : i64, %[[F]] : f32)
func.func @scale_all(%x: memref<?xf32>, %y: memref<?x2xf32>, %f: f32)
    attributes {kalmir.entry = #kalmir.entry<
      inputs = [#kalmir.argument<"x", f32, [-1]>],
      outputs = [#kalmir.argument<"y", f32, [-1, 2]>]>} {
  %c1 = arith.constant 1 : index
  gpu.launch_func @k::@scale blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%x : memref<?xf32>, %y : memref<?x2xf32>, %f : f32)
  return
}

// The pointer is that of the first element: a part of a view of bytes.
// CHECK-LABEL: func @part(
// CHECK-SAME: %[[BYTES:.*]]: memref<?xi8>, %[[N:.*]]: index, %[[AT:.*]]: index)
// CHECK-DAG: %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG: %[[C64:.*]] = arith.constant 64 : index
// CHECK: %[[BASE:.*]] = memref.extract_aligned_pointer_as_index %[[BYTES]]
// CHECK: %[[VIEW:.*]] = arith.addi %[[BASE]], %[[C64]]
// CHECK: %[[SKIPPED:.*]] = arith.muli %[[AT]], %[[C4]]
// CHECK: %[[FIRST:.*]] = arith.addi %[[VIEW]], %[[SKIPPED]]
// CHECK: %[[ADDRESS:.*]] = arith.index_cast %[[FIRST]]
// CHECK: %[[POINTER:.*]] = llvm.inttoptr %[[ADDRESS]]
// CHECK: args(%[[POINTER]] : !llvm.ptr, %[[POINTER]] : !llvm.ptr,
func.func @part(%bytes: memref<?xi8>, %n: index, %at: index) {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %view = memref.view %bytes[%c64][%n] : memref<?xi8> to memref<?xf32>
  %part = memref.subview %view[%at] [4] [1]
      : memref<?xf32> to memref<4xf32, strided<[1], offset: ?>>
  gpu.launch_func @k::@scale blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%part : memref<4xf32, strided<[1], offset: ?>>)
  return
}
}
