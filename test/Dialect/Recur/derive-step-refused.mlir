// RUN: kalmir-opt %s --split-input-file --kalmir-recur-derive-step \
// RUN:   --remarks-filter-missed=kalmir 2>&1 | FileCheck %s
// RUN: kalmir-opt %s --split-input-file --kalmir-recur-derive-step | FileCheck %s --check-prefix=NONE
// NONE-NOT: _step

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>

// Sums over time, in linalg and in a recurrence.
// CHECK: remark: {{.*}}no step of 'sum': 'linalg.generic' sums over time
func.func @sum(%x: tensor<?xf32>, %h: tensor<f32>) -> tensor<f32> {
  %hT, %y = recur.generic {indexing_maps = [#t, #none, #t], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) outs(%x : tensor<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32) outs(%ht : f32)
  } -> (tensor<f32>, tensor<?xf32>)
  %s = linalg.generic {indexing_maps = [#t, #none], iterator_types = ["reduction"]}
    ins(%y : tensor<?xf32>) outs(%h : tensor<f32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %b : f32
    linalg.yield %c : f32
  } -> tensor<f32>
  return %s : tensor<f32>
}

// -----

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
// CHECK: remark: {{.*}}no step of 'total': 'recur.generic' sums output 0 over time
func.func @total(%x: tensor<?xf32>, %h: tensor<f32>) -> tensor<f32> {
  %hT, %s = recur.generic {indexing_maps = [#t, #none, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) outs(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32) outs(%ht : f32)
  } -> (tensor<f32>, tensor<f32>)
  return %s : tensor<f32>
}

// -----

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
// CHECK: remark: {{.*}}no step of 'backwards': 'recur.generic' runs backwards in time
func.func @backwards(%x: tensor<?xf32>, %h: tensor<f32>) -> tensor<f32> {
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"], reverse}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  return %hT : tensor<f32>
}

// -----

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
// CHECK: remark: {{.*}}no step of 'packed': 'recur.generic' runs over packed sequences
func.func @packed(%x: tensor<?xf32>, %b: tensor<?xi64>, %h: tensor<?xf32>) -> tensor<?xf32> {
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) segments(%b : tensor<?xi64>) state(%h : tensor<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<?xf32>)
  return %hT : tensor<?xf32>
}

// -----

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
// CHECK: remark: {{.*}}no step of 'counts': 'recur.generic' uses the number of the step
func.func @counts(%x: tensor<?xindex>, %h: tensor<index>) -> tensor<index> {
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xindex>) state(%h : tensor<index>) {
  ^bb0(%xt: index, %ht: index):
    %i = recur.index 0 : index
    recur.yield state(%i : index)
  } -> (tensor<index>)
  return %hT : tensor<index>
}

// -----

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
// CHECK: remark: {{.*}}no step of 'counts_before': 'linalg.generic' uses the number of the step
func.func @counts_before(%x: tensor<?xindex>, %h: tensor<index>) -> tensor<index> {
  %i = linalg.generic {indexing_maps = [#t], iterator_types = ["parallel"]}
    outs(%x : tensor<?xindex>) {
  ^bb0(%out: index):
    %n = linalg.index 0 : index
    linalg.yield %n : index
  } -> tensor<?xindex>
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%i : tensor<?xindex>) state(%h : tensor<index>) {
  ^bb0(%xt: index, %ht: index):
    recur.yield state(%xt : index)
  } -> (tensor<index>)
  return %hT : tensor<index>
}

// -----

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
// CHECK: remark: {{.*}}no step of 'padded': 'tensor.pad' is not known to keep time steps apart
// CHECK: remark: {{.*}}no step of 'cut': 'tensor.extract_slice' takes a part of time
// CHECK: remark: {{.*}}no step of 'late': 'tensor.extract_slice' takes as many elements as there are steps
// CHECK: remark: {{.*}}no step of 'row': 'tensor.extract_slice' drops a dimension beside time
// CHECK: remark: {{.*}}no step of 'positions': 'arith.constant' has another value for every step
// CHECK: remark: {{.*}}no step of 'mean': 'arith.index_cast' computes with the number of steps
func.func @padded(%x: tensor<?xf32>, %h: tensor<f32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %hT, %y = recur.generic {indexing_maps = [#t, #none, #t], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) outs(%x : tensor<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32) outs(%ht : f32)
  } -> (tensor<f32>, tensor<?xf32>)
  %p = tensor.pad %y low[1] high[0] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<?xf32> to tensor<?xf32>
  return %p : tensor<?xf32>
}
func.func @cut(%x: tensor<8xf32>, %h: tensor<f32>) -> (tensor<f32>, tensor<7xf32>) {
  %y = tensor.extract_slice %x[1] [7] [1] : tensor<8xf32> to tensor<7xf32>
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<8xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  return %hT, %y : tensor<f32>, tensor<7xf32>
}
func.func @late(%x: tensor<8xf32>, %h: tensor<f32>) -> tensor<f32> {
  %y = tensor.extract_slice %x[1] [7] [1] : tensor<8xf32> to tensor<7xf32>
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%y : tensor<7xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  return %hT : tensor<f32>
}
func.func @row(%x: tensor<8x8xf32>, %h: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %y = tensor.extract_slice %x[1, 0] [1, 8] [1, 1] : tensor<8x8xf32> to tensor<8xf32>
  %hT = recur.generic {indexing_maps = [affine_map<(t, n) -> (t, n)>, affine_map<(t, n) -> (n)>],
      iterator_types = ["recurrence", "parallel"]}
    ins(%x : tensor<8x8xf32>) state(%h : tensor<8xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<8xf32>)
  return %hT, %y : tensor<8xf32>, tensor<8xf32>
}
func.func @positions(%x: tensor<2xf32>, %h: tensor<f32>) -> tensor<f32> {
  %c = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %y = arith.addf %x, %c : tensor<2xf32>
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%y : tensor<2xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  return %hT : tensor<f32>
}
func.func @mean(%x: tensor<?xf32>, %h: tensor<f32>) -> (tensor<f32>, i64) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %i = arith.index_cast %n : index to i64
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  return %hT, %i : tensor<f32>, i64
}

// -----

// The last state of one recurrence begins another, or flows to all its steps.
#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
// CHECK: remark: {{.*}}no step of 'chained': 'recur.generic' depends on the final state of a recurrence
func.func @chained(%x: tensor<?xf32>, %h: tensor<f32>) -> tensor<f32> {
  %h1 = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  %h2 = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h1 : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  return %h2 : tensor<f32>
}
// CHECK: remark: {{.*}}no step of 'centred': 'linalg.generic' depends on the final state of a recurrence
func.func @centred(%x: tensor<?xf32>, %h: tensor<f32>) -> tensor<?xf32> {
  %h1 = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  %y = linalg.generic {indexing_maps = [#t, #none, #t], iterator_types = ["parallel"]}
    ins(%x, %h1 : tensor<?xf32>, tensor<f32>) outs(%x : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %c = arith.subf %a, %b : f32
    linalg.yield %c : f32
  } -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// Windows, all pairs of steps, reads of any step, and time among the lanes.
#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
// CHECK: remark: {{.*}}no step of 'window': 'linalg.conv_1d' reads a window of time
func.func @window(%x: tensor<?xf32>, %w: tensor<3xf32>, %y: tensor<?xf32>, %h: tensor<f32>) -> tensor<f32> {
  %c = linalg.conv_1d ins(%x, %w : tensor<?xf32>, tensor<3xf32>) outs(%y : tensor<?xf32>) -> tensor<?xf32>
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%c : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  return %hT : tensor<f32>
}
// CHECK: remark: {{.*}}no step of 'pairs': 'linalg.generic' combines every step with every other
func.func @pairs(%x: tensor<?xf32>, %h: tensor<f32>, %z: tensor<?x?xf32>) -> (tensor<f32>, tensor<?x?xf32>) {
  %p = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
    ins(%x, %x : tensor<?xf32>, tensor<?xf32>) outs(%z : tensor<?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %c = arith.mulf %a, %b : f32
    linalg.yield %c : f32
  } -> tensor<?x?xf32>
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  return %hT, %p : tensor<f32>, tensor<?x?xf32>
}
// CHECK: remark: {{.*}}no step of 'gather': 'linalg.generic' reads any step in its region
func.func @gather(%x: tensor<?xf32>, %i: tensor<4xindex>, %y: tensor<4xf32>, %h: tensor<f32>) -> (tensor<f32>, tensor<4xf32>) {
  %g = linalg.generic {indexing_maps = [#t, #t], iterator_types = ["parallel"]}
    ins(%i : tensor<4xindex>) outs(%y : tensor<4xf32>) {
  ^bb0(%n: index, %out: f32):
    %a = tensor.extract %x[%n] : tensor<?xf32>
    linalg.yield %a : f32
  } -> tensor<4xf32>
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  return %hT, %g : tensor<f32>, tensor<4xf32>
}
// CHECK: remark: {{.*}}no step of 'crossed': 'recur.generic' has time as iterator 0 of its lanes
func.func @crossed(%x: tensor<?x?xf32>, %h: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %h1 = recur.generic {indexing_maps = [affine_map<(a, b) -> (a, b)>, affine_map<(a, b) -> (a)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<?x?xf32>) state(%h : tensor<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<?xf32>)
  %h2 = recur.generic {indexing_maps = [affine_map<(a, b) -> (a, b)>, affine_map<(a, b) -> (b)>],
      iterator_types = ["recurrence", "parallel"]}
    ins(%x : tensor<?x?xf32>) state(%h : tensor<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<?xf32>)
  return %h1, %h2 : tensor<?xf32>, tensor<?xf32>
}
// CHECK: remark: {{.*}}no step of 'nested': 'scf.if' holds a recurrence in its region
func.func @nested(%c: i1, %x: tensor<?xf32>, %h: tensor<f32>) -> tensor<f32> {
  %r = scf.if %c -> tensor<f32> {
    %h1 = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
      ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
    ^bb0(%xt: f32, %ht: f32):
      recur.yield state(%xt : f32)
    } -> (tensor<f32>)
    scf.yield %h1 : tensor<f32>
  } else {
    scf.yield %h : tensor<f32>
  }
  return %r : tensor<f32>
}

// -----

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
// CHECK: remark: {{.*}}no step of 'twice': 'func.func' has a 'twice_prefill' beside it
func.func private @twice_prefill()
func.func @twice(%x: tensor<?xf32>, %h: tensor<f32>) -> tensor<f32> {
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  return %hT : tensor<f32>
}
// CHECK: remark: {{.*}}no step of 'buffers': 'func.func' has a recurrence on buffers
func.func @buffers(%x: memref<?xf32>, %h: memref<f32>) {
  recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : memref<?xf32>) state(%h : memref<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  }
  return
}
// CHECK: remark: {{.*}}no step of 'branches': 'func.func' has more than one block
func.func @branches(%x: tensor<?xf32>, %h: tensor<f32>) -> tensor<f32> {
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  cf.br ^bb1
^bb1:
  return %hT : tensor<f32>
}

// -----

// A window on what the recurrence reads too, and a slice that begins at the end.
#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
// CHECK: remark: {{.*}}no step of 'window_beside': 'linalg.conv_1d' reads a window of time
func.func @window_beside(%x: tensor<?xf32>, %w: tensor<3xf32>, %y: tensor<?xf32>, %h: tensor<f32>)
    -> (tensor<f32>, tensor<?xf32>) {
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  %c = linalg.conv_1d ins(%x, %w : tensor<?xf32>, tensor<3xf32>) outs(%y : tensor<?xf32>) -> tensor<?xf32>
  return %hT, %c : tensor<f32>, tensor<?xf32>
}
// CHECK: remark: {{.*}}no step of 'begins_at_the_end': 'tensor.extract_slice' computes with the number of steps
func.func @begins_at_the_end(%x: tensor<?xf32>, %table: tensor<999xf32>, %h: tensor<f32>)
    -> (tensor<f32>, tensor<1xf32>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %row = tensor.extract_slice %table[%n] [1] [1] : tensor<999xf32> to tensor<1xf32>
  %hT = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    recur.yield state(%xt : f32)
  } -> (tensor<f32>)
  return %hT, %row : tensor<f32>, tensor<1xf32>
}
