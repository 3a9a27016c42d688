// RUN: mlir-opt %s --load-dialect-plugin=%kalmir_lib --load-pass-plugin=%kalmir_lib --pass-pipeline='builtin.module(kalmir-recur-expand-segments,canonicalize)' | FileCheck %s

// The plugin's passes in a stock mlir-opt, in one pipeline with upstream's.

// CHECK-LABEL: func @packed
// CHECK: scf.forall
// CHECK: recur.generic
func.func @packed(%x: tensor<8x?xf32>, %cu: tensor<4xi32>, %h0: tensor<3x8xf32>)
    -> tensor<3x8xf32> {
  %r = recur.generic {
      indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<8x?xf32>) segments(%cu : tensor<4xi32>) state(%h0 : tensor<3x8xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32)
  } -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}
