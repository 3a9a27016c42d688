// Sums of states that bytes are added to, as a workgroup of few channels copies them.
#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @bytes(%x: tensor<?x?xi8>, %h: tensor<?x64xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %length = tensor.dim %x, %c0 : tensor<?x?xi8>
  %channels = tensor.dim %x, %c1 : tensor<?x?xi8>
  %y = tensor.empty(%length, %channels) : tensor<?x?xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x : tensor<?x?xi8>) state(%h : tensor<?x64xf32>) outs(%y : tensor<?x?xf32>) {
  ^bb0(%xt: i8, %ht: f32):
    %wide = arith.sitofp %xt : i8 to f32
    %h1 = arith.addf %ht, %wide : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?x64xf32>, tensor<?x?xf32>)
  return %r#1 : tensor<?x?xf32>
}
