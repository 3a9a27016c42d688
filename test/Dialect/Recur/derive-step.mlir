// RUN: kalmir-opt %s --kalmir-recur-derive-step --canonicalize --cse | FileCheck %s
// RUN: kalmir-opt %s --kalmir-recur-derive-step=functions=static \
// RUN:   | FileCheck %s --check-prefix=NAMED
// RUN: kalmir-opt %s --kalmir-recur-derive-step --canonicalize --cse -o %t.once
// RUN: kalmir-opt %t.once --kalmir-recur-derive-step --canonicalize --cse -o %t.twice
// RUN: diff %t.once %t.twice

// NAMED-NOT: func @{{.*}}_step
// NAMED: func.func @static_step
// NAMED-NOT: func.func @{{.*}}_step

#tn = affine_map<(t, n) -> (t, n)>
#n = affine_map<(t, n) -> (n)>
#id = affine_map<(n) -> (n)>

// A static length becomes 1 as well, in slices, splats, casts, constants and
// arithmetic on tensors; a parameter of the same extent stays.
// CHECK: func.func @static_step(%{{.*}}: tensor<1x8xf32>, %{{.*}}: tensor<7xf32>, %[[H:.*]]: tensor<7xf32> {kalmir.name = "state0"}) -> (tensor<1x7xf32>, tensor<7xf32> {kalmir.name = "state0"})
// CHECK: tensor.extract_slice %{{.*}}[0, 1] [1, 7] [1, 1] : tensor<1x8xf32> to tensor<1x7xf32>
// CHECK: arith.addf %{{.*}} : tensor<1x7xf32>
// CHECK: recur.generic
// CHECK: -> (tensor<7xf32>, tensor<1x7xf32>)
func.func @static(%x: tensor<7x8xf32>, %w: tensor<7xf32>, %h0: tensor<7xf32>) -> tensor<7x7xf32> {
  %part = tensor.extract_slice %x[0, 1] [7, 7] [1, 1] : tensor<7x8xf32> to tensor<7x7xf32>
  %ones = arith.constant dense<1.0> : tensor<7x7xf32>
  %half = arith.constant 0.5 : f32
  %halves = tensor.splat %half : tensor<7x7xf32>
  %more = arith.addf %part, %ones : tensor<7x7xf32>
  %most = arith.addf %more, %halves : tensor<7x7xf32>
  %same = tensor.cast %most : tensor<7x7xf32> to tensor<?x7xf32>
  %back = tensor.cast %same : tensor<?x7xf32> to tensor<7x7xf32>
  %out = tensor.empty() : tensor<7x7xf32>
  %hT, %y = recur.generic {indexing_maps = [#tn, #n, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%back, %w : tensor<7x7xf32>, tensor<7xf32>) state(%h0 : tensor<7xf32>)
    outs(%out : tensor<7x7xf32>) {
  ^bb0(%in: f32, %g: f32, %h: f32):
    %p = arith.mulf %g, %h : f32
    %h1 = arith.addf %in, %p : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<7xf32>, tensor<7x7xf32>)
  return %y : tensor<7x7xf32>
}

// Two recurrences: states in order. What only the initial state needs goes,
// and extents that it gave come from the states. Names stay with their values;
// a chunked schedule becomes a serial one that rescales always.
// CHECK: func.func @two_continue
// CHECK: schedule = #recur.schedule<chunked, chunk_length = 8, rescale_period = 4>
// CHECK: func.func @two_step(%{{.*}}: tensor<1x?xf32> {kalmir.name = "x"}, %[[A:.*]]: tensor<?xf32> {kalmir.name = "state0"}, %[[B:.*]]: tensor<?xf64> {kalmir.name = "state1"})
// CHECK-SAME: -> (tensor<?xf32> {kalmir.name = "last"}, tensor<?xf32> {kalmir.name = "state0"}, tensor<?xf64> {kalmir.name = "state1"})
// CHECK-DAG: %[[DIM:.*]] = tensor.dim %[[A]]
// CHECK-DAG: tensor.empty(%[[DIM]]) : tensor<?xf32>
// CHECK: recur.scan {{.*}} schedule = #recur.schedule<serial>} {{.*}} state(%[[A]] : tensor<?xf32>)
// CHECK: recur.generic {{.*}} schedule = #recur.schedule<serial>} {{.*}} state(%[[B]] : tensor<?xf64>)
func.func @two(%x: tensor<?x?xf32> {kalmir.name = "x"}, %h0: tensor<?xf32>, %s0: tensor<?xf64>) -> (tensor<?xf32> {kalmir.name = "last"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %length = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %m = tensor.dim %h0, %c0 : tensor<?xf32>
  %lanes = tensor.empty(%m) : tensor<?xf32>
  %out = tensor.empty(%length, %n) : tensor<?x?xf32>
  %minus = linalg.negf ins(%h0 : tensor<?xf32>) outs(%lanes : tensor<?xf32>) -> tensor<?xf32>
  %hT, %y = recur.scan {indexing_maps = [#tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"], identity = [0.0 : f32],
      schedule = #recur.schedule<chunked, chunk_length = 8, rescale_period = 4>}
    ins(%x : tensor<?x?xf32>) state(%minus : tensor<?xf32>) outs(%out : tensor<?x?xf32>)
  step {
  ^bb0(%in: f32, %h: f32):
    %h1 = arith.addf %in, %h : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } extend {
  ^bb0(%in: f32, %e: f32):
    %e1 = arith.addf %in, %e : f32
    recur.yield state(%e1 : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    %s = arith.addf %e, %l : f32
    recur.yield state(%s : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    %s = arith.addf %e, %h : f32
    recur.yield state(%s : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  %sT, %z = recur.generic {indexing_maps = [#tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%y : tensor<?x?xf32>) state(%s0 : tensor<?xf64>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%in: f32, %s: f64):
    %wide = arith.extf %in : f32 to f64
    %s1 = arith.addf %s, %wide : f64
    recur.yield state(%s1 : f64) outs(%in : f32)
  } -> (tensor<?xf64>, tensor<?x?xf32>)
  // After the last step given: the state, as another quantity.
  %last = linalg.exp ins(%hT : tensor<?xf32>) outs(%lanes : tensor<?xf32>) -> tensor<?xf32>
  return %last : tensor<?xf32>
}

// CHECK-NOT: @hidden_step(
func.func private @hidden(%x: tensor<?x?xf32>, %h0: tensor<?xf32>) -> tensor<?xf32> {
  %hT = recur.generic {indexing_maps = [#tn, #n], iterator_types = ["recurrence", "parallel"]}
    ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>) {
  ^bb0(%in: f32, %h: f32):
    %h1 = arith.addf %in, %h : f32
    recur.yield state(%h1 : f32)
  } -> (tensor<?xf32>)
  return %hT : tensor<?xf32>
}

// No recurrence, no step.
// CHECK-NOT: @plain_step
func.func @plain(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
