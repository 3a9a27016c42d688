// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu --canonicalize --cse | FileCheck %s

// Four threads share the 16 states of a channel; a workgroup of 128 has 32
// channels, whose inputs lie in shared memory, a tile of time after the other. The
// sum over states is added up within threads, and at the end of a tile across them.

// CHECK-LABEL: func @decay(
// CHECK-SAME: %[[X:.*]]: memref<?x?xf32>, %[[A:.*]]: memref<?x16xf32>, %[[H:.*]]: memref<?x16xf32>, %[[Y:.*]]: memref<?x?xf32>)
// CHECK-DAG: %[[L:.*]] = memref.dim %[[X]], %c0
// CHECK-DAG: %[[M:.*]] = memref.dim %[[X]], %c1
// CHECK: %[[BLOCKS:.*]] = arith.ceildivui %[[M]], %c32
// CHECK: gpu.launch blocks(%[[B:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %[[BLOCKS]], {{.*}} threads(%[[T:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %c128,
// CHECK: %[[MEMBER:.*]] = arith.remui %[[T]], %c4
// CHECK: %[[NUMBER:.*]] = arith.addi
// CHECK: %[[EXISTS:.*]] = arith.cmpi ult, %[[NUMBER]], %[[M]]
// CHECK: %[[TILES:.*]] = memref.view {{.*}} to memref<3x32x32xf32, #gpu.address_space<workgroup>>
// CHECK: %[[SUMS:.*]] = memref.view {{.*}} to memref<8x516xf32, #gpu.address_space<workgroup>>
// CHECK-COUNT-4: memref.load %[[A]]
// CHECK-COUNT-4: memref.load %[[H]]
// Tiles of 32 steps: two are on their way before time begins.
// CHECK: scf.for %{{.*}} = %c0 to %c2 step %c1 {
// CHECK:   nvgpu.device_async_copy
// CHECK: %[[FINAL:.*]]:5 = scf.for %[[FIRST:.*]] = %c0 to %[[L]] step %c32 iter_args(%[[STAGE:[a-z0-9]+]] = %c0, {{.*}}) -> (index, f32, f32, f32, f32) {
// CHECK:   nvvm.cp.async.wait.group 1
// CHECK:   gpu.barrier
// CHECK:   nvgpu.device_async_copy
// CHECK:   nvvm.cp.async.commit.group
// Sixteen steps at a time. What a thread has added up in four of them waits side by
// side.
// CHECK:   scf.for %[[STEP:[a-z0-9]+]] = %c0 to %{{.*}} step %c16 iter_args(%[[H0:[a-z0-9]+]] = {{.*}}) -> (f32, f32, f32, f32) {
// CHECK:     %[[XT:.*]] = memref.load %[[TILES]][%[[STAGE]], %[[STEP]],
// CHECK:     %[[AH:.*]] = arith.mulf %{{.*}}, %[[H0]]
// CHECK:     arith.addf %[[AH]], %[[XT]]
// CHECK-NOT: gpu.shuffle
// CHECK:     %[[OWN:.*]] = arith.muli %[[T]], %c4
// CHECK-COUNT-4: vector.store %{{.*}}, %[[SUMS]][%{{.*}}, %[[OWN]]] {alignment = 16 : i64} {{.*}} vector<4xf32>
// The steps that are left, one at a time.
// CHECK:   scf.for {{.*}} step %c1 iter_args
// CHECK:     memref.store %{{.*}}, %[[SUMS]][
// Then each thread of a group adds up eight steps of all four threads.
// CHECK:   nvvm.bar.warp.sync
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
// CHECK-COUNT-4: vector.load %[[SUMS]]
// Where all steps of the tile exist, without a test.
// CHECK:   scf.if
// CHECK-NEXT: memref.store %[[ALL]], %[[Y]][
// CHECK-COUNT-7: memref.store %{{.*}}, %[[Y]][
// CHECK:   } else {
// CHECK-COUNT-8: scf.if
// CHECK:   nvvm.bar.warp.sync
// CHECK: memref.store %[[FINAL]]#1, %[[H]]
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
