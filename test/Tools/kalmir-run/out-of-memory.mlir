// More memory than any machine has: exit code 1, and no file.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=i1:33554432:const,1
// RUN: %npy raw %t/v.npy --descr="<f8" --shape="(1, 0, 2097152)" --bytes=0
// RUN: %npy raw %t/a.npy --descr="<f8" --shape="(1, 0, 2097152, 2097152)" --bytes=0
//
// A result, the workspace, and what the reference needs besides tensors.
//
// RUN: %exits 1 --unchanged=%t kalmir-run %s --entry=result --in=%t/x.npy --out=%t/y.npy | FileCheck %s --check-prefix=RESULT
// RUN: %exits 1 --unchanged=%t kalmir-run %s --entry=workspace --in=%t/x.npy --out=%t/y.npy | FileCheck %s --check-prefix=WORKSPACE
// RUN: %exits 1 --unchanged=%t kalmir-run %s --target=reference --entry=beliefs --in=%t/v.npy,%t/a.npy --out=%t/y.npy | FileCheck %s --check-prefix=BELIEFS
// RESULT: error: cannot allocate 9007199254740992 bytes for an array of shape [33554432, 33554432]
// WORKSPACE: error: out of memory for a workspace of 11258999{{[0-9]+}} bytes
// BELIEFS: kalmir-run: error: out of memory

#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>
#ij = affine_map<(i, j) -> (i, j)>

func.func @result(%x: tensor<?xi8>) -> tensor<?x?xf64> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xi8>
  %e = tensor.empty(%n, %n) : tensor<?x?xf64>
  %r = linalg.generic {indexing_maps = [#i, #j, #ij], iterator_types = ["parallel", "parallel"]}
    ins(%x, %x : tensor<?xi8>, tensor<?xi8>) outs(%e : tensor<?x?xf64>) {
  ^bb0(%a: i8, %b: i8, %o: f64):
    %c = arith.muli %a, %b : i8
    %f = arith.sitofp %c : i8 to f64
    linalg.yield %f : f64
  } -> tensor<?x?xf64>
  return %r : tensor<?x?xf64>
}

// Two readers, so that nothing can be fused with the products.
func.func @workspace(%x: tensor<?xi8>) -> (tensor<?xi8>, tensor<?xi8>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xi8>
  %e = tensor.empty(%n, %n) : tensor<?x?xi8>
  %r = linalg.generic {indexing_maps = [#i, #j, #ij], iterator_types = ["parallel", "parallel"]}
    ins(%x, %x : tensor<?xi8>, tensor<?xi8>) outs(%e : tensor<?x?xi8>) {
  ^bb0(%a: i8, %b: i8, %o: i8):
    %c = arith.muli %a, %b : i8
    linalg.yield %c : i8
  } -> tensor<?x?xi8>
  %s = tensor.empty(%n) : tensor<?xi8>
  %zero = arith.constant 0 : i8
  %start = linalg.fill ins(%zero : i8) outs(%s : tensor<?xi8>) -> tensor<?xi8>
  %rows = linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]}
    ins(%r : tensor<?x?xi8>) outs(%start : tensor<?xi8>) {
  ^bb0(%a: i8, %s0: i8):
    %t = arith.addi %a, %s0 : i8
    linalg.yield %t : i8
  } -> tensor<?xi8>
  %columns = linalg.generic {indexing_maps = [#ij, #j], iterator_types = ["reduction", "parallel"]}
    ins(%r : tensor<?x?xi8>) outs(%start : tensor<?xi8>) {
  ^bb0(%a: i8, %s0: i8):
    %t = arith.addi %a, %s0 : i8
    linalg.yield %t : i8
  } -> tensor<?xi8>
  return %rows, %columns : tensor<?xi8>, tensor<?xi8>
}

func.func @beliefs(%v: tensor<?x?x?xf64>, %a: tensor<?x?x?x?xf64>) -> tensor<?x?x?xf64> {
  %y = kalman.linear_attention
      value(%v : tensor<?x?x?xf64>) precision(%v : tensor<?x?x?xf64>)
      key(%v : tensor<?x?x?xf64>) query(%v : tensor<?x?x?xf64>)
      decay(%a : tensor<?x?x?x?xf64>) process_noise(%a : tensor<?x?x?x?xf64>)
      -> (mean: tensor<?x?x?xf64>)
  return %y : tensor<?x?x?xf64>
}
