// RUN: kalmir-opt %s --kalmir-map-loops-to-threads --canonicalize --cse | FileCheck %s
// RUN: %exits 1 kalmir-opt %s --kalmir-map-loops-to-threads=block-size=2000 | FileCheck %s --check-prefix=OPTION
// OPTION: error: expected a workgroup of 1 to 1024 threads, found 2000

// A thread for each element, columns fastest; the loop inside runs serially.

// CHECK-LABEL: func @add(
// CHECK-SAME: %[[X:.*]]: memref<?x?xf32>, %[[M:.*]]: index, %[[N:.*]]: index
// CHECK: %[[TOTAL:.*]] = arith.muli %[[M]], %[[N]]
// CHECK: %[[BLOCKS:.*]] = arith.ceildivsi %[[TOTAL]], %c256
// CHECK: gpu.launch blocks(%[[B:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %[[BLOCKS]], {{.*}} threads(%[[T:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %c256,
// CHECK: %[[NUMBER:.*]] = arith.addi %{{.*}}, %[[T]]
// CHECK: arith.cmpi slt, %[[NUMBER]], %[[TOTAL]]
// CHECK: scf.if
// CHECK:   %[[J:.*]] = arith.remui %[[NUMBER]], %[[N]]
// CHECK:   %[[I:.*]] = arith.divui %[[NUMBER]], %[[N]]
// CHECK:   scf.for
// CHECK:     memref.store %{{.*}}, %[[X]][%[[I]], %[[J]]]
func.func @add(%x: memref<?x?xf32>, %m: index, %n: index, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%m, %n) step (%c1, %c1) {
    scf.parallel (%k) = (%c0) to (%c3) step (%c1) {
      %old = memref.load %x[%i, %j] : memref<?x?xf32>
      %new = arith.addf %old, %v : f32
      memref.store %new, %x[%i, %j] : memref<?x?xf32>
    }
  }
  return
}
