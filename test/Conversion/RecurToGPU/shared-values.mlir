// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu=shared-bytes=98304 --canonicalize --cse --split-input-file | FileCheck %s

// Sixteen states, four threads: helpers compute the function, and what follows from it for
// all states, four for each channel, each for eight steps of the next window, side by side;
// steps read that in rows of four. What remains of time is read step by step.

// CHECK-LABEL: func @shared(
// CHECK: gpu.launch {{.*}} threads(%{{.*}}, %{{.*}}, %{{.*}}) in (%{{.*}} = %c256,
// CHECK-DAG: %[[DT:.*]] = memref.view {{.*}} to memref<16x136xf32, #gpu.address_space<workgroup>>
// CHECK-DAG: %[[DU:.*]] = memref.view {{.*}} to memref<16x136xf32, #gpu.address_space<workgroup>>
// CHECK: nvvm.barrier
// CHECK: scf.for
// CHECK: nvvm.barrier
// CHECK: scf.for {{.*}} step %c16
// CHECK-NOT: math.exp
// CHECK: vector.load %[[A:.*]][%{{.*}}, %{{.*}}] {alignment = 16 : i64} : memref<16x136xf32, {{.*}} vector<4xf32>
// CHECK-NOT: math.exp
// CHECK: scf.for {{.*}} step %c1 
// CHECK-NOT: math.exp
// CHECK: memref.load %[[A]][
// CHECK-NOT: math.exp
// CHECK: } else {
// The first window, then the others.
// CHECK: nvvm.barrier
// CHECK-COUNT-8: math.exp
// CHECK: scf.for
// CHECK: nvvm.barrier
// CHECK: %[[FIRST:.*]] = math.exp
// CHECK: %[[SECOND:.*]] = math.exp
// CHECK-COUNT-6: math.exp
// CHECK: %[[PRODUCT:.*]] = arith.mulf %[[FIRST]], %{{[^ ]*}} : f32
// CHECK: arith.mulf %[[SECOND]], %{{[^ ]*}} : f32
// CHECK: %[[ROW:.*]] = vector.from_elements %[[FIRST]], %[[SECOND]],
// CHECK: vector.store %[[ROW]], %[[A:.*]][%{{.*}}, %{{.*}}] {alignment = 16 : i64} : memref<16x136xf32
// CHECK: vector.store
// CHECK: vector.from_elements %[[PRODUCT]],
// CHECK-COUNT-2: vector.store
// CHECK-NOT: math.exp
// CHECK: gpu.terminator
#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @shared(%x: memref<?x?xf32>, %u: memref<?x?xf32>, %a: memref<?x16xf32>,
                  %h: memref<?x16xf32>, %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #tm, #ms, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %u, %a : memref<?x?xf32>, memref<?x?xf32>, memref<?x16xf32>)
    state(%h : memref<?x16xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %ut: f32, %as: f32, %ht: f32):
    %dt = math.exp %xt : f32
    %du = arith.mulf %dt, %ut fastmath<contract> : f32
    %decay = arith.mulf %dt, %as : f32
    %kept = arith.mulf %decay, %ht : f32
    %h1 = arith.addf %kept, %du : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// A function of the states, and products that they share, are not.

// CHECK-LABEL: func @not_shared(
// CHECK: gpu.launch
// CHECK-NOT: memref<16x136xf32
// CHECK: return
#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @not_shared(%x: memref<?x?xf32>, %a: memref<?x16xf32>, %h: memref<?x16xf32>,
                      %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ms, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %a : memref<?x?xf32>, memref<?x16xf32>)
    state(%h : memref<?x16xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %as: f32, %ht: f32):
    %square = arith.mulf %xt, %xt : f32
    %rate = arith.mulf %square, %as : f32
    %decay = math.exp %rate : f32
    %kept = arith.mulf %decay, %ht : f32
    %h1 = arith.addf %kept, %square : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// One thread has all states.

// CHECK-LABEL: func @one_thread(
// CHECK: gpu.launch
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: return
#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @one_thread(%x: memref<?x?xf32>, %h: memref<?x4xf32>, %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : memref<?x?xf32>) state(%h : memref<?x4xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %dt = math.exp %xt : f32
    %h1 = arith.addf %ht, %dt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// A product that is shared is rounded, in variants of one thread a group too, and where
// only its sign changes.

// CHECK-LABEL: func @rounded(
// CHECK: gpu.launch
// CHECK: %[[E:.*]] = math.exp
// CHECK: %[[PRODUCT:.*]] = arith.mulf %[[E]], %{{[^ ]*}} : f32
// CHECK: arith.negf %[[PRODUCT]]
// CHECK-NOT: arith.mulf {{.*}} fastmath<contract>
// CHECK: return
#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @rounded(%x: memref<?x?xf32>, %h: memref<?x4xf32>, %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : memref<?x?xf32>) state(%h : memref<?x4xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %e = math.exp %xt : f32
    %product = arith.mulf %e, %xt fastmath<contract> : f32
    %negative = arith.negf %product : f32
    %h1 = arith.addf %ht, %negative fastmath<contract> : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}
