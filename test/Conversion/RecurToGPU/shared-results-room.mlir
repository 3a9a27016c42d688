// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu=block-size=1024 --canonicalize --cse | FileCheck %s

// Where not even four steps of results fit into 48 KiB beside the inputs, results are stored
// where they are computed, and inputs stay in shared memory.

#ts = affine_map<(t, m, s) -> (t, s)>
#mt = affine_map<(t, m, s) -> (m, t)>
#ms = affine_map<(t, m, s) -> (m, s)>
// CHECK-LABEL: func @two_outputs(
// CHECK: gpu.launch
// CHECK: nvgpu.device_async_copy
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: memref.store %{{.*}}, %arg2[
// CHECK: memref.store %{{.*}}, %arg3[
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: return
func.func @two_outputs(%x: memref<?x4xf32>, %h: memref<?x4xf32>, %y: memref<?x?xf32>, %z: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#ts, #ms, #mt, #mt], iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : memref<?x4xf32>) state(%h : memref<?x4xf32>) outs(%y, %z : memref<?x?xf32>, memref<?x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1, %xt : f32, f32)
  }
  return
}
