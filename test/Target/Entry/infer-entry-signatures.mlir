// RUN: kalmir-opt %s --kalmir-infer-entry-signatures --split-input-file | FileCheck %s
// RUN: kalmir-opt %s --kalmir-infer-entry-signatures --kalmir-infer-entry-signatures --split-input-file | FileCheck %s

// A static extent anywhere makes all equal ones static.
// CHECK-LABEL: func @statics
// CHECK-SAME: inputs = [#kalmir.argument<"arg0", f32, [8]>, #kalmir.argument<"arg1", f32, [8]>], outputs = [#kalmir.argument<"result0", f32, [8]>]
func.func @statics(%x: tensor<8xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %y, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %r = linalg.add ins(%x, %y : tensor<8xf32>, tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}

// Casts keep extents.
// CHECK-LABEL: func @casts
// CHECK-SAME: inputs = [#kalmir.argument<"arg0", f64, [-1, 4]>], outputs = [#kalmir.argument<"result0", f64, [-1, 4]>]
func.func @casts(%x: tensor<?x?xf64>) -> tensor<?x?xf64> {
  %0 = tensor.cast %x : tensor<?x?xf64> to tensor<?x4xf64>
  %1 = tensor.cast %0 : tensor<?x4xf64> to tensor<?x?xf64>
  return %1 : tensor<?x?xf64>
}

// A row of a matrix has the extent of its rows.
// CHECK-LABEL: func @row
// CHECK-SAME: inputs = [#kalmir.argument<"arg0", f32, [4, -1]>, #kalmir.argument<"arg1", f32, [-1]>], outputs = [#kalmir.argument<"result0", f32, [-1]>]
func.func @row(%w: tensor<4x?xf32>, %x: tensor<?xf32>) -> tensor<?xf32> {
  %c1 = arith.constant 1 : index
  %n = tensor.dim %w, %c1 : tensor<4x?xf32>
  %row = tensor.extract_slice %w[2, 0] [1, %n] [1, 1] : tensor<4x?xf32> to tensor<?xf32>
  %r = linalg.add ins(%row, %x : tensor<?xf32>, tensor<?xf32>) outs(%x : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}

// What may not run demands nothing.
// CHECK-LABEL: func @conditional
// CHECK-SAME: inputs = [#kalmir.argument<"arg0", i1, []>, #kalmir.argument<"arg1", f32, [-1]>, #kalmir.argument<"arg2", f32, [-2]>], outputs = [#kalmir.argument<"result0", f32, [-3]>]
func.func @conditional(%c: tensor<i1>, %x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %b = tensor.extract %c[] : tensor<i1>
  %r = scf.if %b -> tensor<?xf32> {
    %0 = linalg.add ins(%x, %y : tensor<?xf32>, tensor<?xf32>) outs(%x : tensor<?xf32>) -> tensor<?xf32>
    scf.yield %0 : tensor<?xf32>
  } else {
    scf.yield %y : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}

// Private functions and functions without tensors are no entries.
// CHECK-LABEL: func private @private
// CHECK-NOT: kalmir.entry
func.func private @private(%x: tensor<*xf32>) -> tensor<*xf32> {
  return %x : tensor<*xf32>
}
// CHECK-LABEL: func @scalar
// CHECK-NOT: kalmir.entry
func.func @scalar(%x: f32) -> f32 {
  return %x : f32
}

// -----

// The states of packed sequences agree on their number, and the boundaries are known
// as such.
#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
// CHECK-LABEL: func @packed
// CHECK-SAME: inputs = [#kalmir.argument<"arg0", f32, [-1]>, #kalmir.argument<"arg1", i64, [-2], boundaries = [-1, -3]>, #kalmir.argument<"arg2", f32, [-3]>, #kalmir.argument<"arg3", f32, [-3]>]
func.func @packed(%x: tensor<?xf32>, %s: tensor<?xi64>, %a: tensor<?xf32>, %b: tensor<?xf32>)
    -> (tensor<?xf32>, tensor<?xf32>) {
  %r:2 = recur.generic {indexing_maps = [#t, #none, #none], iterator_types = ["recurrence"]}
      ins(%x : tensor<?xf32>) segments(%s : tensor<?xi64>) state(%a, %b : tensor<?xf32>, tensor<?xf32>) {
  ^bb0(%xt: f32, %p: f32, %q: f32):
    %p1 = arith.addf %p, %xt : f32
    %q1 = arith.mulf %q, %xt : f32
    recur.yield state(%p1, %q1 : f32, f32)
  } -> (tensor<?xf32>, tensor<?xf32>)
  return %r#0, %r#1 : tensor<?xf32>, tensor<?xf32>
}

// -----

// Arithmetic on whole tensors.
// CHECK-LABEL: func @elementwise
// CHECK-SAME: inputs = [#kalmir.argument<"arg0", f32, [-1]>, #kalmir.argument<"arg1", f32, [-1]>], outputs = [#kalmir.argument<"result0", f32, [-1]>]
func.func @elementwise(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %0 = arith.addf %x, %y : tensor<?xf32>
  %1 = math.exp %0 : tensor<?xf32>
  return %1 : tensor<?xf32>
}
