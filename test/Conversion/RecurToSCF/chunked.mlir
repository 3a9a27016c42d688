// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf=vector-bits=256 --canonicalize --cse --split-input-file | FileCheck %s

// Summarise, carry, replay. Buffers have a value for each chunk and lane.

// CHECK-LABEL: func @affine(
// CHECK-DAG: %[[C64:.*]] = arith.constant 64 : index
// CHECK: %[[L:.*]] = memref.dim
// CHECK: %[[CHUNKS:.*]] = arith.ceildivsi %[[L]], %[[C64]]
// CHECK: %[[BEFORE:.*]] = arith.subi %[[CHUNKS]], %c1
// CHECK: %[[LAST:.*]] = arith.maxsi %[[BEFORE]], %c0
// CHECK: %[[ROOM:.*]] = arith.maxsi %[[CHUNKS]], %c1
// CHECK: %[[CARRIED:.*]] = memref.alloc(%[[ROOM]]) {{.*}} : memref<?x2x1x8xf32>
// CHECK: %[[ELEMENTS:.*]] = memref.alloc(%[[LAST]]) {{.*}} : memref<?x2x2x8xf32>

// Summaries begin with the identity and never touch y.
// CHECK: %[[BLOCKS:.*]] = arith.muli %[[LAST]], %c2
// CHECK: scf.parallel (%[[NUMBER:.*]]) = (%c0) to (%[[BLOCKS]])
// CHECK:   %[[INSIDE:.*]] = arith.cmpi ult, %[[NUMBER]], %[[BLOCKS]]
// CHECK:   %[[REM:.*]] = arith.remui %[[NUMBER]], %c2
// CHECK:   %[[DIV:.*]] = arith.divui %[[NUMBER]], %c2
// CHECK:   %[[M:.*]] = arith.select %[[INSIDE]], %[[REM]], %c0
// CHECK:   %[[C:.*]] = arith.select %[[INSIDE]], %[[DIV]], %c0
// CHECK:   %[[FIRST:.*]] = arith.muli %[[C]], %[[C64]]
// CHECK:   %[[END:.*]] = arith.addi %[[FIRST]], %[[C64]]
// CHECK:   %[[E:.*]]:2 = scf.for %{{.*}} = %[[FIRST]] to %[[END]] {{.*}} iter_args(%{{[a-z0-9]+}} = %[[ONE:[a-z0-9_]+]], %{{[a-z0-9]+}} = %[[ZERO:[a-z0-9_]+]])
// CHECK-NOT: %arg3
// CHECK:   vector.store %[[E]]#0, %[[ELEMENTS]][%[[C]], %[[M]], %c0, %c0]
// CHECK:   vector.store %[[E]]#1, %[[ELEMENTS]][%[[C]], %[[M]], %c1, %c0]

// The state before every chunk.
// CHECK: scf.parallel (%[[M:.*]]) = (%c0) to (%c2)
// CHECK:   %[[H:.*]] = vector.load
// CHECK:   %[[HL:.*]] = scf.for %[[C:.*]] = %c0 to %[[LAST]] {{.*}} iter_args(%[[HC:.*]] = %[[H]])
// CHECK:     vector.store %[[HC]], %[[CARRIED]][%[[C]], %[[M]], %c0, %c0]
// CHECK:     vector.load %[[ELEMENTS]][%[[C]], %[[M]], %c0, %c0]
// CHECK:     vector.load %[[ELEMENTS]][%[[C]], %[[M]], %c1, %c0]
// CHECK:   vector.store %[[HL]], %[[CARRIED]][%[[LAST]], %[[M]], %c0, %c0]

// Replay; the last chunk is cut at the end of time and has the final state.
// CHECK: %[[BLOCKS:.*]] = arith.muli %[[CHUNKS]], %c2
// CHECK: scf.parallel (%[[NUMBER:.*]]) = (%c0) to (%[[BLOCKS]])
// CHECK:   %[[M:.*]] = arith.select
// CHECK:   %[[C:.*]] = arith.select
// CHECK:   %[[END:.*]] = arith.minsi %{{.*}}, %[[L]]
// CHECK:   %[[H:.*]] = vector.load %[[CARRIED]][%[[C]], %[[M]], %c0, %c0]
// CHECK:   %[[R:.*]]:2 = scf.for %{{.*}} to %[[END]] {{.*}} iter_args(%{{.*}} = %[[H]], %{{.*}} = %[[ZERO]])
// CHECK:     vector.store %{{.*}}, %arg3
// CHECK:   vector.store %[[R]]#1, %[[PARTS:.*]][%[[C]], %[[M]], %c0, %c0]
// CHECK:   %[[ISLAST:.*]] = arith.cmpi eq, %[[C]], %[[LAST]]
// CHECK:   scf.if %[[ISLAST]] {
// CHECK:     vector.store %[[R]]#0, %arg2

// Sums over time, in the order of the chunks.
// CHECK: scf.parallel
// CHECK:   %[[SUM:.*]] = scf.for %[[C:.*]] = %c0 to %[[CHUNKS]] {{.*}} iter_args(%{{.*}} = %[[ZERO]])
// CHECK:     vector.load %[[PARTS]][%[[C]]
// CHECK:   vector.store %[[SUM]], %arg4
func.func @affine(%a: memref<?x16xf32>, %x: memref<?x16xf32>, %h: memref<16xf32>,
                  %y: memref<?x16xf32>, %total: memref<16xf32>) {
  recur.scan {
      indexing_maps = [affine_map<(t, m) -> (t, m)>, affine_map<(t, m) -> (t, m)>,
                       affine_map<(t, m) -> (m)>, affine_map<(t, m) -> (t, m)>,
                       affine_map<(t, m) -> (m)>],
      iterator_types = ["recurrence", "parallel"],
      identity = [1.0 : f32, 0.0 : f32],
      schedule = #recur.schedule<chunked, chunk_length = 64, lane_blocks = 1>}
    ins(%a, %x : memref<?x16xf32>, memref<?x16xf32>) state(%h : memref<16xf32>)
    outs(%y, %total : memref<?x16xf32>, memref<16xf32>) step {
  ^bb0(%at: f32, %xt: f32, %ht: f32):
    %ah = arith.mulf %at, %ht : f32
    %h1 = arith.addf %ah, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1, %h1 : f32, f32)
  } extend {
  ^bb0(%at: f32, %xt: f32, %ea: f32, %eb: f32):
    %a1 = arith.mulf %at, %ea : f32
    %ab = arith.mulf %at, %eb : f32
    %b1 = arith.addf %ab, %xt : f32
    recur.yield state(%a1, %b1 : f32, f32)
  } combine {
  ^bb0(%ea: f32, %eb: f32, %la: f32, %lb: f32):
    %a1 = arith.mulf %la, %ea : f32
    %ab = arith.mulf %la, %eb : f32
    %b1 = arith.addf %ab, %lb : f32
    recur.yield state(%a1, %b1 : f32, f32)
  } apply {
  ^bb0(%ea: f32, %eb: f32, %ht: f32):
    %ah = arith.mulf %ea, %ht : f32
    %h1 = arith.addf %ah, %eb : f32
    recur.yield state(%h1 : f32)
  }
  return
}
