// RUN: kalmir-opt %s --split-input-file --verify-diagnostics

// Every diagnostic of the parser and the verifiers; the names carry the numbers
// of the constraints in RecurOps.td.

func.func @iterator_types_missing(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{expected iterator_types as an array of strings}}
  %r:2 = recur.generic {indexing_maps = []}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @iterator_type_unknown(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{expected iterator type "parallel", "reduction" or "recurrence", found "window"}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "window"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @iterator_type_no_string(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{expected iterator type "parallel", "reduction" or "recurrence", found 1}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", 1]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @two_segments(%cu: tensor<?xi32>, %h0: tensor<?x4xf32>) {
  %r = recur.generic {indexing_maps = [affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"]}
    // expected-error @below {{expected one segments operand, found 2}}
    segments(%cu, %cu : tensor<?xi32>, tensor<?xi32>) state(%h0 : tensor<?x4xf32>) {
  ^bb0(%h: f32):
    recur.yield state(%h : f32)
  } -> tensor<?x4xf32>
  return
}

// -----

func.func @generic_c1_count(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected 3 indexing maps, one for each input, state and output, found 2}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c1_dims(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected the indexing map of input 0 to have 2 dimensions and no symbols, found affine_map<(d0) -> (d0)>}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m) -> (m)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c1_symbols(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected the indexing map of output 0 to have 2 dimensions and no symbols, found affine_map<(d0, d1)[s0] -> (d0, d1)>}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t)[s] -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c1_permutation(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected the indexing map of state 0 to be a projected permutation, found affine_map<(d0, d1) -> (d0 + d1)>}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m + t)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c2_none(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected exactly one recurrence iterator, found 0}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "parallel"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c2_two(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected exactly one recurrence iterator, found 2}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["recurrence", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c3_rank(%x: tensor<4xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected input 0 to have rank 2, found 1}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c3_scalar(%x: f32, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected input 0 to have rank 2, found 0}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : f32) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c3_unranked(%x: tensor<*xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected a ranked type for input 0, found 'tensor<*xf32>'}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<*xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c3_segments(%x: tensor<4x?xf32>, %cu: tensor<?xi32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected state 0 to have rank 2, found 1}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) segments(%cu : tensor<?xi32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c4_time(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected the indexing map of state 0 to have every lane iterator and not the recurrence, found affine_map<(d0, d1) -> (d1)>}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (t)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c4_lane(%x: tensor<4x?xf32>, %h0: tensor<f32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected the indexing map of state 0 to have every lane iterator and not the recurrence, found affine_map<(d0, d1) -> ()>}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> ()>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<f32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<f32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c5_parallel(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<?xf32>) {
  // expected-error @below {{'recur.generic' op expected the indexing map of output 0 to have parallel iterator 0, found affine_map<(d0, d1) -> (d1)>}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<?xf32>)
  return
}

// -----

func.func @generic_c5_reduction(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected reduction iterator 0 to be missing from the map of an output that sums it}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["reduction", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c6(%h0: tensor<4xf32>) {
  // expected-error @below {{'recur.generic' op expected iterator 1 to span a dimension of some operand}}
  %r = recur.generic {indexing_maps = [affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"]}
    state(%h0 : tensor<4xf32>) {
  ^bb0(%h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @generic_c7(%x: tensor<4x?xf32>, %h0: tensor<5xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected extent 4 of iterator 0, as in input 0, found 5 in state 0}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<5xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<5xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c8_arguments(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected body to take ('f32', 'f32'), found ('f32', 'f64')}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f64):
    recur.yield state(%xt : f32) outs(%xt : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c8_terminator(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected body to end with recur.yield}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    llvm.unreachable
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c8_states(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected body to yield state ('f32'), found ()}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c8_outputs(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected body to yield outs ('f32'), found ('f32', 'f32')}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h, %h : f32, f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c9_mixed(%x: memref<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected all operands to be tensors or all to be buffers, found both}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : memref<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c9_unranked(%x: memref<*xf32>, %h0: memref<4xf32>, %y0: memref<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected a ranked type for input 0, found 'memref<*xf32>'}}
  recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : memref<*xf32>) state(%h0 : memref<4xf32>) outs(%y0 : memref<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  }
  return
}

// -----

func.func @generic_c9_segments_unranked(%x: memref<4x?xf32>, %cu: memref<*xi32>, %h0: memref<?x4xf32>, %y0: memref<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected ranked buffers, found 'memref<*xi32>'}}
  recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : memref<4x?xf32>) segments(%cu : memref<*xi32>) state(%h0 : memref<?x4xf32>) outs(%y0 : memref<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  }
  return
}

// -----

func.func @generic_c9_results(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected the types of states and outputs as results ('tensor<4xf32>', 'tensor<4x?xf32>'), found ('tensor<4x?xf32>', 'tensor<4xf32>')}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4x?xf32>, tensor<4xf32>)
  return
}

