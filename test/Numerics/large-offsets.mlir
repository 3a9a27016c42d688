// Offsets beyond 2^31 elements are right.
// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/Inputs/large_input.py %t
// RUN: kalmir-run %s --entry=decay --in=%t/x.npy,%t/h0.npy --out=%t/h.npy
// RUN: %npy compare %t/h.npy %t/last.npy --tolerance=0
// RUN: kalmir-run %s --entry=decay --schedule=chunked --chunk-length=20000 --in=%t/x.npy,%t/h0.npy --out=%t/h.npy
// RUN: %npy compare %t/h.npy %t/last.npy --tolerance=0
// RUN: rm -rf %t
func.func @decay(%x: tensor<?x?xi8>, %h0: tensor<?xf32>) -> tensor<?xf32> {
  %h = recur.generic {indexing_maps = [affine_map<(t, n) -> (t, n)>,
                                       affine_map<(t, n) -> (n)>],
                      iterator_types = ["recurrence", "parallel"]}
    ins(%x : tensor<?x?xi8>) state(%h0 : tensor<?xf32>) {
  ^bb0(%xt: i8, %s: f32):
    %half = arith.constant 0.5 : f32
    %xf = arith.sitofp %xt : i8 to f32
    %decayed = arith.mulf %half, %s : f32
    %s1 = arith.addf %decayed, %xf : f32
    recur.yield state(%s1 : f32)
  } -> tensor<?xf32>
  return %h : tensor<?xf32>
}
