// Tiles of time give the numbers of the whole: forwards and backwards, a last
// tile that is shorter, no time at all, a window, positions, final states and
// inner results that are read outside.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=f8:2,37,6:normal,0,1 w=f8:6,20:normal,0,1 u=f8:10,3:normal,0,1 h0=f8:2,10:normal,0,1 none=f8:2,0,6:normal,0,1
// RUN: kalmir-opt %s --kalmir-recur-fuse-projections=tile-length=8 -o %t/fused.mlir
// RUN: FileCheck %s --input-file=%t/fused.mlir
//
// RUN: kalmir-run %s --entry=forwards --target=reference --in=%t/x.npy,%t/w.npy,%t/u.npy,%t/h0.npy --out=%t/y.npy,%t/h.npy,%t/v.npy
// RUN: kalmir-run %t/fused.mlir --entry=forwards --target=reference --in=%t/x.npy,%t/w.npy,%t/u.npy,%t/h0.npy --out=%t/y1.npy,%t/h1.npy,%t/v1.npy
// RUN: %npy compare %t/y1.npy %t/y.npy --tolerance=0
// RUN: %npy compare %t/h1.npy %t/h.npy --tolerance=0
// RUN: %npy compare %t/v1.npy %t/v.npy --tolerance=0
// RUN: kalmir-run %s --entry=forwards --tile-length=8 --in=%t/x.npy,%t/w.npy,%t/u.npy,%t/h0.npy --out=%t/y1.npy,%t/h1.npy,%t/v1.npy
// RUN: %npy compare %t/y1.npy %t/y.npy --tolerance=1e-12 --absolute
// RUN: %npy compare %t/h1.npy %t/h.npy --tolerance=1e-12 --absolute
// RUN: %npy compare %t/v1.npy %t/v.npy --tolerance=1e-12 --absolute
// RUN: kalmir-run %s --entry=forwards --tile-length=8 --in=%t/none.npy,%t/w.npy,%t/u.npy,%t/h0.npy --out=%t/y1.npy,%t/h1.npy,%t/v1.npy
// RUN: %npy compare %t/h1.npy %t/h0.npy --tolerance=0
//
// RUN: kalmir-run %s --entry=backwards --target=reference --in=%t/x.npy,%t/w.npy,%t/u.npy,%t/h0.npy --out=%t/y.npy,%t/h.npy
// RUN: kalmir-run %t/fused.mlir --entry=backwards --target=reference --in=%t/x.npy,%t/w.npy,%t/u.npy,%t/h0.npy --out=%t/y1.npy,%t/h1.npy
// RUN: %npy compare %t/y1.npy %t/y.npy --tolerance=0
// RUN: %npy compare %t/h1.npy %t/h.npy --tolerance=0
// RUN: kalmir-run %s --entry=backwards --tile-length=8 --in=%t/x.npy,%t/w.npy,%t/u.npy,%t/h0.npy --out=%t/y1.npy,%t/h1.npy
// RUN: %npy compare %t/y1.npy %t/y.npy --tolerance=1e-12 --absolute
// RUN: %npy compare %t/h1.npy %t/h.npy --tolerance=1e-12 --absolute

#left = affine_map<(b, t, n, k) -> (b, t, k)>
#right = affine_map<(b, t, n, k) -> (k, n)>
#product = affine_map<(b, t, n, k) -> (b, t, n)>
#btm = affine_map<(b, t, m) -> (b, t, m)>
#bm = affine_map<(b, t, m) -> (b, m)>

