// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu --split-input-file --verify-diagnostics

#ts = affine_map<(t, r, s) -> (t, s)>
#rs = affine_map<(t, r, s) -> (r, s)>
#out = affine_map<(t, r, s) -> (t, r)>
#one = affine_map<(t, r, s) -> (t)>
func.func @partial(%x: memref<?x?xf32>, %h: memref<?x?xf32>, %y: memref<?x?xf32>, %z: memref<?xf32>) {
  // expected-error @+1 {{expected output 0 to be summed over all reduction iterators or none and not over time, found the map affine_map<(d0, d1, d2) -> (d0, d1)>}}
  recur.generic {indexing_maps = [#ts, #rs, #out, #one], iterator_types = ["recurrence", "reduction", "reduction"]}
    ins(%x : memref<?x?xf32>) state(%h : memref<?x?xf32>) outs(%y, %z : memref<?x?xf32>, memref<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1, %h1 : f32, f32)
  }
  return
}

// -----

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
