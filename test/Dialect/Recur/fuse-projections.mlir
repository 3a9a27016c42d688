// What runs in tiles, what stays outside, and why.
//
// RUN: %exits 1 kalmir-opt %s --kalmir-recur-fuse-projections=tile-length=-1 --split-input-file -o /dev/null | FileCheck %s --check-prefix=OPTION
// OPTION: error: expected a tile length of at least 0 and a cache of at least 1 byte, found -1 and 33554432
// RUN: %exits 1 kalmir-opt %s --kalmir-recur-fuse-projections=cache-bytes=0 --split-input-file -o /dev/null | FileCheck %s --check-prefix=CACHE
// CACHE: error: expected a tile length of at least 0 and a cache of at least 1 byte, found 0 and 0
// RUN: kalmir-opt %s --kalmir-recur-fuse-projections=tile-length=16 --canonicalize --remarks-filter=kalmir --split-input-file -o %t.mlir 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: kalmir-opt %s --kalmir-recur-fuse-projections=cache-bytes=1200 --remarks-filter=kalmir --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=SMALL
// SMALL: not fused with projections: one step takes 40 bytes, and 32 steps more than the 1200 of the cache
// RUN: kalmir-opt %s --kalmir-recur-fuse-projections=cache-bytes=1300 --remarks-filter=kalmir --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=CHOSEN
// CHOSEN: fused 2 operations in tiles of 32 steps

// No product: a recurrence alone is not cut.
// CHECK-LABEL: func @alone(
// CHECK-NOT: scf.for
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @alone(%v: tensor<64x5xf32>, %h0: tensor<5xf32>) -> tensor<64x5xf32> {
  %e0 = tensor.empty() : tensor<64x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%v : tensor<64x5xf32>) state(%h0 : tensor<5xf32>) outs(%e0 : tensor<64x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<64x5xf32>)
  return %r#1 : tensor<64x5xf32>
}

// -----

// The product needs the final state, so that it comes later, with its own input.
// The second recurrence needs it too.
// REMARK: fused 2 operations in tiles of 16 steps
// CHECK-LABEL: func @later(
// CHECK: %[[L:.*]]:2 = scf.for
// CHECK: linalg.matmul
// CHECK: recur.generic
// CHECK: scf.yield
// CHECK: linalg.generic {{.*}} ins(%[[L]]#1, %[[L]]#0
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @later(%x: tensor<?x8xf32>, %w: tensor<8x5xf32>, %i0: tensor<?x5xf32>,
                 %h0: tensor<5xf32>) -> tensor<?x5xf32> {
  %v = linalg.matmul ins(%x, %w : tensor<?x8xf32>, tensor<8x5xf32>)
      outs(%i0 : tensor<?x5xf32>) -> tensor<?x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%v : tensor<?x5xf32>) state(%h0 : tensor<5xf32>) outs(%i0 : tensor<?x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<?x5xf32>)
  %y = linalg.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%r#1, %r#0 : tensor<?x5xf32>, tensor<5xf32>) outs(%i0 : tensor<?x5xf32>) {
  ^bb0(%in: f32, %last: f32, %out: f32):
    %p = arith.mulf %in, %last : f32
    linalg.yield %p : f32
  } -> tensor<?x5xf32>
  return %y : tensor<?x5xf32>
}

// -----

// Every step with every other: y y' is no work of one step.
// REMARK: fused 2 operations in tiles of 16 steps
// CHECK-LABEL: func @all_pairs(
// CHECK: scf.for
// CHECK: scf.yield
// CHECK: linalg.contract
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @all_pairs(%x: tensor<64x8xf32>, %w: tensor<8x5xf32>, %i0: tensor<64x5xf32>,
                     %i1: tensor<64x64xf32>, %h0: tensor<5xf32>) -> tensor<64x64xf32> {
  %v = linalg.matmul ins(%x, %w : tensor<64x8xf32>, tensor<8x5xf32>)
      outs(%i0 : tensor<64x5xf32>) -> tensor<64x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%v : tensor<64x5xf32>) state(%h0 : tensor<5xf32>) outs(%i0 : tensor<64x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<64x5xf32>)
  %y = linalg.contract indexing_maps = [affine_map<(t, u, m) -> (t, m)>,
                                        affine_map<(t, u, m) -> (u, m)>,
                                        affine_map<(t, u, m) -> (t, u)>]
      ins(%r#1, %r#1 : tensor<64x5xf32>, tensor<64x5xf32>) outs(%i1 : tensor<64x64xf32>) -> tensor<64x64xf32>
  return %y : tensor<64x64xf32>
}

// -----

