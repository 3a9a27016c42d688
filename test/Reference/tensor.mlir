// tensor, scf, affine and func operations by value.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=f8:3,4:range n=i8::const,5
// RUN: kalmir-run %s --target=reference --entry=slices --in=%t/x.npy \
// RUN:   --out=%t/column.npy,%t/inserted.npy,%t/backwards.npy,%t/collapsed.npy,%t/expanded.npy,%t/generated.npy,%t/elements.npy
// RUN: %npy show %t/column.npy %t/inserted.npy %t/backwards.npy %t/collapsed.npy %t/expanded.npy %t/generated.npy %t/elements.npy \
// RUN:   | FileCheck %s --check-prefix=SLICES
// RUN: kalmir-run %s --target=reference --entry=pad --in=%t/x.npy --out=%t/padded.npy
// RUN: %npy show %t/padded.npy | FileCheck %s --check-prefix=PAD
// RUN: kalmir-run %s --target=reference --entry=control --in=%t/x.npy,%t/n.npy \
// RUN:   --out=%t/sum.npy,%t/power.npy,%t/clipped.npy,%t/tiles.npy,%t/fib.npy,%t/sign.npy
// RUN: %npy show %t/sum.npy %t/power.npy %t/clipped.npy %t/tiles.npy %t/fib.npy %t/sign.npy | FileCheck %s --check-prefix=CONTROL

// SLICES: column <f8 [2] [1.0, 9.0]
// SLICES: inserted <f8 [3, 4] [{{\[}}0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [1.0, 9.0, 9.0, 11.0]]
// SLICES: backwards <f8 [3] [11.0, 10.0, 9.0]
// SLICES: collapsed <f8 [12] [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]
// SLICES: expanded <f8 [6, 2] [{{\[}}0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0], [8.0, 9.0], [10.0, 11.0]]
// SLICES: generated <i8 [2, 3] [{{\[}}0, 1, 2], [1, 2, 3]]
// SLICES: elements <i8 [2] [3, 4]
func.func @slices(%x: tensor<?x?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>, tensor<3xf64>, tensor<?xf64>,
        tensor<?x2xf64>, tensor<2x3xindex>, tensor<2xindex>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %m1 = arith.constant -1 : index
  %c3 = arith.constant 3 : index
  %c6 = arith.constant 6 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf64>
  %n = tensor.dim %x, %c1 : tensor<?x?xf64>
  %column = tensor.extract_slice %x[0, 1] [%c2, 1] [2, 1]
    : tensor<?x?xf64> to tensor<?xf64>
  %inserted = tensor.insert_slice %column into %x[2, 0] [1, %c2] [1, %c1]
    : tensor<?xf64> into tensor<?x?xf64>
  %patch = tensor.extract %x[%c2, %c1] : tensor<?x?xf64>
  %patched = tensor.insert %patch into %inserted[%c2, %c2] : tensor<?x?xf64>
  %flat = tensor.collapse_shape %x [[0, 1]] : tensor<?x?xf64> into tensor<?xf64>
  %c11 = arith.constant 11 : index
  %backwards = tensor.extract_slice %flat[%c11] [3] [%m1]
    : tensor<?xf64> to tensor<3xf64>
  %expanded = tensor.expand_shape %flat [[0, 1]] output_shape [%c6, 2]
    : tensor<?xf64> into tensor<?x2xf64>
  %generated = tensor.generate {
  ^bb0(%i: index, %j: index):
    %sum = arith.addi %i, %j : index
    tensor.yield %sum : index
  } : tensor<2x3xindex>
  %elements = tensor.from_elements %m, %n : tensor<2xindex>
  return %column, %patched, %backwards, %flat, %expanded, %generated, %elements
    : tensor<?xf64>, tensor<?x?xf64>, tensor<3xf64>, tensor<?xf64>,
      tensor<?x2xf64>, tensor<2x3xindex>, tensor<2xindex>
}