// -----

func.func @generic_c9_buffer_results(%x: memref<4x?xf32>, %h0: memref<4xf32>, %y0: memref<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected the types of states and outputs as results (), found ('tensor<4xf32>')}}
  %r = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : memref<4x?xf32>) state(%h0 : memref<4xf32>) outs(%y0 : memref<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @generic_c10_rank(%x: tensor<4x?xf32>, %cu: tensor<2x?xi32>, %h0: tensor<?x4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected segments to be one-dimensional of integers or index, found 'tensor<2x?xi32>'}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) segments(%cu : tensor<2x?xi32>) state(%h0 : tensor<?x4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<?x4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c10_type(%x: tensor<4x?xf32>, %cu: tensor<?xf32>, %h0: tensor<?x4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected segments to be one-dimensional of integers or index, found 'tensor<?xf32>'}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) segments(%cu : tensor<?xf32>) state(%h0 : tensor<?x4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<?x4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @generic_c10_unranked(%x: tensor<4x?xf32>, %cu: tensor<*xi32>, %h0: tensor<?x4xf32>, %y0: tensor<4x?xf32>) {
  // expected-error @below {{'recur.generic' op expected segments to be one-dimensional of integers or index, found 'tensor<*xi32>'}}
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) segments(%cu : tensor<*xi32>) state(%h0 : tensor<?x4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<?x4xf32>, tensor<4x?xf32>)
  return
}

// -----

// expected-error @below {{expected chunk_length of at least 1 for a chunked schedule, found 0}}
func.func private @schedule_chunk() attributes {s = #recur.schedule<chunked>}

// -----

// expected-error @below {{expected no chunk_length for a serial schedule, found 8}}
func.func private @schedule_serial() attributes {s = #recur.schedule<serial, chunk_length = 8>}

// -----

// expected-error @below {{expected vector_width of 0 to 1024, found -1}}
func.func private @schedule_width() attributes {s = #recur.schedule<serial, vector_width = -1>}

// -----

// expected-error @below {{expected rescale_period of at least 1, found 0}}
func.func private @schedule_period() attributes {s = #recur.schedule<serial, rescale_period = 0>}

// -----

func.func @scan_c8(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected step to yield outs (), found ('f32')}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c11_combine_terminator(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected combine to end with recur.yield}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    llvm.unreachable
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c11_combine(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected combine to take ('f32', 'f32'), found ('f32')}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32):
    recur.yield state(%e : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c11_extend(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected extend to take ('f32', 'f32'), found ('f32', 'f64')}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f64):
    recur.yield state(%xt : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c11_extend_yield(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected extend to yield state ('f32'), found ('f32', 'f32')}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e, %e : f32, f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c11_apply(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected apply to take ('f32', 'f32'), found ('f32')}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32):
    recur.yield state(%e : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c12_count(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected 1 identity numbers, one for each element entry, found 2}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32, 1.0 : f32]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c12_type(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected an identity number of type 'f32', found 0.000000e+00 : f64}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f64]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c13_scale_range(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected scale_by to name members of homogeneous groups, found 1}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32],
      homogeneous = [[0]], scale_by = array<i64: 1>}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c13_scale_missing(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected scale_by to name a member of each homogeneous group, found none of that with member 1}}
  %r:2 = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>,
                      affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32],
      homogeneous = [[0], [1]], scale_by = array<i64: 0>}
    ins(%x : tensor<4x?xf32>) state(%h0, %h0 : tensor<4xf32>, tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32, %g: f32):
    recur.yield state(%h, %g : f32, f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32, %h: f32, %g: f32):
    recur.yield state(%h, %g : f32, f32)
  } -> (tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @scan_c13_scale_element(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected scale_by_element to name members of homogeneous groups, found 4}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32],
      homogeneous_element = [[0]], scale_by_element = array<i64: 0, 4>}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c13_empty_group(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected homogeneous to hold groups of member numbers, found []}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32],
      homogeneous = [[]]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c13_no_group(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected homogeneous_element to hold groups of member numbers, found 0}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32],
      homogeneous_element = [0]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c13_range(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected members of homogeneous to be numbers from 0 to below 1, found 1}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32],
      homogeneous = [[1]]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c13_twice(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.scan' op expected each member of homogeneous once, found 0 again}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32],
      homogeneous = [[0], [0]]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @scan_c13_type(%x: tensor<4x?xi32>, %h0: tensor<4xi32>) {
  // expected-error @below {{'recur.scan' op expected one floating-point type in a group of homogeneous, found 'i32'}}
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0 : i32],
      homogeneous = [[0]]}
    ins(%x : tensor<4x?xi32>) state(%h0 : tensor<4xi32>) step {
  ^bb0(%xt: i32, %h: i32):
    recur.yield state(%h : i32)
  } extend {
  ^bb0(%xt: i32, %e: i32):
    recur.yield state(%e : i32)
  } combine {
  ^bb0(%e: i32, %l: i32):
    recur.yield state(%l : i32)
  } apply {
  ^bb0(%e: i32, %h: i32):
    recur.yield state(%h : i32)
  } -> tensor<4xi32>
  return
}

