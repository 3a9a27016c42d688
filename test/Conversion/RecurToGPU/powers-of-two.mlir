// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu=powers-of-two --canonicalize --cse | FileCheck %s
// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu | FileCheck %s --check-prefix=PLAIN

// The exponential of x a is a power of two, and a log2 e computed before time begins. A
// product of two inputs over time keeps its exponential, so does one that is no product, and
// one that does not change at all.

// CHECK-LABEL: func @decay(
// CHECK: gpu.launch
// CHECK: %[[A:.*]] = memref.load %arg1
// CHECK-NEXT: %[[SCALED:.*]] = arith.mulf %[[A]], %cst{{.*}} : f32
// CHECK: %[[SQUARE:.*]] = arith.mulf %[[A]], %[[A]] : f32
// CHECK: math.exp %[[SQUARE]] : f32
// CHECK: scf.for
// CHECK: %[[RATE:.*]] = arith.mulf %[[X:.*]], %[[SCALED]] : f32
// CHECK: math.exp2 %[[RATE]] : f32
// CHECK: %[[XX:.*]] = arith.mulf %[[X]], %[[X]] : f32
// CHECK: math.exp %[[XX]] : f32
// CHECK: math.exp %[[X]] : f32

// PLAIN-NOT: math.exp2
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @decay(%x: memref<?x?xf32>, %a: memref<?xf32>, %h: memref<?xf32>, %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #m, #m, #tm],
      iterator_types = ["recurrence", "parallel"]}
    ins(%x, %a : memref<?x?xf32>, memref<?xf32>) state(%h : memref<?xf32>)
    outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %am: f32, %ht: f32):
    %rate = arith.mulf %am, %xt : f32
    %decay = math.exp %rate : f32
    %kept = arith.mulf %decay, %ht : f32
    %square = arith.mulf %xt, %xt : f32
    %0 = math.exp %square : f32
    %1 = math.exp %xt : f32
    %2 = arith.addf %0, %1 : f32
    %fixed = arith.mulf %am, %am : f32
    %3 = math.exp %fixed : f32
    %4 = arith.addf %2, %3 : f32
    %h1 = arith.addf %kept, %4 : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}
