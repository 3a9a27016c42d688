// The reference of kalman.linear_attention against an independent loop in
// NumPy, and against its own conversion to recur: the read-out from the prior,
// decay and noise that vary with time.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t v=f8:2,37,19:normal,0,3 lv=f8:2,37,19:log,0.01,100 \
// RUN:   k=f8:2,37,5:normal,0,1 q=f8:2,37,5:normal,0,1 \
// RUN:   a=f8:19,5:uniform,-0.999,0.999 p=f8:19,5:log,1e-6,1 \
// RUN:   at=f8:37,19,5:uniform,-1,1 pt=f8:2,37,19,5:log,1e-6,1 \
// RUN:   lam0=f8:2,19,5:uniform,0.5,2 eta0=f8:2,19,5:normal,0,1
// RUN: %python %inputs/kla_oracle.py %t
// RUN: kalmir-run %s --entry=constant --target=reference \
// RUN:   --in=%t/v.npy,%t/lv.npy,%t/k.npy,%t/q.npy,%t/a.npy,%t/p.npy,%t/lam0.npy,%t/eta0.npy \
// RUN:   --out=%t/y.npy,%t/yvar.npy,%t/lamT.npy,%t/etaT.npy
// RUN: %npy compare %t/y.npy %t/y_exact.npy --majorant=%t/y_majorant.npy --tolerance=1e-13
// RUN: %npy compare %t/yvar.npy %t/yvar_exact.npy --tolerance=1e-13
// RUN: %npy compare %t/lamT.npy %t/lamT_exact.npy --tolerance=1e-13
// RUN: %npy compare %t/etaT.npy %t/etaT_exact.npy --tolerance=1e-11
//
// RUN: kalmir-opt %s --kalmir-convert-kalman-to-recur -o %t/recur.mlir
// RUN: FileCheck %s --check-prefix=CONVERTED --input-file=%t/recur.mlir
// CONVERTED-NOT: kalman.linear_attention
// RUN: kalmir-run %s --entry=varying --target=reference \
// RUN:   --in=%t/v.npy,%t/lv.npy,%t/k.npy,%t/q.npy,%t/at.npy,%t/pt.npy --out=%t/y.npy,%t/yvar.npy
// RUN: kalmir-run %t/recur.mlir --entry=varying --target=reference \
// RUN:   --in=%t/v.npy,%t/lv.npy,%t/k.npy,%t/q.npy,%t/at.npy,%t/pt.npy --out=%t/y1.npy,%t/yvar1.npy
// RUN: %npy compare %t/y.npy %t/y1.npy --tolerance=1e-12 --absolute
// RUN: %npy compare %t/yvar.npy %t/yvar1.npy --tolerance=1e-12
//
// Operands that disagree.
//
// RUN: %exits 1 kalmir-run %s --entry=varying --target=reference \
// RUN:   --in=%t/v.npy,%t/lv.npy,%t/k.npy,%t/v.npy,%t/at.npy,%t/pt.npy | FileCheck %s --check-prefix=QUERY
// QUERY: error: 'kalman.linear_attention' op expected query of shape [2, 37, 5], found [2, 37, 19]

!t = tensor<?x?x?xf64>
!ms = tensor<?x?xf64>

func.func @constant(%v: !t, %lv: !t, %k: !t, %q: !t, %a: !ms, %p: !ms,
                    %lam0: !t, %eta0: !t) -> (!t, !t, !t, !t) {
  %r:4 = kalman.linear_attention value(%v : !t) precision(%lv : !t) key(%k : !t)
    query(%q : !t) decay(%a : !ms) process_noise(%p : !ms) prior(%lam0, %eta0 : !t, !t)
    -> (mean: !t, variance: !t, final_precision: !t, final_information: !t)
  return %r#0, %r#1, %r#2, %r#3 : !t, !t, !t, !t
}

func.func @varying(%v: !t, %lv: !t, %k: !t, %q: !t, %a: !t,
                   %p: tensor<?x?x?x?xf64>) -> (!t, !t) {
  %r:2 = kalman.linear_attention value(%v : !t) precision(%lv : !t) key(%k : !t)
    query(%q : !t) decay(%a : !t) process_noise(%p : tensor<?x?x?x?xf64>)
    {decode_from_prior} -> (mean: !t, variance: !t)
  return %r#0, %r#1 : !t, !t
}
