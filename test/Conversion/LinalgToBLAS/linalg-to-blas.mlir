// What stays loops, and why; what is one product and what a loop over products.
//
// RUN: %exits 1 kalmir-opt %s --kalmir-convert-linalg-to-blas=rows=0 --split-input-file -o /dev/null | FileCheck %s --check-prefix=OPTION
// OPTION: error: expected blocks of at least 1 row and 1 column, found 0 and 512
// RUN: %exits 1 kalmir-opt %s --kalmir-convert-linalg-to-blas --remarks-filter-missed=kalmir --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: kalmir-opt %s --kalmir-convert-linalg-to-blas --canonicalize --split-input-file -verify-diagnostics | FileCheck %s

// REMARK: contraction stays loops: too small
// CHECK-LABEL: func @small
// CHECK: linalg.matmul
func.func @small(%x: memref<4x8xf32>, %w: memref<8x16xf32>, %y: memref<4x16xf32>) {
  linalg.matmul ins(%x, %w : memref<4x8xf32>, memref<8x16xf32>) outs(%y : memref<4x16xf32>)
  return
}

// -----

// REMARK: contraction stays loops: expected elements of f32 or f64
func.func @half(%x: memref<?x?xbf16>, %w: memref<?x?xbf16>, %y: memref<?x?xbf16>) {
  linalg.matmul ins(%x, %w : memref<?x?xbf16>, memref<?x?xbf16>) outs(%y : memref<?x?xbf16>)
  return
}

// -----

// REMARK: contraction stays loops: expected one element type
func.func @mixed(%x: memref<?x?xf32>, %w: memref<?x?xf32>, %y: memref<?x?xf64>) {
  linalg.matmul ins(%x, %w : memref<?x?xf32>, memref<?x?xf32>) outs(%y : memref<?x?xf64>)
  return
}

// -----

// REMARK: contraction stays loops: expected one contracted iterator
func.func @twice(%x: memref<?x?x?xf32>, %w: memref<?x?x?xf32>, %y: memref<?x?xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k, l) -> (m, k, l)>,
                                   affine_map<(m, n, k, l) -> (k, l, n)>,
                                   affine_map<(m, n, k, l) -> (m, n)>]
      ins(%x, %w : memref<?x?x?xf32>, memref<?x?x?xf32>) outs(%y : memref<?x?xf32>)
  return
}

// -----

// REMARK: contraction stays loops: expected a matrix
func.func @dot(%x: memref<?xf32>, %w: memref<?xf32>, %y: memref<f32>) {
  linalg.dot ins(%x, %w : memref<?xf32>, memref<?xf32>) outs(%y : memref<f32>)
  return
}

// -----

// REMARK: contraction stays loops: expected strided buffers
func.func @tiled(%x: memref<?x?xf32, affine_map<(i, j) -> (i floordiv 2, j, i mod 2)>>, %w: memref<?x?xf32>,
                 %y: memref<?x?xf32>) {
  linalg.matmul ins(%x, %w : memref<?x?xf32, affine_map<(i, j) -> (i floordiv 2, j, i mod 2)>>, memref<?x?xf32>)
      outs(%y : memref<?x?xf32>)
  return
}

// -----

