// A scan run by its step and run in chunks by its elements: the same values for
// chunks that divide the length, do not, are longer than it, and for the length
// that stands in for a missing schedule.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t a=f8:3,50:uniform,-1,1 x=f8:3,50:normal,0,1 h0=f8:3:normal,0,1 one=f8:3,1:uniform,-1,1
// RUN: kalmir-run %s --target=reference --entry=affine --in=%t/a.npy,%t/x.npy,%t/h0.npy --out=%t/hT.npy,%t/h.npy \
// RUN:   --report=json | FileCheck %s --check-prefix=STEP
// RUN: kalmir-run %s --target=reference --entry=affine --in=%t/a.npy,%t/x.npy,%t/h0.npy --out=%t/hT7.npy,%t/h7.npy \
// RUN:   --reference-scan=elements --report=json | FileCheck %s --check-prefix=ELEMENTS
// RUN: %npy compare %t/h7.npy %t/h.npy --tolerance=1e-14 --absolute
// RUN: %npy compare %t/hT7.npy %t/hT.npy --tolerance=1e-14 --absolute
// RUN: kalmir-run %s --target=reference --entry=affine --in=%t/one.npy,%t/one.npy,%t/h0.npy --out=%t/hT.npy,%t/h.npy
// RUN: kalmir-run %s --target=reference --entry=affine --in=%t/one.npy,%t/one.npy,%t/h0.npy --out=%t/hT7.npy,%t/h7.npy --reference-scan=elements
// RUN: %npy compare %t/h7.npy %t/h.npy --tolerance=0
// RUN: %npy compare %t/hT7.npy %t/hT.npy --tolerance=1e-15 --absolute
//
// STEP: "chunks":1,"state_steps":150,
// ELEMENTS: "chunks":8,"state_steps":150,
//
// A homogeneous state that would leave float64's range within 50 steps.
//
// RUN: kalmir-run %s --target=reference --entry=mobius --in=%t/x.npy,%t/h0.npy --out=%t/n.npy,%t/d.npy,%t/y.npy
// RUN: kalmir-run %s --target=reference --entry=mobius --in=%t/x.npy,%t/h0.npy --out=%t/nE.npy,%t/dE.npy,%t/yE.npy --reference-scan=elements
// RUN: %npy compare %t/yE.npy %t/y.npy --tolerance=1e-12
// RUN: kalmir-run %s --target=reference --entry=plain --in=%t/x.npy,%t/h0.npy --out=%t/y1.npy
// RUN: %npy compare %t/y.npy %t/y1.npy --tolerance=1e-12

#m = affine_map<(m, t) -> (m)>
#mt = affine_map<(m, t) -> (m, t)>

