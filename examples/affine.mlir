// h' = a h + b, the recurrence inside of many layers, for arrays with channels
// last [B,L,D] and with time last [B,D,L]; a, b and all h alike, from h = 0.

#btd = affine_map<(b, t, d) -> (b, t, d)>
#bdt = affine_map<(b, t, d) -> (b, d, t)>
#bd = affine_map<(b, t, d) -> (b, d)>

func.func @affine_bld(%a: tensor<?x?x?xf32>, %b: tensor<?x?x?xf32>)
    -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %a, %c0 : tensor<?x?x?xf32>
  %length = tensor.dim %a, %c1 : tensor<?x?x?xf32>
  %channels = tensor.dim %a, %c2 : tensor<?x?x?xf32>
  %out = tensor.empty(%batch, %length, %channels) : tensor<?x?x?xf32>
  %room = tensor.empty(%batch, %channels) : tensor<?x?xf32>
  %h = linalg.fill ins(%zero : f32) outs(%room : tensor<?x?xf32>)
      -> tensor<?x?xf32>
  %hT, %all = recur.generic {indexing_maps = [#btd, #btd, #bd, #btd],
      iterator_types = ["parallel", "recurrence", "parallel"]}
      ins(%a, %b : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
      state(%h : tensor<?x?xf32>) outs(%out : tensor<?x?x?xf32>) {
  ^bb0(%at: f32, %bt: f32, %ht: f32):
    %kept = arith.mulf %at, %ht : f32
    %next = arith.addf %kept, %bt : f32
    recur.yield state(%next : f32) outs(%next : f32)
  } -> (tensor<?x?xf32>, tensor<?x?x?xf32>)
  return %all : tensor<?x?x?xf32>
}

func.func @affine_bdl(%a: tensor<?x?x?xf32>, %b: tensor<?x?x?xf32>)
    -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %a, %c0 : tensor<?x?x?xf32>
  %channels = tensor.dim %a, %c1 : tensor<?x?x?xf32>
  %length = tensor.dim %a, %c2 : tensor<?x?x?xf32>
  %out = tensor.empty(%batch, %channels, %length) : tensor<?x?x?xf32>
  %room = tensor.empty(%batch, %channels) : tensor<?x?xf32>
  %h = linalg.fill ins(%zero : f32) outs(%room : tensor<?x?xf32>)
      -> tensor<?x?xf32>
  %hT, %all = recur.generic {indexing_maps = [#bdt, #bdt, #bd, #bdt],
      iterator_types = ["parallel", "recurrence", "parallel"]}
      ins(%a, %b : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
      state(%h : tensor<?x?xf32>) outs(%out : tensor<?x?x?xf32>) {
  ^bb0(%at: f32, %bt: f32, %ht: f32):
    %kept = arith.mulf %at, %ht : f32
    %next = arith.addf %kept, %bt : f32
    recur.yield state(%next : f32) outs(%next : f32)
  } -> (tensor<?x?xf32>, tensor<?x?x?xf32>)
  return %all : tensor<?x?x?xf32>
}
