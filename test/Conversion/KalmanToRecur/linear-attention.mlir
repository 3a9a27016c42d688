// RUN: kalmir-opt %s --kalmir-convert-kalman-to-recur | FileCheck %s

// CHECK-DAG: #[[BTM:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-DAG: #[[BTS:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[MS:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
// CHECK-DAG: #[[BMS:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
// CHECK-DAG: #[[TMS:.*]] = affine_map<(d0, d1, d2, d3) -> (d1, d2, d3)>
// CHECK-DAG: #[[BTMS:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// CHECK-LABEL: func @mean_and_states(
// CHECK-SAME: %[[V:.*]]: tensor<?x?x?xf32>, %[[LV:.*]]: tensor<?x?x?xf32>, %[[K:.*]]: tensor<?x?x?xf32>, %[[Q:.*]]: tensor<?x?x?xf32>, %[[A:.*]]: tensor<?x?xf32>, %[[P:.*]]: tensor<?x?xf32>, %[[LAM0:.*]]: tensor<?x?x?xf32>, %[[ETA0:.*]]: tensor<?x?x?xf32>)
func.func @mean_and_states(%v: tensor<?x?x?xf32>, %lv: tensor<?x?x?xf32>,
    %k: tensor<?x?x?xf32>, %q: tensor<?x?x?xf32>, %a: tensor<?x?xf32>,
    %p: tensor<?x?xf32>, %lam0: tensor<?x?x?xf32>, %eta0: tensor<?x?x?xf32>)
    -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  // CHECK-DAG: %[[B:.*]] = tensor.dim %[[V]], %c0
  // CHECK-DAG: %[[L:.*]] = tensor.dim %[[V]], %c1
  // CHECK-DAG: %[[M:.*]] = tensor.dim %[[V]], %c2
  // CHECK: %[[OUT:.*]] = tensor.empty(%[[B]], %[[L]], %[[M]]) : tensor<?x?x?xf32>
  // CHECK: %[[R:.*]]:3 = recur.generic {indexing_maps = [#[[BTM]], #[[BTM]], #[[BTS]], #[[BTS]], #[[MS]], #[[MS]], #[[BMS]], #[[BMS]], #[[BTM]]], iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
  // CHECK-SAME: ins(%[[V]], %[[LV]], %[[K]], %[[Q]], %[[A]], %[[P]] :
  // CHECK-SAME: state(%[[LAM0]], %[[ETA0]] :
  // CHECK-SAME: outs(%[[OUT]] :
  // CHECK: ^bb0(%[[v:[^:]*]]: f32, %[[lv:[^:]*]]: f32, %[[k:[^:]*]]: f32, %[[q:[^:]*]]: f32, %[[a:[^:]*]]: f32, %[[p:[^:]*]]: f32, %[[lam:[^:]*]]: f32, %[[eta:[^:]*]]: f32):
  // CHECK: %[[VL:.*]] = arith.mulf %[[v]], %[[lv]] : f32
  // CHECK: %[[R1:.*]] = arith.mulf %[[VL]], %[[k]] : f32
  // CHECK: %[[KK:.*]] = arith.mulf %[[k]], %[[k]] : f32
  // CHECK: %[[PHI:.*]] = arith.mulf %[[lv]], %[[KK]] : f32
  // CHECK: %[[AA:.*]] = arith.mulf %[[a]], %[[a]] : f32
  // CHECK: %[[PLAM:.*]] = arith.mulf %[[p]], %[[lam]] : f32
  // CHECK: %[[DEN:.*]] = arith.addf %[[AA]], %[[PLAM]] : f32
  // CHECK: %[[LAMP:.*]] = arith.divf %[[lam]], %[[DEN]] : f32
  // CHECK: %[[LAM1:.*]] = arith.addf %[[LAMP]], %[[PHI]] : f32
  // CHECK: %[[AE:.*]] = arith.mulf %[[a]], %[[eta]] : f32
  // CHECK: %[[ETAP:.*]] = arith.divf %[[AE]], %[[DEN]] : f32
  // CHECK: %[[ETA1:.*]] = arith.addf %[[ETAP]], %[[R1]] : f32
  // CHECK: %[[MEAN:.*]] = arith.divf %[[ETA1]], %[[LAM1]] : f32
  // CHECK: %[[Y:.*]] = arith.mulf %[[q]], %[[MEAN]] : f32
  // CHECK: recur.yield state(%[[LAM1]], %[[ETA1]] : f32, f32) outs(%[[Y]] : f32)
  // CHECK: return %[[R]]#1, %[[R]]#2, %[[R]]#0
  %eta, %y, %lam = kalman.linear_attention
      value(%v : tensor<?x?x?xf32>) precision(%lv : tensor<?x?x?xf32>)
      key(%k : tensor<?x?x?xf32>) query(%q : tensor<?x?x?xf32>)
      decay(%a : tensor<?x?xf32>) process_noise(%p : tensor<?x?xf32>)
      prior(%lam0, %eta0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
      -> (final_information: tensor<?x?x?xf32>, mean: tensor<?x?x?xf32>,
          final_precision: tensor<?x?x?xf32>)
  return %eta, %y, %lam : tensor<?x?x?xf32>, tensor<?x?x?xf32>,
      tensor<?x?x?xf32>
}

