// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu --canonicalize --cse --split-input-file | FileCheck %s

// States that begin with the results of an element-wise operation are computed where they are
// read, in each branch that runs a recurrence; in other branches the operation stays. It may
// take its inputs in another order.

// CHECK-LABEL: func @computed(
// CHECK-SAME: %[[X:.*]]: memref<?x8xf32>, %[[FIRST:.*]]: memref<8x3xf32>, %[[SECOND:.*]]: f32
// CHECK: %[[H:.*]] = memref.alloc
// CHECK-NOT: linalg.generic
// CHECK: scf.if
// CHECK-NOT: linalg.generic
// CHECK: gpu.launch
// CHECK: %[[VALUE:.*]] = memref.load %[[FIRST]][%[[M:.*]], %[[S:[a-z0-9_]*]]]
// CHECK: %[[BEGIN:.*]] = arith.addf %[[VALUE]], %[[SECOND]]
// CHECK: scf.for {{.*}} iter_args({{.*}}%{{.*}} = %[[BEGIN]]
// CHECK: memref.store %{{.*}}, %[[H]][%[[S]], %[[M]]]
// CHECK: } else {
// CHECK: linalg.generic
// CHECK: call @use(%[[H]])
#tm = affine_map<(t, m, s) -> (t, m)>
#sm = affine_map<(t, m, s) -> (s, m)>
#id = affine_map<(s, m) -> (s, m)>
#tr = affine_map<(s, m) -> (m, s)>
#no = affine_map<(s, m) -> ()>
func.func private @use(memref<3x8xf32>)
func.func @computed(%x: memref<?x8xf32>, %first: memref<8x3xf32>, %second: f32,
                    %y: memref<?x8xf32>, %runs: i1) {
  %h = memref.alloc() : memref<3x8xf32>
  linalg.generic {indexing_maps = [#tr, #no, #id], iterator_types = ["parallel", "parallel"]}
      ins(%first, %second : memref<8x3xf32>, f32) outs(%h : memref<3x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %sum = arith.addf %a, %b : f32
    linalg.yield %sum : f32
  }
  scf.if %runs {
    recur.generic {indexing_maps = [#tm, #sm, #tm],
        iterator_types = ["recurrence", "parallel", "reduction"]}
      ins(%x : memref<?x8xf32>) state(%h : memref<3x8xf32>) outs(%y : memref<?x8xf32>) {
    ^bb0(%xt: f32, %ht: f32):
      %h1 = arith.addf %ht, %xt : f32
      recur.yield state(%h1 : f32) outs(%h1 : f32)
    }
  } else {
    func.call @use(%h) : (memref<3x8xf32>) -> ()
  }
  memref.dealloc %h : memref<3x8xf32>
  return
}

// -----

// They are read where others read them too, or write what they are computed from.

// CHECK-LABEL: func @written(
// CHECK: %[[H:.*]] = memref.alloc
// CHECK: linalg.generic
// CHECK: memref.store
// CHECK: gpu.launch
// CHECK: memref.load %[[H]]
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
#id = affine_map<(m) -> (m)>
func.func @written(%x: memref<?x8xf32>, %first: memref<8xf32>, %y: memref<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %h = memref.alloc() : memref<8xf32>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%first : memref<8xf32>) outs(%h : memref<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %twice = arith.addf %a, %a : f32
    linalg.yield %twice : f32
  }
  memref.store %zero, %first[%c0] : memref<8xf32>
  recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x8xf32>) state(%h : memref<8xf32>) outs(%y : memref<?x8xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  memref.dealloc %h : memref<8xf32>
  return
}

// -----

// CHECK-LABEL: func @shared(
// CHECK: %[[H:.*]] = memref.alloc
// CHECK: linalg.generic
// CHECK: gpu.launch
// CHECK: memref.load %[[H]]
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
#id = affine_map<(m) -> (m)>
func.func private @use(memref<8xf32>)
func.func @shared(%x: memref<?x8xf32>, %first: memref<8xf32>, %y: memref<?x8xf32>) {
  %h = memref.alloc() : memref<8xf32>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%first : memref<8xf32>) outs(%h : memref<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %twice = arith.addf %a, %a : f32
    linalg.yield %twice : f32
  }
  recur.generic {indexing_maps = [#tm, #m, #tm], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x8xf32>) state(%h : memref<8xf32>) outs(%y : memref<?x8xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  func.call @use(%h) : (memref<8xf32>) -> ()
  return
}

// -----

// The recurrence itself may write what they are computed from.

// CHECK-LABEL: func @overwritten(
// CHECK: linalg.generic
// CHECK: gpu.launch
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
#id = affine_map<(m) -> (m)>
func.func @overwritten(%x: memref<?x8xf32>, %other: memref<8xf32>, %y: memref<?x8xf32>) {
  %h = memref.alloc() : memref<8xf32>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%other : memref<8xf32>) outs(%h : memref<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %twice = arith.addf %a, %a : f32
    linalg.yield %twice : f32
  }
  recur.generic {indexing_maps = [#tm, #m, #m, #tm], iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x8xf32>) state(%h, %other : memref<8xf32>, memref<8xf32>)
    outs(%y : memref<?x8xf32>) {
  ^bb0(%xt: f32, %ht: f32, %gt: f32):
    %h1 = arith.addf %ht, %xt : f32
    %g1 = arith.addf %gt, %ht : f32
    recur.yield state(%h1, %g1 : f32, f32) outs(%g1 : f32)
  }
  memref.dealloc %h : memref<8xf32>
  return
}
