// The local level model, a random walk seen through noise:
//
//   x[t] = x[t-1] + w,  Var w = Q        y[t] = x[t] + u,  Var u = H
//
// for N series at once: y [L,N], the parameters [N], NaN where nothing was
// observed. Results are the filtered mean and variance [L,N] and the
// log-likelihood [N].

// m0 and P0 are mean and variance of the level at the first observation.
func.func @local_level(%y: tensor<?x?xf64>, %H: tensor<?xf64>,
                       %Q: tensor<?xf64>, %m0: tensor<?xf64>,
                       %P0: tensor<?xf64>)
    -> (tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>) {
  %mean, %var, %loglik = kalman.scalar_filter observed(%y : tensor<?x?xf64>)
      observation_noise(%H : tensor<?xf64>) process_noise(%Q : tensor<?xf64>)
      prior(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
      -> (filtered_mean: tensor<?x?xf64>, filtered_variance: tensor<?x?xf64>,
          log_likelihood: tensor<?xf64>)
  return %mean, %var, %loglik : tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>
}

// Nothing is known of the level before it is observed.
func.func @local_level_diffuse(%y: tensor<?x?xf64>, %H: tensor<?xf64>,
                               %Q: tensor<?xf64>)
    -> (tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>) {
  %mean, %var, %loglik = kalman.scalar_filter observed(%y : tensor<?x?xf64>)
      observation_noise(%H : tensor<?xf64>) process_noise(%Q : tensor<?xf64>)
      diffuse
      -> (filtered_mean: tensor<?x?xf64>, filtered_variance: tensor<?x?xf64>,
          log_likelihood: tensor<?xf64>)
  return %mean, %var, %loglik : tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>
}
