// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf=vector-bits=128 --canonicalize --cse | FileCheck %s

// Time contiguous: four steps of four lanes are moved at once, by functions that
// transpose; what is left of time goes lane by lane.

// CHECK-LABEL: func @time_contiguous(
// CHECK-DAG: %[[IN:.*]] = memref.alloc() {{.*}} : memref<2x1x4x4xf32>
// CHECK-DAG: %[[OUT:.*]] = memref.alloc() {{.*}} : memref<2x1x4x4xf32>
// CHECK: scf.parallel (%[[SLOT:.*]]) =
// CHECK:   %[[ODD:.*]] = arith.remui %[[L:.*]], %c4
// CHECK:   %[[END:.*]] = arith.subi %[[L]], %[[ODD]]
// CHECK:   scf.for %[[T:.*]] = %c0 to %[[END]] step %c4
// CHECK:     %[[X:.*]] = memref.subview %arg0[%{{.*}}, %[[T]]] [4, 4]
// CHECK:     %[[XS:.*]] = memref.cast %[[X]]
// CHECK:     %[[R:.*]] = memref.subview %[[IN]][%[[SLOT]], 0, 0, 0]
// CHECK:     call @kalmir.bring_4xf32(%[[XS]], %[[R]], %c4)
// One lane of what comes next is asked for in each step.
// CHECK:     scf.for %[[U:.*]] = %c0 to %c4
// CHECK:       %[[LANE:.*]] = arith.addi %{{.*}}, %[[U]]
// CHECK:       memref.prefetch %arg0[%[[LANE]], %{{.*}} read
// CHECK:       memref.prefetch %arg2[%[[LANE]], %{{.*}} write
// CHECK:       vector.load %[[IN]][%[[SLOT]], %c0, %[[U]], %c0]
// CHECK:       vector.store %{{.*}}, %[[OUT]][%[[SLOT]], %c0, %[[U]], %c0]
// CHECK:     memref.subview %arg2[%{{.*}}, %[[T]]] [4, 4]
// CHECK:     call @kalmir.take_4xf32(
// CHECK:   scf.for %{{.*}} = %[[END]] to %[[L]]
// CHECK-COUNT-4: memref.load %arg0
// CHECK-COUNT-4: memref.store %{{.*}}, %arg2

// Backwards the rows are read from the last to the first.

// CHECK-LABEL: func @backwards(
// CHECK:   scf.for %[[T:.*]] = %c0 to %[[END:.*]] step %c4
// CHECK:     %[[ROOM:.*]] = arith.subi %[[L:.*]], %[[T]]
// CHECK:     %[[LOWEST:.*]] = arith.subi %[[ROOM]], %c4
// CHECK:     memref.subview %arg0[%{{.*}}, %[[LOWEST]]] [4, 4]
// CHECK:     scf.for %[[U:.*]] = %c0 to %c4
// CHECK:       %[[ROW:.*]] = arith.subi %c3, %[[U]]
// CHECK:       vector.load %{{.*}}[%{{.*}}, %c0, %[[ROW]], %c0]

// Narrow floats are not staged.

// CHECK-LABEL: func @narrow(
// CHECK-NOT: call
// CHECK: return

// Lanes that do not exist are read as the last that does, and not written.

// CHECK-LABEL: func private @kalmir.bring_4xf32(
// CHECK-SAME: %[[FROM:.*]]: memref<?x4xf32, strided<[?, 1], offset: ?>>, %[[TO:.*]]: memref<4x4xf32, strided<[4, 1], offset: ?>>, %[[LANES:.*]]: index)
// CHECK-SAME: passthrough = ["noinline"]
// CHECK:   %[[LAST:.*]] = arith.subi %[[LANES]], %c1
// CHECK:   %[[ROW1:.*]] = arith.minsi %[[LAST]], %c1
// CHECK:   vector.load %[[FROM]][%[[ROW1]], %c0]
// CHECK:     vector.shuffle %{{.*}}, %{{.*}} [0, 4, 1, 5]
// CHECK:     vector.shuffle %{{.*}}, %{{.*}} [2, 6, 3, 7]
// CHECK-COUNT-6: vector.shuffle
// CHECK-NOT: vector.shuffle
// CHECK-COUNT-4: vector.store %{{.*}}, %[[TO]][
// CHECK-LABEL: func private @kalmir.take_4xf32(
// CHECK-COUNT-8: vector.shuffle
// CHECK:   arith.cmpi
// CHECK:   scf.if
// CHECK:     vector.store
#mt = affine_map<(m, t) -> (m, t)>
#m = affine_map<(m, t) -> (m)>
func.func @time_contiguous(%x: memref<8x?xf32>, %h: memref<8xf32>, %y: memref<8x?xf32>) {
  recur.generic {indexing_maps = [#mt, #m, #mt],
                 iterator_types = ["parallel", "recurrence"]}
    ins(%x : memref<8x?xf32>) state(%h : memref<8xf32>) outs(%y : memref<8x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}
func.func @backwards(%x: memref<8x?xf32>, %h: memref<8xf32>) {
  recur.generic {indexing_maps = [#mt, #m], reverse,
                 iterator_types = ["parallel", "recurrence"]}
    ins(%x : memref<8x?xf32>) state(%h : memref<8xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  }
  return
}
func.func @narrow(%x: memref<8x?xbf16>, %h: memref<8xf32>) {
  recur.generic {indexing_maps = [#mt, #m],
                 iterator_types = ["parallel", "recurrence"]}
    ins(%x : memref<8x?xbf16>) state(%h : memref<8xf32>) {
  ^bb0(%xt: bf16, %ht: f32):
    %xf = arith.extf %xt : bf16 to f32
    %h1 = arith.addf %ht, %xf : f32
    recur.yield state(%h1 : f32)
  }
  return
}
