// RUN: not kalmir-opt %s --split-input-file --transform-interpreter 2>&1 | FileCheck %s

// What would give wrong values is refused, with the reason.

func.func @forall_time(%x: tensor<?x?xf32>, %h0: tensor<?xf32>, %y0: tensor<?x?xf32>)
    -> (tensor<?xf32>, tensor<?x?xf32>) {
  // CHECK: error: 'recur.generic' op cannot be tiled: time tiles depend on each other and cannot run in a parallel loop
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>,
                                        affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>) outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  return %r#0, %r#1 : tensor<?xf32>, tensor<?x?xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%m: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["recur.generic"]} in %m
      : (!transform.any_op) -> !transform.any_op
    %t:2 = transform.structured.tile_using_forall %op tile_sizes [0, 64]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @packed_time(%x: tensor<?x?xf32>, %cu: tensor<?xi64>, %h0: tensor<?x?xf32>, %y0: tensor<?x?xf32>)
    -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  // CHECK: error: 'recur.generic' op cannot be tiled: time can only be tiled whole where sequences are packed
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>,
                                        affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<?x?xf32>) segments(%cu : tensor<?xi64>) state(%h0 : tensor<?x?xf32>)
    outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?x?xf32>, tensor<?x?xf32>)
  return %r#0, %r#1 : tensor<?x?xf32>, tensor<?x?xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%m: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["recur.generic"]} in %m
      : (!transform.any_op) -> !transform.any_op
    %t:2 = transform.structured.tile_using_for %op tile_sizes [0, 64]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @summed_time(%x: tensor<?x?xf32>, %h0: tensor<?xf32>, %y0: tensor<?xf32>)
    -> (tensor<?xf32>, tensor<?xf32>) {
  // CHECK: error: 'recur.generic' op cannot be tiled: time can only be tiled whole where an output is summed over it, as output 0 is
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>,
                                        affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>) outs(%y0 : tensor<?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?xf32>, tensor<?xf32>)
  return %r#0, %r#1 : tensor<?xf32>, tensor<?xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%m: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["recur.generic"]} in %m
      : (!transform.any_op) -> !transform.any_op
    %t:2 = transform.structured.tile_using_for %op tile_sizes [0, 64]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @reduction(%x: tensor<?x?xf32>, %h0: tensor<?xf32>, %y0: tensor<?xf32>)
    -> (tensor<?xf32>, tensor<?xf32>) {
  // CHECK: error: 'recur.generic' op cannot be tiled: reduction iterator 0 can only be tiled whole: outputs are overwritten, not accumulated
  %r:2 = recur.generic {indexing_maps = [affine_map<(s, t) -> (s, t)>, affine_map<(s, t) -> (s)>,
                                        affine_map<(s, t) -> (t)>],
      iterator_types = ["reduction", "recurrence"]}
    ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>) outs(%y0 : tensor<?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?xf32>, tensor<?xf32>)
  return %r#0, %r#1 : tensor<?xf32>, tensor<?xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%m: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["recur.generic"]} in %m
      : (!transform.any_op) -> !transform.any_op
    %t:2 = transform.structured.tile_using_for %op tile_sizes [8]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @partial_reduction(%x: tensor<?x?xf32>, %h0: tensor<?xf32>, %y0: tensor<?x?xf32>)
    -> (tensor<?xf32>, tensor<?x?xf32>) {
  // CHECK: error: Operation should implement PartialReductionOpInterface
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>,
                                        affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>) outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  return %r#0, %r#1 : tensor<?xf32>, tensor<?x?xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%m: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["recur.generic"]} in %m
      : (!transform.any_op) -> !transform.any_op
    %t:4 = transform.structured.tile_reduction_using_for %op by tile_sizes = [0, 64]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @forall_time_threads(%x: tensor<?x?xf32>, %h0: tensor<?xf32>, %y0: tensor<?x?xf32>)
    -> (tensor<?xf32>, tensor<?x?xf32>) {
  // CHECK: error: 'recur.generic' op cannot be tiled: time tiles depend on each other and cannot run in a parallel loop
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>,
                                        affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>) outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  return %r#0, %r#1 : tensor<?xf32>, tensor<?x?xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%m: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["recur.generic"]} in %m
      : (!transform.any_op) -> !transform.any_op
    %t:2 = transform.structured.tile_using_forall %op num_threads [0, 4]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
