// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu=shared-bytes=49152 --canonicalize --cse | FileCheck %s

// Tiles of 32 steps, but no room for two windows of as many: threads with states and helpers
// wait for each other every sixteen steps. A later window of the last tile may have no steps.

// CHECK-LABEL: func @windows(
// CHECK: %[[L:.*]] = memref.dim %arg0, %c0
// CHECK: gpu.launch
// CHECK: %[[WIDE:.*]] = memref.view {{.*}} to memref<8x32x4xf32, #gpu.address_space<workgroup>>
// CHECK: %[[SUMS:.*]] = memref.view {{.*}} to memref<8x584xf32, #gpu.address_space<workgroup>>
// CHECK: nvvm.barrier
// CHECK: scf.for %[[FIRST:.*]] = %c0 to %[[L]] step %c32
// CHECK: scf.for %[[WINDOW:[a-z0-9]+]] = %c0 to %c32 step %c16
// CHECK:   %[[BEGIN:.*]] = arith.addi %[[FIRST]], %[[WINDOW]]
// CHECK:   arith.remui %[[BEGIN]], %c32
// CHECK:   nvvm.barrier
// CHECK:   %[[EXISTING:.*]] = arith.minui %[[BEGIN]], %[[L]]
// CHECK:   %[[LEFT:.*]] = arith.subi %[[L]], %[[EXISTING]]
// CHECK:   arith.minui %[[LEFT]], %c16
// CHECK:   scf.for {{.*}} step %c16
// CHECK:   vector.load %[[WIDE]]
// CHECK:   vector.store %{{.*}}, %[[SUMS]]
// CHECK: nvvm.barrier
// CHECK: } else {
// CHECK: %[[NARROW:.*]] = memref.view {{.*}} to memref<3x32x40xbf16
// CHECK: %[[WIDE:.*]] = memref.view {{.*}} to memref<8x32x4xf32, #gpu.address_space<workgroup>>
// CHECK: %[[SUMS:.*]] = memref.view {{.*}} to memref<8x584xf32, #gpu.address_space<workgroup>>
// CHECK: nvvm.barrier
// The windows of all tiles; the one after the last is there to finish that.
// CHECK: %[[TILES:.*]] = arith.ceildivui %[[L]], %c32
// CHECK: %[[STEPS:.*]] = arith.muli %[[TILES]], %c32
// CHECK: %[[END:.*]] = arith.addi %[[STEPS]], %c16
// CHECK: scf.for %[[FIRST:.*]] = %c0 to %[[END]] step %c16
// CHECK:   %[[IN_TILE:.*]] = arith.remui %[[FIRST]], %c32
// CHECK:   %[[IS_TILE:.*]] = arith.cmpi eq, %[[IN_TILE]], %c0
// CHECK:   scf.if %[[IS_TILE]] {
// CHECK-NEXT: nvvm.cp.async.wait.group 0
// CHECK:   nvvm.barrier
// CHECK:   scf.if %[[IS_TILE]] {
// CHECK:     nvvm.cp.async.commit.group
// CHECK:   %[[IS_LATER:.*]] = arith.cmpi ne, %[[FIRST]], %c0
// CHECK:   scf.if %[[IS_LATER]] {
// CHECK:     vector.load %[[SUMS]]
// CHECK:     memref.store %{{.*}}, %arg3
// CHECK:   %[[NEXT:.*]] = arith.addi %[[FIRST]], %c16
// CHECK:   %[[IS_ONE:.*]] = arith.cmpi ult, %[[NEXT]], %[[STEPS]]
// CHECK:   scf.if %[[IS_ONE]] {
// CHECK:     vector.load %[[NARROW]]
// CHECK:     vector.store %{{.*}}, %[[WIDE]]
#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @windows(%x: memref<?x?xbf16>, %a: memref<?x16xf32>, %h: memref<?x16xf32>,
                   %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ms, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %a : memref<?x?xbf16>, memref<?x16xf32>) state(%h : memref<?x16xf32>)
    outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: bf16, %at: f32, %ht: f32):
    %wide = arith.extf %xt : bf16 to f32
    %ah = arith.mulf %at, %ht : f32
    %h1 = arith.addf %ah, %wide : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}
