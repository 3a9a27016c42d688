// RUN: kalmir-opt %s --transform-interpreter --canonicalize --cse | FileCheck %s

// Stock transform operations tile time, lanes and both. Time tiles carry the
// state through the loop; with `reverse` the first tile is the last slice.

#mt = affine_map<(m, t) -> (m, t)>
#m  = affine_map<(m, t) -> (m)>
#btm = affine_map<(b, t, m, s) -> (b, t, m)>
#bts = affine_map<(b, t, m, s) -> (b, t, s)>
#bms = affine_map<(b, t, m, s) -> (b, m, s)>
#one = affine_map<(b, t, m, s) -> ()>

// CHECK-DAG: #[[$LEFT1000:.+]] = affine_map<(d0) -> (-d0 + 1000, 64)>
// CHECK-DAG: #[[$LEFT:.+]] = affine_map<(d0)[s0] -> (-d0 + s0, 64)>
// CHECK-DAG: #[[$MIRROR:.+]] = affine_map<()[s0, s1, s2] -> (s0 - s1 - s2)>

// CHECK-LABEL: func @time
// CHECK-SAME: %[[X:[^:]*]]: tensor<4x1000xf32>, %[[H0:[^:]*]]: tensor<4xf32>, %[[Y0:[^:]*]]: tensor<4x1000xf32>
// CHECK: scf.for %[[T:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[H:.*]] = %[[H0]], %[[Y:.*]] = %[[Y0]])
// CHECK: %[[N:.*]] = affine.min #[[$LEFT1000]](%[[T]])
// CHECK: %[[XT:.*]] = tensor.extract_slice %[[X]][0, %[[T]]] [4, %[[N]]] [1, 1]
// CHECK: %[[YT:.*]] = tensor.extract_slice %[[Y]][0, %[[T]]] [4, %[[N]]] [1, 1]
// CHECK: %[[R:.*]]:2 = recur.generic {{.*}} ins(%[[XT]] : tensor<4x?xf32>) state(%[[H]] : tensor<4xf32>) outs(%[[YT]] : tensor<4x?xf32>)
// CHECK: %[[Y1:.*]] = tensor.insert_slice %[[R]]#1 into %[[Y]][0, %[[T]]] [4, %[[N]]] [1, 1]
// CHECK: scf.yield %[[R]]#0, %[[Y1]]
func.func @time(%x: tensor<4x1000xf32>, %h0: tensor<4xf32>, %y0: tensor<4x1000xf32>)
    -> (tensor<4xf32>, tensor<4x1000xf32>) {
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x1000xf32>) state(%h0 : tensor<4xf32>)
    outs(%y0 : tensor<4x1000xf32>) attrs = {tile = "time"} {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<4xf32>, tensor<4x1000xf32>)
  return %r#0, %r#1 : tensor<4xf32>, tensor<4x1000xf32>
}

