func.func @f(%y: tensor<?xf32>) -> tensor<?xf32> {
  // Code for another machine.
  %i = gpu.thread_id x
  %v = arith.index_cast %i : index to i64
  %f = arith.sitofp %v : i64 to f32
  %r = tensor.insert %f into %y[%i] : tensor<?xf32>
  return %r : tensor<?xf32>
}
