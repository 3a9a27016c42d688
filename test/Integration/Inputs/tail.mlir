// The last elements of x, as many as y has.
func.func @tail(%x: tensor<?xf32>, %y: tensor<?xf32>) -> (tensor<?xf32> {kalmir.name = "last"}) {
  %c0 = arith.constant 0 : index
  %l = tensor.dim %x, %c0 : tensor<?xf32>
  %n = tensor.dim %y, %c0 : tensor<?xf32>
  %first = arith.subi %l, %n : index
  %last = tensor.extract_slice %x[%first] [%n] [1] : tensor<?xf32> to tensor<?xf32>
  return %last : tensor<?xf32>
}

// 2^62 elements apart: four times as far is 0 in 64 bits.
func.func @far(%x: tensor<?xf32>, %y: tensor<?xf32>) -> (tensor<?xf32> {kalmir.name = "few"}) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %y, %c0 : tensor<?xf32>
  %few = tensor.extract_slice %x[0] [%n] [4611686018427387904] : tensor<?xf32> to tensor<?xf32>
  return %few : tensor<?xf32>
}