// The default prior, parameters that vary in time, the read-out of the next
// step's prior, and a sum rounded once.
// CHECK-LABEL: func @prior_read_out(
func.func @prior_read_out(%v: tensor<2x?x8xbf16>, %lv: tensor<2x?x8xf32>,
    %k: tensor<2x?x4xbf16>, %q: tensor<2x?x4xbf16>, %a: tensor<2x?x8x4xf32>,
    %p: tensor<?x8x4xf32>) -> (tensor<2x?x8xbf16>, tensor<2x?x8xf32>) {
  // CHECK-DAG: %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
  // CHECK-DAG: %[[LAM0:.*]] = linalg.fill ins(%[[ONE]] : f32) outs({{.*}} : tensor<2x8x4xf32>)
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK-DAG: %[[ETA0:.*]] = linalg.fill ins(%[[ZERO]] : f32) outs({{.*}} : tensor<2x8x4xf32>)
  // CHECK: %[[R:.*]]:4 = recur.generic {indexing_maps = [#[[BTM]], #[[BTM]], #[[BTS]], #[[BTS]], #[[BTMS]], #[[TMS]],
  // CHECK-SAME: state(%[[LAM0]], %[[ETA0]] :
  // CHECK-SAME: outs(%{{.*}}, %{{.*}} : tensor<2x?x8xbf16>, tensor<2x?x8xf32>)
  // CHECK: ^bb0(%[[v:[^:]*]]: bf16, %[[lv:[^:]*]]: f32, %[[k:[^:]*]]: bf16, %[[q:[^:]*]]: bf16, %[[a:[^:]*]]: f32, %[[p:[^:]*]]: f32,
  // CHECK-DAG: arith.extf %[[v]] : bf16 to f32
  // CHECK-DAG: arith.extf %[[k]] : bf16 to f32
  // CHECK: %[[AA:.*]] = arith.mulf %[[a]], %[[a]]
  // CHECK: %[[Q:.*]] = arith.extf %[[q]] : bf16 to f32
  // CHECK: %[[MEAN:.*]] = arith.divf
  // CHECK-NEXT: %[[AHEAD:.*]] = arith.mulf %[[a]], %[[MEAN]]
  // CHECK: %[[Y:.*]] = arith.mulf %[[Q]], %[[AHEAD]]
  // CHECK: %[[AV:.*]] = arith.divf %[[AA]]
  // CHECK: %[[VAR:.*]] = arith.addf %[[AV]], %[[p]]
  // CHECK: %[[QQ:.*]] = arith.mulf %[[Q]], %[[Q]]
  // CHECK: %[[YVAR:.*]] = arith.mulf %[[QQ]], %[[VAR]]
  // CHECK: %[[NARROW:.*]] = arith.truncf %[[Y]] : f32 to bf16
  // CHECK: recur.yield {{.*}} outs(%[[NARROW]], %[[YVAR]] : bf16, f32)
  // CHECK: return %[[R]]#2, %[[R]]#3
  %y, %yvar = kalman.linear_attention
      value(%v : tensor<2x?x8xbf16>) precision(%lv : tensor<2x?x8xf32>)
      key(%k : tensor<2x?x4xbf16>) query(%q : tensor<2x?x4xbf16>)
      decay(%a : tensor<2x?x8x4xf32>) process_noise(%p : tensor<?x8x4xf32>)
      {decode_from_prior}
      -> (mean: tensor<2x?x8xbf16>, variance: tensor<2x?x8xf32>)
  return %y, %yvar : tensor<2x?x8xbf16>, tensor<2x?x8xf32>
}

// Only the final belief is asked for: no output remains, nothing is summed, and
// the query is not read. f64 values carry the
// state in f64; f16 parameters are converted.
// CHECK-LABEL: func @final_only(
func.func @final_only(%v: tensor<2x5x8xf64>, %k: tensor<2x5x4xf64>,
    %a: tensor<8x4xf16>) -> tensor<2x8x4xf64> {
  // CHECK: recur.generic {{.*}} iterator_types = ["parallel", "recurrence", "parallel", "parallel"]}
  // CHECK-NOT: outs
  // CHECK: ^bb0(%{{.*}}: f64, %{{.*}}: f64, %{{.*}}: f64, %{{.*}}: f16, %{{.*}}: f16, %{{.*}}: f64, %{{.*}}: f64):
  // CHECK: arith.extf %{{.*}} : f16 to f64
  // CHECK: recur.yield state({{.*}} : f64, f64){{$}}
  // CHECK: } -> (tensor<2x8x4xf64>, tensor<2x8x4xf64>)
  %lam = kalman.linear_attention
      value(%v : tensor<2x5x8xf64>) precision(%v : tensor<2x5x8xf64>)
      key(%k : tensor<2x5x4xf64>) query(%k : tensor<2x5x4xf64>)
      decay(%a : tensor<8x4xf16>) process_noise(%a : tensor<8x4xf16>)
      -> (final_precision: tensor<2x8x4xf64>)
  return %lam : tensor<2x8x4xf64>
}
