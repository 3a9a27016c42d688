// Kalman linear attention: the token-mixing layer of arXiv:2602.10743. Each of
// the M channels keeps a belief about S numbers; a value with its precision is
// an observation along the key, and the query reads the belief out.
//
//   v, lv [B,L,M]   values and their precisions
//   k, q  [B,L,S]   keys and queries
//   a, p  [M,S]     decay and process noise of each belief
//   lam0, eta0 [B,M,S]   precision and information vector to begin with

// Read-out, its variance, and the final belief.
func.func @kla(%v: tensor<?x?x?xf32>, %lv: tensor<?x?x?xf32>,
               %k: tensor<?x?x?xf32>, %q: tensor<?x?x?xf32>,
               %a: tensor<?x?xf32>, %p: tensor<?x?xf32>,
               %lam0: tensor<?x?x?xf32>, %eta0: tensor<?x?x?xf32>)
    -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>,
        tensor<?x?x?xf32>) {
  %y, %yvar, %lamT, %etaT = kalman.linear_attention
      value(%v : tensor<?x?x?xf32>) precision(%lv : tensor<?x?x?xf32>)
      key(%k : tensor<?x?x?xf32>) query(%q : tensor<?x?x?xf32>)
      decay(%a : tensor<?x?xf32>) process_noise(%p : tensor<?x?xf32>)
      prior(%lam0, %eta0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
      -> (mean: tensor<?x?x?xf32>, variance: tensor<?x?x?xf32>,
          final_precision: tensor<?x?x?xf32>,
          final_information: tensor<?x?x?xf32>)
  return %y, %yvar, %lamT, %etaT : tensor<?x?x?xf32>, tensor<?x?x?xf32>,
      tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// The read-out alone: what is not asked for is not computed.
func.func @kla_y(%v: tensor<?x?x?xf32>, %lv: tensor<?x?x?xf32>,
                 %k: tensor<?x?x?xf32>, %q: tensor<?x?x?xf32>,
                 %a: tensor<?x?xf32>, %p: tensor<?x?xf32>,
                 %lam0: tensor<?x?x?xf32>, %eta0: tensor<?x?x?xf32>)
    -> tensor<?x?x?xf32> {
  %y = kalman.linear_attention
      value(%v : tensor<?x?x?xf32>) precision(%lv : tensor<?x?x?xf32>)
      key(%k : tensor<?x?x?xf32>) query(%q : tensor<?x?x?xf32>)
      decay(%a : tensor<?x?xf32>) process_noise(%p : tensor<?x?xf32>)
      prior(%lam0, %eta0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
      -> (mean: tensor<?x?x?xf32>)
  return %y : tensor<?x?x?xf32>
}
