// A temporary of n * n bytes and a result of 2 n bytes, for n bytes of input.
#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>
#ij = affine_map<(i, j) -> (i, j)>

func.func @pairs(%x: tensor<?xi8>)
    -> (tensor<?xi8> {kalmir.name = "rows"}, tensor<?xi8> {kalmir.name = "columns"},
        tensor<?xi8> {kalmir.name = "zeros"}) {
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
  %twice = arith.addi %n, %n : index
  %z = tensor.empty(%twice) : tensor<?xi8>
  %zeros = linalg.fill ins(%zero : i8) outs(%z : tensor<?xi8>) -> tensor<?xi8>
  return %rows, %columns, %zeros : tensor<?xi8>, tensor<?xi8>, tensor<?xi8>
}
