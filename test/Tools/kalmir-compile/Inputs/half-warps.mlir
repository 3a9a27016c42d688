// A launch of somebody else's, of one and a half warps.
func.func @f(%x: tensor<48xf32>) -> tensor<48xf32> {
  %c1 = arith.constant 1 : index
  %c48 = arith.constant 48 : index
  %zero = arith.constant 0.0 : f32
  %m = memref.alloc() : memref<48xf32>
  gpu.launch blocks(%a, %b, %c) in (%d = %c1, %e = %c1, %g = %c1)
      threads(%i, %j, %k) in (%l = %c48, %n = %c1, %o = %c1) {
    memref.store %zero, %m[%i] : memref<48xf32>
    gpu.terminator
  }
  %y = bufferization.to_tensor %m restrict : memref<48xf32> to tensor<48xf32>
  return %y : tensor<48xf32>
}
