// Recurrences by value: direction, packed sequences, sums over lanes and time,
// indices, states that change places, lengths 0 and 1.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=f8:2,3:range a=f8:2:list,2,3 h0=f8:2:list,1,10 none=f8:2,0:range
// RUN: kalmir-run %s --target=reference --entry=forward --in=%t/a.npy,%t/x.npy,%t/h0.npy --out=%t/hT.npy,%t/h.npy,%t/lanes.npy,%t/time.npy
// RUN: %npy show %t/hT.npy %t/h.npy %t/lanes.npy %t/time.npy | FileCheck %s --check-prefix=FORWARD
// RUN: kalmir-run %s --target=reference --entry=forward --in=%t/a.npy,%t/none.npy,%t/h0.npy --out=%t/hT.npy,%t/h.npy,%t/lanes.npy,%t/time.npy
// RUN: %npy show %t/hT.npy %t/h.npy %t/lanes.npy %t/time.npy | FileCheck %s --check-prefix=EMPTY
// RUN: kalmir-run %s --target=reference --entry=backward --in=%t/a.npy,%t/x.npy,%t/h0.npy --out=%t/hT.npy,%t/h.npy
// RUN: %npy show %t/hT.npy %t/h.npy | FileCheck %s --check-prefix=BACKWARD
//
// Three sequences of 2, 0 and 3 tokens.
//
// RUN: %npy make --dir=%t s=i4:4:list,0,2,2,5 x=f8:5:list,1,2,3,4,5 h0=f8:3:list,100,200,300
// RUN: kalmir-run %s --target=reference --entry=packed --in=%t/x.npy,%t/s.npy,%t/h0.npy --out=%t/hT.npy,%t/h.npy,%t/t.npy
// RUN: %npy show %t/hT.npy %t/h.npy %t/t.npy | FileCheck %s --check-prefix=PACKED
// RUN: kalmir-run %s --target=reference --entry=packed_backward --in=%t/x.npy,%t/s.npy,%t/h0.npy --out=%t/hT.npy,%t/h.npy,%t/t.npy
// RUN: %npy show %t/hT.npy %t/h.npy %t/t.npy | FileCheck %s --check-prefix=PACKEDBACK
//
// RUN: kalmir-run %s --target=reference --entry=fibonacci --in=%t/x.npy --out=%t/a.npy,%t/b.npy,%t/n.npy
// RUN: %npy show %t/a.npy %t/b.npy %t/n.npy | FileCheck %s --check-prefix=FIBONACCI

#m = affine_map<(m, t) -> (m)>
#mt = affine_map<(m, t) -> (m, t)>
#t = affine_map<(m, t) -> (t)>
#none = affine_map<(m, t) -> ()>

