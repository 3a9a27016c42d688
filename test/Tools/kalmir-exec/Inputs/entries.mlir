func.func @add(%a: tensor<?x3xf32>, %b: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>) {
  %c = arith.addf %a, %b : tensor<?x3xf32>
  return %c, %a : tensor<?x3xf32>, tensor<?x3xf32>
}

func.func @types(%h: tensor<2xbf16>, %f: tensor<2xf16>, %d: tensor<f64>, %i: tensor<2xi32>,
                 %c: tensor<2xi1>)
    -> (tensor<2xbf16>, tensor<2xf16>, tensor<f64>, tensor<2xi32>, tensor<2xi1>) {
  return %h, %f, %d, %i, %c : tensor<2xbf16>, tensor<2xf16>, tensor<f64>, tensor<2xi32>, tensor<2xi1>
}
