// RUN: kalmir-opt %s | kalmir-opt | FileCheck %s

// CHECK: func @f(%{{.*}}: memref<?xf32> {kalmir.name = "x"}, %{{.*}}: memref<f64>) attributes {kalmir.entry = #kalmir.entry<inputs = [#kalmir.argument<"x", f32, [-1]>], outputs = [#kalmir.argument<"y", f64, []>]>}
func.func @f(%x: memref<?xf32> {kalmir.name = "x"}, %y: memref<f64>) attributes {
    kalmir.entry = #kalmir.entry<inputs = [#kalmir.argument<"x", f32, [-1]>],
                                 outputs = [#kalmir.argument<"y", f64, []>]>} {
  return
}
// CHECK: func @f.info() attributes {kalmir.helper = @f}
func.func @f.info() attributes {kalmir.helper = @f} {
  return
}
