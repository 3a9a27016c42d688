// What looks like a causal window but is not raised, and why.
//
// RUN: kalmir-opt %s --kalmir-raise-windows-to-recur --remarks-filter-missed=kalmir --split-input-file -o /dev/null 2>&1 | FileCheck %s
// RUN: kalmir-opt %s --kalmir-raise-windows-to-recur --split-input-file | FileCheck %s --check-prefix=NONE
// NONE-NOT: recur.generic

!x = tensor<2x?x5xf32>
!y = tensor<2x?x5xf32>

// CHECK: expected an input padded with one number (tensor.pad)
func.func @not_padded(%x: !x, %w: tensor<2x5xf32>, %init: !y) -> !y {
  %y = linalg.depthwise_conv_1d_nwc_wc
      {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
      ins(%x, %w : !x, tensor<2x5xf32>) outs(%init : !y) -> !y
  return %y : !y
}

// -----

!x = tensor<2x?x5xf32>
!y = tensor<2x?x5xf32>

// CHECK: expected padding of 1 before and 0 after dimension 1
func.func @looks_ahead(%x: !x, %w: tensor<2x5xf32>, %init: !y) -> !y {
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %x low[0, 0, 0] high[0, 1, 0] {
  ^bb0(%b: index, %t: index, %c: index):
    tensor.yield %zero : f32
  } : !x to !x
  %y = linalg.depthwise_conv_1d_nwc_wc
      {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
      ins(%padded, %w : !x, tensor<2x5xf32>) outs(%init : !y) -> !y
  return %y : !y
}

// -----

!x = tensor<2x?x5xf32>
!y = tensor<2x?x5xf32>

// CHECK: expected strides and dilations of 1
func.func @dilated(%x: !x, %w: tensor<2x5xf32>, %init: !y) -> !y {
  %y = linalg.depthwise_conv_1d_nwc_wc
      {dilations = dense<2> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
      ins(%x, %w : !x, tensor<2x5xf32>) outs(%init : !y) -> !y
  return %y : !y
}

// -----

!x = tensor<2x?x5xf32>
!y = tensor<2x?x5xf32>

// CHECK: expected a window of static width
func.func @any_width(%x: !x, %w: tensor<?x5xf32>, %init: !y) -> !y {
  %y = linalg.depthwise_conv_1d_nwc_wc
      {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
      ins(%x, %w : !x, tensor<?x5xf32>) outs(%init : !y) -> !y
  return %y : !y
}

// -----

!x = tensor<2x?x5xf32>
!y = tensor<2x?x5xf32>

// CHECK: expected a window of 2 to 64 steps, found 1
func.func @no_window(%x: !x, %w: tensor<1x5xf32>, %init: !y) -> !y {
  %y = linalg.depthwise_conv_1d_nwc_wc
      {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
      ins(%x, %w : !x, tensor<1x5xf32>) outs(%init : !y) -> !y
  return %y : !y
}

// -----

// Channels are summed: every output channel sees all of the input.
// CHECK: expected one reduction iterator, found 2
func.func @dense(%x: tensor<2x?x5xf32>, %w: tensor<2x5x7xf32>,
                 %init: tensor<2x?x7xf32>) -> tensor<2x?x7xf32> {
  %y = linalg.conv_1d_nwc_wcf
      {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
      ins(%x, %w : tensor<2x?x5xf32>, tensor<2x5x7xf32>)
      outs(%init : tensor<2x?x7xf32>) -> tensor<2x?x7xf32>
  return %y : tensor<2x?x7xf32>
}

// -----

#in = affine_map<(t, c, k) -> (t + k)>
#w = affine_map<(t, c, k) -> (k, c)>
#out = affine_map<(t, c, k) -> (t, c)>
// CHECK: expected an input over all parallel iterators
func.func @filters(%x: tensor<?xf32>, %w: tensor<3x5xf32>, %init: tensor<?x5xf32>)
    -> tensor<?x5xf32> {
  %y = linalg.generic {indexing_maps = [#in, #w, #out],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<?xf32>, tensor<3x5xf32>) outs(%init : tensor<?x5xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %r = arith.addf %sum, %p : f32
    linalg.yield %r : f32
  } -> tensor<?x5xf32>
  return %y : tensor<?x5xf32>
}

// -----

#in = affine_map<(t, k) -> (t + k)>
#w = affine_map<(t, k) -> (k)>
#out = affine_map<(t, k) -> (t)>
// CHECK: expected a body without linalg.index
func.func @positions(%x: tensor<?xf32>, %w: tensor<3xf32>, %init: tensor<?xf32>)
    -> tensor<?xf32> {
  %y = linalg.generic {indexing_maps = [#in, #w, #out],
      iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : tensor<?xf32>, tensor<3xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %i = linalg.index 0 : index
    %n = arith.index_cast %i : index to i32
    %f = arith.sitofp %n : i32 to f32
    %r = arith.addf %sum, %f : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

#in = affine_map<(t, k) -> (t + k)>
#w = affine_map<(t, k) -> (k)>
#out = affine_map<(t, k) -> (t)>
// CHECK: expected a body that uses no values from outside
func.func @scaled(%x: tensor<9xf32>, %w: tensor<3xf32>, %init: tensor<9xf32>,
                  %scale: f32) -> tensor<9xf32> {
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %x low[2] high[0] {
  ^bb0(%t: index):
    tensor.yield %zero : f32
  } : tensor<9xf32> to tensor<11xf32>
  %y = linalg.generic {indexing_maps = [#in, #w, #out],
      iterator_types = ["parallel", "reduction"]}
      ins(%padded, %w : tensor<11xf32>, tensor<3xf32>) outs(%init : tensor<9xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %scale : f32
    %r = arith.addf %sum, %p : f32
    linalg.yield %r : f32
  } -> tensor<9xf32>
  return %y : tensor<9xf32>
}

// -----

#in = affine_map<(t, k) -> (t + k)>
#w = affine_map<(t, k) -> (k)>
#out = affine_map<(t, k) -> (t)>
// CHECK: window not raised to a recurrence: expected one result
func.func @two_results(%x: tensor<?xf32>, %w: tensor<3xf32>, %init: tensor<?xf32>)
    -> (tensor<?xf32>, tensor<?xf32>) {
  %y:2 = linalg.generic {indexing_maps = [#in, #w, #out, #out],
      iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : tensor<?xf32>, tensor<3xf32>)
      outs(%init, %init : tensor<?xf32>, tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32, %squares: f32):
    %p = arith.mulf %a, %b : f32
    %r = arith.addf %sum, %p : f32
    %q = arith.mulf %p, %p : f32
    %s = arith.addf %squares, %q : f32
    linalg.yield %r, %s : f32, f32
  } -> (tensor<?xf32>, tensor<?xf32>)
  return %y#0, %y#1 : tensor<?xf32>, tensor<?xf32>
}

// -----

#in = affine_map<(t, k) -> (t + k)>
#out = affine_map<(t, k) -> (t)>
// CHECK: window not raised to a recurrence: expected the other operands to be indexed by single iterators
func.func @two_windows(%x: tensor<?xf32>, %v: tensor<?xf32>, %steps: tensor<3xf32>,
                       %init: tensor<?xf32>) -> tensor<?xf32> {
  %y = linalg.generic {indexing_maps = [#in, #in, affine_map<(t, k) -> (k)>, #out],
      iterator_types = ["parallel", "reduction"]}
      ins(%x, %v, %steps : tensor<?xf32>, tensor<?xf32>, tensor<3xf32>)
      outs(%init : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %r = arith.addf %sum, %p : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

#in = affine_map<(t, c, k) -> (t + k)>
#w = affine_map<(t, c, k) -> (k, c)>
#out = affine_map<(t, c, k) -> (t)>
// CHECK: window not raised to a recurrence: expected a result over all parallel iterators
func.func @any_channel(%x: tensor<?xf32>, %w: tensor<3x5xf32>, %init: tensor<?xf32>)
    -> tensor<?xf32> {
  %y = linalg.generic {indexing_maps = [#in, #w, #out],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<?xf32>, tensor<3x5xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %r = arith.addf %sum, %p : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

#in = affine_map<(t, k) -> (t + k, t)>
#w = affine_map<(t, k) -> (k)>
#out = affine_map<(t, k) -> (t)>
// CHECK: window not raised to a recurrence: expected the input's other dimensions to be single iterators
func.func @diagonal(%x: tensor<?x?xf32>, %w: tensor<3xf32>, %init: tensor<?xf32>)
    -> tensor<?xf32> {
  %y = linalg.generic {indexing_maps = [#in, #w, #out],
      iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : tensor<?x?xf32>, tensor<3xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %r = arith.addf %sum, %p : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

#in = affine_map<(t, k) -> (t + k)>
#w = affine_map<(t, k) -> (k)>
#out = affine_map<(t, k) -> (t)>
// CHECK: window not raised to a recurrence: expected a result of as many steps as the padded tensor has
func.func @first_steps(%x: tensor<9xf32>, %w: tensor<3xf32>, %init: tensor<5xf32>)
    -> tensor<5xf32> {
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %x low[2] high[0] {
  ^bb0(%t: index):
    tensor.yield %zero : f32
  } : tensor<9xf32> to tensor<11xf32>
  %y = linalg.generic {indexing_maps = [#in, #w, #out],
      iterator_types = ["parallel", "reduction"]}
      ins(%padded, %w : tensor<11xf32>, tensor<3xf32>) outs(%init : tensor<5xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %r = arith.addf %sum, %p : f32
    linalg.yield %r : f32
  } -> tensor<5xf32>
  return %y : tensor<5xf32>
}

// -----

// Nobody knows whether the result has all steps.
// CHECK: window not raised to a recurrence: expected a result of as many steps as the padded tensor has
func.func @any_steps(%x: tensor<2x?x5xf32>, %w: tensor<2x5xf32>, %init: tensor<2x?x5xf32>)
    -> tensor<2x?x5xf32> {
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %x low[0, 1, 0] high[0, 0, 0] {
  ^bb0(%b: index, %t: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<2x?x5xf32> to tensor<2x?x5xf32>
  %y = linalg.depthwise_conv_1d_nwc_wc
      {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
      ins(%padded, %w : tensor<2x?x5xf32>, tensor<2x5xf32>)
      outs(%init : tensor<2x?x5xf32>) -> tensor<2x?x5xf32>
  return %y : tensor<2x?x5xf32>
}
