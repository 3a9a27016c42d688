// Scalar and elementwise operations by value.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=f8:4:list,-2.5,-0.5,0.5,2.5 n=i4:4:list,7,-7,3,-1
// RUN: kalmir-run %s --target=reference --entry=floats --in=%t/x.npy \
// RUN:   --out=%t/sum.npy,%t/rem.npy,%t/max.npy,%t/min.npy,%t/neg.npy,%t/round.npy,%t/even.npy,%t/select.npy
// RUN: %npy show %t/sum.npy %t/rem.npy %t/max.npy %t/min.npy %t/neg.npy %t/round.npy %t/even.npy %t/select.npy \
// RUN:   | FileCheck %s --check-prefix=FLOATS
// RUN: kalmir-run %s --target=reference --entry=ints --in=%t/n.npy \
// RUN:   --out=%t/mul.npy,%t/div.npy,%t/floor.npy,%t/ceil.npy,%t/divu.npy,%t/shift.npy,%t/narrow.npy,%t/less.npy,%t/unsigned.npy
// RUN: %npy show %t/mul.npy %t/div.npy %t/floor.npy %t/ceil.npy %t/divu.npy %t/shift.npy %t/narrow.npy %t/less.npy %t/unsigned.npy \
// RUN:   | FileCheck %s --check-prefix=INTS
// RUN: kalmir-run %s --target=reference --entry=casts --in=%t/x.npy,%t/n.npy \
// RUN:   --out=%t/int.npy,%t/uint.npy,%t/float.npy,%t/bool.npy,%t/half.npy,%t/brain.npy
// RUN: %npy show %t/int.npy %t/uint.npy %t/float.npy %t/bool.npy %t/half.npy \
// RUN:   | FileCheck %s --check-prefix=CASTS
// RUN: %npy show --dtype=bf16 %t/brain.npy | FileCheck %s --check-prefix=BRAIN
// RUN: kalmir-run %s --target=reference --entry=scalars --out=%t/third.npy,%t/nan.npy,%t/pow.npy,%t/erf.npy,%t/big.npy
// RUN: %npy show %t/third.npy %t/nan.npy %t/pow.npy %t/erf.npy %t/big.npy | FileCheck %s --check-prefix=SCALARS

!f = tensor<4xf64>
!i = tensor<4xi32>
!b = tensor<4xi1>

// FLOATS: sum <f8 [4] [-5.0, -1.0, 1.0, 5.0]
// FLOATS: rem <f8 [4] [-0.5, -0.5, 0.5, 0.5]
// FLOATS: max <f8 [4] [1.0, 1.0, 1.0, 2.5]
// FLOATS: min <f8 [4] [-2.5, -0.5, 0.5, 1.0]
// FLOATS: neg <f8 [4] [2.5, 0.5, -0.5, -2.5]
// FLOATS: round <f8 [4] [-3.0, -1.0, 1.0, 3.0]
// FLOATS: even <f8 [4] [-2.0, -0.0, 0.0, 2.0]
// FLOATS: select <f8 [4] [1.0, 1.0, 0.5, 2.5]
func.func @floats(%x: !f) -> (!f, !f, !f, !f, !f, !f, !f, !f) {
  %one = arith.constant dense<1.0> : !f
  %zero = arith.constant dense<0.0> : !f
  %sum = arith.addf %x, %x : !f
  %rem = arith.remf %x, %one : !f
  %max = arith.maximumf %x, %one : !f
  %min = arith.minnumf %x, %one : !f
  %neg = arith.negf %x : !f
  %round = math.round %x : !f
  %even = math.roundeven %x : !f
  %positive = arith.cmpf ogt, %x, %zero : !f
  %select = arith.select %positive, %x, %one : !b, !f
  return %sum, %rem, %max, %min, %neg, %round, %even, %select
    : !f, !f, !f, !f, !f, !f, !f, !f
}

