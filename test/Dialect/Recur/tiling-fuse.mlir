// RUN: kalmir-opt %s --transform-interpreter --canonicalize --cse --verify-diagnostics | FileCheck %s

// Stock fusion: rooted at a consumer it takes the recurrence along only where
// every tile holds whole recurrences, each run once.

#mt = affine_map<(m, t) -> (m, t)>
#m  = affine_map<(m, t) -> (m)>

// CHECK-LABEL: func @consumer_time
// CHECK: recur.generic
// CHECK: scf.for
// CHECK-NOT: recur.generic
// CHECK: linalg.exp
func.func @consumer_time(%x: tensor<?x?xf32>, %h0: tensor<?xf32>, %y0: tensor<?x?xf32>)
    -> tensor<?x?xf32> {
  // expected-remark @below {{not fused into its consumer: the consumer's tile covers only a part of iterator 1, and the recurrence would restart in every tile}}
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>)
    outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  %e = linalg.exp {fuse = "time"} ins(%r#1 : tensor<?x?xf32>) outs(%y0 : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %e : tensor<?x?xf32>
}

// CHECK-LABEL: func @consumer_lanes
// CHECK: scf.for %[[M:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(
// CHECK: %[[XT:.*]] = tensor.extract_slice %{{.*}}[%[[M]], 0]
// CHECK: %[[HT:.*]] = tensor.extract_slice %{{.*}}[%[[M]]]
// CHECK: %[[R:.*]]:2 = recur.generic {{.*}} ins(%[[XT]] : {{.*}}) state(%[[HT]] : {{.*}})
// CHECK: linalg.exp {{.*}} ins(%[[R]]#1
func.func @consumer_lanes(%x: tensor<?x?xf32>, %h0: tensor<?xf32>, %y0: tensor<?x?xf32>)
    -> (tensor<?x?xf32>, tensor<?xf32>) {
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"], reverse}
    ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>)
    outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  %e = linalg.exp {fuse = "lanes"} ins(%r#1 : tensor<?x?xf32>) outs(%y0 : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %e, %r#0 : tensor<?x?xf32>, tensor<?xf32>
}

// The loop over the columns would run the recurrence again in every tile.
// CHECK-LABEL: func @consumer_matmul
// CHECK: recur.generic
// CHECK: scf.for
// CHECK-NOT: recur.generic
// CHECK: linalg.matmul
func.func @consumer_matmul(%x: tensor<16x32xf32>, %h0: tensor<16xf32>, %y0: tensor<16x32xf32>, %w: tensor<32x64xf32>, %z0: tensor<16x64xf32>)
    -> (tensor<16x64xf32>, tensor<16xf32>) {
  // expected-remark @below {{not fused into its consumer: a loop around the consumer's tile would run the same lanes again}}
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<16x32xf32>) state(%h0 : tensor<16xf32>)
    outs(%y0 : tensor<16x32xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<16xf32>, tensor<16x32xf32>)
  %z = linalg.matmul {fuse = "matmul"} ins(%r#1, %w : tensor<16x32xf32>, tensor<32x64xf32>) outs(%z0 : tensor<16x64xf32>) -> tensor<16x64xf32>
  return %z, %r#0 : tensor<16x64xf32>, tensor<16xf32>
}

// The recurrence as root takes its producer along.
// CHECK-LABEL: func @producer
// CHECK-NOT: linalg.exp
// CHECK: scf.for
// CHECK: %[[E:.*]] = linalg.exp
// CHECK: recur.generic {{.*}} ins(%[[E]] : tensor<?x?xf32>)
func.func @producer(%x: tensor<?x?xf32>, %h0: tensor<?xf32>, %y0: tensor<?x?xf32>)
    -> tensor<?x?xf32> {
  %e = linalg.exp ins(%x : tensor<?x?xf32>) outs(%y0 : tensor<?x?xf32>) -> tensor<?x?xf32>
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"], reverse}
    ins(%e : tensor<?x?xf32>) state(%h0 : tensor<?xf32>)
    outs(%y0 : tensor<?x?xf32>) attrs = {fuse = "producer"} {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  return %r#1 : tensor<?x?xf32>
}
// The consumer's windows overlap: the lanes between two tiles would run twice.
// CHECK-LABEL: func @consumer_window
// CHECK: recur.generic
// CHECK: scf.for
// CHECK-NOT: recur.generic
// CHECK: linalg.generic
func.func @consumer_window(%x: tensor<34x16xf32>, %h0: tensor<34xf32>, %y0: tensor<34x16xf32>,
                           %w: tensor<3xf32>, %z0: tensor<32x16xf32>) -> tensor<32x16xf32> {
  // expected-remark @below {{not fused into its consumer: a loop around the consumer's tile would run the same lanes again}}
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<34x16xf32>) state(%h0 : tensor<34xf32>)
    outs(%y0 : tensor<34x16xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<34xf32>, tensor<34x16xf32>)
  %z = linalg.generic {indexing_maps = [affine_map<(m, t, w) -> (m + w, t)>,
                                        affine_map<(m, t, w) -> (w)>,
                                        affine_map<(m, t, w) -> (m, t)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%r#1, %w : tensor<34x16xf32>, tensor<3xf32>) outs(%z0 : tensor<32x16xf32>)
    attrs = {fuse = "window"} {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<32x16xf32>
  return %z : tensor<32x16xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%m: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match attributes{fuse = "time"} in %m : (!transform.any_op) -> !transform.any_op
    %t:2 = transform.structured.fuse %0 tile_sizes [0, 64] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %1 = transform.structured.match attributes{fuse = "lanes"} in %m : (!transform.any_op) -> !transform.any_op
    %l:2 = transform.structured.fuse %1 tile_sizes [8] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %2 = transform.structured.match attributes{fuse = "matmul"} in %m : (!transform.any_op) -> !transform.any_op
    %k:3 = transform.structured.fuse %2 tile_sizes [8, 8] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    %3 = transform.structured.match attributes{fuse = "producer"} in %m : (!transform.any_op) -> !transform.any_op
    %p:2 = transform.structured.fuse %3 tile_sizes [0, 64] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %4 = transform.structured.match attributes{fuse = "window"} in %m : (!transform.any_op) -> !transform.any_op
    %w:2 = transform.structured.fuse %4 tile_sizes [8] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
