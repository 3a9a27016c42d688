// Casts of the inputs are free of the state and take part in no proof.
// RUN: kalmir-opt %s --kalmir-recur-derive-scan --canonicalize | FileCheck %s

#tn = affine_map<(t, n) -> (t, n)>
#n = affine_map<(t, n) -> (n)>

// CHECK-LABEL: func @bf16_inputs
func.func @bf16_inputs(%x: tensor<9x4xbf16>, %a: tensor<4xf64>,
                       %h0: tensor<4xf32>) -> (tensor<4xf32>, tensor<9x4xbf16>) {
  %out = tensor.empty() : tensor<9x4xbf16>
  // CHECK: recur.scan
  // CHECK: step {
  // CHECK-DAG: arith.extf {{.*}} : bf16 to f32
  // CHECK-DAG: arith.truncf {{.*}} : f64 to f32
  // CHECK: extend {
  %r:2 = recur.generic {
      indexing_maps = [#tn, #n, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%x, %a : tensor<9x4xbf16>, tensor<4xf64>) state(%h0 : tensor<4xf32>)
    outs(%out : tensor<9x4xbf16>) {
  ^bb0(%xt: bf16, %at: f64, %h: f32):
    %xw = arith.extf %xt : bf16 to f32
    %an = arith.truncf %at : f64 to f32
    %ah = arith.mulf %an, %h : f32
    %h1 = arith.addf %ah, %xw : f32
    %y = arith.truncf %h1 : f32 to bf16
    recur.yield state(%h1 : f32) outs(%y : bf16)
  } -> (tensor<4xf32>, tensor<9x4xbf16>)
  return %r#0, %r#1 : tensor<4xf32>, tensor<9x4xbf16>
}
