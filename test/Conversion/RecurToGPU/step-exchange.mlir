// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu --canonicalize --cse --split-input-file | FileCheck %s

// Sixteen states, four threads: of four steps each computes the function once, and what
// follows from it for all states, and reads both of all four steps; while these run, it
// computes the next. What remains of time is computed by all threads, the product rounded
// there too.

// CHECK-LABEL: func @shared(
// CHECK: gpu.launch
// CHECK: scf.for
// CHECK: scf.for
// CHECK: %[[FIRST:.*]] = math.exp
// CHECK-NEXT: %[[FIRST_PRODUCT:.*]] = arith.mulf %[[FIRST]], %{{[^ ]*}} : f32
// CHECK: scf.for {{.*}} step %c8 iter_args({{.*}}, %[[OWN:[a-z0-9]+]] = %[[FIRST]], %[[PRODUCT:[a-z0-9]+]] = %[[FIRST_PRODUCT]])
// CHECK: gpu.lane_id
// CHECK-COUNT-4: gpu.shuffle idx %[[OWN]],
// CHECK-COUNT-4: gpu.shuffle idx %[[PRODUCT]],
// In the tile, where there are no more steps.
// CHECK: arith.minui %{{.*}}, %c28
// CHECK: %[[NEXT:.*]] = math.exp
// CHECK-NEXT: %[[NEXT_PRODUCT:.*]] = arith.mulf %[[NEXT]], %{{[^ ]*}} : f32
// CHECK-COUNT-3: gpu.shuffle xor
// CHECK-COUNT-4: gpu.shuffle idx %[[NEXT]],
// CHECK-COUNT-4: gpu.shuffle idx %[[NEXT_PRODUCT]],
// CHECK: %[[LATER:.*]] = math.exp
// CHECK-NEXT: %[[LATER_PRODUCT:.*]] = arith.mulf %[[LATER]], %{{[^ ]*}} : f32
// CHECK-NOT: math.exp
// CHECK-COUNT-3: gpu.shuffle xor
// CHECK-NOT: gpu.shuffle
// CHECK: scf.yield {{.*}}, %[[LATER]], %[[LATER_PRODUCT]] :
// CHECK: scf.for
// CHECK: %[[ALONE:.*]] = math.exp
// CHECK-NEXT: arith.mulf %[[ALONE]], %{{[^ ]*}} : f32
// CHECK-COUNT-2: gpu.shuffle xor
// CHECK-NOT: gpu.shuffle
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

// A function of the states, and products that they share, are not exchanged.

// CHECK-LABEL: func @not_shared(
// CHECK: gpu.launch
// CHECK-NOT: gpu.shuffle idx
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
// CHECK-NOT: gpu.shuffle
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
