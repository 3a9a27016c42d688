// Canonicalisation changes no number: static lengths 0 and 1, outputs, states and
// inputs that nobody reads, inputs given twice.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x1=f8:3,1,4:normal,0,1 x0=f8:3,0,4:const,0 x=f8:3,9,4:normal,0,1 \
// RUN:   c=f8::normal,0,1 h0=f8:3,4:normal,0,1
// RUN: kalmir-opt %s --canonicalize -o %t/simple.mlir
// RUN: FileCheck %s --input-file=%t/simple.mlir
//
// RUN: kalmir-run %s --entry=length_1 --target=reference \
// RUN:   --in=%t/x1.npy,%t/c.npy,%t/h0.npy --out=%t/ha.npy,%t/ya.npy,%t/za.npy
//
// RUN: kalmir-run %t/simple.mlir --entry=length_1 --target=reference \
// RUN:   --in=%t/x1.npy,%t/c.npy,%t/h0.npy --out=%t/hb.npy,%t/yb.npy,%t/zb.npy
// RUN: %npy compare %t/hb.npy %t/ha.npy --tolerance=0
// RUN: %npy compare %t/yb.npy %t/ya.npy --tolerance=0
// RUN: %npy compare %t/zb.npy %t/za.npy --tolerance=0
//
// RUN: kalmir-run %s --entry=length_0 --target=reference \
// RUN:   --in=%t/x0.npy,%t/c.npy,%t/h0.npy --out=%t/ha.npy,%t/ya.npy,%t/za.npy
//
// RUN: kalmir-run %t/simple.mlir --entry=length_0 --target=reference \
// RUN:   --in=%t/x0.npy,%t/c.npy,%t/h0.npy --out=%t/hb.npy,%t/yb.npy,%t/zb.npy
// RUN: %npy compare %t/hb.npy %t/ha.npy --tolerance=0
// RUN: %npy compare %t/yb.npy %t/ya.npy --tolerance=0
// RUN: %npy compare %t/zb.npy %t/za.npy --tolerance=0
//
// RUN: kalmir-run %s --entry=unread --target=reference \
// RUN:   --in=%t/x.npy,%t/c.npy,%t/h0.npy --out=%t/ya.npy
//
// RUN: kalmir-run %t/simple.mlir --entry=unread --target=reference \
// RUN:   --in=%t/x.npy,%t/c.npy,%t/h0.npy --out=%t/yb.npy
// RUN: %npy compare %t/yb.npy %t/ya.npy --tolerance=0

#bts = affine_map<(b, t, s) -> (b, t, s)>
#bt  = affine_map<(b, t, s) -> (b, t)>
#bs  = affine_map<(b, t, s) -> (b, s)>
#b   = affine_map<(b, t, s) -> (b)>
#none = affine_map<(b, t, s) -> ()>

