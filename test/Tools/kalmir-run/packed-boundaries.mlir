// Wrong boundaries of packed sequences never reach outside of the operands.
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=f4:3,17:normal,0,1 h=f4:3,3:normal,0,1 big=i8:4:list,0,5,9,100000 \
// RUN:   negative=i8:4:list,-3,5,9,17 falling=i8:4:list,0,12,4,17 short=i8:2:list,0,17
// RUN: kalmir-run %s --entry=packed --in=%t/x.npy,%t/big.npy,%t/h.npy --out=%t/a.npy,%t/b.npy
// RUN: kalmir-run %s --entry=packed --in=%t/x.npy,%t/negative.npy,%t/h.npy --out=%t/a.npy,%t/b.npy
// RUN: kalmir-run %s --entry=packed --in=%t/x.npy,%t/falling.npy,%t/h.npy --out=%t/a.npy,%t/b.npy
// RUN: kalmir-run %s --entry=packed --in=%t/x.npy,%t/short.npy,%t/h.npy --out=%t/a.npy,%t/b.npy
// RUN: kalmir-run %s --entry=packed --schedule=chunked --in=%t/x.npy,%t/big.npy,%t/h.npy --out=%t/a.npy,%t/b.npy
func.func @packed(%x: tensor<3x?xf32>, %cu: tensor<?xi64>, %h0: tensor<?x3xf32>)
    -> (tensor<?x3xf32>, tensor<3x?xf32>) {
  %c1 = arith.constant 1 : index
  %length = tensor.dim %x, %c1 : tensor<3x?xf32>
  %out = tensor.empty(%length) : tensor<3x?xf32>
  %r:2 = recur.generic {
      indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>,
                       affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<3x?xf32>) segments(%cu : tensor<?xi64>)
    state(%h0 : tensor<?x3xf32>) outs(%out : tensor<3x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<?x3xf32>, tensor<3x?xf32>)
  return %r#0, %r#1 : tensor<?x3xf32>, tensor<3x?xf32>
}
