// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu --canonicalize --cse --split-input-file | FileCheck %s

// How many states a channel has decides at run time which kernel runs.

#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
// CHECK-LABEL: func @dynamic(
// CHECK: %[[S:.*]] = memref.dim %arg1, %c1
// CHECK: %[[EMPTY:.*]] = arith.cmpi eq, %[[S]], %c0
// CHECK: scf.if %[[EMPTY]] {
// CHECK:   linalg.fill
// CHECK: } else {
// CHECK: arith.cmpi ule, %[[S]], %c1
// CHECK: gpu.launch
// CHECK-NOT: gpu.shuffle
// CHECK: arith.cmpi ule, %[[S]], %c4
// CHECK: gpu.launch
// CHECK-NOT: gpu.shuffle
// CHECK: arith.cmpi ule, %[[S]], %c16
// CHECK: gpu.launch
// CHECK-COUNT-14: gpu.shuffle
// CHECK: arith.cmpi ule, %[[S]], %c64
// CHECK: gpu.launch
// CHECK-COUNT-12: gpu.shuffle
// CHECK: arith.cmpi ule, %[[S]], %c128
// CHECK: gpu.launch
// CHECK-COUNT-16: gpu.shuffle
// CHECK: gpu.launch
// CHECK-COUNT-20: gpu.shuffle
// CHECK-NOT: gpu.shuffle
func.func @dynamic(%x: memref<?x?xf32>, %h: memref<?x?xf32>, %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : memref<?x?xf32>) state(%h : memref<?x?xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// Backwards, an output of every state, a sum over time, bf16 inputs.

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
// CHECK-LABEL: func @reverse(
// CHECK-SAME: %[[X:.*]]: memref<?x?xbf16>, %[[H:.*]]: memref<?xf32>, %[[Y:.*]]: memref<?x?xf32>, %[[TOTAL:.*]]: memref<?xf32>)
// CHECK: gpu.launch
// CHECK: scf.for %{{.*}} = %c0 to %[[WHOLE:.*]] step %c8 iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %cst)
// CHECK: scf.for %[[STEP:.*]] = %[[WHOLE]] to %[[L:.*]] step %c1
// CHECK:   %[[LAST:.*]] = arith.subi %[[L]], %c1
// CHECK:   %[[T:.*]] = arith.subi %[[LAST]], %[[STEP]]
// CHECK:   %[[IN:.*]] = memref.load %[[X]][%[[T]],
// CHECK:   arith.extf %[[IN]]
// CHECK:   scf.if
// CHECK:     memref.store %{{.*}}, %[[Y]][%[[T]],
// CHECK: scf.if
// CHECK:   memref.store %{{.*}}, %[[TOTAL]]
func.func @reverse(%x: memref<?x?xbf16>, %h: memref<?xf32>, %y: memref<?x?xf32>,
                   %total: memref<?xf32>) {
  recur.generic {indexing_maps = [#tm, #m, #tm, #m],
      iterator_types = ["recurrence", "parallel"], reverse}
    ins(%x : memref<?x?xbf16>) state(%h : memref<?xf32>)
    outs(%y, %total : memref<?x?xf32>, memref<?xf32>) {
  ^bb0(%xi: bf16, %ht: f32):
    %xt = arith.extf %xi : bf16 to f32
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1, %h1 : f32, f32)
  }
  return
}
