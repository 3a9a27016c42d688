// RUN: kalmir-opt %s --kalmir-recur-split-time --split-input-file --verify-diagnostics

func.func @tensors(%x: tensor<?xf32>, %h: tensor<f32>, %y: tensor<?xf32>) -> (tensor<f32>, tensor<?xf32>) {
  // expected-error @below {{'recur.generic' op expected operands to be buffers, found tensors; run one-shot-bufferize first}}
  %r:2 = recur.generic {
      indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>, affine_map<(t) -> (t)>],
      iterator_types = ["recurrence"], schedule = #recur.schedule<chunked, chunk_length = 8>}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) outs(%y : tensor<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<f32>, tensor<?xf32>)
  return %r#0, %r#1 : tensor<f32>, tensor<?xf32>
}

// -----

func.func @packed(%x: memref<?xf32>, %cu: memref<?xi64>, %h: memref<?xf32>, %y: memref<?xf32>) {
  // expected-error @below {{'recur.generic' op expected no packed sequences, found segments; run kalmir-recur-expand-segments first}}
  recur.generic {
      indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>, affine_map<(t) -> (t)>],
      iterator_types = ["recurrence"], schedule = #recur.schedule<chunked, chunk_length = 8>}
    ins(%x : memref<?xf32>) segments(%cu : memref<?xi64>) state(%h : memref<?xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}