// The body's time index needs the tile's offset, as an input.
// CHECK-LABEL: func @reverse
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xf32>, %[[H0:[^:]*]]: tensor<?xf32>, %[[Y0:[^:]*]]: tensor<?x?xf32>
// CHECK: %[[L:.*]] = tensor.dim %[[X]], %c1
// CHECK: scf.for %[[T:.*]] = %{{.*}} to %[[L]] step %{{.*}} iter_args(%[[H:.*]] = %[[H0]], %[[Y:.*]] = %[[Y0]])
// CHECK: %[[N:.*]] = affine.min #[[$LEFT]](%[[T]])[%[[L]]]
// CHECK: %[[O:.*]] = affine.apply #[[$MIRROR]]()[%[[L]], %[[T]], %[[N]]]
// CHECK: %[[XT:.*]] = tensor.extract_slice %[[X]][0, %[[O]]] [%{{.*}}, %[[N]]] [1, 1]
// CHECK: %[[HT:.*]] = tensor.extract_slice %[[H]][0] [%{{.*}}] [1]
// CHECK: %[[YT:.*]] = tensor.extract_slice %[[Y]][0, %[[O]]] [%{{.*}}, %[[N]]] [1, 1]
// CHECK: recur.generic {{.*}} reverse} ins(%[[XT]], %[[O]] : tensor<?x?xf32>, index) state(%[[HT]] : {{.*}}) outs(%[[YT]] : {{.*}})
// CHECK-NEXT: ^bb0(%{{.*}}: f32, %[[SHIFT:.*]]: index, %{{.*}}: f32):
// CHECK-NEXT: %[[I:.*]] = recur.index 1
// CHECK-NEXT: %[[I1:.*]] = arith.addi %[[I]], %[[SHIFT]]
// CHECK-NEXT: arith.index_cast %[[I1]]
// CHECK: tensor.insert_slice %{{.*}}#1 into %[[Y]][0, %[[O]]] [%{{.*}}, %[[N]]] [1, 1]
func.func @reverse(%x: tensor<?x?xf32>, %h0: tensor<?xf32>, %y0: tensor<?x?xf32>)
    -> (tensor<?xf32>, tensor<?x?xf32>) {
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"], reverse}
    ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>)
    outs(%y0 : tensor<?x?xf32>) attrs = {tile = "time"} {
  ^bb0(%xt: f32, %h: f32):
    %t = recur.index 1 : index
    %ti = arith.index_cast %t : index to i32
    %tf = arith.sitofp %ti : i32 to f32
    %xx = arith.mulf %tf, %xt : f32
    %h1 = arith.addf %h, %xx : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  return %r#0, %r#1 : tensor<?xf32>, tensor<?x?xf32>
}

