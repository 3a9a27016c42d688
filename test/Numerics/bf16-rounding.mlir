// Rounding to bf16 is to nearest, ties to even: bit for bit what NumPy's float32
// gives.
// RUN: rm -rf %t
// RUN: %npy make --dir=%t/in x=f4:3001:normal,0,1 w=f8:3001:normal,0,1
// RUN: %npy make --dir=%t/out x=bf16:3001:normal,0,1 w=bf16:3001:normal,0,1
// RUN: kalmir-run %s --entry=round --in=%t/in/x.npy,%t/in/w.npy --out=%t/x.npy,%t/w.npy
// RUN: %npy compare %t/x.npy %t/out/x.npy --tolerance=0
// RUN: %npy compare %t/w.npy %t/out/w.npy --tolerance=0

// Special values and ties. NaN stays NaN, and what is too large becomes infinite. A
// float64 is rounded once: 1 + 2^-8 + 2^-40 is a tie in float32.
// RUN: %npy make --dir=%t/in x=f4:13:list,0,-0.0,inf,-inf,nan,1.00390625,-1.00390625,1.01171875,1.0039064,3.4e38,-3.38e38,1e-40,-1e-45 w=f8:13:list,0,-0.0,inf,-inf,nan,1.00390625,-1.00390625,1.01171875,1.0039062500009095,-1e300,-1.0039062500009095,1.0039062499990905,-1e-300
// RUN: kalmir-run %s --entry=round --in=%t/in/x.npy,%t/in/w.npy --out=%t/x.npy,%t/w.npy
// RUN: %npy show --dtype=bf16 %t/x.npy %t/w.npy | FileCheck %s
// CHECK: x <u2 [13] [0.0, -0.0, inf, -inf, nan, 1.0, -1.0, 1.015625, 1.0078125, inf, -3.376{{[0-9]*}}e+38, 9.18{{[0-9]*}}e-41, -0.0]
// CHECK: w <u2 [13] [0.0, -0.0, inf, -inf, nan, 1.0, -1.0, 1.015625, 1.0078125, -inf, -1.0078125, 1.0, -0.0]
func.func @round(%x: tensor<?xf32>, %w: tensor<?xf64>)
    -> (tensor<?xbf16>, tensor<?xbf16>) {
  %0 = arith.truncf %x : tensor<?xf32> to tensor<?xbf16>
  %1 = arith.truncf %w : tensor<?xf64> to tensor<?xbf16>
  return %0, %1 : tensor<?xbf16>, tensor<?xbf16>
}
