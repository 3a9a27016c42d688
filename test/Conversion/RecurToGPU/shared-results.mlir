// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu=shared-bytes=98304 --canonicalize --cse --split-input-file | FileCheck %s

// Results whose steps lie side by side leave through shared memory, in rows of 256 bytes.

// A thread a channel: it writes vectors of four steps to its row, and its warp stores the 32
// rows, 16 bytes a thread.

#mt = affine_map<(t, m) -> (m, t)>
#m = affine_map<(t, m) -> (m)>
// CHECK-LABEL: func @rows(
// CHECK-DAG: %[[L:.*]] = memref.dim %arg0, %c1
// CHECK-DAG: %[[M:.*]] = memref.dim %arg0, %c0
// CHECK: %[[ADDRESS:.*]] = memref.extract_aligned_pointer_as_index %arg2
// CHECK: arith.remui %[[ADDRESS]], %c16
// CHECK: %[[ALIGNED:.*]] = arith.cmpi eq
// Three stages of 32 rows of 64 and 4 steps, and the results.
// CHECK: gpu.launch {{.*}} threads(%[[THREAD:[^,]*]], {{.*}} dynamic_shared_memory_size %c34816_i32
// CHECK: %[[LANE:.*]] = arith.remui %[[THREAD]], %c32
// CHECK: %[[TILE:.*]] = memref.view %{{.*}}[%c26112][] : {{.*}} to memref<32x68xf32, #gpu.address_space<workgroup>>
// CHECK: scf.for %[[FIRST:.*]] = %c0 to %[[L]] step %c64
// CHECK:   nvvm.cp.async.wait.group
// CHECK:   scf.for %[[STEP:.*]] = %c0 to %{{.*}} step %c16
// CHECK:     %[[FOUR:.*]] = vector.from_elements
// CHECK:     vector.store %[[FOUR]], %[[TILE]][%[[THREAD]], %{{.*}}] {alignment = 16 : i64}
// CHECK-COUNT-3: vector.store %{{.*}}, %[[TILE]][%[[THREAD]], %{{.*}}] {alignment = 16 : i64}
// CHECK:   scf.for %[[STEP:.*]] = %{{.*}} to %{{.*}} step %c1
// CHECK:     %[[PLACE:.*]] = arith.addi %{{.*}}, %[[STEP]]
// CHECK:     memref.store %{{.*}}, %[[TILE]][%[[THREAD]], %[[PLACE]]]
// CHECK:   nvvm.bar.warp.sync
// A warp has a channel, or none.
// CHECK:   %[[EXISTS:.*]] = arith.cmpi ult, %{{.*}}, %[[M]]
// CHECK:   %[[WHOLE:.*]] = arith.cmpi ule, %{{.*}}, %[[L]]
// CHECK:   scf.if %[[EXISTS]] {
// CHECK:     %[[VECTORS:.*]] = arith.andi %[[ALIGNED]], %[[WHOLE]]
// CHECK:     scf.if %[[VECTORS]] {
// CHECK:       %[[PART:.*]] = memref.subview %arg2[0, %[[FIRST]]] [%[[M]], 64] [1, 1]
// CHECK:       %[[ROW:.*]] = arith.divui %[[LANE]], %c16
// CHECK:       %[[OWN:.*]] = arith.addi %{{.*}}, %[[ROW]]
// CHECK:       %[[EXISTING:.*]] = arith.minui %[[OWN]], %[[LAST:.*]] :
// CHECK:       %[[VECTOR:.*]] = arith.remui %[[LANE]], %c16
// CHECK:       %[[AT:.*]] = arith.muli %[[VECTOR]], %c4
// CHECK:       %[[CHANNEL:.*]] = arith.addi %{{.*}}, %[[EXISTING]]
// CHECK:       %[[VALUES:.*]] = vector.load %[[TILE]][%[[EXISTING]], %[[AT]]] {alignment = 16 : i64}
// CHECK:       vector.store %[[VALUES]], %[[PART]][%[[CHANNEL]], %[[AT]]] {alignment = 16 : i64}
// CHECK-COUNT-15: vector.store {{.*}}, %[[PART]]
// CHECK-NOT:   vector.store
// CHECK:     } else {
// CHECK:       scf.for %[[NUMBER:.*]] = %{{.*}} to %c2048 step %c32
// CHECK:         arith.divui %[[NUMBER]], %c64
// CHECK:         %[[IN_TILE:.*]] = arith.remui %[[NUMBER]], %c64
// CHECK:         %[[TIME:.*]] = arith.addi %[[FIRST]], %[[IN_TILE]]
// CHECK:         %[[EXISTING_TIME:.*]] = arith.minui %[[TIME]], %{{.*}}
// CHECK:         %[[PLACE:.*]] = arith.subi %[[EXISTING_TIME]], %[[FIRST]]
// CHECK:         %[[VALUE:.*]] = memref.load %[[TILE]][%{{.*}}, %[[PLACE]]]
// CHECK:         memref.store %[[VALUE]], %arg2[%{{.*}}, %[[EXISTING_TIME]]]
// CHECK:   nvvm.bar.warp.sync
func.func @rows(%x: memref<?x?xf32>, %h: memref<?xf32>, %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#mt, #m, #mt], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x?xf32>) state(%h : memref<?xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// Backward: the tile has the order of memory, the first step at its end. 256 bytes are 128
// steps of bf16.

#mt = affine_map<(t, m) -> (m, t)>
#m = affine_map<(t, m) -> (m)>
// CHECK-LABEL: func @backward(
// CHECK: %[[L:.*]] = memref.dim %arg0, %c1
// CHECK: %[[TILE:.*]] = memref.view {{.*}} to memref<32x136xbf16, #gpu.address_space<workgroup>>
// CHECK: scf.for %[[FIRST:.*]] = %c0 to %[[L]] step %c128
// CHECK:   nvvm.cp.async.wait.group
// CHECK:   %[[LEFT:.*]] = arith.subi %[[L]], %[[FIRST]]
// CHECK:   scf.for %[[STEP:.*]] = %c0 to %{{.*}} step %c16
// CHECK:     %[[AT:.*]] = arith.addi %{{.*}}, %[[STEP]]
// CHECK:     %[[PLACE:.*]] = arith.subi %c124, %[[AT]]
// CHECK:     %[[Y0:.*]] = arith.truncf
// CHECK:     %[[Y1:.*]] = arith.truncf
// CHECK:     %[[Y2:.*]] = arith.truncf
// CHECK:     %[[Y3:.*]] = arith.truncf
// CHECK:     %[[FOUR:.*]] = vector.from_elements %[[Y3]], %[[Y2]], %[[Y1]], %[[Y0]] : vector<4xbf16>
// CHECK:     vector.store %[[FOUR]], %[[TILE]][%{{.*}}, %[[PLACE]]] {alignment = 8 : i64}
// CHECK-COUNT-3: vector.store %{{.*}}, %[[TILE]][%{{.*}}, %{{.*}}] {alignment = 8 : i64}
// CHECK:   scf.for %[[STEP:.*]] = %{{.*}} to %{{.*}} step %c1
// CHECK:     %[[AT:.*]] = arith.addi %{{.*}}, %[[STEP]]
// CHECK:     %[[PLACE:.*]] = arith.subi %c127, %[[AT]]
// CHECK:     memref.store %{{.*}}, %[[TILE]][%{{.*}}, %[[PLACE]]]
// CHECK:   %[[START:.*]] = arith.subi %[[LEFT]], %c128
// CHECK:   memref.subview %arg2[0, %[[START]]] [%{{.*}}, 128] [1, 1]
// CHECK-COUNT-16: vector.store {{.*}} vector<8xbf16>
// CHECK-NOT: vector.store
// CHECK:     arith.remui %{{.*}}, %c128
// CHECK:     %[[EXISTING:.*]] = arith.minui %{{.*}}, %[[LAST:.*]] :
// CHECK:     %[[IN_TILE:.*]] = arith.subi %[[EXISTING]], %[[FIRST]]
// CHECK:     %[[PLACE:.*]] = arith.subi %c127, %[[IN_TILE]]
// CHECK:     %[[TIME:.*]] = arith.subi %[[LAST]], %[[EXISTING]]
// CHECK:     %[[VALUE:.*]] = memref.load %[[TILE]][%{{.*}}, %[[PLACE]]]
// CHECK:     memref.store %[[VALUE]], %arg2[%{{.*}}, %[[TIME]]]
func.func @backward(%x: memref<?x?xbf16>, %h: memref<?xf32>, %y: memref<?x?xbf16>) {
  recur.generic {indexing_maps = [#mt, #m, #mt], iterator_types = ["recurrence", "parallel"], reverse}
    ins(%x : memref<?x?xbf16>) state(%h : memref<?xf32>) outs(%y : memref<?x?xbf16>) {
  ^bb0(%xt: bf16, %ht: f32):
    %wide = arith.extf %xt : bf16 to f32
    %h1 = arith.addf %ht, %wide : f32
    %out = arith.truncf %h1 : f32 to bf16
    recur.yield state(%h1 : f32) outs(%out : bf16)
  }
  return
}

// -----

// Four threads a channel, two helpers: after 32 steps, half of a tile, each of these has four
// rows of four steps; a warp of them has 16 channels, and stores them after a tile.

#mt = affine_map<(t, m, s) -> (m, t)>
#ms = affine_map<(t, m, s) -> (m, s)>
// CHECK-LABEL: func @groups(
// CHECK: gpu.launch {{.*}} threads(%[[THREAD:[^,]*]],
// CHECK: scf.for {{.*}} step %c64
// CHECK: scf.for {{.*}} step %c32
// CHECK: nvvm.barrier
// CHECK: scf.for {{.*}} step %c16
// CHECK: scf.for {{.*}} step %c1 
// CHECK: nvvm.barrier
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: } else {
// CHECK: %[[HELPER:.*]] = arith.subi %[[THREAD]], %c128
// CHECK: %[[CHANNEL:.*]] = arith.divui %[[HELPER]], %c2
// CHECK: %[[WARP:.*]] = arith.divui %[[HELPER]], %c32
// CHECK: arith.muli %[[WARP]], %c16
// CHECK: %[[TILE:.*]] = memref.view {{.*}} to memref<32x68xf32, #gpu.address_space<workgroup>>
// CHECK: scf.for {{.*}} step %c32
// CHECK: nvvm.barrier
// CHECK-COUNT-4: vector.store %{{.*}}, %[[TILE]][%[[CHANNEL]], %{{.*}}] {alignment = 16 : i64}
// CHECK: nvvm.bar.warp.sync
// CHECK-COUNT-8: vector.store
// CHECK-NOT: vector.store
func.func @groups(%x: memref<?x?xf32>, %h: memref<?x16xf32>, %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#mt, #ms, #mt], iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : memref<?x?xf32>) state(%h : memref<?x16xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// Channels side by side need no shared memory, nor has a single channel rows to fill.

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
// CHECK-LABEL: func @not_shared(
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: memref.store %{{.*}}, %arg2[
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: memref.store %{{.*}}, %arg5[
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: return
func.func @not_shared(%x: memref<?x?xf32>, %h: memref<?xf32>, %y: memref<?x?xf32>,
                      %x1: memref<?xf32>, %h1: memref<f32>, %y1: memref<?xf32>) {
  recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x?xf32>) state(%h : memref<?xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %next = arith.addf %ht, %xt : f32
    recur.yield state(%next : f32) outs(%next : f32)
  }
  recur.generic {indexing_maps = [#t, #none, #t], iterator_types = ["recurrence"]}
    ins(%x1 : memref<?xf32>) state(%h1 : memref<f32>) outs(%y1 : memref<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %next = arith.addf %ht, %xt : f32
    recur.yield state(%next : f32) outs(%next : f32)
  }
  return
}
