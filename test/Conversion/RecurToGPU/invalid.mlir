// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu --split-input-file --verify-diagnostics

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
func.func @chunked(%x: memref<?xf32>, %h: memref<f32>) {
  // expected-error @+1 {{expected a serial schedule, found #recur.schedule<chunked, chunk_length = 8>; run kalmir-recur-split-time first}}
  recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"],
      schedule = #recur.schedule<chunked, chunk_length = 8>}
    ins(%x : memref<?xf32>) state(%h : memref<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  }
  return
}

// -----

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
func.func @tensors(%x: tensor<?xf32>, %h: tensor<f32>) -> tensor<f32> {
  // expected-error @+1 {{expected operands to be buffers, found tensors; run one-shot-bufferize first}}
  %r = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  } -> (tensor<f32>)
  return %r : tensor<f32>
}
