// The layer of the examples, its conversion, the two hand-written loops and the
// scans derived from all of them give the values of an independent loop.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t v=f8:2,37,19:normal,0,3 lv=f8:2,37,19:log,0.01,100 \
// RUN:   k=f8:2,37,5:normal,0,1 q=f8:2,37,5:normal,0,1 \
// RUN:   a=f8:19,5:uniform,-0.999,0.999 p=f8:19,5:log,1e-3,1 \
// RUN:   lam0=f8:2,19,5:uniform,0.5,2 eta0=f8:2,19,5:normal,0,1
// RUN: %python %inputs/kla_oracle.py %t
// RUN: %python %S/Inputs/as_f64.py %examples/kla.mlir %t/kla.mlir
// RUN: %python %S/Inputs/as_f64.py %examples/kla_loop.mlir %t/loop.mlir
// RUN: kalmir-opt %t/kla.mlir --kalmir-convert-kalman-to-recur -o %t/recur.mlir
// RUN: kalmir-opt %t/recur.mlir --kalmir-recur-derive-scan -o %t/scan.mlir
// RUN: kalmir-opt %t/loop.mlir --kalmir-recur-derive-scan -o %t/loopscan.mlir
//
// RUN: kalmir-run %t/kla.mlir --entry=kla --target=reference \
// RUN:   --in=%t/v.npy,%t/lv.npy,%t/k.npy,%t/q.npy,%t/a.npy,%t/p.npy,%t/lam0.npy,%t/eta0.npy \
// RUN:   --out=%t/y.npy,%t/yvar.npy,%t/lamT.npy,%t/etaT.npy
// RUN: %npy compare %t/y.npy %t/y_exact.npy --majorant=%t/y_majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/yvar.npy %t/yvar_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/lamT.npy %t/lamT_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/etaT.npy %t/etaT_exact.npy --tolerance=1e-10
//
// RUN: kalmir-run %t/recur.mlir --entry=kla --target=reference \
// RUN:   --in=%t/v.npy,%t/lv.npy,%t/k.npy,%t/q.npy,%t/a.npy,%t/p.npy,%t/lam0.npy,%t/eta0.npy \
// RUN:   --out=%t/y.npy,%t/yvar.npy,%t/lamT.npy,%t/etaT.npy
// RUN: %npy compare %t/y.npy %t/y_exact.npy --majorant=%t/y_majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/yvar.npy %t/yvar_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/lamT.npy %t/lamT_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/etaT.npy %t/etaT_exact.npy --tolerance=1e-10
//
// RUN: kalmir-run %t/scan.mlir --entry=kla --target=reference \
// RUN:   --in=%t/v.npy,%t/lv.npy,%t/k.npy,%t/q.npy,%t/a.npy,%t/p.npy,%t/lam0.npy,%t/eta0.npy \
// RUN:   --out=%t/y.npy,%t/yvar.npy,%t/lamT.npy,%t/etaT.npy
// RUN: %npy compare %t/y.npy %t/y_exact.npy --majorant=%t/y_majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/yvar.npy %t/yvar_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/lamT.npy %t/lamT_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/etaT.npy %t/etaT_exact.npy --tolerance=1e-10
//
// RUN: kalmir-run %t/loop.mlir --entry=kla_mean_variance --target=reference \
// RUN:   --in=%t/v.npy,%t/lv.npy,%t/k.npy,%t/q.npy,%t/a.npy,%t/p.npy,%t/lam0.npy,%t/eta0.npy \
// RUN:   --out=%t/y.npy,%t/yvar.npy,%t/lamT.npy,%t/etaT.npy
// RUN: %npy compare %t/y.npy %t/y_exact.npy --majorant=%t/y_majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/yvar.npy %t/yvar_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/lamT.npy %t/lamT_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/etaT.npy %t/etaT_exact.npy --tolerance=1e-10
//
// RUN: kalmir-run %t/loop.mlir --entry=kla_information --target=reference \
// RUN:   --in=%t/v.npy,%t/lv.npy,%t/k.npy,%t/q.npy,%t/a.npy,%t/p.npy,%t/lam0.npy,%t/eta0.npy \
// RUN:   --out=%t/y.npy,%t/yvar.npy,%t/lamT.npy,%t/etaT.npy
// RUN: %npy compare %t/y.npy %t/y_exact.npy --majorant=%t/y_majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/yvar.npy %t/yvar_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/lamT.npy %t/lamT_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/etaT.npy %t/etaT_exact.npy --tolerance=1e-10
//
// RUN: kalmir-run %t/loopscan.mlir --entry=kla_mean_variance --target=reference \
// RUN:   --in=%t/v.npy,%t/lv.npy,%t/k.npy,%t/q.npy,%t/a.npy,%t/p.npy,%t/lam0.npy,%t/eta0.npy \
// RUN:   --out=%t/y.npy,%t/yvar.npy,%t/lamT.npy,%t/etaT.npy
// RUN: %npy compare %t/y.npy %t/y_exact.npy --majorant=%t/y_majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/yvar.npy %t/yvar_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/lamT.npy %t/lamT_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/etaT.npy %t/etaT_exact.npy --tolerance=1e-10
//
// RUN: kalmir-run %t/loopscan.mlir --entry=kla_information --target=reference \
// RUN:   --in=%t/v.npy,%t/lv.npy,%t/k.npy,%t/q.npy,%t/a.npy,%t/p.npy,%t/lam0.npy,%t/eta0.npy \
// RUN:   --out=%t/y.npy,%t/yvar.npy,%t/lamT.npy,%t/etaT.npy
// RUN: %npy compare %t/y.npy %t/y_exact.npy --majorant=%t/y_majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/yvar.npy %t/yvar_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/lamT.npy %t/lamT_exact.npy --tolerance=1e-12
// RUN: %npy compare %t/etaT.npy %t/etaT_exact.npy --tolerance=1e-10
