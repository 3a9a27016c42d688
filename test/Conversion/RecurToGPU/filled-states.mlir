// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu --canonicalize --cse --split-input-file | FileCheck %s

// A state that begins with one value everywhere begins with it in registers; no kernel
// fills a buffer for it, and nobody needs that any more. The fill may stand before a branch.

// CHECK-LABEL: func @filled(
// CHECK-NOT: memref.alloc
// CHECK-NOT: linalg.fill
// CHECK: %[[VALUE:.*]] = arith.constant 2.500000e+00 : f32
// CHECK-NOT: memref.alloc
// CHECK-NOT: linalg.fill
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %c0_i32, %{{.*}} = %[[VALUE]])
// CHECK-NOT: linalg.fill
// CHECK: return
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @filled(%x: memref<?x8xf32>, %y: memref<?x8xf32>, %runs: i1) {
  %cst = arith.constant 2.5 : f32
  %h = memref.alloc() : memref<8xf32>
  linalg.fill ins(%cst : f32) outs(%h : memref<8xf32>)
  scf.if %runs {
    recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%x : memref<?x8xf32>) state(%h : memref<8xf32>) outs(%y : memref<?x8xf32>) {
    ^bb0(%xt: f32, %ht: f32):
      %h1 = arith.addf %ht, %xt : f32
      recur.yield state(%h1 : f32) outs(%h1 : f32)
    }
  }
  memref.dealloc %h : memref<8xf32>
  return
}

// -----

// It is read again where somebody else sees the buffer, or where the recurrence runs
// several times after one fill.

// CHECK-LABEL: func @seen(
// CHECK: %[[H:.*]] = memref.alloc
// CHECK: linalg.fill
// CHECK: memref.load %[[H]]
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @seen(%x: memref<?x8xf32>) -> memref<8xf32> {
  %cst = arith.constant 2.5 : f32
  %h = memref.alloc() : memref<8xf32>
  linalg.fill ins(%cst : f32) outs(%h : memref<8xf32>)
  recur.generic {indexing_maps = [#tm, #m], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x8xf32>) state(%h : memref<8xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  }
  return %h : memref<8xf32>
}

// -----

// CHECK-LABEL: func @loop(
// CHECK: %[[H:.*]] = memref.alloc
// CHECK: linalg.fill
// CHECK: scf.for
// CHECK: memref.load %[[H]]
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @loop(%x: memref<?x8xf32>, %y: memref<?x8xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %cst = arith.constant 2.5 : f32
  %h = memref.alloc() : memref<8xf32>
  linalg.fill ins(%cst : f32) outs(%h : memref<8xf32>)
  scf.for %i = %c0 to %n step %c1 {
    recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%x : memref<?x8xf32>) state(%h : memref<8xf32>) outs(%y : memref<?x8xf32>) {
    ^bb0(%xt: f32, %ht: f32):
      %h1 = arith.addf %ht, %xt : f32
      recur.yield state(%h1 : f32) outs(%h1 : f32)
    }
  }
  memref.dealloc %h : memref<8xf32>
  return
}

// -----

// What is copied over the fill counts.

// CHECK-LABEL: func @copied(
// CHECK-SAME: %[[FROM:[a-z0-9]+]]: memref<8xf32>
// CHECK: memref.load %[[FROM]]
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @copied(%h0: memref<8xf32>, %x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  %cst = arith.constant 2.5 : f32
  %h = memref.alloc() : memref<8xf32>
  linalg.fill ins(%cst : f32) outs(%h : memref<8xf32>)
  linalg.copy ins(%h0 : memref<8xf32>) outs(%h : memref<8xf32>)
  recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x8xf32>) state(%h : memref<8xf32>) outs(%y : memref<?x8xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  memref.dealloc %h : memref<8xf32>
  return
}
