// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu="shared-bytes=98304 multiprocessors=100" --canonicalize --cse --split-input-file | FileCheck %s
// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu=shared-bytes=98304 --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=NONE
// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu="shared-bytes=49152 multiprocessors=100" --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=NONE
// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu="block-size=128 shared-bytes=98304 multiprocessors=100" --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=NONE

// Where channels share narrow inputs and groups have sixteen threads, a workgroup of 256 threads
// with states, and 128 helpers, comes first: if sixteen channels each leave at most half of the
// 100 multiprocessors without one in the end, or after 800. Without room for windows of 32
// steps, or where a number of threads is given, there is none.

// CHECK-LABEL: func @narrow(
// CHECK-SAME: %[[X:.*]]: memref<?x?xbf16>, %[[K:.*]]: memref<?x64xbf16>
// CHECK: %[[M:.*]] = memref.dim %[[X]], %c1
// CHECK: %[[COUNT:.*]] = arith.ceildivui %[[M]], %c16
// CHECK: %[[LAST:.*]] = arith.remui %[[COUNT]], %c100
// CHECK-DAG: %[[EVEN:.*]] = arith.cmpi eq, %[[LAST]], %c0
// CHECK-DAG: %[[MOST:.*]] = arith.cmpi uge, %[[LAST]], %c50
// CHECK-DAG: %[[MANY:.*]] = arith.cmpi uge, %[[COUNT]], %c800
// CHECK-DAG: %[[FULL:.*]] = arith.ori %[[EVEN]], %[[MOST]]
// CHECK: %[[LARGE:.*]] = arith.ori %[[FULL]], %[[MANY]]
// CHECK: scf.if %[[LARGE]] {
// CHECK: gpu.launch blocks({{.*}}) in (%{{.*}} = %[[COUNT]], {{.*}} threads({{.*}}) in (%{{.*}} = %c384,
// A window of 32 steps that runs, and one beside it.
// CHECK-DAG: memref.view {{.*}} to memref<64x64xf32, #gpu.address_space<workgroup>>
// CHECK-NOT: recur.workgroups
// CHECK: gpu.launch {{.*}} threads({{.*}}) in (%{{.*}} = %c192,
// CHECK: } {recur.workgroups = 2 : i32}
// NONE-LABEL: func @narrow(
// NONE-NOT: arith.remui %{{.*}}, %c100
// NONE: gpu.launch {{.*}} threads({{.*}}) in (%{{.*}} = %c192,
// NONE-NOT: gpu.launch
// NONE-LABEL: func @wide(
#tm = affine_map<(t, m, s) -> (t, m)>
#ts = affine_map<(t, m, s) -> (t, s)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @narrow(%x: memref<?x?xbf16>, %k: memref<?x64xbf16>, %h: memref<?x64xf32>,
                  %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ts, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %k : memref<?x?xbf16>, memref<?x64xbf16>) state(%h : memref<?x64xf32>)
    outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: bf16, %kt: bf16, %ht: f32):
    %x32 = arith.extf %xt : bf16 to f32
    %k32 = arith.extf %kt : bf16 to f32
    %kx = arith.mulf %k32, %x32 : f32
    %h1 = arith.addf %ht, %kx : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// Nothing that channels share is widened.

// CHECK-LABEL: func @wide(
// CHECK-NOT: arith.remui %{{.*}}, %c100
// CHECK: gpu.launch {{.*}} threads({{.*}}) in (%{{.*}} = %c192,
// CHECK-NOT: gpu.launch
#tm = affine_map<(t, m, s) -> (t, m)>
#ts = affine_map<(t, m, s) -> (t, s)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @wide(%x: memref<?x?xbf16>, %k: memref<?x64xf32>, %h: memref<?x64xf32>,
                %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ts, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %k : memref<?x?xbf16>, memref<?x64xf32>) state(%h : memref<?x64xf32>)
    outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: bf16, %kt: f32, %ht: f32):
    %x32 = arith.extf %xt : bf16 to f32
    %kx = arith.mulf %kt, %x32 : f32
    %h1 = arith.addf %ht, %kx : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}
