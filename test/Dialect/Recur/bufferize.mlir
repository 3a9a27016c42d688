// RUN: kalmir-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --canonicalize --cse | FileCheck %s
// RUN: kalmir-opt %S/ops.mlir --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" | FileCheck %s --check-prefix=OPS

// OPS-LABEL: func @kla
// OPS: recur.generic {{.*}} state(%{{.*}}, %{{.*}} : memref<?x?x?xf32>, memref<?x?x?xf32>) outs(%{{.*}} : memref<?x?x?xf32>)
// OPS-LABEL: func @affine_scan
// OPS: recur.scan {{.*}} state(%{{.*}} : memref<8xf32>) outs(%{{.*}} : memref<8x?xf32>) step
// OPS-NOT: memref.copy

#mt = affine_map<(m, t) -> (m, t)>
#m  = affine_map<(m, t) -> (m)>

// States are updated in place, outputs overwritten: nothing is copied.
// CHECK-LABEL: func @in_place
// CHECK-SAME: %[[X:[^:]*]]: memref<?x?xf32>, %[[H0:[^:]*]]: memref<?xf32>, %[[Y0:[^:]*]]: memref<?x?xf32>
// CHECK-NOT: memref.{{alloc|copy}}
// CHECK: recur.generic {{.*}} ins(%[[X]] : memref<?x?xf32>) state(%[[H0]] : memref<?xf32>) outs(%[[Y0]] : memref<?x?xf32>) {
// CHECK: }
// CHECK-NEXT: return %[[H0]], %[[Y0]]
func.func @in_place(%x: tensor<?x?xf32>, %h0: tensor<?xf32>, %y0: tensor<?x?xf32>)
    -> (tensor<?xf32>, tensor<?x?xf32>) {
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>) outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  return %r#0, %r#1 : tensor<?xf32>, tensor<?x?xf32>
}

// A caller's state that may not be written is copied first.
// CHECK-LABEL: func @read_only_state
// CHECK-SAME: %[[H0:[^:]*]]: memref<4xf32>, %[[Y0:[^:]*]]: memref<4x5xf32>
// CHECK: %[[H:.*]] = memref.alloc() {{.*}} : memref<4xf32>
// CHECK: memref.copy %[[H0]], %[[H]]
// CHECK: recur.generic {{.*}} state(%[[H]] : memref<4xf32>) outs(%[[Y0]] : memref<4x5xf32>)
// CHECK: return %[[H]], %[[Y0]]
func.func @read_only_state(%x: tensor<4x5xf32>,
                           %h0: tensor<4xf32> {bufferization.writable = false},
                           %y0: tensor<4x5xf32>) -> (tensor<4xf32>, tensor<4x5xf32>) {
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x5xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<4xf32>, tensor<4x5xf32>)
  return %r#0, %r#1 : tensor<4xf32>, tensor<4x5xf32>
}

// An output never shares memory with an input, and what it held is not copied.
// CHECK-LABEL: func @output_is_input
// CHECK-SAME: %[[X:[^:]*]]: memref<4x5xf32>, %[[H0:[^:]*]]: memref<4xf32>
// CHECK: %[[Y:.*]] = memref.alloc() {{.*}} : memref<4x5xf32>
// CHECK-NOT: memref.copy
// CHECK: recur.generic {{.*}} ins(%[[X]] : memref<4x5xf32>) {{.*}} outs(%[[Y]] : memref<4x5xf32>)
func.func @output_is_input(%x: tensor<4x5xf32>, %h0: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4x5xf32>) {
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x5xf32>) state(%h0 : tensor<4xf32>) outs(%x : tensor<4x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<4xf32>, tensor<4x5xf32>)
  return %r#0, %r#1 : tensor<4xf32>, tensor<4x5xf32>
}

// The same initial state twice: each component gets memory of its own.
// CHECK-LABEL: func @shared_initial_state
// CHECK: recur.generic {{.*}} state(%[[H:.*]], %[[G:.*]] : memref<4xf32>, memref<4xf32>)
// CHECK-NOT: return %[[H]], %[[H]]
// CHECK: return %[[H]], %[[G]]
func.func @shared_initial_state(%x: tensor<4x5xf32>, %h0: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32>) {
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #m],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x5xf32>) state(%h0, %h0 : tensor<4xf32>, tensor<4xf32>) {
  ^bb0(%xt: f32, %h: f32, %g: f32):
    %h1 = arith.addf %h, %xt : f32
    %g1 = arith.mulf %g, %h : f32
    recur.yield state(%h1, %g1 : f32, f32)
  } -> (tensor<4xf32>, tensor<4xf32>)
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
}

// Segments and scalars.
// CHECK-LABEL: func @packed
// CHECK: recur.generic {{.*}} ins(%{{.*}}, %{{.*}} : memref<4x?xf32>, f32) segments(%{{.*}} : memref<?xi32>) state(%{{.*}} : memref<?x4xf32>)
func.func @packed(%x: tensor<4x?xf32>, %c: f32, %cu: tensor<?xi32>, %h0: tensor<?x4xf32>)
    -> tensor<?x4xf32> {
  %r = recur.generic {indexing_maps = [#mt, affine_map<(m, t) -> ()>, #m],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x, %c : tensor<4x?xf32>, f32) segments(%cu : tensor<?xi32>)
    state(%h0 : tensor<?x4xf32>) {
  ^bb0(%xt: f32, %cc: f32, %h: f32):
    %ch = arith.mulf %cc, %h : f32
    %h1 = arith.addf %ch, %xt : f32
    recur.yield state(%h1 : f32)
  } -> tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}
