// Entries that some extents take out of their tensors; run_bounds.py has the extents.
#i = affine_map<(i) -> (i)>
#strided = affine_map<(i, k) -> (3 * i + k)>
#mirrored = affine_map<(i, k) -> (4 - i - k)>
#outer = affine_map<(i, k) -> (i)>
#inner = affine_map<(i, k) -> (k)>

func.func private @part(%x: tensor<?x?xf32>, %first: index, %count: index) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x?xf32>
  %part = tensor.extract_slice %x[0, %first] [%rows, %count] [1, 1] : tensor<?x?xf32> to tensor<?x?xf32>
  return %part : tensor<?x?xf32>
}

func.func @columns(%x: tensor<?x?xf32>, %a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %first = tensor.dim %a, %c0 : tensor<?xf32>
  %count = tensor.dim %b, %c0 : tensor<?xf32>
  %y = call @part(%x, %first, %count) : (tensor<?x?xf32>, index, index) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// From 2, b elements, as far apart as c has more elements than d.
func.func @steps(%x: tensor<?xf32>, %b: tensor<?xf32>, %c: tensor<?xf32>, %d: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %count = tensor.dim %b, %c0 : tensor<?xf32>
  %more = tensor.dim %c, %c0 : tensor<?xf32>
  %less = tensor.dim %d, %c0 : tensor<?xf32>
  %stride = arith.subi %more, %less : index
  %y = tensor.extract_slice %x[2] [%count] [%stride] : tensor<?xf32> to tensor<?xf32>
  return %y : tensor<?xf32>
}

// Every second element, one more than half as often as b has elements.
func.func @second(%x: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %n = tensor.dim %b, %c0 : tensor<?xf32>
  %count = arith.divsi %n, %c2 : index
  %y = tensor.extract_slice %x[1] [%count] [2] : tensor<?xf32> to tensor<?xf32>
  return %y : tensor<?xf32>
}

// b into row |b| of x, from column 2, every second one.
func.func @insert(%x: tensor<?x?xf32>, %b: tensor<?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %b, %c0 : tensor<?xf32>
  %y = tensor.insert_slice %b into %x[%n, 2] [1, %n] [1, 2] : tensor<?xf32> into tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// A slice of |a| elements, twice as long as b.
func.func @shape(%x: tensor<?xf32>, %a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %m = tensor.dim %a, %c0 : tensor<?xf32>
  %n = tensor.dim %b, %c0 : tensor<?xf32>
  %twice = arith.muli %n, %c2 : index
  %pad = tensor.empty(%twice) : tensor<?xf32>
  %zero = arith.constant 0.0 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%pad : tensor<?xf32>) -> tensor<?xf32>
  %y = tensor.insert_slice %zeros into %x[0] [%m] [1] : tensor<?xf32> into tensor<?xf32>
  return %y : tensor<?xf32>
}

func.func @element(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %y, %c0 : tensor<?xf32>
  %e = tensor.extract %x[%n] : tensor<?xf32>
  %r = tensor.insert %e into %y[%c0] : tensor<?xf32>
  return %r : tensor<?xf32>
}

// As long as a is longer than b.
func.func @difference(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?xf32>
  %n = tensor.dim %b, %c0 : tensor<?xf32>
  %size = arith.subi %m, %n : index
  %y = tensor.splat %zero[%size] : tensor<?xf32>
  return %y : tensor<?xf32>
}

func.func @pad(%x: tensor<?xf32>, %a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?xf32>
  %n = tensor.dim %b, %c0 : tensor<?xf32>
  %low = arith.subi %m, %n : index
  %y = tensor.pad %x low[%low] high[1] {
  ^bb0(%at: index):
    tensor.yield %zero : f32
  } : tensor<?xf32> to tensor<?xf32>
  return %y : tensor<?xf32>
}

func.func @expand(%x: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %b, %c0 : tensor<?xf32>
  %y = tensor.expand_shape %x [[0, 1]] output_shape [%n, 4] : tensor<?xf32> into tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

func.func @reshape(%x: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %n = tensor.dim %b, %c0 : tensor<?xf32>
  %shape = tensor.from_elements %n, %c2 : tensor<2xindex>
  %y = tensor.reshape %x(%shape) : (tensor<?xf32>, tensor<2xindex>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

func.func @concat(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %r = tensor.concat dim(0) %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// What the signature cannot say: twice as many elements as b has.
func.func @twice(%x: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %b, %c0 : tensor<?xf32>
  %m = arith.addi %n, %n : index
  %e = tensor.empty(%m) : tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#i, #i], iterator_types = ["parallel"]}
      ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%a: f32, %s: f32):
    %q = arith.addf %a, %a : f32
    linalg.yield %q : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}

func.func @four(%x: tensor<?xf32>, %a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?xf32>
  %n = tensor.dim %b, %c0 : tensor<?xf32>
  %count = arith.subi %m, %n : index
  %part = tensor.extract_slice %x[0] [%count] [1] : tensor<?xf32> to tensor<?xf32>
  %y = tensor.cast %part : tensor<?xf32> to tensor<4xf32>
  return %y : tensor<4xf32>
}

func.func @sum(%x: tensor<?xf32>, %a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?xf32>
  %n = tensor.dim %b, %c0 : tensor<?xf32>
  %count = arith.subi %m, %n : index
  %part = tensor.extract_slice %x[1] [%count] [1] : tensor<?xf32> to tensor<?xf32>
  %y = arith.addf %b, %part : tensor<?xf32>
  return %y : tensor<?xf32>
}

func.func @windows(%x: tensor<?xf32>, %w: tensor<?xf32>, %o: tensor<?xf32>) -> tensor<?xf32> {
  %r = linalg.generic {indexing_maps = [#strided, #inner, #outer], iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : tensor<?xf32>, tensor<?xf32>) outs(%o : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %p, %s : f32
    linalg.yield %q : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}

func.func @mirrored(%x: tensor<?xf32>, %w: tensor<?xf32>, %o: tensor<?xf32>) -> tensor<?xf32> {
  %r = linalg.generic {indexing_maps = [#mirrored, #inner, #outer], iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : tensor<?xf32>, tensor<?xf32>) outs(%o : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %p, %s : f32
    linalg.yield %q : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}

func.func @conv(%x: tensor<?x?x?xf32>, %w: tensor<?x?xf32>, %o: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %r = linalg.depthwise_conv_1d_nwc_wc
      {dilations = dense<2> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
      ins(%x, %w : tensor<?x?x?xf32>, tensor<?x?xf32>)
      outs(%o : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return %r : tensor<?x?x?xf32>
}

// A recurrence over the first |a| - |b| steps, into |b|.
func.func @recurrence(%x: tensor<?xf32>, %a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?xf32>
  %n = tensor.dim %b, %c0 : tensor<?xf32>
  %count = arith.subi %m, %n : index
  %part = tensor.extract_slice %x[0] [%count] [1] : tensor<?xf32> to tensor<?xf32>
  %h0 = tensor.from_elements %zero : tensor<f32>
  %h, %y = recur.generic {indexing_maps = [#i, affine_map<(t) -> ()>, #i], iterator_types = ["recurrence"]}
      ins(%part : tensor<?xf32>) state(%h0 : tensor<f32>) outs(%b : tensor<?xf32>) {
  ^bb0(%xt: f32, %s: f32):
    %next = arith.addf %s, %xt : f32
    recur.yield state(%next : f32) outs(%next : f32)
  } -> (tensor<f32>, tensor<?xf32>)
  return %y : tensor<?xf32>
}
