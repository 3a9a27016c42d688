// Constants of very different sizes, and infinite observations, leave finite what is
// finite: compiled, serial and chunked, against the body in the reference.
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=f4:11,5:log,1e3,1e4 s=f4:5:uniform,1,2 P=f8:5:uniform,1,2 \
// RUN:   m=f8:5:normal,0,1 y=f8:11,5:list,1,2,inf,-1,0,3,1,1,2,1,-1,inf,1,2,1,1,0,1,3,2,1,2,1,0,-1,1,2,3,1,1,2,1,2,1,0,1,2,1,1,1,2,3,-1,1,0,1,2,1,-inf,1,1,2,1,1,2
// RUN: kalmir-run %s --entry=tiny_constant --target=reference --in=%t/x.npy,%t/s.npy --out=,%t/z.npy
// RUN: kalmir-run %s --entry=tiny_constant --in=%t/x.npy,%t/s.npy --out=,%t/z1.npy
// RUN: %npy compare %t/z1.npy %t/z.npy --tolerance=1e-5
// RUN: kalmir-run %s --entry=tiny_constant --schedule=chunked --chunk-length=4 --in=%t/x.npy,%t/s.npy --out=,%t/z2.npy
// RUN: %npy compare %t/z2.npy %t/z.npy --tolerance=1e-5
// RUN: kalmir-run %s --entry=infinite_observation --target=reference --in=%t/y.npy,%t/m.npy,%t/P.npy --out=,,,%t/P0.npy
// RUN: kalmir-run %s --entry=infinite_observation --in=%t/y.npy,%t/m.npy,%t/P.npy --out=,,,%t/P1.npy
// RUN: %npy compare %t/P1.npy %t/P0.npy --tolerance=1e-12
// RUN: kalmir-run %s --entry=infinite_observation --schedule=chunked --chunk-length=4 --in=%t/y.npy,%t/m.npy,%t/P.npy --out=,,,%t/P2.npy
// RUN: %npy compare %t/P2.npy %t/P0.npy --tolerance=1e-12

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>

func.func @tiny_constant(%x_in: tensor<11x5xf32>, %s0: tensor<5xf32>)
    -> (tensor<5xf32>, tensor<11x5xf32>) {
  %out = tensor.empty() : tensor<11x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm],
                        iterator_types = ["recurrence", "parallel"]}
    ins(%x_in : tensor<11x5xf32>) state(%s0 : tensor<5xf32>)
    outs(%out : tensor<11x5xf32>) {
  ^bb0(%x: f32, %s: f32):
    %tenth = arith.constant 0.1 : f32
    %eps = arith.constant 1.0e-30 : f32
    %p = arith.addf %s, %tenth : f32
    %sum = arith.addf %p, %x : f32
    %den = arith.addf %sum, %eps : f32
    %num = arith.mulf %p, %x : f32
    %s1 = arith.divf %num, %den : f32
    recur.yield state(%s1 : f32) outs(%s1 : f32)
  } -> (tensor<5xf32>, tensor<11x5xf32>)
  return %r#0, %r#1 : tensor<5xf32>, tensor<11x5xf32>
}

func.func @infinite_observation(%y_in: tensor<11x5xf64>, %m0: tensor<5xf64>,
                                %P0: tensor<5xf64>)
    -> (tensor<5xf64>, tensor<5xf64>, tensor<11x5xf64>, tensor<11x5xf64>) {
  %out0 = tensor.empty() : tensor<11x5xf64>
  %out1 = tensor.empty() : tensor<11x5xf64>
  %r:4 = recur.generic {indexing_maps = [#tm, #m, #m, #tm, #tm],
                        iterator_types = ["recurrence", "parallel"]}
    ins(%y_in : tensor<11x5xf64>) state(%m0, %P0 : tensor<5xf64>, tensor<5xf64>)
    outs(%out0, %out1 : tensor<11x5xf64>, tensor<11x5xf64>) {
  ^bb0(%y: f64, %m: f64, %P: f64):
    %q = arith.constant 0.1 : f64
    %r = arith.constant 0.7 : f64
    %prior = arith.addf %P, %q : f64
    %S = arith.addf %prior, %r : f64
    %K = arith.divf %prior, %S : f64
    %innovation = arith.subf %y, %m : f64
    %correction = arith.mulf %K, %innovation : f64
    %m1 = arith.addf %m, %correction : f64
    %P1 = arith.mulf %r, %K : f64
    recur.yield state(%m1, %P1 : f64, f64) outs(%m1, %P1 : f64, f64)
  } -> (tensor<5xf64>, tensor<5xf64>, tensor<11x5xf64>, tensor<11x5xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<5xf64>, tensor<5xf64>, tensor<11x5xf64>, tensor<11x5xf64>
}
