// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf=vector-bits=256 --canonicalize --cse --split-input-file | FileCheck %s

// The states of the reduction iterator live in scratch, beside them the values
// that do not change over time (a * a): [slots, blocks of
// the tile, s, values, lanes]. What does not depend on s is computed outside its
// loop, and y is stored once a step.

// CHECK-LABEL: func @read_out(
// CHECK: %[[SCRATCH:.*]] = memref.alloc() {alignment = 64 : i64} : memref<4x1x4x2x8xf32>
// CHECK: scf.parallel
// CHECK:   scf.for
// CHECK:     arith.mulf
// CHECK:     vector.store %{{.*}}, %[[SCRATCH]][%{{.*}}, %c0, %{{.*}}, %c1, %c0]
// CHECK:   scf.for
// CHECK:     vector.store %{{.*}}, %[[SCRATCH]][%{{.*}}, %c0, %{{.*}}, %c0, %c0]
// CHECK:   scf.for %[[T:.*]] =
// CHECK:     %[[X:.*]] = vector.load %{{.*}}[%[[T]], %{{.*}}]
// CHECK:     %[[XX:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK:     %[[Y:.*]] = scf.for %[[S:.*]] = {{.*}} iter_args(%[[SUM:.*]] = %{{.*}}) -> (vector<8xf32>) {
// CHECK:       %[[H0:.*]] = vector.load
// CHECK:       vector.load
// CHECK:       memref.load %{{.*}}[%[[T]], %[[S]]]
// CHECK:       vector.store
// CHECK:       arith.addf %[[SUM]]
// CHECK:     vector.store %[[Y]], %{{.*}}[%[[T]], %{{.*}}]
// CHECK:   scf.for
// CHECK: memref.dealloc %[[SCRATCH]]
#tm = affine_map<(t, m, s) -> (t, m)>
#ts = affine_map<(t, m, s) -> (t, s)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @read_out(%x: memref<?x32xf32>, %q: memref<?x4xf32>, %a: memref<32x4xf32>,
                    %h: memref<32x4xf32>, %y: memref<?x32xf32>) {
  recur.generic {indexing_maps = [#tm, #ts, #ms, #ms, #tm],
                 schedule = #recur.schedule<serial, lane_blocks = 1>,
                 iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %q, %a : memref<?x32xf32>, memref<?x4xf32>, memref<32x4xf32>)
    state(%h : memref<32x4xf32>) outs(%y : memref<?x32xf32>) {
  ^bb0(%xt: f32, %qt: f32, %am: f32, %ht: f32):
    %aa = arith.mulf %am, %am : f32
    %xx = arith.mulf %xt, %xt : f32
    %ah = arith.mulf %aa, %ht : f32
    %h1 = arith.addf %ah, %xx : f32
    %qh = arith.mulf %qt, %h1 : f32
    recur.yield state(%h1 : f32) outs(%qh : f32)
  }
  return
}

// -----

// No parallel iterator: the vector spans the reduction, and its lanes are
// summed at the end of the step. Lanes beyond the last add nothing. A narrow
// output is summed in f32 and takes the value before its truncation.

// CHECK-LABEL: func @lane_is_reduction(
// CHECK: scf.for %[[T:.*]] =
// CHECK:   %[[Y0:.*]] = scf.for
// CHECK:   %[[Y:.*]] = scf.if %{{.*}} -> (vector<8xf32>) {
// CHECK:     %[[MASK:.*]] = vector.create_mask
// CHECK:     %[[H1:.*]] = arith.addf
// CHECK:     %[[OWN:.*]] = arith.select %[[MASK]], %[[H1]]
// CHECK:     arith.addf %[[Y0]], %[[OWN]]
// CHECK:   } else {
// CHECK:     scf.yield %[[Y0]]
// CHECK:   %[[SUM:.*]] = vector.reduction <add>, %[[Y]] : vector<8xf32> into f32
// CHECK:   %[[NARROW:.*]] = arith.truncf %[[SUM]] : f32 to bf16
// CHECK:   memref.store %[[NARROW]], %{{.*}}[%[[T]]]
#ts = affine_map<(t, s) -> (t, s)>
#t = affine_map<(t, s) -> (t)>
#s = affine_map<(t, s) -> (s)>
func.func @lane_is_reduction(%x: memref<?x?xf32>, %h: memref<?xf32>, %y: memref<?xbf16>) {
  recur.generic {indexing_maps = [#ts, #s, #t],
                 iterator_types = ["recurrence", "reduction"]}
    ins(%x : memref<?x?xf32>) state(%h : memref<?xf32>) outs(%y : memref<?xbf16>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    %narrow = arith.truncf %h1 : f32 to bf16
    recur.yield state(%h1 : f32) outs(%narrow : bf16)
  }
  return
}

// -----

// An output without time is one sum, carried in a register; one that keeps the
// reduction iterator is summed in scratch.

// CHECK-LABEL: func @sums_over_time(
// CHECK: scf.parallel
// CHECK:   scf.for
// CHECK:     vector.store %{{.*}} : memref<2x1x?x1x8xf32>, vector<8xf32>
// CHECK:   %[[SUM:.*]] = scf.for {{.*}} iter_args(%[[T:[a-z0-9]+]] = %cst
// CHECK:     scf.for {{.*}} iter_args(%{{.*}} = %[[T]])
// CHECK:       %[[PART:.*]] = vector.load %[[PARTS:.*]][
// CHECK:       %[[ADDED:.*]] = arith.addf %[[PART]]
// CHECK:       vector.store %[[ADDED]], %[[PARTS]][
// CHECK:   vector.store %[[SUM]], %{{.*}} : memref<16xf32>
#tms = affine_map<(t, m, s) -> (t, m, s)>
#ms = affine_map<(t, m, s) -> (m, s)>
#m = affine_map<(t, m, s) -> (m)>
#sm = affine_map<(t, m, s) -> (s, m)>
func.func @sums_over_time(%x: memref<?x16x?xf32>, %h: memref<16x?xf32>, %total: memref<16xf32>,
                          %each: memref<?x16xf32>) {
  recur.generic {indexing_maps = [#tms, #ms, #m, #sm],
                 schedule = #recur.schedule<serial, lane_blocks = 1>,
                 iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : memref<?x16x?xf32>) state(%h : memref<16x?xf32>)
    outs(%total, %each : memref<16xf32>, memref<?x16xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1, %h1 : f32, f32)
  }
  return
}
