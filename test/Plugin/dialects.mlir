// RUN: mlir-opt %s --load-dialect-plugin=%kalmir_lib --pass-pipeline='builtin.module(canonicalize)' | FileCheck %s
// RUN: mlir-opt %s --load-dialect-plugin=%kalmir_lib --load-pass-plugin=%kalmir_lib --pass-pipeline='builtin.module(one-shot-bufferize{bufferize-function-boundaries=true function-boundary-type-conversion=identity-layout-map})' | FileCheck %s --check-prefix=BUFFERS
// RUN: mlir-opt %s --load-dialect-plugin=%kalmir_lib --transform-interpreter | FileCheck %s --check-prefix=TILED
// RUN: mlir-opt %S/../Dialect/Recur/ops.mlir --load-dialect-plugin=%kalmir_lib | FileCheck %S/../Dialect/Recur/ops.mlir

// The plugin in a stock mlir-opt: the dialect, its canonicalisation, and the
// interfaces that upstream's passes and transform operations use.

// CHECK-LABEL: func @sum
// CHECK: recur.generic {{.*}} state(%{{.*}} : tensor<4xf32>) {
// BUFFERS-LABEL: func @sum
// BUFFERS: recur.generic {{.*}} state(%{{.*}} : memref<4xf32>) outs(%{{.*}} : memref<4x100xf32>)
// TILED-LABEL: func @sum
// TILED: scf.for
// TILED: recur.generic
func.func @sum(%x: tensor<4x100xf32>, %h0: tensor<4xf32>, %y0: tensor<4x100xf32>)
    -> tensor<4xf32> {
  %r:2 = recur.generic {
      indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>,
                       affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x100xf32>) state(%h0 : tensor<4xf32>)
    outs(%y0 : tensor<4x100xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<4xf32>, tensor<4x100xf32>)
  return %r#0 : tensor<4xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%m: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["recur.generic"]} in %m
      : (!transform.any_op) -> !transform.any_op
    %t:2 = transform.structured.tile_using_for %op tile_sizes [0, 64]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