func.func @affine(%a: tensor<?x?xf64>, %x: tensor<?x?xf64>, %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %r:2 = recur.scan {
      indexing_maps = [#mt, #mt, #m, #mt], iterator_types = ["parallel", "recurrence"],
      identity = [1.0 : f64, 0.0 : f64], reverse,
      schedule = #recur.schedule<chunked, chunk_length = 7>}
    ins(%a, %x : tensor<?x?xf64>, tensor<?x?xf64>) state(%h0 : tensor<?xf64>)
    outs(%x : tensor<?x?xf64>) step {
  ^bb0(%at: f64, %xt: f64, %h: f64):
    %ah = arith.mulf %at, %h : f64
    %h1 = arith.addf %ah, %xt : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } extend {
  ^bb0(%at: f64, %xt: f64, %ea: f64, %eb: f64):
    %a1 = arith.mulf %at, %ea : f64
    %ab = arith.mulf %at, %eb : f64
    %b1 = arith.addf %ab, %xt : f64
    recur.yield state(%a1, %b1 : f64, f64)
  } combine {
  ^bb0(%ea: f64, %eb: f64, %la: f64, %lb: f64):
    %a1 = arith.mulf %la, %ea : f64
    %ab = arith.mulf %la, %eb : f64
    %b1 = arith.addf %ab, %lb : f64
    recur.yield state(%a1, %b1 : f64, f64)
  } apply {
  ^bb0(%ea: f64, %eb: f64, %h: f64):
    %ah = arith.mulf %ea, %h : f64
    %h1 = arith.addf %ah, %eb : f64
    recur.yield state(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// lam' = 1e30 / (1e30 + x^2 lam), as n/d: both grow by 1e30 in a step.
func.func @plain(%x: tensor<?x?xf64>, %h0: tensor<?xf64>) -> tensor<?x?xf64> {
  %r:2 = recur.generic {
      indexing_maps = [#mt, #m, #mt], iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<?x?xf64>) state(%h0 : tensor<?xf64>) outs(%x : tensor<?x?xf64>) {
  ^bb0(%xt: f64, %lam: f64):
    %one = arith.constant 1.0 : f64
    %xx = arith.mulf %xt, %xt : f64
    %lam2 = arith.mulf %lam, %lam : f64
    %abs = math.sqrt %lam2 : f64
    %xl = arith.mulf %xx, %abs : f64
    %den = arith.addf %one, %xl : f64
    %lam1 = arith.divf %one, %den : f64
    recur.yield state(%lam1 : f64) outs(%lam1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#1 : tensor<?x?xf64>
}

func.func @mobius(%x: tensor<?x?xf64>, %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>) {
  %n0 = math.absf %h0 : tensor<?xf64>
  %c0 = arith.constant 0 : index
  %m = tensor.dim %h0, %c0 : tensor<?xf64>
  %one0 = arith.constant 1.0 : f64
  %d0 = tensor.splat %one0[%m] : tensor<?xf64>
  %r:3 = recur.scan {
      indexing_maps = [#mt, #m, #m, #mt], iterator_types = ["parallel", "recurrence"],
      identity = [1.0 : f64, 0.0 : f64, 0.0 : f64, 1.0 : f64],
      homogeneous = [[0, 1]], homogeneous_element = [[0, 1, 2, 3]]}
    ins(%x : tensor<?x?xf64>) state(%n0, %d0 : tensor<?xf64>, tensor<?xf64>)
    outs(%x : tensor<?x?xf64>) step {
  ^bb0(%xt: f64, %n: f64, %d: f64):
    %big = arith.constant 1.0e+30 : f64
    %xx = arith.mulf %xt, %xt : f64
    %xb = arith.mulf %xx, %big : f64
    %n1 = arith.mulf %big, %d : f64
    %xn = arith.mulf %xb, %n : f64
    %d1 = arith.addf %n1, %xn : f64
    %y = arith.divf %n1, %d1 : f64
    recur.yield state(%n1, %d1 : f64, f64) outs(%y : f64)
  } extend {
  ^bb0(%xt: f64, %nn: f64, %nd: f64, %dn: f64, %dd: f64):
    %big = arith.constant 1.0e+30 : f64
    %xx = arith.mulf %xt, %xt : f64
    %xb = arith.mulf %xx, %big : f64
    %nn1 = arith.mulf %big, %dn : f64
    %nd1 = arith.mulf %big, %dd : f64
    %xnn = arith.mulf %xb, %nn : f64
    %xnd = arith.mulf %xb, %nd : f64
    %dn1 = arith.addf %nn1, %xnn : f64
    %dd1 = arith.addf %nd1, %xnd : f64
    recur.yield state(%nn1, %nd1, %dn1, %dd1 : f64, f64, f64, f64)
  } combine {
  ^bb0(%enn: f64, %end: f64, %edn: f64, %edd: f64,
       %lnn: f64, %lnd: f64, %ldn: f64, %ldd: f64):
    %0 = arith.mulf %lnn, %enn : f64
    %1 = arith.mulf %lnd, %edn : f64
    %nn = arith.addf %0, %1 : f64
    %2 = arith.mulf %lnn, %end : f64
    %3 = arith.mulf %lnd, %edd : f64
    %nd = arith.addf %2, %3 : f64
    %4 = arith.mulf %ldn, %enn : f64
    %5 = arith.mulf %ldd, %edn : f64
    %dn = arith.addf %4, %5 : f64
    %6 = arith.mulf %ldn, %end : f64
    %7 = arith.mulf %ldd, %edd : f64
    %dd = arith.addf %6, %7 : f64
    recur.yield state(%nn, %nd, %dn, %dd : f64, f64, f64, f64)
  } apply {
  ^bb0(%nn: f64, %nd: f64, %dn: f64, %dd: f64, %n: f64, %d: f64):
    %0 = arith.mulf %nn, %n : f64
    %1 = arith.mulf %nd, %d : f64
    %n1 = arith.addf %0, %1 : f64
    %2 = arith.mulf %dn, %n : f64
    %3 = arith.mulf %dd, %d : f64
    %d1 = arith.addf %2, %3 : f64
    recur.yield state(%n1, %d1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>
}
