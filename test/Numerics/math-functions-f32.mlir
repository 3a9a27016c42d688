// Functions of float32 within the bound of docs/Numerics.md, on vectors and with
// special values.
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=f4:3001,16:uniform,-9,9 y=f4:3001,16:log,1e-30,1e30 \
// RUN:   s=f4:7,1:list,0,-0.0,inf,-inf,nan,-1,1
// RUN: kalmir-run %s --entry=functions --target=reference --in=%t/x.npy,%t/y.npy --out=%t/0.npy,%t/1.npy,%t/2.npy,%t/3.npy,%t/4.npy,%t/5.npy,%t/6.npy,%t/7.npy
// RUN: kalmir-run %s --entry=functions --in=%t/x.npy,%t/y.npy --out=%t/c0.npy,%t/c1.npy,%t/c2.npy,%t/c3.npy,%t/c4.npy,%t/c5.npy,%t/c6.npy,%t/c7.npy
// RUN: %npy compare %t/c0.npy %t/0.npy --tolerance=5e-7
// RUN: %npy compare %t/c1.npy %t/1.npy --tolerance=5e-7
// RUN: %npy compare %t/c2.npy %t/2.npy --tolerance=5e-7
// RUN: %npy compare %t/c3.npy %t/3.npy --tolerance=5e-7
// RUN: %npy compare %t/c4.npy %t/4.npy --tolerance=5e-7
// RUN: %npy compare %t/c5.npy %t/5.npy --tolerance=5e-7
// RUN: %npy compare %t/c6.npy %t/6.npy --tolerance=5e-7
// RUN: %npy compare %t/c7.npy %t/7.npy --tolerance=5e-7
// RUN: kalmir-run %s --entry=functions --target=reference --in=%t/s.npy,%t/s.npy --out=%t/0.npy,%t/1.npy,%t/2.npy,%t/3.npy,%t/4.npy,%t/5.npy,%t/6.npy,%t/7.npy
// RUN: kalmir-run %s --entry=functions --in=%t/s.npy,%t/s.npy --out=%t/c0.npy,%t/c1.npy,%t/c2.npy,%t/c3.npy,%t/c4.npy,%t/c5.npy,%t/c6.npy,%t/c7.npy
// RUN: %npy compare %t/c0.npy %t/0.npy --tolerance=5e-7
// RUN: %npy compare %t/c1.npy %t/1.npy --tolerance=5e-7
// RUN: %npy compare %t/c2.npy %t/2.npy --tolerance=5e-7
// RUN: %npy compare %t/c3.npy %t/3.npy --tolerance=5e-7
// RUN: %npy compare %t/c4.npy %t/4.npy --tolerance=5e-7
// RUN: %npy compare %t/c5.npy %t/5.npy --tolerance=5e-7
// RUN: %npy compare %t/c6.npy %t/6.npy --tolerance=5e-7
// RUN: %npy compare %t/c7.npy %t/7.npy --tolerance=5e-7
!t = tensor<?x?xf32>
func.func @functions(%x: !t, %y: !t) -> (!t, !t, !t, !t, !t, !t, !t, !t) {
  %0 = math.exp %x : !t
  %1 = math.expm1 %x : !t
  %2 = math.tanh %x : !t
  %3 = math.erf %x : !t
  %4 = math.log %y : !t
  %5 = math.log2 %y : !t
  %6 = math.log1p %y : !t
  %7 = math.erfc %x : !t
  return %0, %1, %2, %3, %4, %5, %6, %7 : !t, !t, !t, !t, !t, !t, !t, !t
}
