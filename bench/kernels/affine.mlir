// What memory alone should bind: h = a h + b in every lane, with channels or
// time contiguous, and a copy to compare with.

#lane = affine_map<(b, t, m) -> (b, m)>
#btm = affine_map<(b, t, m) -> (b, t, m)>
#bmt = affine_map<(b, t, m) -> (b, m, t)>

func.func @channels_contiguous(%a: tensor<?x?x?xf32>, %b: tensor<?x?x?xf32>,
                               %h0: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %d0 = tensor.dim %a, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %a, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %a, %c2 : tensor<?x?x?xf32>
  %empty = tensor.empty(%d0, %d1, %d2) : tensor<?x?x?xf32>
  %r:2 = recur.generic {
      indexing_maps = [#btm, #btm, #lane, #btm],
      iterator_types = ["parallel", "recurrence", "parallel"]}
    ins(%a, %b : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
    state(%h0 : tensor<?x?xf32>) outs(%empty : tensor<?x?x?xf32>) {
  ^bb0(%ai: f32, %bi: f32, %h: f32):
    %ah = arith.mulf %ai, %h : f32
    %h1 = arith.addf %ah, %bi : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?x?xf32>, tensor<?x?x?xf32>)
  return %r#1 : tensor<?x?x?xf32>
}

func.func @time_contiguous(%a: tensor<?x?x?xf32>, %b: tensor<?x?x?xf32>,
                           %h0: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %d0 = tensor.dim %a, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %a, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %a, %c2 : tensor<?x?x?xf32>
  %empty = tensor.empty(%d0, %d1, %d2) : tensor<?x?x?xf32>
  %r:2 = recur.generic {
      indexing_maps = [#bmt, #bmt, #lane, #bmt],
      iterator_types = ["parallel", "recurrence", "parallel"]}
    ins(%a, %b : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
    state(%h0 : tensor<?x?xf32>) outs(%empty : tensor<?x?x?xf32>) {
  ^bb0(%ai: f32, %bi: f32, %h: f32):
    %ah = arith.mulf %ai, %h : f32
    %h1 = arith.addf %ah, %bi : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?x?xf32>, tensor<?x?x?xf32>)
  return %r#1 : tensor<?x?x?xf32>
}

func.func @scaled_copy(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %two = arith.constant 2.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %empty = tensor.empty(%n) : tensor<?xf32>
  %r = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
    ins(%x : tensor<?xf32>) outs(%empty : tensor<?xf32>) {
  ^bb0(%xi: f32, %o: f32):
    %y = arith.mulf %xi, %two : f32
    linalg.yield %y : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}