// REMARK: not fused with projections: its 16 steps are one tile of 16
// CHECK-LABEL: func @short(
// CHECK-NOT: scf.for
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @short(%x: tensor<16x8xf32>, %w: tensor<8x5xf32>, %i0: tensor<16x5xf32>,
                 %h0: tensor<5xf32>) -> tensor<16x5xf32> {
  %v = linalg.matmul ins(%x, %w : tensor<16x8xf32>, tensor<8x5xf32>)
      outs(%i0 : tensor<16x5xf32>) -> tensor<16x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%v : tensor<16x5xf32>) state(%h0 : tensor<5xf32>) outs(%i0 : tensor<16x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<16x5xf32>)
  return %r#1 : tensor<16x5xf32>
}

// -----

// The attribute says the length.
// REMARK: fused 2 operations in tiles of 10 steps
// CHECK-LABEL: func @attribute(
// CHECK: scf.for {{.*}} step %c10
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @attribute(%x: tensor<16x8xf32>, %w: tensor<8x5xf32>, %i0: tensor<16x5xf32>,
                     %h0: tensor<5xf32>) -> tensor<16x5xf32> {
  %v = linalg.matmul ins(%x, %w : tensor<16x8xf32>, tensor<8x5xf32>)
      outs(%i0 : tensor<16x5xf32>) -> tensor<16x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%v : tensor<16x5xf32>) state(%h0 : tensor<5xf32>) outs(%i0 : tensor<16x5xf32>)
      attrs = {recur.tile_length = 10} {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<16x5xf32>)
  return %r#1 : tensor<16x5xf32>
}

// -----

// REMARK: not fused with projections: expected a tile of at least 1 step, found -3
// CHECK-LABEL: func @negative_attribute(
// CHECK-NOT: scf.for
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @negative_attribute(%x: tensor<64x8xf32>, %w: tensor<8x5xf32>, %i0: tensor<64x5xf32>,
                              %h0: tensor<5xf32>) -> tensor<64x5xf32> {
  %v = linalg.matmul ins(%x, %w : tensor<64x8xf32>, tensor<8x5xf32>)
      outs(%i0 : tensor<64x5xf32>) -> tensor<64x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%v : tensor<64x5xf32>) state(%h0 : tensor<5xf32>) outs(%i0 : tensor<64x5xf32>)
      attrs = {recur.tile_length = -3} {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<64x5xf32>)
  return %r#1 : tensor<64x5xf32>
}

// -----

// The call cannot move behind the loop.
// REMARK: not fused with projections: an operation with effects stands between
// CHECK-LABEL: func @effects(
// CHECK-NOT: scf.for
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func private @show(tensor<64x5xf32>)
func.func @effects(%x: tensor<64x8xf32>, %w: tensor<8x5xf32>, %u: tensor<5x5xf32>,
                   %i0: tensor<64x5xf32>, %h0: tensor<5xf32>) -> tensor<64x5xf32> {
  %v = linalg.matmul ins(%x, %w : tensor<64x8xf32>, tensor<8x5xf32>)
      outs(%i0 : tensor<64x5xf32>) -> tensor<64x5xf32>
  func.call @show(%v) : (tensor<64x5xf32>) -> ()
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%v : tensor<64x5xf32>) state(%h0 : tensor<5xf32>) outs(%i0 : tensor<64x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<64x5xf32>)
  return %r#1 : tensor<64x5xf32>
}

// -----

// Packed sequences and sums over time are not cut.
// CHECK-LABEL: func @packed(
// CHECK-NOT: scf.for
// CHECK-LABEL: func @sum_over_time(
// CHECK-NOT: scf.for
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @packed(%x: tensor<64x8xf32>, %w: tensor<8x5xf32>, %i0: tensor<64x5xf32>,
                  %b: tensor<3xi64>, %h0: tensor<2x5xf32>) -> tensor<64x5xf32> {
  %v = linalg.matmul ins(%x, %w : tensor<64x8xf32>, tensor<8x5xf32>)
      outs(%i0 : tensor<64x5xf32>) -> tensor<64x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%v : tensor<64x5xf32>) segments(%b : tensor<3xi64>)
      state(%h0 : tensor<2x5xf32>) outs(%i0 : tensor<64x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<2x5xf32>, tensor<64x5xf32>)
  return %r#1 : tensor<64x5xf32>
}
func.func @sum_over_time(%x: tensor<64x8xf32>, %w: tensor<8x5xf32>, %i0: tensor<64x5xf32>,
                         %h0: tensor<5xf32>) -> tensor<5xf32> {
  %v = linalg.matmul ins(%x, %w : tensor<64x8xf32>, tensor<8x5xf32>)
      outs(%i0 : tensor<64x5xf32>) -> tensor<64x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #m], iterator_types = ["recurrence", "parallel"]}
      ins(%v : tensor<64x5xf32>) state(%h0 : tensor<5xf32>) outs(%h0 : tensor<5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<5xf32>)
  return %r#1 : tensor<5xf32>
}
