// RUN: kalmir-opt %s --kalmir-recur-split-time --canonicalize --cse | FileCheck %s

// Running sums of 1000 numbers in two columns, in chunks of 100: ten chunks,
// nothing left.

// CHECK-LABEL: func @sum(
// CHECK-SAME: %[[X:.*]]: memref<1000x2xf32>, %[[H:.*]]: memref<2xf32>, %[[Y:.*]]: memref<1000x2xf32>
func.func @sum(%x: memref<1000x2xf32>, %h: memref<2xf32>, %y: memref<1000x2xf32>) {
  // CHECK: %[[ELEMENTS:.*]] = memref.alloc() {{.*}} : memref<10x2xf32>
  // CHECK: %[[CARRIED:.*]] = memref.alloc() {{.*}} : memref<10x2xf32>
  // CHECK: %[[NEEDED:.*]] = memref.subview %[[ELEMENTS]][0, 0] [9, 2]
  // CHECK: recur.scan {{.*}}["parallel", "recurrence", "parallel"]{{.*}} state(%[[NEEDED]] : memref<9x2xf32{{.*}}>)
  // CHECK: recur.scan {{.*}}["recurrence", "parallel"]{{.*}} ins(%{{.*}} : memref<10x2xf32{{.*}}>) {{.*}} outs(%{{.*}} : memref<10x2xf32
  // CHECK: recur.scan {{.*}}["parallel", "recurrence", "parallel"]{{.*}} state(%{{.*}} : memref<10x2xf32{{.*}}>) outs(%{{.*}} : memref<10x100x2xf32{{.*}}>)
  // CHECK-NOT: recur.scan
  recur.scan {
      indexing_maps = [affine_map<(t, m) -> (t, m)>, affine_map<(t, m) -> (m)>,
                       affine_map<(t, m) -> (t, m)>],
      iterator_types = ["recurrence", "parallel"], identity = [0.0 : f32],
      schedule = #recur.schedule<chunked, chunk_length = 100>}
    ins(%x : memref<1000x2xf32>) state(%h : memref<2xf32>)
    outs(%y : memref<1000x2xf32>) step {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    %e1 = arith.addf %e, %xt : f32
    recur.yield state(%e1 : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    %e1 = arith.addf %e, %l : f32
    recur.yield state(%e1 : f32)
  } apply {
  ^bb0(%e: f32, %ht: f32):
    %h1 = arith.addf %e, %ht : f32
    recur.yield state(%h1 : f32)
  }
  return
}
