// Packed sequences in the reference and after their expansion into a loop: the
// same numbers, forward and in reverse, with empty sequences at both ends and
// between. Sums over time are formed for each sequence and then added.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=f8:3,17:normal,0,1 a=f8:3:uniform,-0.99,0.99 h0=f8:6,3:normal,0,1 \
// RUN:   none=f8:3,0:const,0 cu=i4:7:list,0,0,5,5,6,17,17 zeros=i4:7:const,0
// RUN: kalmir-opt %s --kalmir-recur-expand-segments --canonicalize --cse -o %t/loops.mlir
// RUN: FileCheck %s --input-file=%t/loops.mlir
//
// RUN: kalmir-run %s --entry=packed --target=reference \
// RUN:   --in=%t/x.npy,%t/a.npy,%t/cu.npy,%t/h0.npy --out=%t/ha.npy,%t/ya.npy
//
// RUN: kalmir-run %t/loops.mlir --entry=packed --target=reference \
// RUN:   --in=%t/x.npy,%t/a.npy,%t/cu.npy,%t/h0.npy --out=%t/hb.npy,%t/yb.npy
// RUN: %npy compare %t/hb.npy %t/ha.npy --tolerance=0
// RUN: %npy compare %t/yb.npy %t/ya.npy --tolerance=0
//
// RUN: kalmir-run %s --entry=packed --target=reference \
// RUN:   --in=%t/none.npy,%t/a.npy,%t/zeros.npy,%t/h0.npy --out=%t/ha.npy,%t/ya.npy
//
// RUN: kalmir-run %t/loops.mlir --entry=packed --target=reference \
// RUN:   --in=%t/none.npy,%t/a.npy,%t/zeros.npy,%t/h0.npy --out=%t/hb.npy,%t/yb.npy
// RUN: %npy compare %t/hb.npy %t/ha.npy --tolerance=0
// RUN: %npy compare %t/yb.npy %t/ya.npy --tolerance=0
//
// RUN: kalmir-run %s --entry=packed_reverse --target=reference \
// RUN:   --in=%t/x.npy,%t/a.npy,%t/cu.npy,%t/h0.npy --out=%t/ha.npy,%t/ya.npy
//
// RUN: kalmir-run %t/loops.mlir --entry=packed_reverse --target=reference \
// RUN:   --in=%t/x.npy,%t/a.npy,%t/cu.npy,%t/h0.npy --out=%t/hb.npy,%t/yb.npy
// RUN: %npy compare %t/hb.npy %t/ha.npy --tolerance=0
// RUN: %npy compare %t/yb.npy %t/ya.npy --tolerance=0
//
// RUN: kalmir-run %s --entry=packed_reverse --target=reference \
// RUN:   --in=%t/none.npy,%t/a.npy,%t/zeros.npy,%t/h0.npy --out=%t/ha.npy,%t/ya.npy
//
// RUN: kalmir-run %t/loops.mlir --entry=packed_reverse --target=reference \
// RUN:   --in=%t/none.npy,%t/a.npy,%t/zeros.npy,%t/h0.npy --out=%t/hb.npy,%t/yb.npy
// RUN: %npy compare %t/hb.npy %t/ha.npy --tolerance=0
// RUN: %npy compare %t/yb.npy %t/ya.npy --tolerance=0
//
// RUN: kalmir-run %s --entry=summed --target=reference \
// RUN:   --in=%t/x.npy,%t/a.npy,%t/cu.npy,%t/h0.npy --out=%t/ha.npy,%t/za.npy
//
// RUN: kalmir-run %t/loops.mlir --entry=summed --target=reference \
// RUN:   --in=%t/x.npy,%t/a.npy,%t/cu.npy,%t/h0.npy --out=%t/hb.npy,%t/zb.npy
// RUN: %npy compare %t/hb.npy %t/ha.npy --tolerance=0
// RUN: %npy compare %t/zb.npy %t/za.npy --tolerance=1e-14

#mt = affine_map<(m, t) -> (m, t)>
#m  = affine_map<(m, t) -> (m)>

// CHECK-LABEL: func @packed(
// CHECK: scf.forall
// CHECK-NOT: segments
// CHECK: return
func.func @packed(%x: tensor<?x?xf64>, %a: tensor<?xf64>, %cu: tensor<?xi32>,
                  %h0: tensor<?x?xf64>) -> (tensor<?x?xf64>, tensor<?x?xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf64>
  %l = tensor.dim %x, %c1 : tensor<?x?xf64>
  %y0 = tensor.empty(%m, %l) : tensor<?x?xf64>
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x, %a : tensor<?x?xf64>, tensor<?xf64>) segments(%cu : tensor<?xi32>)
    state(%h0 : tensor<?x?xf64>) outs(%y0 : tensor<?x?xf64>) {
  ^bb0(%xt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %tj = arith.index_cast %t : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %h1 = arith.addf %ah, %xt : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?x?xf64>, tensor<?x?xf64>
}

// CHECK-LABEL: func @packed_reverse(
// CHECK: scf.forall
// CHECK-NOT: segments
// CHECK: return
func.func @packed_reverse(%x: tensor<?x?xf64>, %a: tensor<?xf64>, %cu: tensor<?xi32>,
                  %h0: tensor<?x?xf64>) -> (tensor<?x?xf64>, tensor<?x?xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf64>
  %l = tensor.dim %x, %c1 : tensor<?x?xf64>
  %y0 = tensor.empty(%m, %l) : tensor<?x?xf64>
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #m, #mt],
      iterator_types = ["parallel", "recurrence"], reverse}
    ins(%x, %a : tensor<?x?xf64>, tensor<?xf64>) segments(%cu : tensor<?xi32>)
    state(%h0 : tensor<?x?xf64>) outs(%y0 : tensor<?x?xf64>) {
  ^bb0(%xt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %tj = arith.index_cast %t : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %h1 = arith.addf %ah, %xt : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?x?xf64>, tensor<?x?xf64>
}

// CHECK-LABEL: func @summed(
// CHECK: scf.for 
// CHECK-NOT: segments
// CHECK: return
func.func @summed(%x: tensor<?x?xf64>, %a: tensor<?xf64>, %cu: tensor<?xi32>,
                  %h0: tensor<?x?xf64>) -> (tensor<?x?xf64>, tensor<?xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf64>
  %l = tensor.dim %x, %c1 : tensor<?x?xf64>
  %y0 = tensor.empty(%m) : tensor<?xf64>
  %r:2 = recur.generic {indexing_maps = [#mt, #m, #m, #m],
      iterator_types = ["parallel", "recurrence"], reverse}
    ins(%x, %a : tensor<?x?xf64>, tensor<?xf64>) segments(%cu : tensor<?xi32>)
    state(%h0 : tensor<?x?xf64>) outs(%y0 : tensor<?xf64>) {
  ^bb0(%xt: f64, %am: f64, %h: f64):
    %t = recur.index 1 : index
    %tj = arith.index_cast %t : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ah = arith.mulf %am, %h : f64
    %h1 = arith.addf %ah, %xt : f64
    %y = arith.mulf %tf, %h1 : f64
    recur.yield state(%h1 : f64) outs(%y : f64)
  } -> (tensor<?x?xf64>, tensor<?xf64>)
  return %r#0, %r#1 : tensor<?x?xf64>, tensor<?xf64>
}
