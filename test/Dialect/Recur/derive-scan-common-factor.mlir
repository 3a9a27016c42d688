// RUN: kalmir-opt %s --kalmir-recur-derive-scan --cse --split-input-file | FileCheck %s

// Two states take multiples of the same form, n + k k l D and e + k v l D: with
// k l D computed once, four products become two.

// CHECK-LABEL: func @apart(
// CHECK: step {
// CHECK: ^bb0(%[[V:[^:]*]]: f64, %[[L:[^:]*]]: f64, %[[K:[^:]*]]: f64, %[[A:[^:]*]]: f64, %[[N:[^:]*]]: f64, %[[E:[^:]*]]: f64, %[[D:[^:]*]]: f64):
// CHECK: %[[NEXT:.*]] = arith.addf {{.*}} : f64
// CHECK: %[[KL:.*]] = arith.mulf %[[L]], %[[K]]
// CHECK: %[[COMMON:.*]] = arith.mulf %[[KL]], %[[NEXT]]
// CHECK: %[[KD:.*]] = arith.mulf %[[K]], %[[COMMON]]
// CHECK: arith.addf %[[N]], %[[KD]]
// CHECK: %[[VD:.*]] = arith.mulf %[[V]], %[[COMMON]]
// CHECK: arith.addf %{{.*}}, %[[VD]]
// CHECK: recur.yield
#tm = affine_map<(t, m, s) -> (t, m)>
#ts = affine_map<(t, m, s) -> (t, s)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @apart(%v: tensor<?x?xf64>, %l: tensor<?x?xf64>, %k: tensor<?x?xf64>,
                 %a: tensor<?x?xf64>, %lam0: tensor<?x?xf64>, %eta0: tensor<?x?xf64>)
    -> (tensor<?x?xf64>, tensor<?x?xf64>) {
  %0:2 = recur.generic {indexing_maps = [#tm, #tm, #ts, #ms, #ms, #ms],
      iterator_types = ["recurrence", "parallel", "parallel"]}
    ins(%v, %l, %k, %a : tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
    state(%lam0, %eta0 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%vt: f64, %lt: f64, %kt: f64, %at: f64, %lam: f64, %eta: f64):
    %vl = arith.mulf %vt, %lt : f64
    %kvl = arith.mulf %vl, %kt : f64
    %kk = arith.mulf %kt, %kt : f64
    %phi = arith.mulf %lt, %kk : f64
    %d = arith.addf %at, %lam : f64
    %lamp = arith.divf %lam, %d : f64
    %lam1 = arith.addf %lamp, %phi : f64
    %etap = arith.divf %eta, %d : f64
    %eta1 = arith.addf %etap, %kvl : f64
    recur.yield state(%lam1, %eta1 : f64, f64)
  } -> (tensor<?x?xf64>, tensor<?x?xf64>)
  return %0#0, %0#1 : tensor<?x?xf64>, tensor<?x?xf64>
}

// -----

// Coefficients that do not change in time cost nothing: what they have in common
// stays in them.

// CHECK-LABEL: func @invariant(
// CHECK: step {
// CHECK: ^bb0(%[[C:[^:]*]]: f64, %[[W:[^:]*]]: f64,
// CHECK-DAG: %[[CC:.*]] = arith.mulf %[[C]], %[[C]]
// CHECK-DAG: %[[CW:.*]] = arith.mulf %[[C]], %[[W]]
// CHECK: arith.mulf %[[CC]], %[[NEXT:.*]]
// CHECK: arith.mulf %[[CW]], %[[NEXT]]
// CHECK: recur.yield
#ms2 = affine_map<(t, m, s) -> (m, s)>
#tms = affine_map<(t, m, s) -> (t, m, s)>
func.func @invariant(%c: tensor<?x?xf64>, %w: tensor<?x?xf64>, %a: tensor<?x?x?xf64>,
                     %lam0: tensor<?x?xf64>, %eta0: tensor<?x?xf64>)
    -> (tensor<?x?xf64>, tensor<?x?xf64>) {
  %0:2 = recur.generic {indexing_maps = [#ms2, #ms2, #tms, #ms2, #ms2],
      iterator_types = ["recurrence", "parallel", "parallel"]}
    ins(%c, %w, %a : tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?x?xf64>)
    state(%lam0, %eta0 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%ct: f64, %wt: f64, %at: f64, %lam: f64, %eta: f64):
    %cc = arith.mulf %ct, %ct : f64
    %cw = arith.mulf %ct, %wt : f64
    %d = arith.addf %at, %lam : f64
    %lamp = arith.divf %lam, %d : f64
    %lam1 = arith.addf %lamp, %cc : f64
    %etap = arith.divf %eta, %d : f64
    %eta1 = arith.addf %etap, %cw : f64
    recur.yield state(%lam1, %eta1 : f64, f64)
  } -> (tensor<?x?xf64>, tensor<?x?xf64>)
  return %0#0, %0#1 : tensor<?x?xf64>, tensor<?x?xf64>
}
