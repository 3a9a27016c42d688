// A moving average in float with bf16 inputs, per lane and over time.
#mt = affine_map<(m, t) -> (m, t)>
#m = affine_map<(m, t) -> (m)>

func.func @serial(%a: tensor<?xf32>, %x: tensor<?x?xbf16>, %h0: tensor<?xf32>)
    -> (tensor<?x?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xbf16>
  %l = tensor.dim %x, %c1 : tensor<?x?xbf16>
  %y0 = tensor.empty(%m, %l) : tensor<?x?xf32>
  %hT, %y = recur.generic {indexing_maps = [#m, #mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"], schedule = #recur.schedule<serial>}
      ins(%a, %x : tensor<?xf32>, tensor<?x?xbf16>) state(%h0 : tensor<?xf32>)
      outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%am: f32, %xt: bf16, %h: f32):
    %xf = arith.extf %xt : bf16 to f32
    %p = arith.mulf %am, %h : f32
    %s = arith.addf %p, %xf : f32
    recur.yield state(%s : f32) outs(%s : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  return %y, %hT : tensor<?x?xf32>, tensor<?xf32>
}

func.func @chunked(%a: tensor<?xf32>, %x: tensor<?x?xbf16>, %h0: tensor<?xf32>)
    -> (tensor<?x?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xbf16>
  %l = tensor.dim %x, %c1 : tensor<?x?xbf16>
  %y0 = tensor.empty(%m, %l) : tensor<?x?xf32>
  %hT, %y = recur.generic {indexing_maps = [#m, #mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"],
      schedule = #recur.schedule<chunked, chunk_length = 7>}
      ins(%a, %x : tensor<?xf32>, tensor<?x?xbf16>) state(%h0 : tensor<?xf32>)
      outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%am: f32, %xt: bf16, %h: f32):
    %xf = arith.extf %xt : bf16 to f32
    %p = arith.mulf %am, %h : f32
    %s = arith.addf %p, %xf : f32
    recur.yield state(%s : f32) outs(%s : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  return %y, %hT : tensor<?x?xf32>, tensor<?xf32>
}

// Sequences one behind the other.
func.func @packed(%a: tensor<?xf32>, %x: tensor<?x?xbf16>, %bounds: tensor<?xi64>,
                  %h0: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xbf16>
  %l = tensor.dim %x, %c1 : tensor<?x?xbf16>
  %y0 = tensor.empty(%m, %l) : tensor<?x?xf32>
  %hT, %y = recur.generic {indexing_maps = [#m, #mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
      ins(%a, %x : tensor<?xf32>, tensor<?x?xbf16>) segments(%bounds : tensor<?xi64>)
      state(%h0 : tensor<?x?xf32>) outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%am: f32, %xt: bf16, %h: f32):
    %xf = arith.extf %xt : bf16 to f32
    %p = arith.mulf %am, %h : f32
    %s = arith.addf %p, %xf : f32
    recur.yield state(%s : f32) outs(%s : f32)
  } -> (tensor<?x?xf32>, tensor<?x?xf32>)
  return %y, %hT : tensor<?x?xf32>, tensor<?x?xf32>
}
