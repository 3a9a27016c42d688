// Why neighbours stay outside, one reason a piece; nothing changes.
//
// RUN: kalmir-opt %s --kalmir-recur-fuse-elementwise --remarks-filter-missed=kalmir --split-input-file -o %t.mlir 2>&1 | FileCheck %s
// RUN: FileCheck %s --input-file=%t.mlir --check-prefix=IR

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>

// CHECK: remark: {{.*}}producer not fused into the recurrence: its body has effects or uses values from outside
// IR-LABEL: func @outside(
// IR: math.exp
// IR: recur.generic

func.func @outside(%x: tensor<9x5xf32>, %scale: f32, %h0: tensor<5xf32>) -> tensor<9x5xf32> {
  %empty = tensor.empty() : tensor<9x5xf32>
  %a = linalg.generic {indexing_maps = [#tm, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<9x5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %e = math.exp %in : f32
    %s = arith.mulf %e, %scale : f32
    linalg.yield %s : f32
  } -> tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%a : tensor<9x5xf32>) state(%h0 : tensor<5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<9x5xf32>)
  return %r#1 : tensor<9x5xf32>
}

// -----

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
#first = affine_map<(t, m) -> (t, 0)>

// CHECK: remark: {{.*}}producer not fused into the recurrence: its indexing maps are not all projected permutations
// IR-LABEL: func @first_column(
// IR: linalg.generic
// IR: recur.generic
func.func @first_column(%x: tensor<9x1xf32>, %h0: tensor<5xf32>) -> tensor<9x5xf32> {
  %empty = tensor.empty() : tensor<9x5xf32>
  %a = linalg.generic {indexing_maps = [#first, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<9x1xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%a : tensor<9x5xf32>) state(%h0 : tensor<5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<9x5xf32>)
  return %r#1 : tensor<9x5xf32>
}

// -----

#tm = affine_map<(t, m) -> (t, m)>
#t = affine_map<(t, m) -> (t)>
#time = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>

// Which of the elements in m the result holds is not said.
// CHECK: remark: {{.*}}producer not fused into the recurrence: a result is broadcast
// IR-LABEL: func @any_of_a_row(
// IR: linalg.generic
// IR: recur.generic
func.func @any_of_a_row(%x: tensor<9x5xf32>, %h0: tensor<f32>) -> tensor<9xf32> {
  %empty = tensor.empty() : tensor<9xf32>
  %a = linalg.generic {indexing_maps = [#tm, #t], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<9x5xf32>) outs(%empty : tensor<9xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<9xf32>
  %r:2 = recur.generic {indexing_maps = [#time, #none, #time], iterator_types = ["recurrence"]}
      ins(%a : tensor<9xf32>) state(%h0 : tensor<f32>) outs(%empty : tensor<9xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<f32>, tensor<9xf32>)
  return %r#1 : tensor<9xf32>
}

// -----

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>

// CHECK: remark: {{.*}}producer not fused into the recurrence: it makes an initial state or a destination
// IR-LABEL: func @destination(
// IR: %[[A:.*]] = linalg.generic
// IR: recur.generic {{.*}} ins(%[[A]] : {{.*}} outs(%[[A]] :
func.func @destination(%x: tensor<9x5xf32>, %h0: tensor<5xf32>) -> tensor<9x5xf32> {
  %empty = tensor.empty() : tensor<9x5xf32>
  %a = linalg.generic {indexing_maps = [#tm, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<9x5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %e = math.exp %in : f32
    linalg.yield %e : f32
  } -> tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%a : tensor<9x5xf32>) state(%h0 : tensor<5xf32>) outs(%a : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<9x5xf32>)
  return %r#1 : tensor<9x5xf32>
}

// -----

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>

// CHECK: remark: {{.*}}consumer not fused into the recurrence: sequences are packed
// IR-LABEL: func @packed(
// IR: recur.generic
// IR: linalg.generic
func.func @packed(%x: tensor<9x5xf32>, %b: tensor<3xi64>, %h0: tensor<2x5xf32>) -> tensor<9x5xf32> {
  %empty = tensor.empty() : tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%x : tensor<9x5xf32>) segments(%b : tensor<3xi64>)
      state(%h0 : tensor<2x5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<2x5xf32>, tensor<9x5xf32>)
  %y = linalg.generic {indexing_maps = [#tm, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%r#1 : tensor<9x5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %p = arith.mulf %in, %in : f32
    linalg.yield %p : f32
  } -> tensor<9x5xf32>
  return %y : tensor<9x5xf32>
}

// -----

#tm = affine_map<(t, m) -> (t, m)>
#mt = affine_map<(t, m) -> (m, t)>
#m = affine_map<(t, m) -> (m)>
#tmk = affine_map<(t, m, k) -> (t, m, k)>
#tm3 = affine_map<(t, m, k) -> (t, m)>

// Another element beside its own, and one for several.
// CHECK: remark: {{.*}}consumer not fused into the recurrence: it does not read one element for each that it makes
// CHECK: remark: {{.*}}consumer not fused into the recurrence: it does not read one element for each that it makes
// IR-LABEL: func @mirrored(
// IR: recur.generic
// IR: linalg.generic
// IR-LABEL: func @spread(
// IR: recur.generic
// IR: linalg.generic
func.func @mirrored(%x: tensor<5x5xf32>, %h0: tensor<5xf32>) -> tensor<5x5xf32> {
  %empty = tensor.empty() : tensor<5x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%x : tensor<5x5xf32>) state(%h0 : tensor<5xf32>) outs(%empty : tensor<5x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<5x5xf32>)
  %y = linalg.generic {indexing_maps = [#tm, #mt, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%r#1, %r#1 : tensor<5x5xf32>, tensor<5x5xf32>) outs(%empty : tensor<5x5xf32>) {
  ^bb0(%in: f32, %other: f32, %out: f32):
    %p = arith.mulf %in, %other : f32
    linalg.yield %p : f32
  } -> tensor<5x5xf32>
  return %y : tensor<5x5xf32>
}
func.func @spread(%x: tensor<9x5xf32>, %h0: tensor<5xf32>) -> tensor<9x5x2xf32> {
  %empty = tensor.empty() : tensor<9x5xf32>
  %wide = tensor.empty() : tensor<9x5x2xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%x : tensor<9x5xf32>) state(%h0 : tensor<5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<9x5xf32>)
  %y = linalg.generic {indexing_maps = [#tm3, #tmk], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%r#1 : tensor<9x5xf32>) outs(%wide : tensor<9x5x2xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<9x5x2xf32>
  return %y : tensor<9x5x2xf32>
}

// -----

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>

// It may not run, or only writes over the output.
// CHECK: remark: {{.*}}consumer not fused into the recurrence: it does not run once for each element
// CHECK: remark: {{.*}}consumer not fused into the recurrence: it does not run once for each element
// IR-LABEL: func @perhaps(
// IR: recur.generic
// IR: scf.if
// IR: linalg.generic
// IR-LABEL: func @overwrites(
// IR: recur.generic
// IR: linalg.generic
func.func @perhaps(%c: i1, %x: tensor<9x5xf32>, %h0: tensor<5xf32>) -> tensor<9x5xf32> {
  %empty = tensor.empty() : tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%x : tensor<9x5xf32>) state(%h0 : tensor<5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<9x5xf32>)
  %y = scf.if %c -> tensor<9x5xf32> {
    %p = linalg.generic {indexing_maps = [#tm, #tm], iterator_types = ["parallel", "parallel"]}
        ins(%r#1 : tensor<9x5xf32>) outs(%empty : tensor<9x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %q = arith.mulf %in, %in : f32
      linalg.yield %q : f32
    } -> tensor<9x5xf32>
    scf.yield %p : tensor<9x5xf32>
  } else {
    scf.yield %empty : tensor<9x5xf32>
  }
  return %y : tensor<9x5xf32>
}
func.func @overwrites(%x: tensor<9x5xf32>, %h0: tensor<5xf32>) -> tensor<9x5xf32> {
  %empty = tensor.empty() : tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%x : tensor<9x5xf32>) state(%h0 : tensor<5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<9x5xf32>)
  %y = linalg.generic {indexing_maps = [#tm, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<9x5xf32>) outs(%r#1 : tensor<9x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %q = arith.mulf %in, %in : f32
    linalg.yield %q : f32
  } -> tensor<9x5xf32>
  return %y : tensor<9x5xf32>
}

// -----

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>

// CHECK: remark: {{.*}}consumer not fused into the recurrence: another user of the recurrence stands before it
// IR-LABEL: func @user_before(
// IR: recur.generic
// IR: math.exp
// IR: arith.mulf
func.func @user_before(%x: tensor<9x5xf32>, %h0: tensor<5xf32>) -> (tensor<5xf32>, tensor<9x5xf32>) {
  %empty = tensor.empty() : tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%x : tensor<9x5xf32>) state(%h0 : tensor<5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<9x5xf32>)
  %e = math.exp %r#0 : tensor<5xf32>
  %y = linalg.generic {indexing_maps = [#tm, #tm], iterator_types = ["parallel", "parallel"]}
      ins(%r#1 : tensor<9x5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %p = arith.mulf %in, %in : f32
    linalg.yield %p : f32
  } -> tensor<9x5xf32>
  return %e, %y : tensor<5xf32>, tensor<9x5xf32>
}

// -----

#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>

// CHECK: remark: {{.*}}consumer not fused into the recurrence: it writes to the output
// IR-LABEL: func @in_place(
// IR: recur.generic
// IR: linalg.exp
func.func @in_place(%x: tensor<9x5xf32>, %h0: tensor<5xf32>) -> tensor<9x5xf32> {
  %empty = tensor.empty() : tensor<9x5xf32>
  %r:2 = recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
      ins(%x : tensor<9x5xf32>) state(%h0 : tensor<5xf32>) outs(%empty : tensor<9x5xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } -> (tensor<5xf32>, tensor<9x5xf32>)
  %y = linalg.exp ins(%r#1 : tensor<9x5xf32>) outs(%r#1 : tensor<9x5xf32>) -> tensor<9x5xf32>
  return %y : tensor<9x5xf32>
}
