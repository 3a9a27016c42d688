// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu --canonicalize --cse | FileCheck %s

// Four threads share the 16 states of a channel; a workgroup of 128 has 32
// channels. The sum over states is added up within threads, then across them.

// CHECK-LABEL: func @decay(
// CHECK-SAME: %[[X:.*]]: memref<?x?xf32>, %[[A:.*]]: memref<?x16xf32>, %[[H:.*]]: memref<?x16xf32>, %[[Y:.*]]: memref<?x?xf32>)
// CHECK-DAG: %[[L:.*]] = memref.dim %[[X]], %c0
// CHECK-DAG: %[[M:.*]] = memref.dim %[[X]], %c1
// CHECK: %[[BLOCKS:.*]] = arith.ceildivui %[[M]], %c32
// CHECK: gpu.launch blocks(%[[B:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %[[BLOCKS]], {{.*}} threads(%[[T:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %c128,
// CHECK: %[[MEMBER:.*]] = arith.remui %[[T]], %c4
// CHECK: %[[NUMBER:.*]] = arith.addi
// CHECK: %[[EXISTS:.*]] = arith.cmpi ult, %[[NUMBER]], %[[M]]
// CHECK-COUNT-4: memref.load %[[A]]
// CHECK-COUNT-4: memref.load %[[H]]
// Six steps at a time are read, then run.
// CHECK: %[[SIXES:.*]] = arith.divui %[[L]], %c6
// CHECK: %[[WHOLE:.*]] = arith.muli %[[SIXES]], %c6
// CHECK: %[[BEFORE:.*]]:4 = scf.for %{{.*}} = %c0 to %[[WHOLE]] step %c6
// CHECK-COUNT-6: memref.load %[[X]]
// CHECK-COUNT-12: gpu.shuffle
// CHECK: %[[FINAL:.*]]:4 = scf.for %[[STEP:.*]] = %[[WHOLE]] to %[[L]] step %c1 iter_args(%[[H0:.*]] = %[[BEFORE]]#0, %{{.*}} = %[[BEFORE]]#1, %{{.*}} = %[[BEFORE]]#2, %{{.*}} = %[[BEFORE]]#3) -> (f32, f32, f32, f32) {
// CHECK:   %[[XT:.*]] = memref.load %[[X]][%[[STEP]],
// CHECK:   %[[AH:.*]] = arith.mulf %{{.*}}, %[[H0]]
// CHECK:   arith.addf %[[AH]], %[[XT]]
// CHECK:   %[[NEAR:.*]], %{{.*}} = gpu.shuffle xor %[[OWN:.*]], %c1_i32, %c32_i32 : f32
// CHECK:   %[[PAIR:.*]] = arith.addf %[[OWN]], %[[NEAR]]
// CHECK:   %[[FAR:.*]], %{{.*}} = gpu.shuffle xor %[[PAIR]], %c2_i32, %c32_i32 : f32
// CHECK:   %[[SUM:.*]] = arith.addf %[[PAIR]], %[[FAR]]
// CHECK:   scf.if
// CHECK:     memref.store %[[SUM]], %[[Y]][%[[STEP]],
// CHECK: memref.store %[[FINAL]]#0, %[[H]]
// CHECK-NOT: recur.generic
#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @decay(%x: memref<?x?xf32>, %a: memref<?x16xf32>, %h: memref<?x16xf32>,
                 %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ms, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %a : memref<?x?xf32>, memref<?x16xf32>) state(%h : memref<?x16xf32>)
    outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %at: f32, %ht: f32):
    %ah = arith.mulf %at, %ht : f32
    %h1 = arith.addf %ah, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}