// h = a h + x; lanes 0 and 1.
// FORWARD: hT <f8 [2] [12.0, 314.0]
// FORWARD: h <f8 [2, 3] [{{\[}}2.0, 5.0, 12.0], [33.0, 103.0, 314.0]]
// FORWARD: lanes <f8 [3] [35.0, 108.0, 326.0]
// FORWARD: time <f8 [] 469.0
// EMPTY: hT <f8 [2] [1.0, 10.0]
// EMPTY: h <f8 [2, 0] [{{\[}}], []]
// EMPTY: lanes <f8 [0] []
// EMPTY: time <f8 [] 0.0
func.func @forward(%a: tensor<?xf64>, %x: tensor<?x?xf64>, %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>, tensor<?xf64>, tensor<f64>) {
  %c1 = arith.constant 1 : index
  %l = tensor.dim %x, %c1 : tensor<?x?xf64>
  %y1 = tensor.empty(%l) : tensor<?xf64>
  %y2 = tensor.empty() : tensor<f64>
  %r:4 = recur.generic {indexing_maps = [#m, #mt, #m, #mt, #t, #none],
                        iterator_types = ["reduction", "recurrence"]}
    ins(%a, %x : tensor<?xf64>, tensor<?x?xf64>) state(%h0 : tensor<?xf64>)
    outs(%x, %y1, %y2 : tensor<?x?xf64>, tensor<?xf64>, tensor<f64>) {
  ^bb0(%at: f64, %xt: f64, %h: f64):
    %ah = arith.mulf %at, %h : f64
    %h1 = arith.addf %ah, %xt : f64
    recur.yield state(%h1 : f64) outs(%h1, %h1, %h1 : f64, f64, f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>, tensor<?xf64>, tensor<f64>)
  return %r#0, %r#1, %r#2, %r#3
    : tensor<?xf64>, tensor<?x?xf64>, tensor<?xf64>, tensor<f64>
}

// BACKWARD: hT <f8 [2] [18.0, 330.0]
// BACKWARD: h <f8 [2, 3] [{{\[}}18.0, 9.0, 4.0], [330.0, 109.0, 35.0]]
func.func @backward(%a: tensor<?xf64>, %x: tensor<?x?xf64>, %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %r:2 = recur.generic {indexing_maps = [#m, #mt, #m, #mt], reverse,
                        iterator_types = ["parallel", "recurrence"]}
    ins(%a, %x : tensor<?xf64>, tensor<?x?xf64>) state(%h0 : tensor<?xf64>)
    outs(%x : tensor<?x?xf64>) {
  ^bb0(%at: f64, %xt: f64, %h: f64):
    %ah = arith.mulf %at, %h : f64
    %h1 = arith.addf %ah, %xt : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// PACKED: hT <f8 [3] [103.0, 200.0, 312.0]
// PACKED: h <f8 [5] [101.0, 103.0, 303.0, 307.0, 312.0]
// PACKED: t <i8 [5] [0, 1, 0, 1, 2]
// PACKEDBACK: hT <f8 [3] [103.0, 200.0, 312.0]
// PACKEDBACK: h <f8 [5] [103.0, 102.0, 312.0, 309.0, 305.0]
// PACKEDBACK: t <i8 [5] [0, 1, 0, 1, 2]
func.func @packed(%x: tensor<?xf64>, %s: tensor<?xi32>, %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<5xindex>) {
  %y1 = tensor.empty() : tensor<5xindex>
  %r:3 = recur.generic {indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>,
                                         affine_map<(t) -> (t)>, affine_map<(t) -> (t)>],
                        iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf64>) segments(%s : tensor<?xi32>) state(%h0 : tensor<?xf64>)
    outs(%x, %y1 : tensor<?xf64>, tensor<5xindex>) {
  ^bb0(%xt: f64, %h: f64):
    %t = recur.index 0 : index
    %h1 = arith.addf %h, %xt : f64
    recur.yield state(%h1 : f64) outs(%h1, %t : f64, index)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<5xindex>)
  return %r#0, %r#1, %r#2 : tensor<?xf64>, tensor<?xf64>, tensor<5xindex>
}

func.func @packed_backward(%x: tensor<?xf64>, %s: tensor<?xi32>, %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<5xindex>) {
  %y1 = tensor.empty() : tensor<5xindex>
  %r:3 = recur.generic {indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>,
                                         affine_map<(t) -> (t)>, affine_map<(t) -> (t)>],
                        reverse, iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf64>) segments(%s : tensor<?xi32>) state(%h0 : tensor<?xf64>)
    outs(%x, %y1 : tensor<?xf64>, tensor<5xindex>) {
  ^bb0(%xt: f64, %h: f64):
    %t = recur.index 0 : index
    %h1 = arith.addf %h, %xt : f64
    recur.yield state(%h1 : f64) outs(%h1, %t : f64, index)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<5xindex>)
  return %r#0, %r#1, %r#2 : tensor<?xf64>, tensor<?xf64>, tensor<5xindex>
}

// Two states, one becoming the other; an integer state wraps to its width.
// FIBONACCI: a <i8 [] 5
// FIBONACCI: b <i8 [] 8
// FIBONACCI: n |i1 [5] [100, -56, 44, -112, -12]
func.func @fibonacci(%x: tensor<?xf64>) -> (tensor<i64>, tensor<i64>, tensor<?xi8>) {
  %c0 = arith.constant 0 : index
  %l = tensor.dim %x, %c0 : tensor<?xf64>
  %a0 = arith.constant dense<0> : tensor<i64>
  %b0 = arith.constant dense<1> : tensor<i64>
  %n0 = arith.constant dense<0> : tensor<i8>
  %y0 = tensor.empty(%l) : tensor<?xi8>
  %r:4 = recur.generic {
      indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>, affine_map<(t) -> ()>,
                       affine_map<(t) -> ()>, affine_map<(t) -> (t)>],
      iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf64>) state(%a0, %b0, %n0 : tensor<i64>, tensor<i64>, tensor<i8>)
    outs(%y0 : tensor<?xi8>) {
  ^bb0(%xt: f64, %a: i64, %b: i64, %n: i8):
    %sum = arith.addi %a, %b : i64
    %c100 = arith.constant 100 : i8
    %n1 = arith.addi %n, %c100 : i8
    recur.yield state(%b, %sum, %n1 : i64, i64, i8) outs(%n1 : i8)
  } -> (tensor<i64>, tensor<i64>, tensor<i8>, tensor<?xi8>)
  return %r#0, %r#1, %r#3 : tensor<i64>, tensor<i64>, tensor<?xi8>
}
