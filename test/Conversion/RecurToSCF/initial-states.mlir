// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf="vector-bits=128" --canonicalize --cse --split-input-file | FileCheck %s

// A state that only a copy fills is read where the copy would read it.

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
// CHECK-LABEL: func @fill(
// CHECK-SAME: %{{.*}}: memref<?x4xf32>, %[[H0:.*]]: memref<4xf32>, %[[H:.*]]: memref<4xf32>)
// CHECK-NOT: linalg.copy
// CHECK: vector.load %[[H0]]
// CHECK-NOT: vector.load %[[H]]
// CHECK: vector.store %{{.*}}, %[[H]]
// CHECK: return
func.func @fill(%x: memref<?x4xf32>, %h0: memref<4xf32>, %h: memref<4xf32>) {
  linalg.copy ins(%h0 : memref<4xf32>) outs(%h : memref<4xf32>)
  recur.generic {indexing_maps = [#tm, #m], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x4xf32>) state(%h : memref<4xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  }
  return
}

// -----

// The copy stays where its source or target is needed otherwise: as an output of
// the recurrence, as its input, by an operation between them, in another block.

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
// CHECK-LABEL: func @output(
// CHECK: linalg.copy
func.func @output(%x: memref<?x4xf32>, %h0: memref<4xf32>, %h: memref<4xf32>) {
  linalg.copy ins(%h0 : memref<4xf32>) outs(%h : memref<4xf32>)
  recur.generic {indexing_maps = [#tm, #m, #m], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x4xf32>) state(%h : memref<4xf32>) outs(%h0 : memref<4xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%xt : f32)
  }
  return
}

// CHECK-LABEL: func @input(
// CHECK: linalg.copy
func.func @input(%x: memref<?x4xf32>, %h0: memref<4xf32>, %h: memref<4xf32>) {
  linalg.copy ins(%h0 : memref<4xf32>) outs(%h : memref<4xf32>)
  recur.generic {indexing_maps = [#tm, #m, #m], iterator_types = ["recurrence", "parallel"]}
    ins(%x, %h : memref<?x4xf32>, memref<4xf32>) state(%h : memref<4xf32>) {
  ^bb0(%xt: f32, %first: f32, %ht: f32):
    %h1 = arith.addf %ht, %first : f32
    recur.yield state(%h1 : f32)
  }
  return
}

// CHECK-LABEL: func @between(
// CHECK: linalg.copy
// CHECK: linalg.fill
func.func @between(%x: memref<?x4xf32>, %h0: memref<4xf32>, %h: memref<4xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.copy ins(%h0 : memref<4xf32>) outs(%h : memref<4xf32>)
  linalg.fill ins(%zero : f32) outs(%h0 : memref<4xf32>)
  recur.generic {indexing_maps = [#tm, #m], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x4xf32>) state(%h : memref<4xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  }
  return
}

// CHECK-LABEL: func @inside(
// CHECK: linalg.copy
// CHECK: scf.if
func.func @inside(%x: memref<?x4xf32>, %h0: memref<4xf32>, %h: memref<4xf32>, %runs: i1) {
  linalg.copy ins(%h0 : memref<4xf32>) outs(%h : memref<4xf32>)
  scf.if %runs {
    recur.generic {indexing_maps = [#tm, #m], iterator_types = ["recurrence", "parallel"]}
      ins(%x : memref<?x4xf32>) state(%h : memref<4xf32>) {
    ^bb0(%xt: f32, %ht: f32):
      %h1 = arith.addf %ht, %xt : f32
      recur.yield state(%h1 : f32)
    }
  }
  return
}

// CHECK-LABEL: func @part(
// CHECK: linalg.copy
func.func @part(%x: memref<?x4xf32>, %h0: memref<4xf32>, %h: memref<4xf32>, %y: memref<4xf32>) {
  linalg.copy ins(%h0 : memref<4xf32>) outs(%h : memref<4xf32>)
  %part = memref.subview %h[0] [2] [1] : memref<4xf32> to memref<2xf32, strided<[1]>>
  %to = memref.subview %y[0] [2] [1] : memref<4xf32> to memref<2xf32, strided<[1]>>
  linalg.copy ins(%part : memref<2xf32, strided<[1]>>) outs(%to : memref<2xf32, strided<[1]>>)
  recur.generic {indexing_maps = [#tm, #m], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x4xf32>) state(%h : memref<4xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  }
  return
}
