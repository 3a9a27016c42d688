// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu=shared-bytes=24576 --canonicalize --cse | FileCheck %s

// Tiles of 32 steps, but no room for the sums of 32 steps of 128 threads: they are stored
// after sixteen. A later window of the last tile may have no steps.

// CHECK-LABEL: func @windows(
// CHECK: %[[L:.*]] = memref.dim %arg0, %c0
// CHECK: gpu.launch
// CHECK: memref.view {{.*}} to memref<3x32x32xbf16
// CHECK: %[[SUMS:.*]] = memref.view {{.*}} to memref<4x516xf32, #gpu.address_space<workgroup>>
// CHECK: scf.for %[[FIRST:.*]] = %c0 to %[[L]] step %c32
// CHECK: scf.for %[[WINDOW:[a-z0-9]+]] = %c0 to %c32 step %c16
// CHECK:   %[[BEGIN:.*]] = arith.addi %[[FIRST]], %[[WINDOW]]
// CHECK:   %[[EXISTING:.*]] = arith.minui %[[BEGIN]], %[[L]]
// CHECK:   %[[LEFT:.*]] = arith.subi %[[L]], %[[EXISTING]]
// CHECK:   arith.minui %[[LEFT]], %c16
// CHECK:   scf.for {{.*}} step %c16
// CHECK:   vector.store %{{.*}}, %[[SUMS]]
// CHECK:   nvvm.bar.warp.sync
// CHECK:   vector.load %[[SUMS]]
// CHECK:   memref.store %{{.*}}, %arg3
// CHECK:   nvvm.bar.warp.sync
// CHECK: vector.load %{{.*}} vector<2xbf16>
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
