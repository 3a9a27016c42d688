// Functions of math that are no arithmetic: compiled against the reference.
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=f8:9,5:uniform,0.05,0.95 h=f8:5:normal,0,1
// RUN: kalmir-run %s --entry=functions --target=reference --in=%t/x.npy,%t/h.npy --out=,%t/y.npy
// RUN: kalmir-run %s --entry=functions --in=%t/x.npy,%t/h.npy --out=,%t/y1.npy
// RUN: %npy compare %t/y1.npy %t/y.npy --tolerance=1e-14
func.func @functions(%x_in: tensor<9x5xf64>, %h0: tensor<5xf64>)
    -> (tensor<5xf64>, tensor<9x5xf64>) {
  %out = tensor.empty() : tensor<9x5xf64>
  %r:2 = recur.generic {indexing_maps = [affine_map<(t, m) -> (t, m)>,
                                         affine_map<(t, m) -> (m)>,
                                         affine_map<(t, m) -> (t, m)>],
                        iterator_types = ["recurrence", "parallel"]}
    ins(%x_in : tensor<9x5xf64>) state(%h0 : tensor<5xf64>)
    outs(%out : tensor<9x5xf64>) {
  ^bb0(%x: f64, %h: f64):
    %two = arith.constant 2 : i32
    %one = arith.constant 1.0 : f64
    %above = arith.addf %x, %one : f64
    %f0 = math.cbrt %x : f64
    %f1 = math.erf %f0 : f64
    %f2 = math.erfc %f1 : f64
    %f3 = math.asinh %f2 : f64
    %f4 = math.acosh %above : f64
    %f5 = math.atanh %x : f64
    %f6 = math.exp %f5 : f64
    %f7 = math.log1p %f6 : f64
    %f8 = math.tanh %f7 : f64
    %f9 = math.fpowi %f8, %two : f64, i32
    %s0 = arith.addf %f3, %f4 : f64
    %s1 = arith.addf %s0, %f9 : f64
    %gated = arith.mulf %x, %h : f64
    %h1 = arith.addf %gated, %s1 : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<5xf64>, tensor<9x5xf64>)
  return %r#0, %r#1 : tensor<5xf64>, tensor<9x5xf64>
}
