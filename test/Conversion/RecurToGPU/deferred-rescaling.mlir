// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu --canonicalize --cse --split-input-file | FileCheck %s

// Homogeneous states are rescaled after four steps; where a thread of the warp finds one
// out of range, the four run again, rescaled one by one. Quotients of states are
// approximate.

#t = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
// CHECK-LABEL: func @deferred(
// CHECK: scf.for
// CHECK-COUNT-4: nvvm.rcp.approx.ftz.f
// CHECK: %[[BAD:.*]] = nvvm.vote.sync any %{{.*}}, %{{.*}} -> i1
// CHECK: scf.if %[[BAD]]
// CHECK:   nvvm.bar.warp.sync
// CHECK:   scf.for
// CHECK: } else {
// CHECK-COUNT-2: arith.mulf
// CHECK: }
// CHECK-NOT: nvvm.vote.sync
// CHECK: return
func.func @deferred(%x: memref<?x?xf32>, %n: memref<?xf32>, %d: memref<?xf32>, %y: memref<?x?xf32>) {
  recur.scan {homogeneous = [[0, 1]], homogeneous_element = [[0, 1]], scale_by = array<i64: 1>, scale_by_element = array<i64: 1>,
      identity = [1.0 : f32, 1.0 : f32], indexing_maps = [#t, #m, #m, #t], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x?xf32>) state(%n, %d : memref<?xf32>, memref<?xf32>) outs(%y : memref<?x?xf32>) step {
  ^bb0(%xt: f32, %nt: f32, %dt: f32):
    %n1 = arith.mulf %xt, %nt : f32
    %d1 = arith.mulf %xt, %dt : f32
    %q = arith.divf %n1, %d1 : f32
    recur.yield state(%n1, %d1 : f32, f32) outs(%q : f32)
  } extend {
  ^bb0(%xt: f32, %nt: f32, %dt: f32):
    %n1 = arith.mulf %xt, %nt : f32
    %d1 = arith.mulf %xt, %dt : f32
    recur.yield state(%n1, %d1 : f32, f32)
  } combine {
  ^bb0(%a: f32, %b: f32, %c: f32, %d2: f32):
    %n1 = arith.mulf %a, %c : f32
    %d1 = arith.mulf %b, %d2 : f32
    recur.yield state(%n1, %d1 : f32, f32)
  } apply {
  ^bb0(%a: f32, %b: f32, %nt: f32, %dt: f32):
    %n1 = arith.mulf %a, %nt : f32
    %d1 = arith.mulf %b, %dt : f32
    recur.yield state(%n1, %d1 : f32, f32)
  }
  return
}

// -----

// A square of a state could overflow before it is divided: every step rescales.

#t = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
// CHECK-LABEL: func @square(
// CHECK-NOT: nvvm.vote.sync
// CHECK: return
func.func @square(%x: memref<?x?xf32>, %n: memref<?xf32>, %d: memref<?xf32>, %y: memref<?x?xf32>) {
  recur.scan {homogeneous = [[0, 1]], homogeneous_element = [[0, 1]], scale_by = array<i64: 1>, scale_by_element = array<i64: 1>,
      identity = [1.0 : f32, 1.0 : f32], indexing_maps = [#t, #m, #m, #t], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x?xf32>) state(%n, %d : memref<?xf32>, memref<?xf32>) outs(%y : memref<?x?xf32>) step {
  ^bb0(%xt: f32, %nt: f32, %dt: f32):
    %n1 = arith.mulf %xt, %nt : f32
    %d1 = arith.mulf %xt, %dt : f32
    %n2 = arith.mulf %n1, %n1 : f32
    %d2 = arith.mulf %d1, %d1 : f32
    %q = arith.divf %n2, %d2 : f32
    recur.yield state(%n1, %d1 : f32, f32) outs(%q : f32)
  } extend {
  ^bb0(%xt: f32, %nt: f32, %dt: f32):
    %n1 = arith.mulf %xt, %nt : f32
    %d1 = arith.mulf %xt, %dt : f32
    recur.yield state(%n1, %d1 : f32, f32)
  } combine {
  ^bb0(%a: f32, %b: f32, %c: f32, %d2: f32):
    %n1 = arith.mulf %a, %c : f32
    %d1 = arith.mulf %b, %d2 : f32
    recur.yield state(%n1, %d1 : f32, f32)
  } apply {
  ^bb0(%a: f32, %b: f32, %nt: f32, %dt: f32):
    %n1 = arith.mulf %a, %nt : f32
    %d1 = arith.mulf %b, %dt : f32
    recur.yield state(%n1, %d1 : f32, f32)
  }
  return
}

// -----

// Where a selection may drop an infinity, it would not show after the last step.

#t = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
// CHECK-LABEL: func @selection(
// CHECK-NOT: nvvm.vote.sync
// CHECK: return
func.func @selection(%x: memref<?x?xf32>, %n: memref<?xf32>, %d: memref<?xf32>) {
  recur.scan {homogeneous = [[0, 1]], homogeneous_element = [[0, 1]], scale_by = array<i64: 1>, scale_by_element = array<i64: 1>,
      identity = [1.0 : f32, 1.0 : f32], indexing_maps = [#t, #m, #m], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x?xf32>) state(%n, %d : memref<?xf32>, memref<?xf32>) step {
  ^bb0(%xt: f32, %nt: f32, %dt: f32):
    %zero = arith.constant 0.0 : f32
    %is = arith.cmpf ogt, %xt, %zero : f32
    %n1 = arith.select %is, %nt, %xt : f32
    %d1 = arith.mulf %xt, %dt : f32
    recur.yield state(%n1, %d1 : f32, f32)
  } extend {
  ^bb0(%xt: f32, %nt: f32, %dt: f32):
    %d1 = arith.mulf %xt, %dt : f32
    recur.yield state(%nt, %d1 : f32, f32)
  } combine {
  ^bb0(%a: f32, %b: f32, %c: f32, %d2: f32):
    %d1 = arith.mulf %b, %d2 : f32
    recur.yield state(%a, %d1 : f32, f32)
  } apply {
  ^bb0(%a: f32, %b: f32, %nt: f32, %dt: f32):
    %d1 = arith.mulf %b, %dt : f32
    recur.yield state(%nt, %d1 : f32, f32)
  }
  return
}
