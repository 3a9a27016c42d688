// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu --canonicalize --cse | FileCheck %s

// Four threads share the 16 states of a channel; a workgroup of 128 has 32
// channels, and 64 helpers. These copy the inputs to shared memory, a tile of time
// after the other, and add up over the group what threads have added up over their
// states.

// CHECK-LABEL: func @decay(
// CHECK-SAME: %[[X:.*]]: memref<?x?xf32>, %[[A:.*]]: memref<?x16xf32>, %[[H:.*]]: memref<?x16xf32>, %[[Y:.*]]: memref<?x?xf32>)
// CHECK-DAG: %[[L:.*]] = memref.dim %[[X]], %c0
// CHECK-DAG: %[[M:.*]] = memref.dim %[[X]], %c1
// CHECK: %[[BLOCKS:.*]] = arith.ceildivui %[[M]], %c32
// CHECK: gpu.launch blocks(%[[B:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %[[BLOCKS]], {{.*}} threads(%[[T:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %c192,
// CHECK: %[[IS_CARRIER:.*]] = arith.cmpi ult, %[[T]], %c128
// CHECK: scf.if %[[IS_CARRIER]] {
// CHECK: %[[MEMBER:.*]] = arith.remui %[[T]], %c4
// CHECK: %[[NUMBER:.*]] = arith.addi
// CHECK: %[[EXISTS:.*]] = arith.cmpi ult, %[[NUMBER]], %[[M]]
// CHECK: %[[TILES:.*]] = memref.view {{.*}} to memref<2x32x32xf32, #gpu.address_space<workgroup>>
// CHECK: %[[SUMS:.*]] = memref.view {{.*}} to memref<16x584xf32, #gpu.address_space<workgroup>>
// CHECK-COUNT-4: memref.load %[[A]]
// CHECK-COUNT-4: memref.load %[[H]]
// CHECK: nvvm.barrier
// CHECK: %[[FINAL:.*]]:5 = scf.for %[[FIRST:.*]] = %c0 to %[[L]] step %c32 iter_args(%[[STAGE:[a-z0-9]+]] = %c0_i32, {{.*}}) -> (i32, f32, f32, f32, f32) {
// CHECK:   %[[PLACE:.*]] = arith.index_castui %[[STAGE]]
// CHECK:   nvvm.barrier
// Sixteen steps at a time. What a thread has added up in four of them waits side by
// side.
// CHECK:   scf.for %[[STEP:[a-z0-9]+]] = %c0 to %{{.*}} step %c16 iter_args(%[[H0:[a-z0-9]+]] = {{.*}}) -> (f32, f32, f32, f32) {
// CHECK:     %[[XT:.*]] = memref.load %[[TILES]][%[[PLACE]],
// CHECK:     %[[AH:.*]] = arith.mulf %{{.*}}, %[[H0]]
// CHECK:     arith.addf %[[AH]], %[[XT]]
// CHECK-NOT: gpu.shuffle
// CHECK-COUNT-4: vector.store %{{.*}}, %[[SUMS]][%{{.*}}, %[[OWN:.*]]] {alignment = 16 : i64} {{.*}} vector<4xf32>
// The steps that are left, one at a time.
// CHECK:   scf.for {{.*}} step %c1 iter_args
// CHECK:     memref.store %{{.*}}, %[[SUMS]][
// CHECK: nvvm.barrier
// CHECK: memref.store %[[FINAL]]#1, %[[H]]
// Helpers: two for a channel.
// CHECK: } else {
// CHECK: arith.remui %{{.*}}, %c2
// CHECK: %[[TILES:.*]] = memref.view {{.*}} to memref<2x32x32xf32, #gpu.address_space<workgroup>>
// CHECK: %[[SUMS:.*]] = memref.view {{.*}} to memref<16x584xf32, #gpu.address_space<workgroup>>
// A tile is on its way before time begins.
// CHECK: nvgpu.device_async_copy {{.*}}, %[[TILES]][%c0,
// CHECK: nvvm.cp.async.commit.group
// CHECK: nvvm.cp.async.wait.group 0
// CHECK: nvvm.barrier
// CHECK: scf.for %[[FIRST:.*]] = %c0 to %{{.*}} step %c32
// CHECK:   nvvm.cp.async.wait.group 0
// CHECK:   nvvm.barrier
// CHECK:   nvgpu.device_async_copy
// CHECK:   nvvm.cp.async.commit.group
// Each adds up sixteen steps of all four threads, those before the ones that run.
// CHECK:   arith.subi %[[FIRST]], %c32
// CHECK:   %[[A0:.*]] = vector.load %[[SUMS]]
// CHECK:   %[[A:.*]] = vector.extract %[[A0]][0]
// CHECK:   %[[B0:.*]] = vector.load %[[SUMS]]
// CHECK:   %[[B:.*]] = vector.extract %[[B0]][0]
// CHECK:   %[[C0:.*]] = vector.load %[[SUMS]]
// CHECK:   %[[C:.*]] = vector.extract %[[C0]][0]
// CHECK:   %[[D0:.*]] = vector.load %[[SUMS]]
// CHECK:   %[[D:.*]] = vector.extract %[[D0]][0]
// CHECK:   %[[AC:.*]] = arith.addf %[[A]], %[[C]] : f32
// CHECK:   %[[BD:.*]] = arith.addf %[[B]], %[[D]] : f32
// CHECK:   %[[ALL:.*]] = arith.addf %[[AC]], %[[BD]] : f32
// CHECK-COUNT-12: vector.load %[[SUMS]]
// Where all steps of the tile exist, without a test.
// CHECK:   scf.if
// CHECK-NEXT: memref.store %[[ALL]], %[[Y]][
// CHECK-COUNT-15: memref.store %{{.*}}, %[[Y]][
// CHECK:   } else {
// CHECK-COUNT-16: scf.if
// CHECK: } {recur.workgroups = 2 : i32}
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
