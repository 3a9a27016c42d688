// Wrong boundaries of packed sequences are refused, before any output is written.
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=f4:3,17:normal,0,1 h=f4:3,3:normal,0,1 big=i8:4:list,0,5,9,100000 \
// RUN:   negative=i8:4:list,-3,5,9,17 falling=i8:4:list,0,12,4,17 short=i8:2:list,0,17 \
// RUN:   early=i8:4:list,0,5,9,10 good=i8:4:list,0,5,5,17
// RUN: kalmir-run %s --entry=packed --in=%t/x.npy,%t/good.npy,%t/h.npy --out=%t/a.npy,%t/b.npy
// RUN: kalmir-run %s --entry=packed --schedule=chunked --in=%t/x.npy,%t/good.npy,%t/h.npy --out=%t/a.npy,%t/b.npy
// RUN: %exits 1 --unchanged=%t kalmir-run %s --entry=packed --in=%t/x.npy,%t/big.npy,%t/h.npy --out=%t/a.npy,%t/b.npy | FileCheck %s --check-prefix=BIG
// BIG: expected boundaries that ascend from 0 to 17, found 100000 at 3
// RUN: %exits 1 --unchanged=%t kalmir-run %s --entry=packed --in=%t/x.npy,%t/negative.npy,%t/h.npy --out=%t/a.npy,%t/b.npy | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: expected boundaries that ascend from 0 to 17, found -3 at 0
// RUN: %exits 1 --unchanged=%t kalmir-run %s --entry=packed --in=%t/x.npy,%t/falling.npy,%t/h.npy --out=%t/a.npy,%t/b.npy | FileCheck %s --check-prefix=FALLING
// FALLING: expected boundaries that ascend from 0 to 17, found 4 at 2
// RUN: %exits 1 --unchanged=%t kalmir-run %s --entry=packed --in=%t/x.npy,%t/short.npy,%t/h.npy --out=%t/a.npy,%t/b.npy | FileCheck %s --check-prefix=SHORT
// SHORT: expected one boundary more than the 3 sequences, found 2
// RUN: %exits 1 --unchanged=%t kalmir-run %s --entry=packed --in=%t/x.npy,%t/early.npy,%t/h.npy --out=%t/a.npy,%t/b.npy | FileCheck %s --check-prefix=EARLY
// EARLY: expected boundaries that ascend from 0 to 17, found 10 at 3
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
