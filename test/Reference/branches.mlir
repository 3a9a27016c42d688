// scf.if in the body of a recurrence and of a linalg operation: each lane selects
// its own branch, and what has no result in the other one does not count.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=i8:3,2:list,1,0,-2,4,0,5 h0=i8:2:list,10,20 zeros=i8:3,2:const,0
// RUN: kalmir-run %s --target=reference --entry=recurrence --in=%t/x.npy,%t/h0.npy --out=%t/hT.npy,%t/h.npy
// RUN: %npy show %t/hT.npy %t/h.npy | FileCheck %s --check-prefix=RECURRENCE
// RUN: kalmir-run %s --target=reference --entry=structured --in=%t/x.npy --out=%t/y.npy
// RUN: %npy show %t/y.npy | FileCheck %s --check-prefix=STRUCTURED
// RUN: %exits 1 kalmir-run %s --target=reference --entry=wrong --in=%t/x.npy | FileCheck %s --check-prefix=WRONG

// h = 100 / x where x is positive, h - 1 where it is negative, else h; the
// division stands in the branch.
// RECURRENCE: hT <i8 [2] [99, 20]
// RECURRENCE: h <i8 [3, 2] [{{\[}}100, 20], [99, 25], [99, 20]]
func.func @recurrence(%x: tensor<?x?xi64>, %h0: tensor<?xi64>) -> (tensor<?xi64>, tensor<?x?xi64>) {
  %r:2 = recur.generic {
      indexing_maps = [affine_map<(t, n) -> (t, n)>, affine_map<(t, n) -> (n)>, affine_map<(t, n) -> (t, n)>],
      iterator_types = ["recurrence", "parallel"]}
    ins(%x : tensor<?x?xi64>) state(%h0 : tensor<?xi64>) outs(%x : tensor<?x?xi64>) {
  ^bb0(%xt: i64, %h: i64):
    %zero = arith.constant 0 : i64
    %isPositive = arith.cmpi sgt, %xt, %zero : i64
    %h1 = scf.if %isPositive -> i64 {
      %hundred = arith.constant 100 : i64
      %quotient = arith.divsi %hundred, %xt : i64
      scf.yield %quotient : i64
    } else {
      %isNegative = arith.cmpi slt, %xt, %zero : i64
      %other = scf.if %isNegative -> i64 {
        %one = arith.constant 1 : i64
        %less = arith.subi %h, %one : i64
        scf.yield %less : i64
      } else {
        scf.yield %h : i64
      }
      scf.yield %other : i64
    }
    recur.yield state(%h1 : i64) outs(%h1 : i64)
  } -> (tensor<?xi64>, tensor<?x?xi64>)
  return %r#0, %r#1 : tensor<?xi64>, tensor<?x?xi64>
}

// STRUCTURED: y <f8 [3, 2] [{{\[}}1.0, -1.0], [-1.0, 4.0], [-1.0, 5.0]]
func.func @structured(%x: tensor<?x?xi64>) -> tensor<?x?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c0 : tensor<?x?xi64>
  %m = tensor.dim %x, %c1 : tensor<?x?xi64>
  %e = tensor.empty(%n, %m) : tensor<?x?xf64>
  %minus = arith.constant -1.0 : f64
  %y = linalg.map ins(%x : tensor<?x?xi64>) outs(%e : tensor<?x?xf64>)
    (%a: i64, %out: f64) {
      %zero = arith.constant 0 : i64
      %isPositive = arith.cmpi sgt, %a, %zero : i64
      %r = scf.if %isPositive -> f64 {
        %f = arith.sitofp %a : i64 to f64
        scf.yield %f : f64
      } else {
        scf.yield %minus : f64
      }
      linalg.yield %r : f64
    }
  return %y : tensor<?x?xf64>
}

// In the branch that a lane takes, it counts: the second lane of the first step.
// WRONG: error: 'arith.divsi' op has no result: division by zero
func.func @wrong(%x: tensor<?x?xi64>) -> tensor<?x?xi64> {
  %y = linalg.map ins(%x : tensor<?x?xi64>) outs(%x : tensor<?x?xi64>)
    (%a: i64, %out: i64) {
      %zero = arith.constant 0 : i64
      %isNotPositive = arith.cmpi sle, %a, %zero : i64
      %r = scf.if %isNotPositive -> i64 {
        %hundred = arith.constant 100 : i64
        %quotient = arith.divsi %hundred, %a : i64
        scf.yield %quotient : i64
      } else {
        scf.yield %a : i64
      }
      linalg.yield %r : i64
    }
  return %y : tensor<?x?xi64>
}
