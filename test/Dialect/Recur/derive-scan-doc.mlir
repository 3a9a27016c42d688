// The example of the pass documentation.
// RUN: kalmir-opt %s --kalmir-recur-derive-scan --canonicalize --cse | FileCheck %s

// A precision lam that decays and gains phi a step, lam = lam / (a^2 + p lam) +
// phi, is a Mobius map: with lam = n / d it is linear in (n, d).
func.func @precision(%phi_in: tensor<?xf32>, %a_in: tensor<f32>,
                     %p_in: tensor<f32>, %lam0: tensor<f32>)
    -> (tensor<f32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %length = tensor.dim %phi_in, %c0 : tensor<?xf32>
  %out = tensor.empty(%length) : tensor<?xf32>
  %r:2 = recur.generic {
      indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>,
                       affine_map<(t) -> ()>, affine_map<(t) -> ()>,
                       affine_map<(t) -> (t)>],
      iterator_types = ["recurrence"]}
    ins(%phi_in, %a_in, %p_in : tensor<?xf32>, tensor<f32>, tensor<f32>)
    state(%lam0 : tensor<f32>) outs(%out : tensor<?xf32>) {
  ^bb0(%phi: f32, %a: f32, %p: f32, %lam: f32):
    %one = arith.constant 1.0 : f32
    %aa = arith.mulf %a, %a : f32
    %pl = arith.mulf %p, %lam : f32
    %den = arith.addf %aa, %pl : f32
    %prior = arith.divf %lam, %den : f32
    %lam1 = arith.addf %prior, %phi : f32
    %var = arith.divf %one, %lam1 : f32
    recur.yield state(%lam1 : f32) outs(%var : f32)
  } -> (tensor<f32>, tensor<?xf32>)
  return %r#0, %r#1 : tensor<f32>, tensor<?xf32>
}

// The initial coordinates are (lam, 1), or (1, 0) where lam is infinite.
// CHECK-LABEL: func @precision
// CHECK: linalg.generic
// CHECK: math.isinf
// CHECK: recur.scan {homogeneous = {{\[\[}}0, 1]], homogeneous_element = {{\[\[}}0, 1, 2, 3]]
// CHECK-SAME: identity = [1.000000e+00 : f32, 0.000000e+00 : f32, 0.000000e+00 : f32, 1.000000e+00 : f32]
// CHECK-SAME: step {
// CHECK: ^bb0(%[[PHI:.*]]: f32, %[[A:.*]]: f32, %[[P:.*]]: f32, %[[N:.*]]: f32, %[[D:.*]]: f32):
// CHECK: %[[AA:.*]] = arith.mulf %[[A]], %[[A]]
// CHECK: %[[PN:.*]] = arith.mulf %[[P]], %[[N]]
// CHECK: %[[AAD:.*]] = arith.mulf %[[AA]], %[[D]]
// CHECK: %[[D1:.*]] = arith.addf %[[PN]], %[[AAD]]
// CHECK: %[[PD:.*]] = arith.mulf %[[PHI]], %[[D1]]
// CHECK: %[[N1:.*]] = arith.addf %[[N]], %[[PD]]
// CHECK: %[[VAR:.*]] = arith.divf %[[D1]], %[[N1]]
// CHECK: recur.yield state(%[[N1]], %[[D1]] : f32, f32) outs(%[[VAR]] : f32)
// CHECK: } extend {
// CHECK: } combine {
// CHECK: } apply {
// The final state is divided back.
// CHECK: linalg.generic
// CHECK: arith.divf
