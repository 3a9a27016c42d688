// RUN: kalmir-opt %s --kalmir-recur-drop-unit-iterators --canonicalize | FileCheck %s

// One series of shape [1, L, 1]: only time is left, contiguous.

// CHECK-LABEL: func @series(
// CHECK-SAME: %[[X:.*]]: memref<1x?x1xf32>, %[[H:.*]]: memref<1x1xf32>, %[[Y:.*]]: memref<1x?xf32>
// CHECK-DAG: %[[XT:.*]] = memref.subview %[[X]]{{.*}} to memref<?xf32, strided<[1]>>
// CHECK-DAG: %[[H0:.*]] = memref.subview %[[H]]{{.*}} to memref<f32, strided<[]>>
// CHECK-DAG: %[[YT:.*]] = memref.subview %[[Y]]{{.*}} to memref<?xf32, strided<[1]>>
// CHECK: recur.generic {{.*}}iterator_types = ["recurrence"]{{.*}} ins(%[[XT]] : {{.*}} state(%[[H0]] : {{.*}} outs(%[[YT]] :
// CHECK:   %[[T:.*]] = recur.index 0
// CHECK:   arith.index_cast %[[T]]
func.func @series(%x: memref<1x?x1xf32>, %h: memref<1x1xf32>, %y: memref<1x?xf32>) {
  recur.generic {
      indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, affine_map<(b, t, s) -> (b, s)>,
                       affine_map<(b, t, s) -> (b, t)>],
      iterator_types = ["parallel", "recurrence", "reduction"]}
    ins(%x : memref<1x?x1xf32>) state(%h : memref<1x1xf32>) outs(%y : memref<1x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %s = recur.index 2 : index
    %t = recur.index 1 : index
    %st = arith.addi %s, %t : index
    %i = arith.index_cast %st : index to i32
    %f = arith.sitofp %i : i32 to f32
    %xf = arith.mulf %xt, %f : f32
    %h1 = arith.addf %ht, %xf : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// Extents that are not 1, and time, stay.

// CHECK-LABEL: func @kept(
// CHECK: recur.generic {{.*}}iterator_types = ["recurrence", "parallel"]
func.func @kept(%x: memref<1x?xf32>, %h: memref<?xf32>) {
  recur.generic {
      indexing_maps = [affine_map<(t, m) -> (t, m)>, affine_map<(t, m) -> (m)>],
      iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<1x?xf32>) state(%h : memref<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  }
  return
}
