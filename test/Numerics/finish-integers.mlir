// What becomes of sums by value: integers, two outputs that share an operation, branches, and
// packed sequences, in the reference and compiled.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=i4:3,2:list,1,1,1,1,1,1 h0=i4:2:list,0,0
// RUN: kalmir-run %s --target=reference --entry=integers --in=%t/x.npy,%t/h0.npy --out=%t/a.npy,%t/b.npy
// RUN: %npy show %t/a.npy %t/b.npy | FileCheck %s --check-prefix=INTEGERS
// RUN: kalmir-run %s --entry=integers --in=%t/x.npy,%t/h0.npy --out=%t/a.npy,%t/b.npy
// RUN: %npy show %t/a.npy %t/b.npy | FileCheck %s --check-prefix=INTEGERS
//
// One step, of which no recurrence is left.
//
// RUN: %npy make --dir=%t x=i4:1,2:list,1,1 h0=i4:2:list,0,0
// RUN: kalmir-run %s --target=reference --entry=one --in=%t/x.npy,%t/h0.npy --out=%t/a.npy,%t/b.npy
// RUN: %npy show %t/a.npy %t/b.npy | FileCheck %s --check-prefix=ONE
// RUN: kalmir-opt %s --canonicalize -o %t/one.mlir
// RUN: kalmir-run %t/one.mlir --target=reference --entry=one --in=%t/x.npy,%t/h0.npy --out=%t/a.npy,%t/b.npy
// RUN: %npy show %t/a.npy %t/b.npy | FileCheck %s --check-prefix=ONE
//
// Three sequences of 2, 0 and 3 tokens.
//
// RUN: %npy make --dir=%t s=i4:4:list,0,2,2,5 x=f8:5:list,1,2,3,4,5 h0=f8:3:list,100,200,300
// RUN: kalmir-run %s --target=reference --entry=packed --in=%t/x.npy,%t/s.npy,%t/h0.npy --out=%t/y.npy
// RUN: %npy show %t/y.npy | FileCheck %s --check-prefix=PACKED
// RUN: kalmir-run %s --entry=packed --in=%t/x.npy,%t/s.npy,%t/h0.npy --out=%t/y.npy
// RUN: %npy show %t/y.npy | FileCheck %s --check-prefix=PACKED

#ts = affine_map<(t, s) -> (t, s)>
#s = affine_map<(t, s) -> (s)>
#t = affine_map<(t, s) -> (t)>

// Twice the sum of the states, and a hundred divided by how many there are.
// INTEGERS: a <i4 [3] [4, 8, 12]
// INTEGERS: b <i4 [3] [50, 50, 50]
func.func @integers(%x: tensor<?x?xi32>, %h0: tensor<?xi32>) -> (tensor<?xi32>, tensor<?xi32>) {
  %c0 = arith.constant 0 : index
  %length = tensor.dim %x, %c0 : tensor<?x?xi32>
  %empty = tensor.empty(%length) : tensor<?xi32>
  %r:3 = recur.generic {indexing_maps = [#ts, #s, #t, #t],
      iterator_types = ["recurrence", "reduction"]}
    ins(%x : tensor<?x?xi32>) state(%h0 : tensor<?xi32>)
    outs(%empty, %empty : tensor<?xi32>, tensor<?xi32>) {
  ^bb0(%xt: i32, %h: i32):
    %h1 = arith.addi %h, %xt : i32
    %one = arith.constant 1 : i32
    recur.yield state(%h1 : i32) outs(%h1, %one : i32, i32)
  } finish {
  ^bb0(%xt: i32, %a: i32, %b: i32):
    %one = arith.constant 1 : i32
    %two = arith.addi %one, %one : i32
    %double = arith.muli %a, %two : i32
    %hundred = arith.constant 100 : i32
    %quotient = arith.divsi %hundred, %b : i32
    %several = arith.cmpi sge, %b, %two : i32
    %c = scf.if %several -> i32 {
      scf.yield %quotient : i32
    } else {
      scf.yield %b : i32
    }
    recur.yield outs(%double, %c : i32, i32)
  } -> (tensor<?xi32>, tensor<?xi32>, tensor<?xi32>)
  return %r#1, %r#2 : tensor<?xi32>, tensor<?xi32>
}

// ONE: a <i4 [1] [4]
// ONE: b <i4 [1] [50]
func.func @one(%x: tensor<1x2xi32>, %h0: tensor<2xi32>) -> (tensor<1xi32>, tensor<1xi32>) {
  %empty = tensor.empty() : tensor<1xi32>
  %r:3 = recur.generic {indexing_maps = [#ts, #s, #t, #t],
      iterator_types = ["recurrence", "reduction"]}
    ins(%x : tensor<1x2xi32>) state(%h0 : tensor<2xi32>)
    outs(%empty, %empty : tensor<1xi32>, tensor<1xi32>) {
  ^bb0(%xt: i32, %h: i32):
    %h1 = arith.addi %h, %xt : i32
    %one = arith.constant 1 : i32
    recur.yield state(%h1 : i32) outs(%h1, %one : i32, i32)
  } finish {
  ^bb0(%xt: i32, %a: i32, %b: i32):
    %one = arith.constant 1 : i32
    %two = arith.addi %one, %one : i32
    %double = arith.muli %a, %two : i32
    %hundred = arith.constant 100 : i32
    %several = arith.cmpi sge, %b, %two : i32
    %c = scf.if %several -> i32 {
      %quotient = arith.divsi %hundred, %b : i32
      scf.yield %quotient : i32
    } else {
      scf.yield %b : i32
    }
    recur.yield outs(%double, %c : i32, i32)
  } -> (tensor<2xi32>, tensor<1xi32>, tensor<1xi32>)
  return %r#1, %r#2 : tensor<1xi32>, tensor<1xi32>
}

// Steps are counted from the start of each sequence.
// PACKED: y <f8 [5] [0.0, 103.0, 0.0, 307.0, 624.0]
func.func @packed(%x: tensor<?xf64>, %s: tensor<?xi32>, %h0: tensor<?xf64>) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %length = tensor.dim %x, %c0 : tensor<?xf64>
  %empty = tensor.empty(%length) : tensor<?xf64>
  %r:2 = recur.generic {indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>,
      affine_map<(t) -> (t)>], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf64>) segments(%s : tensor<?xi32>) state(%h0 : tensor<?xf64>)
    outs(%empty : tensor<?xf64>) {
  ^bb0(%xt: f64, %h: f64):
    %h1 = arith.addf %h, %xt : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } finish {
  ^bb0(%xt: f64, %h: f64):
    %t = recur.index 0 : index
    %i = arith.index_cast %t : index to i64
    %f = arith.sitofp %i : i64 to f64
    %y = arith.mulf %h, %f : f64
    recur.yield outs(%y : f64)
  } -> (tensor<?xf64>, tensor<?xf64>)
  return %r#1 : tensor<?xf64>
}