// CHECK-LABEL: func.func @forwards
// CHECK: scf.for
func.func @forwards(%x: tensor<?x?x?xf64>, %w: tensor<?x20xf64>, %u: tensor<10x3xf64>,
                    %h0: tensor<?x10xf64>)
    -> (tensor<?x?x3xf64>, tensor<?x10xf64>, tensor<?x?x10xf64>) {
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %x, %c0 : tensor<?x?x?xf64>
  %l = tensor.dim %x, %c1 : tensor<?x?x?xf64>
  %e0 = tensor.empty(%b, %l) : tensor<?x?x20xf64>
  %i0 = linalg.fill ins(%zero : f64) outs(%e0 : tensor<?x?x20xf64>) -> tensor<?x?x20xf64>
  %both = linalg.contract indexing_maps = [#left, #right, #product]
      ins(%x, %w : tensor<?x?x?xf64>, tensor<?x20xf64>) outs(%i0 : tensor<?x?x20xf64>) -> tensor<?x?x20xf64>
  %v = tensor.extract_slice %both[0, 0, 0] [%b, %l, 10] [1, 1, 1] : tensor<?x?x20xf64> to tensor<?x?x10xf64>
  %gate = tensor.extract_slice %both[0, 0, 10] [%b, %l, 10] [1, 1, 1] : tensor<?x?x20xf64> to tensor<?x?x10xf64>
  %e1 = tensor.empty(%b, %l) : tensor<?x?x10xf64>
  %r:3 = recur.generic {indexing_maps = [#btm, #bm, #bm, #btm],
      iterator_types = ["parallel", "recurrence", "parallel"]}
      ins(%v : tensor<?x?x10xf64>) state(%h0, %h0 : tensor<?x10xf64>, tensor<?x10xf64>)
      outs(%e1 : tensor<?x?x10xf64>) {
  ^bb0(%now: f64, %h: f64, %last: f64):
    %half = arith.constant 0.5 : f64
    %t = recur.index 1 : index
    %n = arith.index_cast %t : index to i32
    %f = arith.sitofp %n : i32 to f64
    %p = arith.mulf %h, %half : f64
    %q = arith.addf %p, %last : f64
    %h1 = arith.addf %q, %f : f64
    recur.yield state(%h1, %now : f64, f64) outs(%h1 : f64)
  } -> (tensor<?x10xf64>, tensor<?x10xf64>, tensor<?x?x10xf64>)
  %l1 = tensor.dim %r#2, %c1 : tensor<?x?x10xf64>
  %e2 = tensor.empty(%b, %l1) : tensor<?x?x10xf64>
  %gated = linalg.generic {indexing_maps = [#btm, #btm, #btm],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%r#2, %gate : tensor<?x?x10xf64>, tensor<?x?x10xf64>) outs(%e2 : tensor<?x?x10xf64>) {
  ^bb0(%a: f64, %c: f64, %out: f64):
    %m = arith.mulf %a, %c : f64
    linalg.yield %m : f64
  } -> tensor<?x?x10xf64>
  %e3 = tensor.empty(%b, %l1) : tensor<?x?x3xf64>
  %i3 = linalg.fill ins(%zero : f64) outs(%e3 : tensor<?x?x3xf64>) -> tensor<?x?x3xf64>
  %y = linalg.contract indexing_maps = [#left, #right, #product]
      ins(%gated, %u : tensor<?x?x10xf64>, tensor<10x3xf64>) outs(%i3 : tensor<?x?x3xf64>) -> tensor<?x?x3xf64>
  return %y, %r#0, %gated : tensor<?x?x3xf64>, tensor<?x10xf64>, tensor<?x?x10xf64>
}

// What is added to comes from outside.
// CHECK-LABEL: func.func @backwards
// CHECK: scf.for
func.func @backwards(%x: tensor<2x37x6xf64>, %w: tensor<6x20xf64>, %u: tensor<10x3xf64>,
                     %h0: tensor<2x10xf64>) -> (tensor<2x37x3xf64>, tensor<2x10xf64>) {
  %one = arith.constant 1.0 : f64
  %ones = tensor.splat %one : tensor<2x37x3xf64>
  %zero = arith.constant 0.0 : f64
  %e0 = tensor.empty() : tensor<2x37x10xf64>
  %i0 = linalg.fill ins(%zero : f64) outs(%e0 : tensor<2x37x10xf64>) -> tensor<2x37x10xf64>
  %w0 = tensor.extract_slice %w[0, 5] [6, 10] [1, 1] : tensor<6x20xf64> to tensor<6x10xf64>
  %v = linalg.contract indexing_maps = [#left, #right, #product]
      ins(%x, %w0 : tensor<2x37x6xf64>, tensor<6x10xf64>) outs(%i0 : tensor<2x37x10xf64>) -> tensor<2x37x10xf64>
  %r:2 = recur.generic {indexing_maps = [#btm, #bm, #btm],
      iterator_types = ["parallel", "recurrence", "parallel"], reverse}
      ins(%v : tensor<2x37x10xf64>) state(%h0 : tensor<2x10xf64>)
      outs(%e0 : tensor<2x37x10xf64>) {
  ^bb0(%now: f64, %h: f64):
    %half = arith.constant 0.5 : f64
    %p = arith.mulf %h, %half : f64
    %h1 = arith.addf %p, %now : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<2x10xf64>, tensor<2x37x10xf64>)
  %y = linalg.contract indexing_maps = [#left, #right, #product]
      ins(%r#1, %u : tensor<2x37x10xf64>, tensor<10x3xf64>) outs(%ones : tensor<2x37x3xf64>) -> tensor<2x37x3xf64>
  return %y, %r#0 : tensor<2x37x3xf64>, tensor<2x10xf64>
}
