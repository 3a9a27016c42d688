// Functions of float32, one entry each.

#id = affine_map<(i) -> (i)>

func.func @exp(%arg: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %arg, %c0 : tensor<?xf32>
  %like = tensor.empty(%n) : tensor<?xf32>
  %result = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%arg : tensor<?xf32>) outs(%like : tensor<?xf32>) {
  ^bb0(%x: f32, %out: f32):
    %y = math.exp %x : f32
    linalg.yield %y : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func @exp2(%arg: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %arg, %c0 : tensor<?xf32>
  %like = tensor.empty(%n) : tensor<?xf32>
  %result = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%arg : tensor<?xf32>) outs(%like : tensor<?xf32>) {
  ^bb0(%x: f32, %out: f32):
    %y = math.exp2 %x : f32
    linalg.yield %y : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func @expm1(%arg: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %arg, %c0 : tensor<?xf32>
  %like = tensor.empty(%n) : tensor<?xf32>
  %result = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%arg : tensor<?xf32>) outs(%like : tensor<?xf32>) {
  ^bb0(%x: f32, %out: f32):
    %y = math.expm1 %x : f32
    linalg.yield %y : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func @log(%arg: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %arg, %c0 : tensor<?xf32>
  %like = tensor.empty(%n) : tensor<?xf32>
  %result = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%arg : tensor<?xf32>) outs(%like : tensor<?xf32>) {
  ^bb0(%x: f32, %out: f32):
    %y = math.log %x : f32
    linalg.yield %y : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func @log2(%arg: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %arg, %c0 : tensor<?xf32>
  %like = tensor.empty(%n) : tensor<?xf32>
  %result = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%arg : tensor<?xf32>) outs(%like : tensor<?xf32>) {
  ^bb0(%x: f32, %out: f32):
    %y = math.log2 %x : f32
    linalg.yield %y : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func @log1p(%arg: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %arg, %c0 : tensor<?xf32>
  %like = tensor.empty(%n) : tensor<?xf32>
  %result = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%arg : tensor<?xf32>) outs(%like : tensor<?xf32>) {
  ^bb0(%x: f32, %out: f32):
    %y = math.log1p %x : f32
    linalg.yield %y : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func @tanh(%arg: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %arg, %c0 : tensor<?xf32>
  %like = tensor.empty(%n) : tensor<?xf32>
  %result = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%arg : tensor<?xf32>) outs(%like : tensor<?xf32>) {
  ^bb0(%x: f32, %out: f32):
    %y = math.tanh %x : f32
    linalg.yield %y : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func @sqrt(%arg: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %arg, %c0 : tensor<?xf32>
  %like = tensor.empty(%n) : tensor<?xf32>
  %result = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%arg : tensor<?xf32>) outs(%like : tensor<?xf32>) {
  ^bb0(%x: f32, %out: f32):
    %y = math.sqrt %x : f32
    linalg.yield %y : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func @rsqrt(%arg: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %arg, %c0 : tensor<?xf32>
  %like = tensor.empty(%n) : tensor<?xf32>
  %result = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%arg : tensor<?xf32>) outs(%like : tensor<?xf32>) {
  ^bb0(%x: f32, %out: f32):
    %y = math.rsqrt %x : f32
    linalg.yield %y : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func @softplus(%arg: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %arg, %c0 : tensor<?xf32>
  %like = tensor.empty(%n) : tensor<?xf32>
  %result = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%arg : tensor<?xf32>) outs(%like : tensor<?xf32>) {
  ^bb0(%x: f32, %out: f32):
    %zero = arith.constant 0.0 : f32
    %size = math.absf %x : f32
    %minus = arith.negf %size : f32
    %e = math.exp %minus : f32
    %log = math.log1p %e : f32
    %positive = arith.maximumf %x, %zero : f32
    %y = arith.addf %positive, %log : f32
    linalg.yield %y : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}

func.func @silu(%arg: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %arg, %c0 : tensor<?xf32>
  %like = tensor.empty(%n) : tensor<?xf32>
  %result = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%arg : tensor<?xf32>) outs(%like : tensor<?xf32>) {
  ^bb0(%x: f32, %out: f32):
    %one = arith.constant 1.0 : f32
    %minus = arith.negf %x : f32
    %e = math.exp %minus : f32
    %sum = arith.addf %one, %e : f32
    %y = arith.divf %x, %sum : f32
    linalg.yield %y : f32
  } -> tensor<?xf32>
  return %result : tensor<?xf32>
}
