// RUN: kalmir-opt %s --kalmir-recur-promote-state --split-input-file \
// RUN:   | FileCheck %s
// RUN: kalmir-opt %s --kalmir-recur-promote-state=all --split-input-file \
// RUN:   | FileCheck %s --check-prefix=ALL

#tn = affine_map<(t, n) -> (t, n)>
#n = affine_map<(t, n) -> (n)>

// States become f64; the bf16 input is widened, the f32 output rounded.
// CHECK-LABEL: func @marked
// CHECK: %[[H0:.*]] = arith.extf %{{.*}} : tensor<4xf32> to tensor<4xf64>
// CHECK: recur.generic
// CHECK-SAME: state(%[[H0]] : tensor<4xf64>)
// CHECK: ^bb0(%[[X:.*]]: bf16, %[[H:.*]]: f64):
// CHECK: %[[WIDE:.*]] = arith.extf %[[X]] : bf16 to f64
// CHECK: %[[HALF:.*]] = arith.constant 5.000000e-01 : f64
// CHECK: %[[HH:.*]] = arith.mulf %[[HALF]], %[[H]] : f64
// CHECK: %[[H1:.*]] = arith.addf %[[HH]], %[[WIDE]] : f64
// CHECK: %[[OUT:.*]] = arith.truncf %[[H1]] : f64 to f32
// CHECK: recur.yield state(%[[H1]] : f64) outs(%[[OUT]] : f32)
// CHECK: arith.truncf %{{.*}} : tensor<4xf64> to tensor<4xf32>
func.func @marked(%x: tensor<9x4xbf16>, %h0: tensor<4xf32>, %y0: tensor<9x4xf32>)
    -> (tensor<4xf32>, tensor<9x4xf32>) {
  %r:2 = recur.generic {indexing_maps = [#tn, #n, #tn],
                        iterator_types = ["recurrence", "parallel"]}
    ins(%x : tensor<9x4xbf16>) state(%h0 : tensor<4xf32>)
    outs(%y0 : tensor<9x4xf32>) attrs = {recur.accuracy = "compensated"} {
  ^bb0(%xt: bf16, %h: f32):
    %wide = arith.extf %xt : bf16 to f32
    %half = arith.constant 0.5 : f32
    %hh = arith.mulf %half, %h : f32
    %h1 = arith.addf %hh, %wide : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<4xf32>, tensor<9x4xf32>)
  return %r#0, %r#1 : tensor<4xf32>, tensor<9x4xf32>
}

// -----

#tn = affine_map<(t, n) -> (t, n)>
#n = affine_map<(t, n) -> (n)>

// Without the mark nothing happens, unless all are asked for.
// CHECK-LABEL: func @unmarked
// CHECK: state(%{{.*}} : tensor<4xf32>)
// ALL-LABEL: func @unmarked
// ALL: state(%{{.*}} : tensor<4xf64>)
func.func @unmarked(%x: tensor<9x4xf32>, %h0: tensor<4xf32>, %y0: tensor<9x4xf32>)
    -> (tensor<4xf32>, tensor<9x4xf32>) {
  %r:2 = recur.generic {indexing_maps = [#tn, #n, #tn],
                        iterator_types = ["recurrence", "parallel"]}
    ins(%x : tensor<9x4xf32>) state(%h0 : tensor<4xf32>)
    outs(%y0 : tensor<9x4xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<4xf32>, tensor<9x4xf32>)
  return %r#0, %r#1 : tensor<4xf32>, tensor<9x4xf32>
}
