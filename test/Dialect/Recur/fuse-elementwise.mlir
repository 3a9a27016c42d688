// What is fused and what is not, and why.
//
// RUN: kalmir-opt %s --kalmir-recur-fuse-elementwise --remarks-filter-missed=kalmir --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: kalmir-opt %s --kalmir-recur-fuse-elementwise --split-input-file | FileCheck %s

#btms = affine_map<(b, t, m, s) -> (b, t, m, s)>
#btm = affine_map<(b, t, m, s) -> (b, t, m)>
#bts = affine_map<(b, t, m, s) -> (b, t, s)>
#ms = affine_map<(b, t, m, s) -> (m, s)>
#bms = affine_map<(b, t, m, s) -> (b, m, s)>
#id = affine_map<(i, j, k) -> (i, j, k)>
#swap = affine_map<(i, j, k) -> (j, i, k)>
#id2 = affine_map<(i, j) -> (i, j)>

// A producer that lacks only the summed iterator is fused, transposed or not;
// one that lacks a parallel iterator only if it is a conversion; a consumer of a
// sum becomes the finish.
// REMARK: producer not fused into the recurrence: it would be computed again for every value of iterator 2
// REMARK: producer not fused into the recurrence: it would be computed again for every value of iterator 0
// CHECK-LABEL: func @layer(
// CHECK-SAME: %[[X:[a-z0-9]*]]: tensor<9x2x5xf32>, %[[K:[a-z0-9]*]]: tensor<2x9x3xf32>, %[[Q:[a-z0-9]*]]: tensor<2x9x3xbf16>, %[[D:[a-z0-9]*]]: tensor<5x3xf32>
// CHECK: %[[SQUARES:.*]] = linalg.generic {{.*}} ins(%[[K]] :
// CHECK: math.sqrt
// CHECK: %[[DECAY:.*]] = linalg.generic {{.*}} ins(%[[D]] :
// CHECK: %[[R:.*]]:2 = recur.generic {indexing_maps = [#[[K0:.*]], #[[D0:.*]], #[[X0:.*]], #[[K0]], {{.*}} iterator_types = ["parallel", "recurrence", "parallel", "reduction"]} ins(%[[SQUARES]], %[[DECAY]], %[[X]], %[[Q]]
// CHECK-DAG: math.exp
// CHECK-DAG: arith.extf
// CHECK: } finish {
// CHECK-NEXT: ^bb0(%{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: bf16, %[[SUM:.*]]: f32):
// CHECK-NEXT: %[[P:.*]] = arith.mulf %[[SUM]], %[[SUM]]
// CHECK-NEXT: recur.yield outs(%[[P]] : f32)
// CHECK: return %[[R]]#1
func.func @layer(%x: tensor<9x2x5xf32>, %k: tensor<2x9x3xf32>,
                 %q: tensor<2x9x3xbf16>, %d: tensor<5x3xf32>,
                 %h0: tensor<2x5x3xf32>) -> tensor<2x9x5xf32> {
  %e0 = tensor.empty() : tensor<2x9x5xf32>
  %e1 = tensor.empty() : tensor<2x9x3xf32>
  %e2 = tensor.empty() : tensor<5x3xf32>
  %v = linalg.generic {indexing_maps = [#swap, #id],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<9x2x5xf32>) outs(%e0 : tensor<2x9x5xf32>) {
  ^bb0(%a: f32, %out: f32):
    %r = math.exp %a : f32
    linalg.yield %r : f32
  } -> tensor<2x9x5xf32>
  %roots = linalg.generic {indexing_maps = [#id, #id],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%k : tensor<2x9x3xf32>) outs(%e1 : tensor<2x9x3xf32>) {
  ^bb0(%a: f32, %out: f32):
    %r = math.sqrt %a : f32
    linalg.yield %r : f32
  } -> tensor<2x9x3xf32>
  %wide = linalg.generic {indexing_maps = [#id, #id],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%q : tensor<2x9x3xbf16>) outs(%e1 : tensor<2x9x3xf32>) {
  ^bb0(%a: bf16, %out: f32):
    %r = arith.extf %a : bf16 to f32
    linalg.yield %r : f32
  } -> tensor<2x9x3xf32>
  %decay = linalg.generic {indexing_maps = [#id2, #id2],
      iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<5x3xf32>) outs(%e2 : tensor<5x3xf32>) {
  ^bb0(%a: f32, %out: f32):
    %r = math.exp %a : f32
    linalg.yield %r : f32
  } -> tensor<5x3xf32>
  %r:2 = recur.generic {indexing_maps = [#btm, #bts, #bts, #ms, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
      ins(%v, %roots, %wide, %decay : tensor<2x9x5xf32>, tensor<2x9x3xf32>,
          tensor<2x9x3xf32>, tensor<5x3xf32>)
      state(%h0 : tensor<2x5x3xf32>) outs(%e0 : tensor<2x9x5xf32>) {
  ^bb0(%vt: f32, %kt: f32, %qt: f32, %at: f32, %h: f32):
    %ah = arith.mulf %at, %h : f32
    %kv = arith.mulf %kt, %vt : f32
    %h1 = arith.addf %ah, %kv : f32
    %y = arith.mulf %qt, %h1 : f32
    recur.yield state(%h1 : f32) outs(%y : f32)
  } -> (tensor<2x5x3xf32>, tensor<2x9x5xf32>)
  %y = linalg.generic {indexing_maps = [#id, #id],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%r#1 : tensor<2x9x5xf32>) outs(%e0 : tensor<2x9x5xf32>) {
  ^bb0(%a: f32, %out: f32):
    %p = arith.mulf %a, %a : f32
    linalg.yield %p : f32
  } -> tensor<2x9x5xf32>
  return %y : tensor<2x9x5xf32>
}

// -----

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>

// REMARK: producer not fused into the recurrence: others use its results
// REMARK: consumer not fused into the recurrence: others use the output too
// CHECK-LABEL: func @shared(
// CHECK: linalg.generic
// CHECK: recur.generic
// CHECK: linalg.generic
func.func @shared(%x: tensor<9x5xf32>, %h0: tensor<5xf32>)
    -> (tensor<9x5xf32>, tensor<9x5xf32>, tensor<9x5xf32>) {
  %empty = tensor.empty() : tensor<9x5xf32>
  %a = linalg.generic {indexing_maps = [#tm, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<9x5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %e = math.exp %in : f32
    linalg.yield %e : f32
  } -> tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%a : tensor<9x5xf32>) state(%h0 : tensor<5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<9x5xf32>)
  %y = linalg.generic {indexing_maps = [#tm, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%r#1 : tensor<9x5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %p = arith.mulf %in, %in : f32
    linalg.yield %p : f32
  } -> tensor<9x5xf32>
  return %a, %r#1, %y : tensor<9x5xf32>, tensor<9x5xf32>, tensor<9x5xf32>
}

// -----

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>

// REMARK: producer not fused into the recurrence: its body uses linalg.index
// REMARK: consumer not fused into the recurrence: it reads what its destination held
// CHECK-LABEL: func @bodies(
// CHECK: linalg.index
// CHECK: recur.generic
func.func @bodies(%x: tensor<9x5xf32>, %h0: tensor<5xf32>) -> tensor<9x5xf32> {
  %empty = tensor.empty() : tensor<9x5xf32>
  %a = linalg.generic {indexing_maps = [#tm, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<9x5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %i = linalg.index 1 : index
    %n = arith.index_cast %i : index to i32
    %f = arith.sitofp %n : i32 to f32
    linalg.yield %f : f32
  } -> tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%a : tensor<9x5xf32>) state(%h0 : tensor<5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<9x5xf32>)
  %y = linalg.generic {indexing_maps = [#tm, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%r#1 : tensor<9x5xf32>) outs(%x : tensor<9x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %p = arith.mulf %in, %out : f32
    linalg.yield %p : f32
  } -> tensor<9x5xf32>
  return %y : tensor<9x5xf32>
}

// -----

#tm = affine_map<(t, m) -> (t, m)>
#mt = affine_map<(t, m) -> (m, t)>
#m = affine_map<(t, m) -> (m)>

// REMARK: consumer not fused into the recurrence: it reads something else that comes from the recurrence
// CHECK-LABEL: func @final(
// CHECK: recur.generic
// CHECK: linalg.generic
func.func @final(%x: tensor<9x5xf32>, %h0: tensor<5xf32>) -> tensor<9x5xf32> {
  %empty = tensor.empty() : tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%x : tensor<9x5xf32>) state(%h0 : tensor<5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<9x5xf32>)
  %y = linalg.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%r#1, %r#0 : tensor<9x5xf32>, tensor<5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%in: f32, %last: f32, %out: f32):
    %p = arith.mulf %in, %last : f32
    linalg.yield %p : f32
  } -> tensor<9x5xf32>
  return %y : tensor<9x5xf32>
}

// -----

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>

// Users in other blocks come after the consumer.
// CHECK-LABEL: func @next_block(
// CHECK: recur.generic
// CHECK-NOT: linalg.generic
// CHECK: cf.br
func.func @next_block(%x: tensor<9x5xf32>, %h0: tensor<5xf32>) -> (tensor<5xf32>, tensor<9x5xf32>) {
  %empty = tensor.empty() : tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%x : tensor<9x5xf32>) state(%h0 : tensor<5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<9x5xf32>)
  %y = linalg.generic {indexing_maps = [#tm, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%r#1 : tensor<9x5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %p = arith.mulf %in, %in : f32
    linalg.yield %p : f32
  } -> tensor<9x5xf32>
  cf.br ^bb1
^bb1:
  return %r#0, %y : tensor<5xf32>, tensor<9x5xf32>
}
