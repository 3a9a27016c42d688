// Recurrences whose operands have the steps of a channel side by side, for
// gpu_cases.py: h = a h + x, forward and backward, in bfloat16, and with states
// that are summed.

#lane = affine_map<(b, t, m) -> (b, m)>
#bmt = affine_map<(b, t, m) -> (b, m, t)>

func.func @forward(%a: tensor<?x?x?xf32>, %x: tensor<?x?x?xf32>, %h0: tensor<?x?xf32>)
    -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %d0 = tensor.dim %a, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %a, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %a, %c2 : tensor<?x?x?xf32>
  %empty = tensor.empty(%d0, %d1, %d2) : tensor<?x?x?xf32>
  %h, %y = recur.generic {
      indexing_maps = [#bmt, #bmt, #lane, #bmt],
      iterator_types = ["parallel", "recurrence", "parallel"]}
    ins(%a, %x : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
    state(%h0 : tensor<?x?xf32>) outs(%empty : tensor<?x?x?xf32>) {
  ^bb0(%at: f32, %xt: f32, %h: f32):
    %ah = arith.mulf %at, %h : f32
    %h1 = arith.addf %ah, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?x?xf32>, tensor<?x?x?xf32>)
  return %y : tensor<?x?x?xf32>
}

func.func @backward(%a: tensor<?x?x?xf32>, %x: tensor<?x?x?xf32>, %h0: tensor<?x?xf32>)
    -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %d0 = tensor.dim %a, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %a, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %a, %c2 : tensor<?x?x?xf32>
  %empty = tensor.empty(%d0, %d1, %d2) : tensor<?x?x?xf32>
  %h, %y = recur.generic {
      indexing_maps = [#bmt, #bmt, #lane, #bmt],
      iterator_types = ["parallel", "recurrence", "parallel"], reverse}
    ins(%a, %x : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
    state(%h0 : tensor<?x?xf32>) outs(%empty : tensor<?x?x?xf32>) {
  ^bb0(%at: f32, %xt: f32, %h: f32):
    %ah = arith.mulf %at, %h : f32
    %h1 = arith.addf %ah, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?x?xf32>, tensor<?x?x?xf32>)
  return %y : tensor<?x?x?xf32>
}

func.func @narrow(%a: tensor<?x?x?xbf16>, %x: tensor<?x?x?xbf16>, %h0: tensor<?x?xf32>)
    -> tensor<?x?x?xbf16> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %d0 = tensor.dim %a, %c0 : tensor<?x?x?xbf16>
  %d1 = tensor.dim %a, %c1 : tensor<?x?x?xbf16>
  %d2 = tensor.dim %a, %c2 : tensor<?x?x?xbf16>
  %empty = tensor.empty(%d0, %d1, %d2) : tensor<?x?x?xbf16>
  %h, %y = recur.generic {
      indexing_maps = [#bmt, #bmt, #lane, #bmt],
      iterator_types = ["parallel", "recurrence", "parallel"]}
    ins(%a, %x : tensor<?x?x?xbf16>, tensor<?x?x?xbf16>)
    state(%h0 : tensor<?x?xf32>) outs(%empty : tensor<?x?x?xbf16>) {
  ^bb0(%an: bf16, %xn: bf16, %h: f32):
    %at = arith.extf %an : bf16 to f32
    %xt = arith.extf %xn : bf16 to f32
    %ah = arith.mulf %at, %h : f32
    %h1 = arith.addf %ah, %xt : f32
    %y = arith.truncf %h1 : f32 to bf16
    recur.yield state(%h1 : f32) outs(%y : bf16)
  } -> (tensor<?x?xf32>, tensor<?x?x?xbf16>)
  return %y : tensor<?x?x?xbf16>
}

#mts = affine_map<(b, t, m, s) -> (b, m, t)>
#states = affine_map<(b, t, m, s) -> (b, m, s)>

func.func @summed(%a: tensor<?x?x?xf32>, %x: tensor<?x?x?xf32>, %h0: tensor<?x?x?xf32>)
    -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %d0 = tensor.dim %a, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %a, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %a, %c2 : tensor<?x?x?xf32>
  %empty = tensor.empty(%d0, %d1, %d2) : tensor<?x?x?xf32>
  %h, %y = recur.generic {
      indexing_maps = [#mts, #mts, #states, #mts],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
    ins(%a, %x : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
    state(%h0 : tensor<?x?x?xf32>) outs(%empty : tensor<?x?x?xf32>) {
  ^bb0(%at: f32, %xt: f32, %h: f32):
    %ah = arith.mulf %at, %h : f32
    %h1 = arith.addf %ah, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %y : tensor<?x?x?xf32>
}