// -----

func.func @index_c1() {
  // expected-error @below {{'recur.index' op expected to stand in the step, extend or finish region of a recurrence}}
  %i = recur.index 0 : index
  return
}

// -----

func.func @index_c1_combine(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  %r = recur.scan {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    recur.yield state(%e : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    // expected-error @below {{'recur.index' op expected to stand in the step, extend or finish region of a recurrence}}
    %i = recur.index 0 : index
    recur.yield state(%l : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @index_c2(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    // expected-error @below {{'recur.index' op expected an iterator from 0 to below 2, found 2}}
    %i = recur.index 2 : index
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @index_negative(%x: tensor<4x?xf32>, %h0: tensor<4xf32>, %y0: tensor<4x?xf32>) {
  %r:2 = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) outs(%y0 : tensor<4x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    // expected-error @below {{attribute 'dim' failed to satisfy constraint: 64-bit signless integer attribute whose minimum value is 0}}
    %i = "recur.index"() {dim = -1 : i64} : () -> index
    recur.yield state(%h : f32) outs(%h : f32)
  } -> (tensor<4xf32>, tensor<4x?xf32>)
  return
}

// -----

func.func @header_attribute(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{expected indexing_maps, iterator_types, reverse, schedule or strict in the header, found revers; other attributes stand in attrs = {...}}}
  %r = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"], revers}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @attrs_attribute(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  %r = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>)
    // expected-error @below {{expected reverse in the header, found it in attrs = {...}}}
    attrs = {reverse} {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  } -> tensor<4xf32>
  return
}

// -----

func.func @empty_body(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.generic' op expects a non-empty block}}
  %r = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) {
  ^bb0(%xt: f32, %h: f32):
  } -> tensor<4xf32>
  return
}

// -----

func.func @no_body(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{'recur.generic' op region #0 ('body') failed to verify constraint: region with 1 blocks}}
  %r = recur.generic {indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) {} -> tensor<4xf32>
  return
}

// -----

func.func @attribute_kind(%x: tensor<4x?xf32>, %h0: tensor<4xf32>) {
  // expected-error @below {{attribute 'scale_by' failed to satisfy constraint: i64 dense array attribute}}
  %r = recur.scan {scale_by = [0], indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<4x?xf32>) state(%h0 : tensor<4xf32>) step {} extend {} combine {} apply {} -> tensor<4xf32>
  return
}

// -----

#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
#ts = affine_map<(t, m, s) -> (t, s)>
#m = affine_map<(t, m, s) -> (m)>

func.func @finish_arguments(%x: tensor<9x3xf32>, %h0: tensor<5x3xf32>, %y0: tensor<9x5xf32>,
    %z0: tensor<5xf32>) {
  // expected-error @below {{'recur.generic' op expected finish to take ('f32', 'f32', 'f32'), found ('f32', 'f32')}}
  %r:3 = recur.generic {indexing_maps = [#ts, #ms, #tm, #m],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : tensor<9x3xf32>) state(%h0 : tensor<5x3xf32>)
    outs(%y0, %z0 : tensor<9x5xf32>, tensor<5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h, %h : f32, f32)
  } finish {
  ^bb0(%xt: f32, %a: f32):
    recur.yield outs(%a, %a : f32, f32)
  } -> (tensor<5x3xf32>, tensor<9x5xf32>, tensor<5xf32>)
  return
}

// -----

#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
#ts = affine_map<(t, m, s) -> (t, s)>
#m = affine_map<(t, m, s) -> (m)>

func.func @finish_results(%x: tensor<9x3xf32>, %h0: tensor<5x3xf32>, %y0: tensor<9x5xf32>,
    %z0: tensor<5xf32>) {
  // expected-error @below {{'recur.generic' op expected finish to yield outs ('f32', 'f32'), found ('f32')}}
  %r:3 = recur.generic {indexing_maps = [#ts, #ms, #tm, #m],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : tensor<9x3xf32>) state(%h0 : tensor<5x3xf32>)
    outs(%y0, %z0 : tensor<9x5xf32>, tensor<5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h, %h : f32, f32)
  } finish {
  ^bb0(%xt: f32, %a: f32, %b: f32):
    recur.yield outs(%a : f32)
  } -> (tensor<5x3xf32>, tensor<9x5xf32>, tensor<5xf32>)
  return
}

// -----

#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
#ts = affine_map<(t, m, s) -> (t, s)>
#m = affine_map<(t, m, s) -> (m)>

func.func @finish_sums(%x: tensor<9x3xf32>, %h0: tensor<5x3xf32>, %y0: tensor<9x5xf32>,
    %z0: tensor<5xf32>) {
  // expected-error @below {{'recur.generic' op expected body to yield 2 outs, one for each output, found 1}}
  %r:3 = recur.generic {indexing_maps = [#ts, #ms, #tm, #m],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : tensor<9x3xf32>) state(%h0 : tensor<5x3xf32>)
    outs(%y0, %z0 : tensor<9x5xf32>, tensor<5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } finish {
  ^bb0(%xt: f32, %a: f32):
    recur.yield outs(%a, %a : f32, f32)
  } -> (tensor<5x3xf32>, tensor<9x5xf32>, tensor<5xf32>)
  return
}

// -----

#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
#ts = affine_map<(t, m, s) -> (t, s)>
#m = affine_map<(t, m, s) -> (m)>

func.func @finish_other_sum(%x: tensor<9x3xf32>, %h0: tensor<5x3xf32>, %y0: tensor<9x5xf32>,
    %z0: tensor<5xf32>) {
  // expected-error @below {{'recur.generic' op expected finish to make output 0 of its own sum, found sum 1}}
  %r:3 = recur.generic {indexing_maps = [#ts, #ms, #tm, #m],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : tensor<9x3xf32>) state(%h0 : tensor<5x3xf32>)
    outs(%y0, %z0 : tensor<9x5xf32>, tensor<5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h, %h : f32, f32)
  } finish {
  ^bb0(%xt: f32, %a: f32, %b: f32):
    %c = arith.addf %a, %b : f32
    recur.yield outs(%c, %b : f32, f32)
  } -> (tensor<5x3xf32>, tensor<9x5xf32>, tensor<5xf32>)
  return
}

// -----

#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
#ts = affine_map<(t, m, s) -> (t, s)>
#m = affine_map<(t, m, s) -> (m)>

func.func @finish_iterator(%x: tensor<9x3xf32>, %h0: tensor<5x3xf32>, %y0: tensor<9x5xf32>,
    %z0: tensor<5xf32>) {
  // expected-error @below {{'recur.generic' op expected what finish yields for output 0 to depend on iterators of its map alone, found iterator 2}}
  %r:3 = recur.generic {indexing_maps = [#ts, #ms, #tm, #m],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : tensor<9x3xf32>) state(%h0 : tensor<5x3xf32>)
    outs(%y0, %z0 : tensor<9x5xf32>, tensor<5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h, %h : f32, f32)
  } finish {
  ^bb0(%xt: f32, %a: f32, %b: f32):
    %c = arith.addf %a, %xt : f32
    recur.yield outs(%c, %b : f32, f32)
  } -> (tensor<5x3xf32>, tensor<9x5xf32>, tensor<5xf32>)
  return
}

// -----

#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
#ts = affine_map<(t, m, s) -> (t, s)>
#m = affine_map<(t, m, s) -> (m)>

func.func @finish_index(%x: tensor<9x3xf32>, %h0: tensor<5x3xf32>, %y0: tensor<9x5xf32>,
    %z0: tensor<5xf32>) {
  // expected-error @below {{'recur.generic' op expected what finish yields for output 0 to depend on iterators of its map alone, found iterator 2}}
  %r:3 = recur.generic {indexing_maps = [#ts, #ms, #tm, #m],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : tensor<9x3xf32>) state(%h0 : tensor<5x3xf32>)
    outs(%y0, %z0 : tensor<9x5xf32>, tensor<5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h, %h : f32, f32)
  } finish {
  ^bb0(%xt: f32, %a: f32, %b: f32):
    %i = recur.index 2 : index
    %j = arith.index_cast %i : index to i32
    %f = arith.sitofp %j : i32 to f32
    recur.yield outs(%f, %b : f32, f32)
  } -> (tensor<5x3xf32>, tensor<9x5xf32>, tensor<5xf32>)
  return
}

// -----

#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
#ts = affine_map<(t, m, s) -> (t, s)>
#m = affine_map<(t, m, s) -> (m)>

func.func @finish_time_sum(%x: tensor<9x3xf32>, %h0: tensor<5x3xf32>, %y0: tensor<9x5xf32>,
    %z0: tensor<5xf32>) {
  // expected-error @below {{'recur.generic' op expected finish to yield output 1, a sum over time, as it is}}
  %r:3 = recur.generic {indexing_maps = [#ts, #ms, #tm, #m],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : tensor<9x3xf32>) state(%h0 : tensor<5x3xf32>)
    outs(%y0, %z0 : tensor<9x5xf32>, tensor<5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h, %h : f32, f32)
  } finish {
  ^bb0(%xt: f32, %a: f32, %b: f32):
    %c = arith.negf %b : f32
    recur.yield outs(%a, %c : f32, f32)
  } -> (tensor<5x3xf32>, tensor<9x5xf32>, tensor<5xf32>)
  return
}

// -----

func.func @two_finishes(%x: tensor<9xf32>, %h0: tensor<f32>) {
  // expected-error @below {{'recur.generic' op expected at most one finish, found 2}}
  %r = "recur.generic"(%x, %h0) <{indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>],
      iterator_types = [#recur.iterator_type<recurrence>],
      operandSegmentSizes = array<i32: 1, 0, 1, 0>}> ({
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32)
  }, {
  ^bb0(%xt: f32):
    recur.yield
  }, {
  ^bb0(%xt: f32):
    recur.yield
  }) : (tensor<9xf32>, tensor<f32>) -> tensor<f32>
  return
}

// -----

#t = affine_map<(t, s) -> (t)>
#s = affine_map<(t, s) -> (s)>

func.func @finish_effects(%x: tensor<9xf32>, %h0: tensor<3xf32>, %y0: tensor<9xf32>) {
  %r:2 = recur.generic {indexing_maps = [#t, #s, #t], iterator_types = ["recurrence", "reduction"]}
    ins(%x : tensor<9xf32>) state(%h0 : tensor<3xf32>) outs(%y0 : tensor<9xf32>) {
  ^bb0(%xt: f32, %h: f32):
    recur.yield state(%h : f32) outs(%h : f32)
  } finish {
  ^bb0(%xt: f32, %a: f32):
    %p = arith.cmpf ogt, %a, %xt : f32
    // expected-error @below {{'cf.assert' op expected no side effects in the finish of a recurrence}}
    cf.assert %p, "no"
    recur.yield outs(%a : f32)
  } -> (tensor<3xf32>, tensor<9xf32>)
  return
}
