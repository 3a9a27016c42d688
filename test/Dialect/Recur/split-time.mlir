// RUN: kalmir-opt %s --kalmir-recur-split-time="cores=2 cache-bytes=65536" --canonicalize --cse --split-input-file | FileCheck %s

// In rounds of as many chunks as the caches of two cores hold (64 KiB each, 192 bytes a step):
// summarise, carry, replay. Then the rest and sums over time. Buffers have a value
// for each chunk of a round and lane.

// CHECK-DAG: #[[CTM:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[CM:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-LABEL: func @affine(
// CHECK: %[[L:.*]] = memref.dim
// CHECK: %[[CHUNKS:.*]] = arith.divsi %[[L]], %c64
// CHECK: %[[LESS:.*]] = arith.subi %[[CHUNKS]], %c1
// CHECK: %[[BEFORE:.*]] = arith.maxsi %[[LESS]], %c0
// CHECK: %[[WHOLE:.*]] = arith.muli %[[CHUNKS]], %c64
// CHECK: %[[REST:.*]] = arith.subi %[[L]], %[[WHOLE]]
// CHECK: %[[PARTS:.*]] = arith.addi %[[CHUNKS]], %c1
// CHECK: %[[SUMS:.*]] = memref.alloc(%[[PARTS]]) {{.*}} : memref<?x16xf32>
// CHECK: %[[AT_MOST:.*]] = arith.minsi %[[CHUNKS]], %c10
// CHECK: %[[ROUND:.*]] = arith.maxsi %[[AT_MOST]], %c1

// The state at first, also where the last chunk will leave it.
// CHECK: %[[E0:.*]] = memref.alloc(%[[ROUND]])
// CHECK: %[[E1:.*]] = memref.alloc(%[[ROUND]])
// CHECK: %[[LAST:.*]] = arith.remsi %[[BEFORE]], %[[ROUND]]
// CHECK: %[[CARRIED:.*]] = memref.alloc(%[[ROUND]])
// CHECK: %[[RUNNING:.*]] = memref.alloc() {{.*}} : memref<1x16xf32>
// CHECK: %[[STATE:.*]] = memref.subview %[[RUNNING]][0, 0]
// CHECK: %[[FINAL:.*]] = memref.subview %[[CARRIED]][%[[LAST]], 0]
// CHECK: linalg.generic {{.*}} ins(%arg2 : {{.*}}) outs(%[[STATE]], %[[FINAL]] :

// CHECK: scf.for %[[FIRST:.*]] = %c0 to %[[CHUNKS]] step %[[ROUND]]
// CHECK:   %[[LEFT:.*]] = arith.subi %[[CHUNKS]], %[[FIRST]]
// CHECK:   %[[COUNT:.*]] = arith.minsi %[[ROUND]], %[[LEFT]]
// CHECK:   %[[FROM:.*]] = arith.muli %[[FIRST]], %c64
// Elements begin as the identity; nobody needs that of the very last chunk.
// CHECK:   %[[OTHERS:.*]] = arith.subi %[[BEFORE]], %[[FIRST]]
// CHECK:   %[[NEEDED:.*]] = arith.minsi %[[COUNT]], %[[OTHERS]]
// CHECK:   memref.subview %arg0[%[[FROM]], 0]
// CHECK:   memref.expand_shape {{.*}} output_shape [%[[NEEDED]], 64, 16]
// CHECK:   %[[ALL0:.*]] = memref.subview %[[E0]][0, 0] [%[[COUNT]], 16]
// CHECK:   scf.for
// CHECK:     memref.store %{{.*}}, %[[ALL0]]
// CHECK:   %[[PART0:.*]] = memref.subview %[[E0]][0, 0] [%[[NEEDED]], 16]
// CHECK:   recur.scan {{.*}}iterator_types = ["parallel", "recurrence", "parallel"]{{.*}}state(%[[PART0]],
// CHECK:     %[[A1:.*]] = arith.mulf
// CHECK:     recur.yield state(%[[A1]], %{{.*}} : f32, f32)
// The state before each chunk.
// CHECK:   %[[FOUND:.*]] = memref.subview %[[CARRIED]][0, 0] [%[[COUNT]], 16]
// CHECK:   recur.scan {{.*}}iterator_types = ["recurrence", "parallel"]{{.*}} ins(%[[ALL0]], %{{.*}} state(%[[STATE]] : {{.*}} outs(%[[FOUND]] :
// CHECK:   ^bb0(%{{.*}}: f32, %{{.*}}: f32, %[[H:.*]]: f32):
// CHECK:     recur.yield state(%{{.*}} : f32) outs(%[[H]] : f32)
// Replay.
// CHECK:   %[[Y:.*]] = memref.expand_shape %{{.*}} output_shape [%[[COUNT]], 64, 16]
// CHECK:   %[[OWN:.*]] = memref.subview %[[SUMS]][%[[FIRST]], 0] [%[[COUNT]], 16]
// CHECK:   recur.scan {{.*}}indexing_maps = [#[[CTM]], #[[CTM]], #[[CM]], #[[CTM]], #[[CM]]]{{.*}} state(%[[FOUND]] : {{.*}} outs(%{{.*}}, %[[OWN]] :
// CHECK: linalg.generic {{.*}} ins(%[[FINAL]] {{.*}} outs(%arg2

