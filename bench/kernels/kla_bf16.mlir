// @kla_y of examples/kla.mlir with values, keys, queries and read-out in
// bfloat16; decay, noise and prior stay float32.
func.func @kla_y(%v: tensor<?x?x?xbf16>, %lv: tensor<?x?x?xbf16>,
                 %k: tensor<?x?x?xbf16>, %q: tensor<?x?x?xbf16>,
                 %a: tensor<?x?xf32>, %p: tensor<?x?xf32>,
                 %lam0: tensor<?x?x?xf32>, %eta0: tensor<?x?x?xf32>)
    -> tensor<?x?x?xbf16> {
  %y = kalman.linear_attention
      value(%v : tensor<?x?x?xbf16>) precision(%lv : tensor<?x?x?xbf16>)
      key(%k : tensor<?x?x?xbf16>) query(%q : tensor<?x?x?xbf16>)
      decay(%a : tensor<?x?xf32>) process_noise(%p : tensor<?x?xf32>)
      prior(%lam0, %eta0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
      -> (mean: tensor<?x?x?xbf16>)
  return %y : tensor<?x?x?xbf16>
}
