// Every way in which an output is summed, compiled against the reference; lanes
// that do not fill a vector; the vector along a reduction iterator; integer
// division in lanes that do not exist.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=f4:5,19,2,3:normal,0,1 h=f4:19,2,3:normal,0,1 \
// RUN:   xl=f4:5,35:normal,0,1 hl=f4:35:normal,0,1 \
// RUN:   xi=i4:5,19:integers,-99,99 di=i4:19:integers,1,7 hi=i4:19:const,0
//
// RUN: kalmir-run %s --entry=sums --target=reference --in=%t/x.npy,%t/h.npy --out=%t/h0.npy,%t/a0.npy,%t/b0.npy,%t/c0.npy,%t/d0.npy
// RUN: kalmir-run %s --entry=sums --target=cpu --in=%t/x.npy,%t/h.npy --out=%t/h1.npy,%t/a1.npy,%t/b1.npy,%t/c1.npy,%t/d1.npy
// RUN: %npy compare %t/h1.npy %t/h0.npy --tolerance=1e-5 --absolute
// RUN: %npy compare %t/a1.npy %t/a0.npy --tolerance=1e-5 --absolute
// RUN: %npy compare %t/b1.npy %t/b0.npy --tolerance=1e-5 --absolute
// RUN: %npy compare %t/c1.npy %t/c0.npy --tolerance=1e-5 --absolute
// RUN: %npy compare %t/d1.npy %t/d0.npy --tolerance=1e-5 --absolute
//
// RUN: kalmir-run %s --entry=lanes --target=reference --in=%t/xl.npy,%t/hl.npy --out=%t/h0.npy,%t/a0.npy,%t/b0.npy
// RUN: kalmir-run %s --entry=lanes --target=cpu --in=%t/xl.npy,%t/hl.npy --out=%t/h1.npy,%t/a1.npy,%t/b1.npy
// RUN: %npy compare %t/h1.npy %t/h0.npy --tolerance=1e-5 --absolute
// RUN: %npy compare %t/a1.npy %t/a0.npy --tolerance=1e-4 --absolute
// RUN: %npy compare %t/b1.npy %t/b0.npy --tolerance=1e-5 --absolute
//
// RUN: kalmir-run %s --entry=integers --target=reference --in=%t/xi.npy,%t/di.npy,%t/hi.npy --out=%t/h0.npy,%t/a0.npy
// RUN: kalmir-run %s --entry=integers --target=cpu --in=%t/xi.npy,%t/di.npy,%t/hi.npy --out=%t/h1.npy,%t/a1.npy
// RUN: %npy compare %t/h1.npy %t/h0.npy --tolerance=0
// RUN: %npy compare %t/a1.npy %t/a0.npy --tolerance=0

#full = affine_map<(m, t, r, s) -> (t, m, r, s)>
#state = affine_map<(m, t, r, s) -> (m, r, s)>
#tsm = affine_map<(m, t, r, s) -> (t, s, m)>
#trm = affine_map<(m, t, r, s) -> (t, r, m)>
#ms = affine_map<(m, t, r, s) -> (m, s)>
#tm = affine_map<(m, t, r, s) -> (t, m)>

func.func @sums(%x: tensor<?x19x2x3xf32>, %h: tensor<19x2x3xf32>)
    -> (tensor<19x2x3xf32>, tensor<?x3x19xf32>, tensor<?x2x19xf32>, tensor<19x3xf32>, tensor<?x19xf32>) {
  %c0 = arith.constant 0 : index
  %l = tensor.dim %x, %c0 : tensor<?x19x2x3xf32>
  %a = tensor.empty(%l) : tensor<?x3x19xf32>
  %b = tensor.empty(%l) : tensor<?x2x19xf32>
  %c = tensor.empty() : tensor<19x3xf32>
  %d = tensor.empty(%l) : tensor<?x19xf32>
  %r:5 = recur.generic {
      indexing_maps = [#full, #state, #tsm, #trm, #ms, #tm],
      iterator_types = ["parallel", "recurrence", "reduction", "reduction"], reverse}
    ins(%x : tensor<?x19x2x3xf32>) state(%h : tensor<19x2x3xf32>)
    outs(%a, %b, %c, %d : tensor<?x3x19xf32>, tensor<?x2x19xf32>, tensor<19x3xf32>, tensor<?x19xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %half = arith.constant 0.5 : f32
    %hh = arith.mulf %ht, %half : f32
    %h1 = arith.addf %hh, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1, %h1, %h1, %h1 : f32, f32, f32, f32)
  } -> (tensor<19x2x3xf32>, tensor<?x3x19xf32>, tensor<?x2x19xf32>, tensor<19x3xf32>, tensor<?x19xf32>)
  return %r#0, %r#1, %r#2, %r#3, %r#4 : tensor<19x2x3xf32>, tensor<?x3x19xf32>, tensor<?x2x19xf32>, tensor<19x3xf32>, tensor<?x19xf32>
}

// Lanes that do not exist must not add their 1 to the sums.
#ts = affine_map<(t, s) -> (t, s)>
#t = affine_map<(t, s) -> (t)>
#s = affine_map<(t, s) -> (s)>
func.func @lanes(%x: tensor<?x?xf32>, %h: tensor<?xf32>)
    -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %l = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %a = tensor.empty(%l) : tensor<?xf32>
  %b = tensor.empty(%n) : tensor<?xf32>
  %r:3 = recur.generic {indexing_maps = [#ts, #s, #t, #s],
                        iterator_types = ["recurrence", "reduction"]}
    ins(%x : tensor<?x?xf32>) state(%h : tensor<?xf32>)
    outs(%a, %b : tensor<?xf32>, tensor<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %half = arith.constant 0.5 : f32
    %one = arith.constant 1.0 : f32
    %hh = arith.mulf %ht, %half : f32
    %h1 = arith.addf %hh, %xt : f32
    %y = arith.addf %h1, %one : f32
    recur.yield state(%h1 : f32) outs(%y, %h1 : f32, f32)
  } -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>)
  return %r#0, %r#1, %r#2 : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
}

// The divisor of lanes that do not exist is 0 in memory, and must not trap.
func.func @integers(%x: tensor<?x?xi32>, %d: tensor<?xi32>, %h: tensor<?xi32>)
    -> (tensor<?xi32>, tensor<?x?xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %l = tensor.dim %x, %c0 : tensor<?x?xi32>
  %n = tensor.dim %x, %c1 : tensor<?x?xi32>
  %y = tensor.empty(%l, %n) : tensor<?x?xi32>
  %r:2 = recur.generic {indexing_maps = [#ts, #s, #s, #ts],
                        iterator_types = ["recurrence", "parallel"]}
    ins(%x, %d : tensor<?x?xi32>, tensor<?xi32>) state(%h : tensor<?xi32>)
    outs(%y : tensor<?x?xi32>) {
  ^bb0(%xt: i32, %dt: i32, %ht: i32):
    %q = arith.divsi %xt, %dt : i32
    %h1 = arith.addi %q, %ht : i32
    recur.yield state(%h1 : i32) outs(%h1 : i32)
  } -> (tensor<?xi32>, tensor<?x?xi32>)
  return %r#0, %r#1 : tensor<?xi32>, tensor<?x?xi32>
}
