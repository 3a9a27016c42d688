// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf --split-input-file --verify-diagnostics

func.func @tensors(%x: tensor<?xf32>, %h: tensor<f32>, %y: tensor<?xf32>)
    -> (tensor<f32>, tensor<?xf32>) {
  // expected-error @below {{expected operands to be buffers, found tensors; run one-shot-bufferize first}}
  %r:2 = recur.generic {
      indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>, affine_map<(t) -> (t)>],
      iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) outs(%y : tensor<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<f32>, tensor<?xf32>)
  return %r#0, %r#1 : tensor<f32>, tensor<?xf32>
}

// -----

func.func @segments(%x: memref<?xf32>, %n: memref<?xi64>, %h: memref<?xf32>, %y: memref<?xf32>) {
  // expected-error @below {{expected no packed sequences, found segments; run kalmir-recur-expand-segments first}}
  recur.generic {
      indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>, affine_map<(t) -> (t)>],
      iterator_types = ["recurrence"]}
    ins(%x : memref<?xf32>) segments(%n : memref<?xi64>) state(%h : memref<?xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

func.func @vector_operand(%x: vector<4xf32>, %h: memref<f32>, %y: memref<4xf32>) {
  // expected-error @below {{expected operands to be buffers or scalars, found 'vector<4xf32>'}}
  recur.generic {
      indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>, affine_map<(t) -> (t)>],
      iterator_types = ["recurrence"]}
    ins(%x : vector<4xf32>) state(%h : memref<f32>) outs(%y : memref<4xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

func.func @complex_sum(%x: memref<?xcomplex<f32>>, %h: memref<complex<f32>>, %y: memref<complex<f32>>) {
  // expected-error @below {{expected a number type for output 0, which is summed, found 'complex<f32>'}}
  recur.generic {
      indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>, affine_map<(t) -> ()>],
      iterator_types = ["recurrence"]}
    ins(%x : memref<?xcomplex<f32>>) state(%h : memref<complex<f32>>) outs(%y : memref<complex<f32>>) {
  ^bb0(%xt: complex<f32>, %ht: complex<f32>):
    %h1 = complex.add %ht, %xt : complex<f32>
    recur.yield state(%h1 : complex<f32>) outs(%h1 : complex<f32>)
  }
  return
}

// -----

func.func private @log(f32) -> f32
func.func @side_effect(%x: memref<?xf32>, %h: memref<f32>, %y: memref<?xf32>) {
  recur.generic {
      indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>, affine_map<(t) -> (t)>],
      iterator_types = ["recurrence"]}
    ins(%x : memref<?xf32>) state(%h : memref<f32>) outs(%y : memref<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    // expected-error @below {{expected no side effects in the body of a recurrence}}
    %h1 = func.call @log(%xt) : (f32) -> f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

func.func @chunked(%x: memref<?xf32>, %h: memref<f32>, %y: memref<?xf32>) {
  // expected-error @below {{'recur.generic' op expected a serial schedule, found #recur.schedule<chunked, chunk_length = 8>; run kalmir-recur-split-time first}}
  recur.generic {
      indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>, affine_map<(t) -> (t)>],
      iterator_types = ["recurrence"], schedule = #recur.schedule<chunked, chunk_length = 8>}
    ins(%x : memref<?xf32>) state(%h : memref<f32>) outs(%y : memref<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}
