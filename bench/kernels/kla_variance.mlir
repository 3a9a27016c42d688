// @kla of examples/kla.mlir without the final belief: the read-out and its
// variance.
func.func @kla_variance(%v: tensor<?x?x?xf32>, %lv: tensor<?x?x?xf32>,
                        %k: tensor<?x?x?xf32>, %q: tensor<?x?x?xf32>,
                        %a: tensor<?x?xf32>, %p: tensor<?x?xf32>,
                        %lam0: tensor<?x?x?xf32>, %eta0: tensor<?x?x?xf32>)
    -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %y, %yvar = kalman.linear_attention
      value(%v : tensor<?x?x?xf32>) precision(%lv : tensor<?x?x?xf32>)
      key(%k : tensor<?x?x?xf32>) query(%q : tensor<?x?x?xf32>)
      decay(%a : tensor<?x?xf32>) process_noise(%p : tensor<?x?xf32>)
      prior(%lam0, %eta0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
      -> (mean: tensor<?x?x?xf32>, variance: tensor<?x?x?xf32>)
  return %y, %yvar : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
