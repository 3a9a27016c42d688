func.func @add(%a: tensor<?x3xf32>, %b: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>) {
  %c = arith.addf %a, %b : tensor<?x3xf32>
  return %c, %a : tensor<?x3xf32>, tensor<?x3xf32>
}

func.func @scalar(%a: f64, %n: index, %b: tensor<2xbf16>, %c: i1) -> (f64, index, tensor<2xbf16>, i1) {
  return %a, %n, %b, %c : f64, index, tensor<2xbf16>, i1
}

func.func @vector(%a: vector<2xf32>) -> vector<2xf32> {
  return %a : vector<2xf32>
}

func.func @odd() -> tensor<2xi7> {
  %a = arith.constant dense<3> : tensor<2xi7>
  return %a : tensor<2xi7>
}

func.func private @declared(tensor<2xf32>)