// CHECK-LABEL: func @length_1(
// CHECK-NOT: recur.
// CHECK: linalg.generic
// CHECK-NOT: recur.
// CHECK: return
func.func @length_1(%x: tensor<?x1x?xf64>, %c: f64, %h0: tensor<?x?xf64>)
    -> (tensor<?x?xf64>, tensor<?x1xf64>, tensor<?xf64>) {
  %c0 = arith.constant 0 : index
  %b = tensor.dim %x, %c0 : tensor<?x1x?xf64>
  %y0 = tensor.empty(%b) : tensor<?x1xf64>
  %z0 = tensor.empty(%b) : tensor<?xf64>
  %r:3 = recur.generic {indexing_maps = [#bts, #none, #bs, #bt, #b],
      iterator_types = ["parallel", "recurrence", "reduction"], reverse}
    ins(%x, %c : tensor<?x1x?xf64>, f64) state(%h0 : tensor<?x?xf64>)
    outs(%y0, %z0 : tensor<?x1xf64>, tensor<?xf64>) {
  ^bb0(%xt: f64, %cc: f64, %h: f64):
    %t = recur.index 1 : index
    %s = recur.index 2 : index
    %ts = arith.addi %t, %s : index
    %tj = arith.index_cast %ts : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ch = arith.mulf %cc, %h : f64
    %tx = arith.mulf %tf, %xt : f64
    %h1 = arith.addf %ch, %tx : f64
    recur.yield state(%h1 : f64) outs(%h1, %h : f64, f64)
  } -> (tensor<?x?xf64>, tensor<?x1xf64>, tensor<?xf64>)
  return %r#0, %r#1, %r#2 : tensor<?x?xf64>, tensor<?x1xf64>, tensor<?xf64>
}

// CHECK-LABEL: func @length_0(
// CHECK-NOT: recur.
// CHECK: linalg.fill
// CHECK-NOT: recur.
// CHECK: return
func.func @length_0(%x: tensor<?x0x?xf64>, %c: f64, %h0: tensor<?x?xf64>)
    -> (tensor<?x?xf64>, tensor<?x0xf64>, tensor<?xf64>) {
  %c0 = arith.constant 0 : index
  %b = tensor.dim %x, %c0 : tensor<?x0x?xf64>
  %y0 = tensor.empty(%b) : tensor<?x0xf64>
  %z0 = tensor.empty(%b) : tensor<?xf64>
  %r:3 = recur.generic {indexing_maps = [#bts, #none, #bs, #bt, #b],
      iterator_types = ["parallel", "recurrence", "reduction"], reverse}
    ins(%x, %c : tensor<?x0x?xf64>, f64) state(%h0 : tensor<?x?xf64>)
    outs(%y0, %z0 : tensor<?x0xf64>, tensor<?xf64>) {
  ^bb0(%xt: f64, %cc: f64, %h: f64):
    %t = recur.index 1 : index
    %s = recur.index 2 : index
    %ts = arith.addi %t, %s : index
    %tj = arith.index_cast %ts : index to i64
    %tf = arith.sitofp %tj : i64 to f64
    %ch = arith.mulf %cc, %h : f64
    %tx = arith.mulf %tf, %xt : f64
    %h1 = arith.addf %ch, %tx : f64
    recur.yield state(%h1 : f64) outs(%h1, %h : f64, f64)
  } -> (tensor<?x?xf64>, tensor<?x0xf64>, tensor<?xf64>)
  return %r#0, %r#1, %r#2 : tensor<?x?xf64>, tensor<?x0xf64>, tensor<?xf64>
}

// Only the first output is returned: the sum, its division and the two states
// that only it needs are gone, and the two names of %x are one.
// CHECK-LABEL: func @unread(
// CHECK: recur.generic {{.*}} ins(%{{[^,]*}}, %{{[^,]*}} : tensor<?x?x?xf64>, f64) state(%{{[^,]*}} : tensor<?x?xf64>) outs(%{{[^,]*}} : tensor<?x?xf64>)
// CHECK-NOT: arith.divf
// CHECK: return
func.func @unread(%x: tensor<?x?x?xf64>, %c: f64, %h0: tensor<?x?xf64>) -> tensor<?x?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %x, %c0 : tensor<?x?x?xf64>
  %l = tensor.dim %x, %c1 : tensor<?x?x?xf64>
  %y0 = tensor.empty(%b, %l) : tensor<?x?xf64>
  %z0 = tensor.empty(%b) : tensor<?xf64>
  %r:5 = recur.generic {indexing_maps = [#bts, #bts, #none, #bs, #bs, #bs, #bt, #b],
      iterator_types = ["parallel", "recurrence", "reduction"]}
    ins(%x, %x, %c : tensor<?x?x?xf64>, tensor<?x?x?xf64>, f64)
    state(%h0, %h0, %h0 : tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
    outs(%y0, %z0 : tensor<?x?xf64>, tensor<?xf64>) {
  ^bb0(%xt: f64, %ut: f64, %cc: f64, %f: f64, %h: f64, %g: f64):
    %f1 = arith.addf %f, %g : f64
    %g1 = arith.subf %f, %h : f64
    %ch = arith.mulf %cc, %h : f64
    %xu = arith.mulf %xt, %ut : f64
    %h1 = arith.addf %ch, %xu : f64
    %z = arith.divf %f1, %h1 : f64
    recur.yield state(%f1, %h1, %g1 : f64, f64, f64) outs(%h1, %z : f64, f64)
  } -> (tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>)
  return %r#3 : tensor<?x?xf64>
}
