// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf=vector-bits=256 --canonicalize --cse --split-input-file | FileCheck %s
// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf="vector-bits=256 cores=4" --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=CORES

// Several blocks of lanes go through time together, 8 of them without inner
// iterators: the states lie in scratch, the time loop runs over the blocks, and
// memory is asked for 8 steps ahead. A value of the lane alone (a * a) is kept.

// With four cores there are at least eight tiles.

// CORES-LABEL: func @blocks(
// CORES: scf.parallel (%{{.*}}) = (%c0) to (%c8)
// CHECK-LABEL: func @blocks(
// CHECK-DAG: %[[STATES:.*]] = memref.alloc() {{.*}} : memref<2x8x1x8xf32>
// CHECK-DAG: %[[KEPT:.*]] = memref.alloc() {{.*}} : memref<2x8x1x8xf32>
// CHECK: scf.parallel (%[[SLOT:.*]]) = (%c0) to (%c2)
// CHECK:   scf.for %[[TILE:.*]] =
// CHECK:   %[[FIRST:.*]] = arith.muli %[[TILE]], %c8
// CHECK:   %[[END:.*]] = arith.minsi %{{.*}}, %c16
// CHECK:   scf.for %[[B:.*]] = %[[FIRST]] to %[[END]]
// CHECK:     %[[OWN:.*]] = arith.subi %[[B]], %[[FIRST]]
// CHECK:     arith.mulf
// CHECK:     vector.store %{{.*}}, %[[KEPT]][%[[SLOT]], %[[OWN]], %c0, %c0]
// CHECK:     vector.store %{{.*}}, %[[STATES]][%[[SLOT]], %[[OWN]], %c0, %c0]
// CHECK:   scf.for %[[T:.*]] = %c0 to %[[L:.*]] step
// CHECK:     %[[SOON:.*]] = arith.addi %[[T]], %c8
// CHECK:     %[[LAST:.*]] = arith.subi %[[L]], %c1
// CHECK:     %[[AHEAD:.*]] = arith.minsi %[[SOON]], %[[LAST]]
// CHECK:     scf.for %[[B:.*]] = %[[FIRST]] to %[[END]]
// CHECK:       %[[M:.*]] = arith.muli %[[B]], %c8
// CHECK:       memref.prefetch %arg1[%[[AHEAD]], %[[M]]], read
// CHECK:       memref.prefetch %arg3[%[[AHEAD]], %[[M]]], write
// CHECK:       vector.load %[[KEPT]][%[[SLOT]]
// CHECK:       vector.load %arg1[%[[T]], %[[M]]]
// CHECK:       vector.load %[[STATES]][%[[SLOT]]
// CHECK:       vector.store %{{.*}}, %[[STATES]][%[[SLOT]]
// CHECK:       vector.store %{{.*}}, %arg3[%[[T]], %[[M]]]
// CHECK:   scf.for %[[B:.*]] = %[[FIRST]] to %[[END]]
// CHECK:     vector.store %{{.*}}, %arg2
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @blocks(%a: memref<128xf32>, %x: memref<?x128xf32>, %h: memref<128xf32>,
                  %y: memref<?x128xf32>) {
  recur.generic {indexing_maps = [#m, #tm, #m, #tm],
                 iterator_types = ["recurrence", "parallel"]}
    ins(%a, %x : memref<128xf32>, memref<?x128xf32>) state(%h : memref<128xf32>)
    outs(%y : memref<?x128xf32>) {
  ^bb0(%am: f32, %xt: f32, %ht: f32):
    %aa = arith.mulf %am, %am : f32
    %ah = arith.mulf %aa, %ht : f32
    %h1 = arith.addf %ah, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// Dynamic lanes: one block alone keeps its states in registers; a tile needs
// masks if its last block does.

// CHECK-LABEL: func @dynamic(
// CHECK: %[[MANY:.*]] = arith.cmpi sgt, %[[M:.*]], %c8
// CHECK: scf.if %[[MANY]] {
// CHECK:   scf.parallel
// CHECK:     %[[END:.*]] = arith.minsi
// CHECK:     %[[LANES:.*]] = arith.muli %[[END]], %c8
// CHECK:     %[[FULL:.*]] = arith.cmpi sle, %[[LANES]], %[[M]]
// CHECK:     scf.if %[[FULL]] {
// CHECK-NOT:   mask
// CHECK:     } else {
// CHECK:       scf.for
// CHECK:         scf.for %[[B:.*]] = %{{.*}} to %[[END]]
// CHECK:           vector.create_mask
// CHECK:           vector.maskedload
// CHECK: } else {
// CHECK:   scf.parallel
// CHECK:     scf.for {{.*}} iter_args(
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @dynamic(%x: memref<?x?xf32>, %h: memref<?xf32>, %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #m, #tm],
                 iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x?xf32>) state(%h : memref<?xf32>)
    outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// The more inner states, the fewer blocks: 64 / 16 = 4. A sum over time has one
// value a block in scratch.

// CHECK-LABEL: func @inner(
// CHECK: scf.parallel (%{{.*}}) = (%c0) to (%c4)
// CHECK:   scf.for %[[B:.*]] =
// CHECK:     vector.store %{{.*}}, %[[SUMS:.*]][%{{.*}}, %{{.*}}, %c0, %c0] : memref<4x4x1x8xf32>
// CHECK:   scf.for %[[T:.*]] =
// CHECK:     scf.for %[[B:.*]] =
// CHECK:       scf.for %[[S:.*]] = %c0 to %c16
// CHECK:         %[[SUM:.*]] = vector.load %[[SUMS]][%[[SLOT:[a-z0-9]+]], %{{.*}}, %c0, %c0]
// CHECK:         %[[NEW:.*]] = arith.addf %[[SUM]]
// CHECK:         vector.store %[[NEW]], %[[SUMS]][%[[SLOT:[a-z0-9]+]], %{{.*}}, %c0, %c0]
// CHECK:   scf.for %[[B:.*]] =
// CHECK:     %[[TOTAL:.*]] = vector.load %[[SUMS]][%{{.*}}, %{{.*}}, %c0, %c0] : memref<4x4x1x8xf32>
// CHECK:     vector.store %[[TOTAL]], %arg2
#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
#m = affine_map<(t, m, s) -> (m)>
func.func @inner(%x: memref<?x128xf32>, %h: memref<128x16xf32>, %total: memref<128xf32>) {
  recur.generic {indexing_maps = [#tm, #ms, #m],
                 iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : memref<?x128xf32>) state(%h : memref<128x16xf32>)
    outs(%total : memref<128xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// What all blocks share in a step (q * q) is computed before the first of them, on
// vectors along s; the rest of the last one is room only.

// CHECK-LABEL: func @shared(
// CHECK: %[[SHARED:.*]] = memref.alloc() {{.*}} : memref<4x1x16xf32>
// CHECK: scf.parallel (%[[SLOT:.*]]) =
// CHECK:       %[[Q:.*]] = vector.load %arg1[%[[T:.*]], %c0] : memref<?x11xf32>, vector<8xf32>
// CHECK:       %[[QQ:.*]] = arith.mulf %[[Q]], %[[Q]] : vector<8xf32>
// CHECK:       vector.store %[[QQ]], %[[SHARED]][%[[SLOT]], %c0, %c0] {{.*}}, vector<8xf32>
// CHECK:       %[[Q:.*]] = vector.maskedload %arg1[%[[T]], %c8], %{{.*}} : memref<?x11xf32>
// CHECK:       %[[QQ:.*]] = arith.mulf %[[Q]], %[[Q]] : vector<8xf32>
// CHECK:       vector.store %[[QQ]], %[[SHARED]][%[[SLOT]], %c0, %c8] {{.*}}, vector<8xf32>
// CHECK:     scf.for
// CHECK:       scf.for %[[S:.*]] = %c0 to %c11
// CHECK-NOT:     arith.mulf {{.*}} : f32
// CHECK:         memref.load %[[SHARED]][%[[SLOT]], %c0, %[[S]]]
#tm = affine_map<(t, m, s) -> (t, m)>
#ts = affine_map<(t, m, s) -> (t, s)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @shared(%x: memref<?x128xf32>, %q: memref<?x11xf32>, %h: memref<128x11xf32>,
                  %y: memref<?x128xf32>) {
  recur.generic {indexing_maps = [#tm, #ts, #ms, #tm],
                 schedule = #recur.schedule<serial, lane_blocks = 4>,
                 iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %q : memref<?x128xf32>, memref<?x11xf32>) state(%h : memref<128x11xf32>)
    outs(%y : memref<?x128xf32>) {
  ^bb0(%xt: f32, %qt: f32, %ht: f32):
    %qq = arith.mulf %qt, %qt : f32
    %h1 = arith.addf %ht, %xt : f32
    %qh = arith.mulf %qq, %h1 : f32
    recur.yield state(%h1 : f32) outs(%qh : f32)
  }
  return
}

// -----

// So they are where a tile is one block only; a value of i1 is kept one by one,
// since a vector of them is packed.

// CHECK-LABEL: func @one(
// CHECK: %[[SHARED:.*]] = memref.alloc() {{.*}} : memref<1x1x16xi1>
// CHECK-NOT: vector.store {{.*}}xi1>
// CHECK:   %[[Q:.*]] = memref.load %arg1[%[[T:.*]], %[[S:.*]]]
// CHECK:   %[[IS:.*]] = arith.cmpf ogt, %[[Q]], %{{.*}} : f32
// CHECK:   memref.store %[[IS]], %[[SHARED]][%{{.*}}, %c0, %[[S]]]
// CHECK: scf.for %[[S:.*]] = %c0 to %c11
// CHECK:   memref.load %[[SHARED]][%{{.*}}, %c0, %[[S]]]
#tm = affine_map<(t, m, s) -> (t, m)>
#ts = affine_map<(t, m, s) -> (t, s)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @one(%x: memref<?x8xf32>, %q: memref<?x11xf32>, %h: memref<8x11xf32>,
               %y: memref<?x8xf32>) {
  recur.generic {indexing_maps = [#tm, #ts, #ms, #tm],
                 iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %q : memref<?x8xf32>, memref<?x11xf32>) state(%h : memref<8x11xf32>)
    outs(%y : memref<?x8xf32>) {
  ^bb0(%xt: f32, %qt: f32, %ht: f32):
    %zero = arith.constant 0.0 : f32
    %is = arith.cmpf ogt, %qt, %zero : f32
    %add = arith.select %is, %xt, %zero : f32
    %h1 = arith.addf %ht, %add : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}
