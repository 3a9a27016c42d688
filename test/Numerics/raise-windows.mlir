// Windows give the same numbers, bit for bit, before and after they are raised.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t x=f8:2,17,5:normal,0,1 w=f8:4,5:normal,0,1 bias=f8:2,17,5:normal,0,1 z=f8:2,5,11:normal,0,1
// RUN: kalmir-opt %s --kalmir-raise-windows-to-recur -o %t/raised.mlir
// RUN: FileCheck %s --input-file=%t/raised.mlir
//
// RUN: kalmir-run %s --entry=convolution --target=reference --in=%t/x.npy,%t/w.npy,%t/bias.npy --out=%t/y.npy
// RUN: kalmir-run %t/raised.mlir --entry=convolution --target=reference --in=%t/x.npy,%t/w.npy,%t/bias.npy --out=%t/y1.npy
// RUN: %npy compare %t/y1.npy %t/y.npy --tolerance=0
// RUN: kalmir-run %s --entry=convolution --in=%t/x.npy,%t/w.npy,%t/bias.npy --out=%t/y2.npy
// RUN: %npy compare %t/y2.npy %t/y.npy --tolerance=1e-13 --absolute
//
// RUN: kalmir-run %s --entry=highest --target=reference --in=%t/z.npy --out=%t/y.npy
// RUN: kalmir-run %t/raised.mlir --entry=highest --target=reference --in=%t/z.npy --out=%t/y1.npy
// RUN: %npy compare %t/y1.npy %t/y.npy --tolerance=0
// RUN: kalmir-run %s --entry=highest --in=%t/z.npy --out=%t/y2.npy
// RUN: %npy compare %t/y2.npy %t/y.npy --tolerance=0

// The sum begins with a tensor, of as many steps as it is added to.
// CHECK-LABEL: func.func @convolution
// CHECK: recur.generic
func.func @convolution(%x: tensor<?x?x?xf64>, %w: tensor<4x?xf64>,
                       %bias: tensor<?x?x?xf64>) -> tensor<?x?x?xf64> {
  %zero = arith.constant 0.5 : f64
  %padded = tensor.pad %x low[0, 3, 0] high[0, 0, 0] {
  ^bb0(%b: index, %t: index, %c: index):
    tensor.yield %zero : f64
  } : tensor<?x?x?xf64> to tensor<?x?x?xf64>
  %init = linalg.mul ins(%x, %bias : tensor<?x?x?xf64>, tensor<?x?x?xf64>)
      outs(%x : tensor<?x?x?xf64>) -> tensor<?x?x?xf64>
  %y = linalg.depthwise_conv_1d_nwc_wc
      {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
      ins(%padded, %w : tensor<?x?x?xf64>, tensor<4x?xf64>)
      outs(%init : tensor<?x?x?xf64>) -> tensor<?x?x?xf64>
  return %y : tensor<?x?x?xf64>
}

// The highest of the last three, time last, with the window as the outermost
// iterator and a constant from outside the body.
#in = affine_map<(k, b, c, t) -> (b, c, t + k)>
#window = affine_map<(k, b, c, t) -> (k)>
#out = affine_map<(k, b, c, t) -> (b, c, t)>
// CHECK-LABEL: func.func @highest
// CHECK: recur.generic
func.func @highest(%x: tensor<2x5x?xf64>) -> tensor<2x5x?xf64> {
  %c2 = arith.constant 2 : index
  %two = arith.constant 2.0 : f64
  %lowest = arith.constant 0xFFF0000000000000 : f64
  %l = tensor.dim %x, %c2 : tensor<2x5x?xf64>
  %padded = tensor.pad %x low[0, 0, 2] high[0, 0, 0] {
  ^bb0(%b: index, %c: index, %t: index):
    tensor.yield %lowest : f64
  } : tensor<2x5x?xf64> to tensor<2x5x?xf64>
  %window = tensor.empty() : tensor<3xf64>
  %empty = tensor.empty(%l) : tensor<2x5x?xf64>
  %init = linalg.fill ins(%lowest : f64) outs(%empty : tensor<2x5x?xf64>)
      -> tensor<2x5x?xf64>
  %y = linalg.generic {indexing_maps = [#in, #window, #out],
      iterator_types = ["reduction", "parallel", "parallel", "parallel"]}
      ins(%padded, %window : tensor<2x5x?xf64>, tensor<3xf64>)
      outs(%init : tensor<2x5x?xf64>) {
  ^bb0(%a: f64, %unused: f64, %max: f64):
    %twice = arith.mulf %a, %two : f64
    %r = arith.maximumf %twice, %max : f64
    linalg.yield %r : f64
  } -> tensor<2x5x?xf64>
  return %y : tensor<2x5x?xf64>
}