// The rest of time, then the sums in order.
// CHECK: memref.subview %arg0[%[[WHOLE]], 0] [%[[REST]], 16]
// CHECK: %[[LAST_SUM:.*]] = memref.subview %[[SUMS]][%[[CHUNKS]], 0] [1, 16]
// CHECK: recur.scan {{.*}} state(%arg2 : {{.*}} outs(%{{.*}}, %[[LAST_SUM]] :
// CHECK: linalg.fill {{.*}} outs(%arg4
// CHECK: linalg.generic {{.*}}["reduction", "parallel"]{{.*}} ins(%[[SUMS]] : {{.*}} outs(%arg4
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

// -----

// Backwards the chunks end where time ends: the first to run is the last, and
// what is left is the beginning of time. A step that asks for the time gets that
// of its place. A single series has a multiple of 16 chunks, a round as well.


// CHECK-LABEL: func @reverse(
// CHECK: %[[WHOLE_CHUNKS:.*]] = arith.divsi %{{.*}}, %c8
// CHECK: %[[UNITS:.*]] = arith.divsi %[[WHOLE_CHUNKS]], %c16
// CHECK: %[[CHUNKS:.*]] = arith.muli %[[UNITS]], %c16
// CHECK: %[[WHOLE:.*]] = arith.muli %[[UNITS]], %c128
// CHECK: %[[REST:.*]] = arith.subi
// CHECK: %[[AT_MOST:.*]] = arith.minsi %[[UNITS]], %c128
// CHECK: %[[ROUND:.*]] = arith.maxsi %[[AT_MOST]], %c1
// CHECK: scf.for %[[FIRST:.*]] = %c0 to %[[UNITS]] step %[[ROUND]]
// CHECK:   %[[LEFT:.*]] = arith.subi %[[UNITS]], %[[FIRST]]
// CHECK:   %[[NUMBER:.*]] = arith.minsi %[[ROUND]], %[[LEFT]]
// CHECK:   %[[COUNT:.*]] = arith.muli %[[NUMBER]], %c16
// CHECK:   %[[EARLIER:.*]] = arith.muli %[[FIRST]], %c16
// CHECK:   %[[TO:.*]] = arith.subi %[[CHUNKS]], %[[EARLIER]]
// CHECK:   %[[BEGIN:.*]] = arith.subi %[[TO]], %[[COUNT]]
// CHECK:   %[[STEP:.*]] = arith.muli %[[BEGIN]], %c8
// CHECK:   %[[FROM:.*]] = arith.addi %[[REST]], %[[STEP]]
// CHECK:   memref.subview %arg0[%[[FROM]]]
// CHECK:   recur.scan {{.*}} ins(%{{.*}}, %[[FROM]] : {{.*}}, index)
// CHECK:   ^bb0(%{{.*}}: f32, %[[START:.*]]: index, %{{.*}}: f32):
// CHECK:     %[[U:.*]] = recur.index 1
// CHECK:     %[[C:.*]] = recur.index 0
// CHECK:     %[[CU:.*]] = arith.muli %[[C]], %c8
// CHECK:     %[[INNER:.*]] = arith.addi %[[CU]], %[[U]]
// CHECK:     arith.addi %[[START]], %[[INNER]]
// CHECK:   recur.scan {{.*}}reverse{{.*}} outs(
// CHECK:   recur.scan {{.*}} ins(%{{.*}}, %[[FROM]] :
// CHECK: memref.subview %arg0[0] [%[[REST]]]
// CHECK: recur.scan {{.*}} ins(%{{.*}}, %c0 :
func.func @reverse(%x: memref<?xf32>, %h: memref<f32>, %y: memref<?xf32>) {
  recur.scan {
      indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>,
                       affine_map<(t) -> (t)>],
      iterator_types = ["recurrence"], reverse, identity = [0.0 : f32],
      schedule = #recur.schedule<chunked, chunk_length = 8>}
    ins(%x : memref<?xf32>) state(%h : memref<f32>) outs(%y : memref<?xf32>) step {
  ^bb0(%xt: f32, %ht: f32):
    %t = recur.index 0 : index
    %ti = arith.index_cast %t : index to i32
    %tf = arith.sitofp %ti : i32 to f32
    %xtf = arith.mulf %xt, %tf : f32
    %h1 = arith.addf %ht, %xtf : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    %t = recur.index 0 : index
    %ti = arith.index_cast %t : index to i32
    %tf = arith.sitofp %ti : i32 to f32
    %xtf = arith.mulf %xt, %tf : f32
    %e1 = arith.addf %e, %xtf : f32
    recur.yield state(%e1 : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    %e1 = arith.addf %e, %l : f32
    recur.yield state(%e1 : f32)
  } apply {
  ^bb0(%e: f32, %ht: f32):
    %h1 = arith.addf %e, %ht : f32
    recur.yield state(%h1 : f32)
  }
  return
}