// PAD: padded <f8 [4, 6] [{{\[}}7.0, 0.0, 1.0, 2.0, 3.0, 7.0], [7.0, 4.0, 5.0, 6.0, 7.0, 7.0], [7.0, 8.0, 9.0, 10.0, 11.0, 7.0], [7.0, 7.0, 7.0, 7.0, 7.0, 7.0]]
func.func @pad(%x: tensor<?x?xf64>) -> tensor<?x?xf64> {
  %c1 = arith.constant 1 : index
  %r = tensor.pad %x low[0, %c1] high[%c1, 1] {
  ^bb0(%i: index, %j: index):
    %seven = arith.constant 7.0 : f64
    tensor.yield %seven : f64
  } : tensor<?x?xf64> to tensor<?x?xf64>
  return %r : tensor<?x?xf64>
}

func.func private @fib(%n: i64) -> i64 {
  %c1 = arith.constant 1 : i64
  %c2 = arith.constant 2 : i64
  %small = arith.cmpi sle, %n, %c1 : i64
  %r = scf.if %small -> i64 {
    scf.yield %n : i64
  } else {
    %n1 = arith.subi %n, %c1 : i64
    %n2 = arith.subi %n, %c2 : i64
    %f1 = func.call @fib(%n1) : (i64) -> i64
    %f2 = func.call @fib(%n2) : (i64) -> i64
    %sum = arith.addi %f1, %f2 : i64
    scf.yield %sum : i64
  }
  return %r : i64
}

// CONTROL: sum <f8 [4] [12.0, 15.0, 18.0, 21.0]
// CONTROL: power <i8 [] 64
// CONTROL: clipped <i8 [3] [8, 3, 9]
// CONTROL: tiles <f8 [3, 4] [{{\[}}0.0, 2.0, 4.0, 6.0], [8.0, 10.0, 12.0, 14.0], [16.0, 18.0, 20.0, 22.0]]
// CONTROL: fib <i8 [] 5
// CONTROL: sign <f8 [] -1.0
func.func @control(%x: tensor<3x4xf64>, %n: i64)
    -> (tensor<4xf64>, i64, tensor<3xindex>, tensor<3x4xf64>, i64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  %zero = arith.constant dense<0.0> : tensor<4xf64>
  %sum = scf.for %i = %c0 to %c3 step %c1 iter_args(%acc = %zero) -> tensor<4xf64> {
    %row = tensor.extract_slice %x[%i, 0] [1, 4] [1, 1]
      : tensor<3x4xf64> to tensor<4xf64>
    %next = arith.addf %acc, %row : tensor<4xf64>
    scf.yield %next : tensor<4xf64>
  }
  %one = arith.constant 1 : i64
  %limit = arith.constant 50 : i64
  %power = scf.while (%p = %one) : (i64) -> i64 {
    %more = arith.cmpi slt, %p, %limit : i64
    scf.condition(%more) %p : i64
  } do {
  ^bb0(%p: i64):
    %double = arith.addi %p, %p : i64
    scf.yield %double : i64
  }
  %apply = affine.apply affine_map<(d0)[s0] -> (d0 + s0)>(%c3)[%c5]
  %min = affine.min affine_map<(d0) -> (d0, 7)>(%c3)
  %max = affine.max affine_map<(d0) -> (d0, 9)>(%c3)
  %clipped = tensor.from_elements %apply, %min, %max : tensor<3xindex>
  // Three columns at a time, the last tile smaller; every iteration reads the
  // shared tensor as it was.
  %tiles = scf.forall (%i, %j) = (0, 0) to (3, 4) step (1, 3)
      shared_outs(%out = %x) -> tensor<3x4xf64> {
    %size = affine.min affine_map<(d0) -> (3, 4 - d0)>(%j)
    %tile = tensor.extract_slice %out[%i, %j] [1, %size] [1, 1]
      : tensor<3x4xf64> to tensor<1x?xf64>
    %twice = arith.addf %tile, %tile : tensor<1x?xf64>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %twice into %out[%i, %j] [1, %size] [1, 1]
        : tensor<1x?xf64> into tensor<3x4xf64>
    }
  }
  %fib = func.call @fib(%n) : (i64) -> i64
  %negative = arith.constant -3.0 : f64
  %unit = arith.constant 1.0 : f64
  %sign = math.copysign %unit, %negative : f64
  return %sum, %power, %clipped, %tiles, %fib, %sign
    : tensor<4xf64>, i64, tensor<3xindex>, tensor<3x4xf64>, i64, f64
}
