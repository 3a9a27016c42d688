// RUN: kalmir-opt %s --kalmir-infer-entry-signatures --kalmir-generate-entry-bounds --split-input-file | FileCheck %s
// RUN: kalmir-opt %s --kalmir-infer-entry-signatures --kalmir-generate-entry-bounds --kalmir-generate-entry-bounds --split-input-file | FileCheck %s

// Nothing can fail: whole extents, static slices inside, extents that the signature
// makes equal, an empty slice anywhere.
// CHECK-LABEL: func @fits(
// CHECK-NOT: @fits.bounds
func.func @fits(%x: tensor<?x8xf32>, %y: tensor<?xf32>) -> (tensor<?x4xf32>, tensor<?xf32>, tensor<?x0xf32>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %half = tensor.extract_slice %x[0, 1] [%n, 4] [1, 2] : tensor<?x8xf32> to tensor<?x4xf32>
  %column = tensor.extract_slice %x[0, 7] [%n, 1] [1, 1] : tensor<?x8xf32> to tensor<?xf32>
  %sum = arith.addf %column, %y : tensor<?xf32>
  %part = tensor.extract_slice %sum[0] [%n] [1] : tensor<?xf32> to tensor<?xf32>
  %nothing = tensor.extract_slice %x[0, %n] [%n, 0] [1, 1] : tensor<?x8xf32> to tensor<?x0xf32>
  return %half, %part, %nothing : tensor<?x4xf32>, tensor<?xf32>, tensor<?x0xf32>
}

// -----

// What depends on values is not checked, the rest is.
// CHECK-LABEL: func @values(
// CHECK: func @values.bounds(
// CHECK-SAME: -> (index, index, index, index, index) attributes
// CHECK-SAME: kalmir.checks = ["'tensor.extract_slice' expected a slice inside of extent {0} of dimension 1
// CHECK-NOT: tensor.extract
// CHECK: return
func.func @values(%x: tensor<?x?xf32>, %at: tensor<i64>) -> tensor<2xf32> {
  %0 = tensor.extract %at[] : tensor<i64>
  %first = arith.index_cast %0 : i64 to index
  %part = tensor.extract_slice %x[%first, 3] [1, 2] [1, 1] : tensor<?x?xf32> to tensor<2xf32>
  return %part : tensor<2xf32>
}

// -----

// What may not run demands nothing.
// CHECK-LABEL: func @conditional(
// CHECK-NOT: @conditional.bounds
func.func @conditional(%c: tensor<i1>, %x: tensor<?xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %b = tensor.extract %c[] : tensor<i1>
  %r = scf.if %b -> tensor<2xf32> {
    %part = tensor.extract_slice %x[1] [2] [1] : tensor<?xf32> to tensor<2xf32>
    scf.yield %part : tensor<2xf32>
  } else {
    scf.yield %y : tensor<2xf32>
  }
  return %r : tensor<2xf32>
}

// -----

// Extents through a loop that keeps them; one condition of two slices is checked once.
// CHECK-LABEL: func @loop(
// CHECK: func @loop.bounds(
// CHECK-SAME: kalmir.checks = ["'tensor.extract_slice' expected a slice inside of extent {0} of dimension 0, found offset {1}, size {2}, stride {3} (generate-entry-bounds.mlir:{{[0-9]+}}:8)"]
// CHECK-NOT: scf.for
// CHECK: return
func.func @loop(%x: tensor<?xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %sum = scf.for %i = %c0 to %c9 step %c1 iter_args(%s = %x) -> tensor<?xf32> {
    %t = arith.addf %s, %x : tensor<?xf32>
    scf.yield %t : tensor<?xf32>
  }
  %a = tensor.extract_slice %sum[2] [3] [1] : tensor<?xf32> to tensor<3xf32>
  %b = tensor.extract_slice %x[2] [3] [1] : tensor<?xf32> to tensor<3xf32>
  return %a, %b : tensor<3xf32>, tensor<3xf32>
}

// -----

// Remainders and quotients are not looked at, and private functions are no entries.
#half = affine_map<(i) -> (i floordiv 2)>
#all = affine_map<(i) -> (i)>
// CHECK-LABEL: func @quotient(
// CHECK-NOT: .bounds
func.func @quotient(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %r = linalg.generic {indexing_maps = [#half, #all], iterator_types = ["parallel"]}
      ins(%x : tensor<?xf32>) outs(%y : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}
func.func private @private(%x: tensor<?xf32>) -> tensor<3xf32> {
  %part = tensor.extract_slice %x[2] [3] [1] : tensor<?xf32> to tensor<3xf32>
  return %part : tensor<3xf32>
}
