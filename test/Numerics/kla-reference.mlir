// The reference against an independent loop in NumPy. The function is in f64,
// so that nothing is rounded on the way out.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t v=f8:2,37,19:normal,0,3 lv=f8:2,37,19:log,0.01,100 \
// RUN:   k=f8:2,37,5:normal,0,1 q=f8:2,37,5:normal,0,1 \
// RUN:   a=f8:19,5:uniform,-0.999,0.999 p=f8:19,5:log,1e-6,1 \
// RUN:   lam0=f8:2,19,5:uniform,0.5,2 eta0=f8:2,19,5:normal,0,1
// RUN: %python %inputs/kla_oracle.py %t
// RUN: kalmir-run %s --entry=kla --target=reference \
// RUN:   --in=%t/v.npy,%t/lv.npy,%t/k.npy,%t/q.npy,%t/a.npy,%t/p.npy,%t/lam0.npy,%t/eta0.npy \
// RUN:   --out=%t/y.npy,%t/yvar.npy,%t/lamT.npy,%t/etaT.npy
// RUN: %npy compare %t/y.npy %t/y_exact.npy --majorant=%t/y_majorant.npy --tolerance=1e-13
// RUN: %npy compare %t/yvar.npy %t/yvar_exact.npy --tolerance=1e-13
// RUN: %npy compare %t/lamT.npy %t/lamT_exact.npy --tolerance=1e-13
// RUN: %npy compare %t/etaT.npy %t/etaT_exact.npy --tolerance=1e-11
//
// Length 0 returns the prior and empty outputs.
//
// RUN: %npy make --dir=%t v=f8:2,0,19:const,0 k=f8:2,0,5:const,0
// RUN: kalmir-run %s --entry=kla --target=reference \
// RUN:   --in=%t/v.npy,%t/v.npy,%t/k.npy,%t/k.npy,%t/a.npy,%t/p.npy,%t/lam0.npy,%t/eta0.npy \
// RUN:   --out=%t/y.npy,,%t/lamT.npy,%t/etaT.npy
// RUN: %npy compare %t/lamT.npy %t/lam0.npy --tolerance=0
// RUN: %npy compare %t/etaT.npy %t/eta0.npy --tolerance=0
// RUN: %npy show %t/y.npy | FileCheck %s --check-prefix=EMPTY
// EMPTY: y <f8 [2, 0, 19]

#btm = affine_map<(b, t, m, s) -> (b, t, m)>
#bts = affine_map<(b, t, m, s) -> (b, t, s)>
#ms  = affine_map<(b, t, m, s) -> (m, s)>
#bms = affine_map<(b, t, m, s) -> (b, m, s)>

!btm = tensor<?x?x?xf64>
!ms = tensor<?x?xf64>

func.func @kla(%v: !btm, %lv: !btm, %k: !btm, %q: !btm, %a: !ms, %p: !ms,
               %lam0: !btm, %eta0: !btm) -> (!btm, !btm, !btm, !btm) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %v, %c0 : !btm
  %l = tensor.dim %v, %c1 : !btm
  %m = tensor.dim %v, %c2 : !btm
  %y0 = tensor.empty(%b, %l, %m) : !btm
  %r:4 = recur.generic {
      indexing_maps = [#btm, #btm, #bts, #bts, #ms, #ms, #bms, #bms, #btm, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
    ins(%v, %lv, %k, %q, %a, %p : !btm, !btm, !btm, !btm, !ms, !ms)
    state(%lam0, %eta0 : !btm, !btm) outs(%y0, %y0 : !btm, !btm) {
  ^bb0(%vt: f64, %lvt: f64, %kt: f64, %qt: f64, %am: f64, %pm: f64,
       %lam: f64, %eta: f64):
    %one = arith.constant 1.0 : f64
    %vl = arith.mulf %vt, %lvt : f64
    %r = arith.mulf %vl, %kt : f64
    %kk = arith.mulf %kt, %kt : f64
    %phi = arith.mulf %lvt, %kk : f64
    %aa = arith.mulf %am, %am : f64
    %plam = arith.mulf %pm, %lam : f64
    %den = arith.addf %aa, %plam : f64
    %lamp = arith.divf %lam, %den : f64
    %lam1 = arith.addf %lamp, %phi : f64
    %ae = arith.mulf %am, %eta : f64
    %etap = arith.divf %ae, %den : f64
    %eta1 = arith.addf %etap, %r : f64
    %mean = arith.divf %eta1, %lam1 : f64
    %y = arith.mulf %qt, %mean : f64
    %var = arith.divf %one, %lam1 : f64
    %qq = arith.mulf %qt, %qt : f64
    %yvar = arith.mulf %qq, %var : f64
    recur.yield state(%lam1, %eta1 : f64, f64) outs(%y, %yvar : f64, f64)
  } -> (!btm, !btm, !btm, !btm)
  return %r#2, %r#3, %r#0, %r#1 : !btm, !btm, !btm, !btm
}