// REMARK: contraction stays loops: expected buffers as operands
// CHECK-LABEL: func @number
// CHECK: linalg.generic
func.func @number(%a: f32, %w: memref<?x?xf32>, %y: memref<?xf32>) {
  linalg.generic {indexing_maps = [affine_map<(n, k) -> ()>, affine_map<(n, k) -> (k, n)>,
                                   affine_map<(n, k) -> (n)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%a, %w : f32, memref<?x?xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%p: f32, %b: f32, %c: f32):
    %q = arith.mulf %p, %b : f32
    %s = arith.addf %c, %q : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// A contraction may apply functions to what it multiplies.
// REMARK: contraction stays loops: expected a body that adds the product of its inputs
// CHECK-LABEL: func @exponentials
// CHECK: linalg.generic
func.func @exponentials(%x: memref<?x?xf32>, %w: memref<?x?xf32>, %y: memref<?x?xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                                   affine_map<(m, n, k) -> (k, n)>,
                                   affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : memref<?x?xf32>, memref<?x?xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %e = math.exp %a : f32
    %p = arith.mulf %e, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

// The factors and the terms in the other order are the same product.
// CHECK-LABEL: func @reordered
// CHECK: call @bli_sgemm
func.func @reordered(%x: memref<?x?xf32>, %w: memref<?x?xf32>, %y: memref<?x?xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                                   affine_map<(m, n, k) -> (k, n)>,
                                   affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : memref<?x?xf32>, memref<?x?xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %b, %a : f32
    %s = arith.addf %p, %c : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// One side summed by itself, and the result repeated.
// REMARK: contraction stays loops: expected each iterator in two or all of the operands
// REMARK: contraction stays loops: expected each iterator in two or all of the operands
// CHECK-LABEL: func @summed
// CHECK: linalg.generic
// CHECK-LABEL: func @repeated
// CHECK: linalg.generic
func.func @summed(%x: memref<?x?x?xf32>, %w: memref<?x?xf32>, %y: memref<?x?xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k, l) -> (m, k, l)>,
                                   affine_map<(m, n, k, l) -> (k, n)>,
                                   affine_map<(m, n, k, l) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %w : memref<?x?x?xf32>, memref<?x?xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}
func.func @repeated(%x: memref<?x?xf32>, %w: memref<?x?xf32>, %y: memref<?x?x?xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, j, k) -> (m, k)>,
                                   affine_map<(m, n, j, k) -> (k, n)>,
                                   affine_map<(m, n, j, k) -> (m, n, j)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %w : memref<?x?xf32>, memref<?x?xf32>) outs(%y : memref<?x?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

// -----

#left = affine_map<(b, t, n, k) -> (b, t, k)>
#right = affine_map<(b, t, n, k) -> (k, n)>
#product = affine_map<(b, t, n, k) -> (b, t, n)>

// Rows of all batch entries are one matrix: 2 x 64 rows, one call. What is added
// to counts, because the fill is not with 0.
// CHECK-LABEL: func @merged
// CHECK: linalg.fill
// CHECK-NOT: scf.parallel
// CHECK: call @bli_sgemm(%{{.*}}, %{{.*}}, %c128_i64, %c256_i64, %c32_i64,
func.func @merged(%x: memref<2x64x32xf32>, %w: memref<32x256xf32>, %y: memref<2x64x256xf32>) {
  %one = arith.constant 1.0 : f32
  linalg.fill ins(%one : f32) outs(%y : memref<2x64x256xf32>)
  linalg.contract indexing_maps = [#left, #right, #product]
      ins(%x, %w : memref<2x64x32xf32>, memref<32x256xf32>) outs(%y : memref<2x64x256xf32>)
  return
}

// Rows of a part of the steps are not.
// CHECK-LABEL: func @apart
// CHECK: scf.parallel (%{{.*}}) = (%{{.*}}) to (%c2)
func.func @apart(%x: memref<2x64x32xf32, strided<[4096, 32, 1]>>, %w: memref<32x256xf32>,
                 %y: memref<2x64x256xf32>) {
  linalg.contract indexing_maps = [#left, #right, #product]
      ins(%x, %w : memref<2x64x32xf32, strided<[4096, 32, 1]>>, memref<32x256xf32>)
      outs(%y : memref<2x64x256xf32>)
  return
}

// -----

// expected-error @+1 {{expected no symbol 'bli_sgemm', which is a function of BLIS}}
func.func @bli_sgemm() {
  return
}

func.func @taken(%x: memref<?x?xf32>, %w: memref<?x?xf32>, %y: memref<?x?xf32>) {
  linalg.matmul ins(%x, %w : memref<?x?xf32>, memref<?x?xf32>) outs(%y : memref<?x?xf32>)
  return
}
