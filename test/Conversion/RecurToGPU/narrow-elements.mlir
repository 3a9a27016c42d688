// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu=block-size=32 --canonicalize --cse | FileCheck %s

// Two channels of a byte each: less than an asynchronous copy takes. Each of 32 threads moves
// two elements of the tile's 64, one at a time.

// CHECK-LABEL: func @bytes(
// CHECK: gpu.launch
// CHECK: %[[TILE:.*]] = memref.view {{.*}} to memref<3x32x2xi8, #gpu.address_space<workgroup>>
// CHECK-NOT: nvgpu.device_async_copy
// CHECK: memref.subview %arg0
// CHECK-COUNT-2: memref.store %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}, %{{.*}}] : memref<3x32x2xi8
// CHECK-NOT: nvgpu.device_async_copy
// CHECK: gpu.terminator
#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @bytes(%x: memref<?x?xi8>, %h: memref<?x64xf32>, %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : memref<?x?xi8>) state(%h : memref<?x64xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: i8, %ht: f32):
    %wide = arith.sitofp %xt : i8 to f32
    %h1 = arith.addf %ht, %wide : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}
