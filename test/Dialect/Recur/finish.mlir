// What becomes of sums: printed and parsed, in canonical form, and refused.

// RUN: kalmir-opt %s --split-input-file | kalmir-opt --split-input-file | FileCheck %s
// RUN: kalmir-opt %s --split-input-file --mlir-print-op-generic | kalmir-opt --split-input-file | FileCheck %s
// RUN: kalmir-opt %s --split-input-file --canonicalize --cse | FileCheck %s --check-prefix=CANON

#tm = affine_map<(t, m, s) -> (t, m)>
#m = affine_map<(t, m, s) -> (m)>
#ms = affine_map<(t, m, s) -> (m, s)>
#ts = affine_map<(t, m, s) -> (t, s)>

// The gate of the second output goes with it, and with that its input.
// CHECK-LABEL: func @two_outputs(
// CHECK: recur.generic
// CHECK: recur.yield state(%{{.*}} : f32) outs(%{{.*}}, %{{.*}} : f32, f32)
// CHECK: } finish {
// CHECK: ^bb0(%{{.*}}: f32, %[[U:.*]]: f32, %[[G:.*]]: f32, %[[A:.*]]: f32, %[[B:.*]]: f32):
// CHECK: %[[T:.*]] = recur.index 0 : index
// CHECK: recur.yield outs(%{{.*}}, %{{.*}} : f32, bf16)
// CHECK: } -> (tensor<5x3xf32>, tensor<9x5xf32>, tensor<9x5xbf16>)
// CANON-LABEL: func @two_outputs(
// CANON-SAME: %[[X:[a-z0-9]*]]: tensor<9x3xf32>, %[[U:[a-z0-9]*]]: tensor<9x5xf32>
// CANON: recur.generic {{.*}} ins(%[[X]], %[[U]] : tensor<9x3xf32>, tensor<9x5xf32>) {{.*}} outs(%{{.*}} : tensor<9x5xf32>)
// CANON: } finish {
// CANON-NEXT: ^bb0(%{{.*}}: f32, %[[UT:.*]]: f32, %[[SUM:.*]]: f32):
// CANON-NEXT: %[[Y:.*]] = arith.mulf %[[SUM]], %[[UT]]
// CANON-NEXT: recur.yield outs(%[[Y]] : f32)
func.func @two_outputs(%x: tensor<9x3xf32>, %u: tensor<9x5xf32>, %g: tensor<5xf32>,
                       %h0: tensor<5x3xf32>) -> tensor<9x5xf32> {
  %y0 = tensor.empty() : tensor<9x5xf32>
  %z0 = tensor.empty() : tensor<9x5xbf16>
  %r:3 = recur.generic {indexing_maps = [#ts, #tm, #m, #ms, #tm, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %u, %g : tensor<9x3xf32>, tensor<9x5xf32>, tensor<5xf32>)
    state(%h0 : tensor<5x3xf32>) outs(%y0, %z0 : tensor<9x5xf32>, tensor<9x5xbf16>) {
  ^bb0(%xt: f32, %ut: f32, %gm: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1, %xt : f32, f32)
  } finish {
  ^bb0(%xt: f32, %ut: f32, %gm: f32, %a: f32, %b: f32):
    %t = recur.index 0 : index
    %i = arith.index_cast %t : index to i32
    %f = arith.sitofp %i : i32 to f32
    %bg = arith.mulf %b, %gm : f32
    %bf = arith.addf %bg, %f : f32
    %z = arith.truncf %bf : f32 to bf16
    %y = arith.mulf %a, %ut : f32
    recur.yield outs(%y, %z : f32, bf16)
  } -> (tensor<5x3xf32>, tensor<9x5xf32>, tensor<9x5xbf16>)
  return %r#1 : tensor<9x5xf32>
}

// Where no output has one, there is none.
// CHECK-LABEL: func @unused(
// CHECK: finish
// CANON-LABEL: func @unused(
// CANON: recur.generic
// CANON-NOT: finish
// CANON: return
func.func @unused(%x: tensor<9x3xf32>, %u: tensor<9x5xf32>, %h0: tensor<5x3xf32>)
    -> tensor<5x3xf32> {
  %y0 = tensor.empty() : tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#ts, #tm, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %u : tensor<9x3xf32>, tensor<9x5xf32>)
    state(%h0 : tensor<5x3xf32>) outs(%y0 : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %ut: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } finish {
  ^bb0(%xt: f32, %ut: f32, %a: f32):
    %y = arith.mulf %a, %ut : f32
    recur.yield outs(%y : f32)
  } -> (tensor<5x3xf32>, tensor<9x5xf32>)
  return %r#0 : tensor<5x3xf32>
}

// -----

#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
#ts = affine_map<(t, m, s) -> (t, s)>

// One step: a sum in float32, then the rest.
// CHECK-LABEL: func @one_step(
// CHECK: finish
// CANON-LABEL: func @one_step(
// CANON-SAME: %[[X:[a-z0-9]*]]: tensor<1x3xf32>, %[[U:[a-z0-9]*]]: tensor<1x5xf32>
// CANON-NOT: recur
// CANON: %[[S:.*]]:2 = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} {{.*}} outs(%{{.*}}, %{{.*}} : tensor<5x3xf32>, tensor<5xf32>)
// CANON: %[[Y:.*]] = linalg.generic {{.*}} iterator_types = ["parallel"]} ins(%{{.*}}, %[[S]]#1 : tensor<5xf32>, tensor<5xf32>) outs(%{{.*}} : tensor<5xbf16>)
// CANON: arith.mulf
// CANON: arith.truncf
// CANON: tensor.insert_slice %[[Y]] into
// CANON-NOT: recur
func.func @one_step(%x: tensor<1x3xf32>, %u: tensor<1x5xf32>, %h0: tensor<5x3xf32>)
    -> (tensor<5x3xf32>, tensor<1x5xbf16>) {
  %y0 = tensor.empty() : tensor<1x5xbf16>
  %r:2 = recur.generic {indexing_maps = [#ts, #tm, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %u : tensor<1x3xf32>, tensor<1x5xf32>)
    state(%h0 : tensor<5x3xf32>) outs(%y0 : tensor<1x5xbf16>) {
  ^bb0(%xt: f32, %ut: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } finish {
  ^bb0(%xt: f32, %ut: f32, %a: f32):
    %y = arith.mulf %a, %ut : f32
    %z = arith.truncf %y : f32 to bf16
    recur.yield outs(%z : bf16)
  } -> (tensor<5x3xf32>, tensor<1x5xbf16>)
  return %r#0, %r#1 : tensor<5x3xf32>, tensor<1x5xbf16>
}

// A narrow sum is formed in float32 and rounded once.
// CANON-LABEL: func @one_narrow_step(
// CANON: %[[S:.*]]:2 = linalg.generic {{.*}} outs(%{{.*}}, %{{.*}} : tensor<5x3xf32>, tensor<5xf32>)
// CANON: arith.addf
// CANON: arith.addf
// CANON: %[[Y:.*]] = linalg.generic {{.*}} ins(%[[S]]#1 : tensor<5xf32>) outs(%{{.*}} : tensor<5xbf16>)
// CANON: arith.truncf
// CANON: tensor.insert_slice %[[Y]] into
func.func @one_narrow_step(%x: tensor<1x3xf32>, %h0: tensor<5x3xf32>)
    -> (tensor<5x3xf32>, tensor<1x5xbf16>) {
  %y0 = tensor.empty() : tensor<1x5xbf16>
  %r:2 = recur.generic {indexing_maps = [#ts, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : tensor<1x3xf32>) state(%h0 : tensor<5x3xf32>) outs(%y0 : tensor<1x5xbf16>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    %n = arith.truncf %h1 : f32 to bf16
    recur.yield state(%h1 : f32) outs(%n : bf16)
  } -> (tensor<5x3xf32>, tensor<1x5xbf16>)
  return %r#0, %r#1 : tensor<5x3xf32>, tensor<1x5xbf16>
}
