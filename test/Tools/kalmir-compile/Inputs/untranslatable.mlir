func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}

llvm.func @g() {
  llvm.call_intrinsic "llvm.none.such"() : () -> ()
  llvm.return
}