// Both regions of a scan that take inputs take the offset.
// CHECK-LABEL: func @scan
// CHECK: scf.for
// CHECK: recur.scan {{.*}} ins(%{{.*}}, %[[O:.*]] : tensor<4x?xf32>, index)
// CHECK: ^bb0(%{{.*}}: f32, %[[S:.*]]: index, %{{.*}}: f32):
// CHECK: arith.addi %{{.*}}, %[[S]]
// CHECK: extend
// CHECK-NEXT: ^bb0(%{{.*}}: f32, %[[S:.*]]: index, %{{.*}}: f32):
// CHECK-NEXT: %[[I:.*]] = recur.index 1
// CHECK-NEXT: arith.addi %[[I]], %[[S]]
func.func @scan(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>)
    -> (tensor<4xf32>, tensor<4x?xf32>) {
  %r:2 = recur.scan {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>)
    outs(%y0 : tensor<4x?xf32>) attrs = {tile = "time"} step {
  ^bb0(%xt: f32, %h: f32):
    %t = recur.index 1 : index
    %ti = arith.index_cast %t : index to i32
    %tf = arith.sitofp %ti : i32 to f32
    %tx = arith.mulf %tf, %xt : f32
    %h1 = arith.addf %h, %tx : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    %t = recur.index 1 : index
    %ti = arith.index_cast %t : index to i32
    %tf = arith.sitofp %ti : i32 to f32
    %tx = arith.mulf %tf, %xt : f32
    %e1 = arith.addf %e, %tx : f32
    recur.yield state(%e1 : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    %s = arith.addf %e, %l : f32
    recur.yield state(%s : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    %s = arith.addf %e, %h : f32
    recur.yield state(%s : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return %r#0, %r#1 : tensor<4xf32>, tensor<4x?xf32>
}

// Lanes outside, time inside; the reduction stays whole.
// CHECK-LABEL: func @both
// CHECK-SAME: %[[V:[^:]*]]: tensor<?x?x?xf32>, %[[K:[^:]*]]: tensor<?x?x?xf32>
// CHECK: %[[S:.*]] = tensor.dim %[[K]], %c2
// CHECK: scf.for %[[M:.*]] = {{.*}} step %c8
// CHECK: scf.for %[[T:.*]] = {{.*}} step %c64 iter_args(%[[H:.*]] = %{{.*}}, %[[Y:.*]] = %{{.*}})
// CHECK: tensor.extract_slice %[[V]][0, %[[T]], %[[M]]]
// CHECK: tensor.extract_slice %[[K]][0, %[[T]], 0] [%{{.*}}, %{{.*}}, %[[S]]]
// CHECK: tensor.extract_slice %[[H]][0, %[[M]], 0] [%{{.*}}, %{{.*}}, %[[S]]]
// CHECK: tensor.extract_slice %[[Y]][0, %[[T]], %[[M]]]
func.func @both(%v: tensor<?x?x?xf32>, %k: tensor<?x?x?xf32>, %c: f32,
                %h0: tensor<?x?x?xf32>, %y0: tensor<?x?x?xf32>)
    -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %r:2 = recur.generic {indexing_maps = [#btm, #bts, #one, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
    ins(%v, %k, %c : tensor<?x?x?xf32>, tensor<?x?x?xf32>, f32)
    state(%h0 : tensor<?x?x?xf32>)
    outs(%y0 : tensor<?x?x?xf32>) attrs = {tile = "both"} {
  ^bb0(%vt: f32, %kt: f32, %cc: f32, %h: f32):
    %x = arith.mulf %vt, %kt : f32
    %ch = arith.mulf %cc, %h : f32
    %h1 = arith.addf %ch, %x : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %r#0, %r#1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// Lanes may run in parallel, packed sequences included.
// CHECK-LABEL: func @forall_packed
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xf32>, %[[CU:[^:]*]]: tensor<?xi32>, %[[H0:[^:]*]]: tensor<?x?xf32>, %[[Y0:[^:]*]]: tensor<?x?xf32>
// CHECK: scf.forall (%{{.*}}) in (%{{.*}}) shared_outs(%[[H:.*]] = %[[H0]], %[[Y:.*]] = %[[Y0]])
// CHECK: %[[SEQS:.*]] = tensor.dim %[[H0]], %c0
// CHECK: %[[HT:.*]] = tensor.extract_slice %[[H]][0, %[[M:[a-z0-9_]+]]] [%[[SEQS]], %[[N:[a-z0-9_]+]]] [1, 1]
// CHECK: recur.generic {{.*}} segments(%[[CU]] : tensor<?xi32>) state(%[[HT]] : tensor<?x?xf32>)
// CHECK: tensor.parallel_insert_slice %{{.*}}#0 into %[[H]][0, %[[M]]] [%[[SEQS]], %[[N]]] [1, 1]
// CHECK: tensor.parallel_insert_slice %{{.*}}#1 into %[[Y]][%[[M]], 0]
func.func @forall_packed(%x: tensor<?x?xf32>, %cu: tensor<?xi32>, %h0: tensor<?x?xf32>,
                         %y0: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"], reverse}
    ins(%x : tensor<?x?xf32>) segments(%cu : tensor<?xi32>) state(%h0 : tensor<?x?xf32>)
    outs(%y0 : tensor<?x?xf32>) attrs = {tile = "forall"} {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?x?xf32>, tensor<?x?xf32>)
  return %r#0, %r#1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// Buffers: the state is updated in place from tile to tile.
// CHECK-LABEL: func @buffers
// CHECK: scf.for
// CHECK: memref.subview %{{.*}}[0, %[[O:.*]]] [4, %{{.*}}] [1, 1]
// CHECK: memref.subview %{{.*}}[0, %[[O]]] [4, %{{.*}}] [1, 1]
// CHECK: recur.generic
func.func @buffers(%x: memref<4x1000xf32>, %h0: memref<4xf32>, %y0: memref<4x1000xf32>) {
  recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"], reverse}
    ins(%x : memref<4x1000xf32>) state(%h0 : memref<4xf32>)
    outs(%y0 : memref<4x1000xf32>) attrs = {tile = "time"} {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%m: !transform.any_op {transform.readonly}) {
    %time = transform.structured.match attributes{tile = "time"} in %m
      : (!transform.any_op) -> !transform.any_op
    %t:2 = transform.structured.tile_using_for %time tile_sizes [0, 64]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %both = transform.structured.match attributes{tile = "both"} in %m
      : (!transform.any_op) -> !transform.any_op
    %b:3 = transform.structured.tile_using_for %both tile_sizes [0, 64, 8] interchange = [0, 2, 1, 3]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    %forall = transform.structured.match attributes{tile = "forall"} in %m
      : (!transform.any_op) -> !transform.any_op
    %f:2 = transform.structured.tile_using_forall %forall tile_sizes [2]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
