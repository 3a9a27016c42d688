// RUN: kalmir-opt %s --kalmir-infer-entry-signatures | FileCheck %s

#mt = affine_map<(m, t) -> (m, t)>
#m = affine_map<(m, t) -> (m)>
// The lanes of all arguments are one extent, time is another.
// CHECK: func @average({{.*}}) attributes {kalmir.entry = #kalmir.entry<
// CHECK-SAME: inputs = [#kalmir.argument<"x", f32, [-1, -2]>, #kalmir.argument<"arg1", f32, [-1]>],
// CHECK-SAME: outputs = [#kalmir.argument<"y", f32, [-1, -2]>, #kalmir.argument<"result1", f32, [-1]>]>}
func.func @average(%x: tensor<?x?xf32> {kalmir.name = "x"}, %h0: tensor<?xf32>)
    -> (tensor<?x?xf32> {kalmir.name = "y"}, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %l = tensor.dim %x, %c1 : tensor<?x?xf32>
  %y0 = tensor.empty(%m, %l) : tensor<?x?xf32>
  %hT, %y = recur.generic {indexing_maps = [#mt, #m, #mt],
      iterator_types = ["parallel", "recurrence"]}
      ins(%x : tensor<?x?xf32>) state(%h0 : tensor<?xf32>) outs(%y0 : tensor<?x?xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %sum = arith.addf %xt, %h : f32
    recur.yield state(%sum : f32) outs(%sum : f32)
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  return %y, %hT : tensor<?x?xf32>, tensor<?xf32>
}
