// RUN: kalmir-opt %s --kalmir-recur-promote-state --remarks-filter=kalmir 2>&1 \
// RUN:   | FileCheck %s

#tn = affine_map<(t, n) -> (t, n)>
#n = affine_map<(t, n) -> (n)>

// CHECK: this operation has a fixed width
// CHECK-NEXT: arith.bitcast
func.func @bitcast(%x: tensor<9x4xi32>, %h0: tensor<4xf32>, %y0: tensor<9x4xf32>)
    -> (tensor<4xf32>, tensor<9x4xf32>) {
  %r:2 = recur.generic {indexing_maps = [#tn, #n, #tn],
                        iterator_types = ["recurrence", "parallel"]}
    ins(%x : tensor<9x4xi32>) state(%h0 : tensor<4xf32>)
    outs(%y0 : tensor<9x4xf32>) attrs = {recur.accuracy = "compensated"} {
  ^bb0(%xt: i32, %h: f32):
    %real = arith.bitcast %xt : i32 to f32
    %h1 = arith.addf %h, %real : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<4xf32>, tensor<9x4xf32>)
  return %r#0, %r#1 : tensor<4xf32>, tensor<9x4xf32>
}

// CHECK: states stay as they are: this recurrence is on buffers
// CHECK-NEXT: recur.generic
func.func @buffers(%x: memref<9x4xf32>, %h0: memref<4xf32>) {
  recur.generic {indexing_maps = [#tn, #n], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<9x4xf32>) state(%h0 : memref<4xf32>)
    attrs = {recur.accuracy = "compensated"} {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32)
  }
  return
}
