// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf=vector-bits=256 --canonicalize --cse --split-input-file | FileCheck %s

// A ratio n / d: both are multiplied by the power of two that brings the larger
// into [1, 2). 2139095040 = 0x7f800000, 2130706432 = 0x7f000000. The third state
// is no member.

// CHECK-LABEL: func @every_step(
// CHECK-DAG: %[[EXPONENT:.*]] = arith.constant dense<2139095040> : vector<8xi32>
// CHECK-DAG: %[[TWICE:.*]] = arith.constant dense<2130706432> : vector<8xi32>
// CHECK: scf.for {{.*}} iter_args(%[[N:[a-z0-9]+]] = %{{[a-z0-9]+}}, %[[D:[a-z0-9]+]] = %{{[a-z0-9]+}}, %[[U:[a-z0-9]+]] = %{{[a-z0-9]+}}) ->
// CHECK:   %[[N1:.*]] = arith.addf
// CHECK:   %[[U1:.*]] = arith.addf %[[U]], %[[U]]
// CHECK:   %[[NB:.*]] = arith.bitcast %[[N1]] : vector<8xf32> to vector<8xi32>
// CHECK:   %[[NA:.*]] = arith.andi %[[NB]], %[[EXPONENT]]
// CHECK:   %[[DB:.*]] = arith.bitcast %[[D]]
// CHECK:   %[[DA:.*]] = arith.andi %[[DB]], %[[EXPONENT]]
// CHECK:   %[[MAX:.*]] = arith.maxsi %[[NA]], %[[DA]]
// CHECK:   %[[INV:.*]] = arith.subi %[[TWICE]], %[[MAX]]
// CHECK:   %[[SCALE:.*]] = arith.bitcast %[[INV]] : vector<8xi32> to vector<8xf32>
// CHECK:   %[[NS:.*]] = arith.mulf %[[N1]], %[[SCALE]]
// CHECK:   %[[DS:.*]] = arith.mulf %[[D]], %[[SCALE]]
// CHECK:   scf.yield %[[NS]], %[[DS]], %[[U1]]

// The first alone sets the scale.

// CHECK-LABEL: func @one_scales(
// CHECK: %[[N1:.*]] = arith.addf
// CHECK: %[[NB:.*]] = arith.bitcast %[[N1]]
// CHECK: %[[NA:.*]] = arith.andi %[[NB]]
// CHECK-NOT: arith.andi
// CHECK: arith.subi %{{.*}}, %[[NA]]
// CHECK: arith.mulf %[[N1]], %[[SCALE:.*]] :
// CHECK: arith.mulf %{{.*}}, %[[SCALE]] :

// CHECK-LABEL: func @every_fourth(
// CHECK: scf.for %[[T:[a-z0-9]+]] =
// CHECK:   %[[PHASE:.*]] = arith.remui %[[T]], %c4
// CHECK:   %[[DUE:.*]] = arith.cmpi eq, %[[PHASE]], %c3
// CHECK:   %[[R:.*]]:2 = scf.if %[[DUE]] -> (vector<4xf64>, vector<4xf64>) {
// CHECK:     arith.maxsi
// CHECK:   } else {
// CHECK:   scf.yield %[[R]]#0, %[[R]]#1
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @every_step(%x: memref<?x8xf32>, %n: memref<8xf32>, %d: memref<8xf32>,
                      %u: memref<8xf32>, %y: memref<?x8xf32>) {
  recur.scan {
      indexing_maps = [#tm, #m, #m, #m, #tm], iterator_types = ["recurrence", "parallel"],
      identity = [0.0 : f32], homogeneous = [[0, 1]]}
    ins(%x : memref<?x8xf32>)
    state(%n, %d, %u : memref<8xf32>, memref<8xf32>, memref<8xf32>)
    outs(%y : memref<?x8xf32>) step {
  ^bb0(%xt: f32, %nt: f32, %dt: f32, %ut: f32):
    %xd = arith.mulf %xt, %dt : f32
    %n1 = arith.addf %nt, %xd : f32
    %u1 = arith.addf %ut, %ut : f32
    recur.yield state(%n1, %dt, %u1 : f32, f32, f32) outs(%n1 : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    %e1 = arith.addf %e, %xt : f32
    recur.yield state(%e1 : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    %e1 = arith.addf %e, %l : f32
    recur.yield state(%e1 : f32)
  } apply {
  ^bb0(%e: f32, %nt: f32, %dt: f32, %ut: f32):
    %ed = arith.mulf %e, %dt : f32
    %n1 = arith.addf %nt, %ed : f32
    recur.yield state(%n1, %dt, %ut : f32, f32, f32)
  }
  return
}
func.func @one_scales(%x: memref<?x4xf64>, %n: memref<4xf64>, %d: memref<4xf64>,
                        %y: memref<?x4xf64>) {
  recur.scan {
      indexing_maps = [#tm, #m, #m, #tm], iterator_types = ["recurrence", "parallel"],
      identity = [0.0 : f64], homogeneous = [[0, 1]], scale_by = array<i64: 0>}
    ins(%x : memref<?x4xf64>) state(%n, %d : memref<4xf64>, memref<4xf64>)
    outs(%y : memref<?x4xf64>) step {
  ^bb0(%xt: f64, %nt: f64, %dt: f64):
    %xd = arith.mulf %xt, %dt : f64
    %n1 = arith.addf %nt, %xd : f64
    recur.yield state(%n1, %dt : f64, f64) outs(%n1 : f64)
  } extend {
  ^bb0(%xt: f64, %e: f64):
    %e1 = arith.addf %e, %xt : f64
    recur.yield state(%e1 : f64)
  } combine {
  ^bb0(%e: f64, %l: f64):
    %e1 = arith.addf %e, %l : f64
    recur.yield state(%e1 : f64)
  } apply {
  ^bb0(%e: f64, %nt: f64, %dt: f64):
    %ed = arith.mulf %e, %dt : f64
    %n1 = arith.addf %nt, %ed : f64
    recur.yield state(%n1, %dt : f64, f64)
  }
  return
}
func.func @every_fourth(%x: memref<?x4xf64>, %n: memref<4xf64>, %d: memref<4xf64>,
                        %y: memref<?x4xf64>) {
  recur.scan {
      indexing_maps = [#tm, #m, #m, #tm], iterator_types = ["recurrence", "parallel"],
      schedule = #recur.schedule<serial, rescale_period = 4>,
      identity = [0.0 : f64], homogeneous = [[0, 1]]}
    ins(%x : memref<?x4xf64>) state(%n, %d : memref<4xf64>, memref<4xf64>)
    outs(%y : memref<?x4xf64>) step {
  ^bb0(%xt: f64, %nt: f64, %dt: f64):
    %xd = arith.mulf %xt, %dt : f64
    %n1 = arith.addf %nt, %xd : f64
    recur.yield state(%n1, %dt : f64, f64) outs(%n1 : f64)
  } extend {
  ^bb0(%xt: f64, %e: f64):
    %e1 = arith.addf %e, %xt : f64
    recur.yield state(%e1 : f64)
  } combine {
  ^bb0(%e: f64, %l: f64):
    %e1 = arith.addf %e, %l : f64
    recur.yield state(%e1 : f64)
  } apply {
  ^bb0(%e: f64, %nt: f64, %dt: f64):
    %ed = arith.mulf %e, %dt : f64
    %n1 = arith.addf %nt, %ed : f64
    recur.yield state(%n1, %dt : f64, f64)
  }
  return
}