// INTS: mul <i4 [4] [-2147483641, 2147483641, -2147483645, 2147483647]
// INTS: div <i4 [4] [3, -3, 1, 0]
// INTS: floor <i4 [4] [3, -4, 1, -1]
// INTS: ceil <i4 [4] [4, -3, 2, 0]
// INTS: divu <i4 [4] [3, 2147483644, 1, 2147483647]
// INTS: shift <i4 [4] [28, -28, 12, -4]
// INTS: narrow |i1 [4] [3, -3, 111, -37]
// INTS: less |b1 [4] [False, True, False, True]
// INTS: unsigned |b1 [4] [False, False, False, False]
func.func @ints(%n: !i) -> (!i, !i, !i, !i, !i, !i, tensor<4xi8>, !b, !b) {
  %two = arith.constant dense<2> : !i
  %zero = arith.constant dense<0> : !i
  %large = arith.constant dense<-2147483647> : !i
  %mul = arith.muli %n, %large : !i
  %div = arith.divsi %n, %two : !i
  %floor = arith.floordivsi %n, %two : !i
  %ceil = arith.ceildivsi %n, %two : !i
  %divu = arith.divui %n, %two : !i
  %shift = arith.shli %n, %two : !i
  %c37 = arith.constant dense<37> : !i
  %product = arith.muli %n, %c37 : !i
  %narrow = arith.trunci %product : !i to tensor<4xi8>
  %less = arith.cmpi slt, %n, %zero : !i
  %unsigned = arith.cmpi ult, %n, %zero : !i
  return %mul, %div, %floor, %ceil, %divu, %shift, %narrow, %less, %unsigned
    : !i, !i, !i, !i, !i, !i, tensor<4xi8>, !b, !b
}

// CASTS: int <i4 [4] [-2, 0, 0, 2]
// CASTS: uint <i4 [4] [0, 0, 0, 2]
// CASTS: float <f8 [4] [7.0, -7.0, 3.0, -1.0]
// CASTS: bool <f8 [4] [-1.0, -1.0, 0.0, 0.0]
// CASTS: half <f2 [4] [-2.5, -0.5, 0.5, 2.5]
// BRAIN: brain <u2 [4] [-2.5, -0.5, 0.5, 2.5]
func.func @casts(%x: !f, %n: !i)
    -> (!i, !i, !f, !f, tensor<4xf16>, tensor<4xbf16>) {
  %int = arith.fptosi %x : !f to !i
  %uint = arith.fptoui %x : !f to !i
  %float = arith.sitofp %n : !i to !f
  %zero = arith.constant dense<0.0> : !f
  %negative = arith.cmpf olt, %x, %zero : !f
  // True is -1 as a signed number.
  %bool = arith.sitofp %negative : !b to !f
  %half = arith.truncf %x : !f to tensor<4xf16>
  %brain = arith.truncf %x : !f to tensor<4xbf16>
  return %int, %uint, %float, %bool, %half, %brain
    : !i, !i, !f, !f, tensor<4xf16>, tensor<4xbf16>
}

// An f32 constant has the value of an f32, but products are not rounded: a
// third times 3 is not 1. An element that was never written is NaN.
// SCALARS: third <f8 [] 1.0000000298023224
// SCALARS: nan <f8 [] nan
// SCALARS: pow <f8 [] 1024.0
// SCALARS: erf <f8 [] 0.8427007929497149
// SCALARS: big <f4 [] inf
func.func @scalars() -> (f64, f64, f64, f64, f32) {
  %third = arith.constant 0.333333343 : f32
  %three = arith.constant 3.0 : f32
  %product = arith.mulf %third, %three : f32
  %wide = arith.extf %product : f32 to f64
  %c0 = arith.constant 0 : index
  %empty = tensor.empty() : tensor<1xf64>
  %nan = tensor.extract %empty[%c0] : tensor<1xf64>
  %two = arith.constant 2.0 : f64
  %ten = arith.constant 10 : i32
  %pow = math.fpowi %two, %ten : f64, i32
  %one = arith.constant 1.0 : f64
  %erf = math.erf %one : f64
  %large = arith.constant 1.0e+38 : f32
  %larger = arith.mulf %large, %large : f32
  return %wide, %nan, %pow, %erf, %larger : f64, f64, f64, f64, f32
}
