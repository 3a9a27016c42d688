// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu=shared-bytes=98304 --canonicalize --cse | FileCheck %s

// Helpers that only widen inputs: a quarter as many as threads with states, so that registers
// may suffice for three workgroups. They read all that they widen before they write, as no
// read moves up across a write.

// CHECK-LABEL: func @states(
// CHECK: gpu.launch blocks({{.*}}) threads({{.*}}) in (%{{.*}} = %c160,
// CHECK: } else {
// CHECK-DAG: %[[X:.*]] = memref.view {{.*}} to memref<3x32x40xbf16, #gpu.address_space<workgroup>>
// CHECK-DAG: %[[K:.*]] = memref.view {{.*}} to memref<3x32x16xbf16, #gpu.address_space<workgroup>>
// CHECK-DAG: %[[WIDE_X:.*]] = memref.view {{.*}} to memref<16x32x4xf32, #gpu.address_space<workgroup>>
// CHECK-DAG: %[[WIDE_K:.*]] = memref.view {{.*}} to memref<64x16xf32, #gpu.address_space<workgroup>>
// CHECK: nvvm.cp.async.wait.group 1
// CHECK: nvvm.barrier
// CHECK-NOT: vector.store
// CHECK-DAG: vector.load %[[X]]
// CHECK-DAG: vector.load %[[K]]
// CHECK: vector.store
// CHECK-NOT: vector.load
// CHECK: scf.for
// CHECK: } {recur.workgroups = 3 : i32}
#tm = affine_map<(t, m, s) -> (t, m)>
#ts = affine_map<(t, m, s) -> (t, s)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @states(%x: memref<?x?xbf16>, %k: memref<?x?xbf16>, %a: memref<?x?xf32>,
                  %h: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ts, #ms, #ms],
      iterator_types = ["recurrence", "parallel", "parallel"]}
    ins(%x, %k, %a : memref<?x?xbf16>, memref<?x?xbf16>, memref<?x?xf32>)
    state(%h : memref<?x?xf32>) {
  ^bb0(%xt: bf16, %kt: bf16, %at: f32, %ht: f32):
    %x32 = arith.extf %xt : bf16 to f32
    %k32 = arith.extf %kt : bf16 to f32
    %kx = arith.mulf %k32, %x32 : f32
    %ah = arith.mulf %at, %ht : f32
    %h1 = arith.addf %ah, %kx : f32
    recur.yield state(%h1 : f32)
  }
  return
}
