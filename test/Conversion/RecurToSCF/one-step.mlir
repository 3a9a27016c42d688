// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf="vector-bits=256" --canonicalize --cse | FileCheck %s

// One step touches the states, which lie along s, as often as anything: vectors
// span s although it is summed, states stay where they are, and the lanes of the
// sum are added one after the other, as over more steps.

// CHECK-LABEL: func @step(
// CHECK-SAME: %[[V:.*]]: memref<1x?xf32>, %[[K:.*]]: memref<1x16xf32>, %[[A:.*]]: memref<?x16xf32>, %[[H:.*]]: memref<?x16xf32>, %[[Y:.*]]: memref<1x?xf32>)
// CHECK-NOT: memref.alloc
// CHECK: %[[V0:.*]] = memref.load %[[V]]
// CHECK: scf.for {{.*}} iter_args(%[[SUM:.*]] = %{{.*}}) -> (f32)
// CHECK:   %[[OLD:.*]] = vector.load %[[H]]
// CHECK:   vector.load %[[K]]
// CHECK:   vector.load %[[A]]
// CHECK:   vector.store %{{.*}}, %[[H]]
// CHECK:   vector.reduction <add>, %{{.*}}, %[[SUM]] : vector<8xf32> into f32
// CHECK: memref.store %{{.*}}, %[[Y]]
#tm = affine_map<(t, m, s) -> (t, m)>
#ts = affine_map<(t, m, s) -> (t, s)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @step(%v: memref<1x?xf32>, %k: memref<1x16xf32>, %a: memref<?x16xf32>,
                %h: memref<?x16xf32>, %y: memref<1x?xf32>) {
  recur.generic {indexing_maps = [#tm, #ts, #ms, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%v, %k, %a : memref<1x?xf32>, memref<1x16xf32>, memref<?x16xf32>)
    state(%h : memref<?x16xf32>) outs(%y : memref<1x?xf32>) {
  ^bb0(%vt: f32, %kt: f32, %at: f32, %ht: f32):
    %ah = arith.mulf %at, %ht : f32
    %x = arith.mulf %vt, %kt : f32
    %h1 = arith.addf %ah, %x : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// Along m there is as much to load: the sum over s stays a loop.
// CHECK-LABEL: func @over_lanes(
// CHECK: scf.for {{.*}} -> (vector<8xf32>)
// CHECK-NOT: vector.reduction
#sm = affine_map<(t, m, s) -> (s, m)>
func.func @over_lanes(%v: memref<1x?xf32>, %a: memref<4x?xf32>, %h: memref<4x?xf32>,
                      %y: memref<1x?xf32>) {
  recur.generic {indexing_maps = [#tm, #sm, #sm, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%v, %a : memref<1x?xf32>, memref<4x?xf32>)
    state(%h : memref<4x?xf32>) outs(%y : memref<1x?xf32>) {
  ^bb0(%vt: f32, %at: f32, %ht: f32):
    %ah = arith.mulf %at, %ht : f32
    %h1 = arith.addf %ah, %vt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}
