// Matrix products by BLIS and by loops against the reference: shared weights,
// batches, transposes, slices, several rows and columns, sizes around a block.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=f4:2,131,33:normal,0,1 w=f4:33,259:normal,0,1 b=f4:2,259,33:normal,0,1 y=f4:2,131,259:normal,0,1 \
// RUN:   empty=f4:2,131,0:normal,0,1 none=f4:0,259:normal,0,1 d=f8:5,40,30:normal,0,1 e=f8:30,7,9:normal,0,1 row=f4:33:normal,0,1
//
// RUN: kalmir-run %s --entry=shared --target=reference --in=%t/x.npy,%t/w.npy,%t/y.npy --out=%t/r.npy
// RUN: kalmir-run %s --entry=shared --in=%t/x.npy,%t/w.npy,%t/y.npy --out=%t/c.npy
// RUN: %npy compare %t/c.npy %t/r.npy --tolerance=1e-5 --absolute
// RUN: kalmir-run %s --entry=shared --matmul=loops --in=%t/x.npy,%t/w.npy,%t/y.npy --out=%t/l.npy
// RUN: %npy compare %t/l.npy %t/r.npy --tolerance=1e-5 --absolute
// RUN: kalmir-run %s --entry=shared --threads=1 --in=%t/x.npy,%t/w.npy,%t/y.npy --out=%t/one.npy
// RUN: %npy compare %t/one.npy %t/c.npy --tolerance=0
// RUN: kalmir-run %s --entry=shared --in=%t/empty.npy,%t/none.npy,%t/y.npy --out=%t/c.npy
// RUN: %npy compare %t/c.npy %t/y.npy --tolerance=0
//
// RUN: kalmir-run %s --entry=batched --target=reference --in=%t/x.npy,%t/b.npy --out=%t/r.npy
// RUN: kalmir-run %s --entry=batched --in=%t/x.npy,%t/b.npy --out=%t/c.npy
// RUN: %npy compare %t/c.npy %t/r.npy --tolerance=1e-5 --absolute
//
// RUN: kalmir-run %s --entry=sliced --target=reference --in=%t/x.npy,%t/w.npy --out=%t/r.npy
// RUN: kalmir-run %s --entry=sliced --in=%t/x.npy,%t/w.npy --out=%t/c.npy
// RUN: %npy compare %t/c.npy %t/r.npy --tolerance=1e-5 --absolute
//
// RUN: kalmir-run %s --entry=permuted --target=reference --in=%t/d.npy,%t/e.npy --out=%t/r.npy
// RUN: kalmir-run %s --entry=permuted --in=%t/d.npy,%t/e.npy --out=%t/c.npy
// RUN: %npy compare %t/c.npy %t/r.npy --tolerance=1e-13 --absolute
//
// RUN: kalmir-run %s --entry=vector --target=reference --in=%t/row.npy,%t/w.npy --out=%t/r.npy
// RUN: kalmir-run %s --entry=vector --in=%t/row.npy,%t/w.npy --out=%t/c.npy
// RUN: %npy compare %t/c.npy %t/r.npy --tolerance=1e-5 --absolute
//
// Bodies of contractions that are no product.
//
// RUN: kalmir-run %s --entry=exponentials --target=reference --in=%t/row.npy,%t/w.npy --out=%t/r.npy
// RUN: kalmir-run %s --entry=exponentials --in=%t/row.npy,%t/w.npy --out=%t/c.npy
// RUN: %npy compare %t/c.npy %t/r.npy --tolerance=1e-5 --absolute

#left = affine_map<(b, t, n, k) -> (b, t, k)>
#right = affine_map<(b, t, n, k) -> (k, n)>
#product = affine_map<(b, t, n, k) -> (b, t, n)>

