// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf=vector-bits=128 --canonicalize --cse | FileCheck %s
// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf=vector-bits=256 --canonicalize --cse | FileCheck %s --check-prefix=WIDE

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

// Of short stretches of time all of the next block is asked for, in the order of
// memory: three pieces of four steps a lane, lanes that exist only.

// CHECK-LABEL: func @chunks(
// CHECK: scf.for %[[T:.*]] = %c0 to %c12 step %c4
// CHECK:   scf.for %[[U:.*]] = %c0 to %c4
// CHECK:     %[[PIECE:.*]] = arith.addi %[[T]], %[[U]]
// CHECK:     %[[LANE:.*]] = arith.divui %[[PIECE]], %c3
// CHECK:     %[[OF_LANE:.*]] = arith.remui %[[PIECE]], %c3
// CHECK:     %[[STEP:.*]] = arith.muli %[[OF_LANE]], %c4
// CHECK:     %[[AT:.*]] = arith.addi %{{.*}}, %[[LANE]]
// CHECK:     memref.prefetch %arg0[%[[AT]], %[[STEP]]]
// CHECK: else
// CHECK:     arith.remui %{{.*}}, %c3
// CHECK:     %[[AT:.*]] = arith.addi
// CHECK:     arith.subi
// CHECK:     %[[EXISTS:.*]] = arith.minsi %[[AT]], %{{.*}}
// CHECK:     memref.prefetch %arg0[%[[EXISTS]],

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

// Wider vectors are put together from pieces of 128 bits, which are transposed
// within.

// WIDE-LABEL: func private @kalmir.bring_8xf32(
// WIDE-SAME: %[[FROM:.*]]: memref<?x8xf32, strided<[?, 1], offset: ?>>, %[[TO:.*]]: memref<8x8xf32
// WIDE-DAG: %[[ROW0:.*]] = arith.minsi %{{.*}}, %c0
// WIDE-DAG: %[[ROW4:.*]] = arith.minsi %{{.*}}, %c4
// WIDE: %[[P0:.*]] = vector.load %[[FROM]][%[[ROW0]], %c0] : {{.*}}, vector<4xf32>
// WIDE: %[[V:.*]] = vector.insert_strided_slice %[[P0]], %{{.*}} {offsets = [0],
// WIDE: %[[P4:.*]] = vector.load %[[FROM]][%[[ROW4]], %c0] : {{.*}}, vector<4xf32>
// WIDE: vector.insert_strided_slice %[[P4]], %[[V]] {offsets = [4],
// WIDE: vector.shuffle %{{.*}}, %{{.*}} [0, 8, 1, 9, 4, 12, 5, 13]
// WIDE: vector.shuffle %{{.*}}, %{{.*}} [2, 10, 3, 11, 6, 14, 7, 15]
// WIDE-COUNT-6: vector.shuffle
// WIDE: vector.load %[[FROM]][%[[ROW0]], %c4]
// WIDE-COUNT-8: vector.shuffle
// WIDE-NOT: vector.shuffle
// WIDE-COUNT-8: vector.store %{{.*}}, %[[TO]][
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
func.func @chunks(%x: memref<?x12xf32>, %h: memref<?xf32>) {
  recur.generic {indexing_maps = [#mt, #m],
                 iterator_types = ["parallel", "recurrence"]}
    ins(%x : memref<?x12xf32>) state(%h : memref<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  }
  return
}
