// RUN: kalmir-opt %s --cse --loop-invariant-code-motion --split-input-file | FileCheck %s
// RUN: kalmir-opt %s --resolve-ranked-shaped-type-result-dims --canonicalize --split-input-file | FileCheck %s --check-prefix=SHAPES

#mt = affine_map<(m, t) -> (m, t)>
#m  = affine_map<(m, t) -> (m)>

// On tensors a recurrence has no effects: equal ones are one, unused ones none.
// CHECK-LABEL: func @tensors
// CHECK-COUNT-1: recur.generic
// CHECK-NOT: recur.generic
// CHECK: return
func.func @tensors(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %r = recur.generic {indexing_maps = [#mt, #m], iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32)
  } -> tensor<4xf32>
  %s = recur.generic {indexing_maps = [#mt, #m], iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32)
  } -> tensor<4xf32>
  %d = recur.generic {indexing_maps = [#mt, #m], iterator_types = ["parallel", "recurrence"], reverse}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32)
  } -> tensor<4xf32>
  return %r, %s : tensor<4xf32>, tensor<4xf32>
}

// It may leave a loop that does not change it.
// CHECK-LABEL: func @hoisted
// CHECK: recur.generic
// CHECK: scf.for
func.func @hoisted(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %h0) -> (tensor<4xf32>) {
    %r = recur.generic {indexing_maps = [#mt, #m], iterator_types = ["parallel", "recurrence"]}
      ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) {
    ^bb0(%xt: f32, %h: f32):
      %h1 = arith.addf %h, %xt : f32
      recur.yield state(%h1 : f32)
    } -> tensor<4xf32>
    %b = arith.addf %a, %r : tensor<4xf32>
    scf.yield %b : tensor<4xf32>
  }
  return %s : tensor<4xf32>
}

// On buffers it reads inputs and states and writes states and outputs: two equal
// ones advance the state twice, and what was loaded before is loaded again.
// CHECK-LABEL: func @buffers
// CHECK-SAME: %[[X:[^:]*]]: memref<4x?xf32>, %[[H:[^:]*]]: memref<4xf32>
// CHECK: %[[X0:.*]] = memref.load %[[X]]
// CHECK: %[[S0:.*]] = memref.load %[[H]]
// CHECK: recur.generic
// CHECK: recur.generic
// CHECK: %[[S1:.*]] = memref.load %[[H]]
// CHECK: return %[[S0]], %[[S1]]
func.func @buffers(%x: memref<4x?xf32>, %h: memref<4xf32>) -> (f32, f32) {
  %c0 = arith.constant 0 : index
  %x0 = memref.load %x[%c0, %c0] : memref<4x?xf32>
  %s0 = memref.load %h[%c0] : memref<4xf32>
  recur.generic {indexing_maps = [#mt, #m], iterator_types = ["parallel", "recurrence"]}
    ins(%x : memref<4x?xf32>) state(%h : memref<4xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  }
  recur.generic {indexing_maps = [#mt, #m], iterator_types = ["parallel", "recurrence"]}
    ins(%x : memref<4x?xf32>) state(%h : memref<4xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  }
  %s1 = memref.load %h[%c0] : memref<4xf32>
  memref.store %x0, %x[%c0, %c0] : memref<4x?xf32>
  return %s0, %s1 : f32, f32
}

// The sizes of the results are those of their destinations.
// SHAPES-LABEL: func @sizes
// SHAPES-SAME: %{{[^:]*}}: tensor<?x?xf32>, %[[H0:[^:]*]]: tensor<?xf32>, %[[Y0:[^:]*]]: tensor<?x?xf32>
// SHAPES-DAG: %[[M:.*]] = tensor.dim %[[H0]], %c0
// SHAPES-DAG: %[[T:.*]] = tensor.dim %[[Y0]], %c1
// SHAPES-NOT: recur.generic
// SHAPES: return %[[M]], %[[T]]
func.func @sizes(%x: tensor<?x?xf32>, %h0: tensor<?xf32>, %y0: tensor<?x?xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>) outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  %m = tensor.dim %r#0, %c0 : tensor<?xf32>
  %t = tensor.dim %r#1, %c1 : tensor<?x?xf32>
  return %m, %t : index, index
}