// Added to what is there.
func.func @shared(%x: tensor<?x?x?xf32>, %w: tensor<?x?xf32>, %y: tensor<?x?x?xf32>)
    -> tensor<?x?x?xf32> {
  %r = linalg.contract indexing_maps = [#left, #right, #product]
      ins(%x, %w : tensor<?x?x?xf32>, tensor<?x?xf32>)
      outs(%y : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return %r : tensor<?x?x?xf32>
}

// The right side transposed.
func.func @batched(%x: tensor<?x?x?xf32>, %w: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %x, %c0 : tensor<?x?x?xf32>
  %m = tensor.dim %x, %c1 : tensor<?x?x?xf32>
  %n = tensor.dim %w, %c1 : tensor<?x?x?xf32>
  %empty = tensor.empty(%b, %m, %n) : tensor<?x?x?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %r = linalg.batch_matmul
      indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>,
                       affine_map<(b, m, n, k) -> (b, n, k)>,
                       affine_map<(b, m, n, k) -> (b, m, n)>]
      ins(%x, %w : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
      outs(%init : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return %r : tensor<?x?x?xf32>
}

// A part of the rows, of the depth and of the columns: nothing is contiguous.
func.func @sliced(%x: tensor<2x131x33xf32>, %w: tensor<33x259xf32>)
    -> tensor<2x100x200xf32> {
  %zero = arith.constant 0.0 : f32
  %xs = tensor.extract_slice %x[0, 7, 3] [2, 100, 30] [1, 1, 1]
      : tensor<2x131x33xf32> to tensor<2x100x30xf32>
  %ws = tensor.extract_slice %w[1, 50] [30, 200] [1, 1]
      : tensor<33x259xf32> to tensor<30x200xf32>
  %empty = tensor.empty() : tensor<2x100x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x100x200xf32>) -> tensor<2x100x200xf32>
  %r = linalg.contract indexing_maps = [#left, #right, #product]
      ins(%xs, %ws : tensor<2x100x30xf32>, tensor<30x200xf32>)
      outs(%init : tensor<2x100x200xf32>) -> tensor<2x100x200xf32>
  return %r : tensor<2x100x200xf32>
}

// Two iterators of rows and two of columns, results with columns first.
func.func @permuted(%x: tensor<5x40x30xf64>, %w: tensor<30x7x9xf64>)
    -> tensor<7x5x40x9xf64> {
  %zero = arith.constant 0.0 : f64
  %empty = tensor.empty() : tensor<7x5x40x9xf64>
  %init = linalg.fill ins(%zero : f64) outs(%empty : tensor<7x5x40x9xf64>) -> tensor<7x5x40x9xf64>
  %r = linalg.contract
      indexing_maps = [affine_map<(b, m, h, n, k) -> (b, m, k)>,
                       affine_map<(b, m, h, n, k) -> (k, h, n)>,
                       affine_map<(b, m, h, n, k) -> (h, b, m, n)>]
      ins(%x, %w : tensor<5x40x30xf64>, tensor<30x7x9xf64>)
      outs(%init : tensor<7x5x40x9xf64>) -> tensor<7x5x40x9xf64>
  return %r : tensor<7x5x40x9xf64>
}

func.func @vector(%x: tensor<?xf32>, %w: tensor<?x?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %n = tensor.dim %w, %c1 : tensor<?x?xf32>
  %empty = tensor.empty(%n) : tensor<?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?xf32>) -> tensor<?xf32>
  %r = linalg.vecmat ins(%x, %w : tensor<?xf32>, tensor<?x?xf32>)
      outs(%init : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}

func.func @exponentials(%x: tensor<?xf32>, %w: tensor<?x?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %n = tensor.dim %w, %c1 : tensor<?x?xf32>
  %empty = tensor.empty(%n) : tensor<?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?xf32>) -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(n, k) -> (k)>, affine_map<(n, k) -> (k, n)>,
                                        affine_map<(n, k) -> (n)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : tensor<?xf32>, tensor<?x?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %e = math.exp %a : f32
    %p = arith.mulf %e, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}
