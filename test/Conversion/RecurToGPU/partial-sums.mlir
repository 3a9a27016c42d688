// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu --canonicalize --cse --remarks-filter=kalmir -o %t.mlir 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: FileCheck %s < %t.mlir

#ts = affine_map<(t, r, s) -> (t, s)>
#rs = affine_map<(t, r, s) -> (r, s)>
#tr = affine_map<(t, r, s) -> (t, r)>
#t = affine_map<(t, r, s) -> (t)>
#s = affine_map<(t, r, s) -> (s)>
#trs = affine_map<(t, r, s) -> (t, r, s)>

// One output keeps r, one nothing: a channel for each r with states s, of which
// four are one thread's, then one channel with all states, in eight threads. What
// sums nothing is in the last run, which alone changes the states.

// REMARK: runs 2 times: outputs keep different reduction iterators
// CHECK-LABEL: func @partial(
// CHECK-SAME: %[[H:[a-z0-9]+]]: memref<8x4xf32>, %[[Y:[a-z0-9]+]]: memref<?x8xf32>, %[[Z:[a-z0-9]+]]: memref<?xf32>, %[[ALL:[a-z0-9]+]]: memref<?x8x4xf32>)
// CHECK-NOT: memref.alloc
// CHECK: gpu.launch
// CHECK-NOT: gpu.shuffle
// CHECK: memref.store %{{.*}}, %[[Y]][
// CHECK-NOT: gpu.shuffle
// CHECK-NOT: memref.store %{{.*}}, %[[H]][
// CHECK-NOT: memref.store %{{.*}}, %[[ALL]][
// CHECK: gpu.terminator
// CHECK: gpu.launch
// CHECK: memref.store %{{.*}}, %[[ALL]][
// CHECK-NOT: memref.store %{{.*}}, %[[Y]][
// CHECK: memref.store %{{.*}}, %[[H]][
// CHECK: } else {
// CHECK-NOT: memref.store %{{.*}}, %[[Y]][
// CHECK: memref.store %{{.*}}, %[[Z]][
// CHECK: return
func.func @partial(%x: memref<?x4xf32>, %h: memref<8x4xf32>, %y: memref<?x8xf32>,
                   %z: memref<?xf32>, %all: memref<?x8x4xf32>) {
  recur.generic {indexing_maps = [#ts, #rs, #tr, #t, #trs],
      iterator_types = ["recurrence", "reduction", "reduction"]}
    ins(%x : memref<?x4xf32>) state(%h : memref<8x4xf32>)
    outs(%y, %z, %all : memref<?x8xf32>, memref<?xf32>, memref<?x8x4xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1, %h1, %h1 : f32, f32, f32)
  }
  return
}

// States in a view are copied first. What one output needs alone is in no other
// run. That for %z does not write %y, which tells how long time is.

// REMARK: runs 2 times
// CHECK-LABEL: func @length_of_output(
// CHECK-SAME: %[[H:[a-z0-9]+]]: memref<8x4xf32, strided<[8, 1]>>, %[[Y:[a-z0-9]+]]: memref<?x8xf32>, %[[Z:[a-z0-9]+]]: memref<4xf32>)
// CHECK: %[[COPY:.*]] = memref.alloc() {alignment = 64 : i64} : memref<8x4xf32>
// CHECK: linalg.copy ins(%[[H]] : {{.*}}) outs(%[[COPY]] :
// CHECK: %[[L:.*]] = memref.dim %[[Y]], %c0
// CHECK: gpu.launch
// CHECK-NOT: math.exp
// CHECK: memref.store %{{.*}}, %[[Y]][
// CHECK-NOT: math.exp
// CHECK: memref.store %{{.*}}, %[[COPY]][
// CHECK: gpu.terminator
// CHECK: memref.dealloc %[[COPY]]
// CHECK: gpu.launch
// CHECK: scf.for %{{.*}} = %c0 to %[[L]] step %c32
// CHECK: math.exp
// CHECK-NOT: %[[Y]][
// CHECK: memref.store %{{.*}}, %[[H]][
// CHECK: memref.store %{{.*}}, %[[Z]][
// CHECK: return
func.func @length_of_output(%h: memref<8x4xf32, strided<[8, 1]>>, %y: memref<?x8xf32>,
                            %z: memref<4xf32>) {
  recur.generic {indexing_maps = [#rs, #tr, #s],
      iterator_types = ["recurrence", "reduction", "reduction"]}
    state(%h : memref<8x4xf32, strided<[8, 1]>>)
    outs(%y, %z : memref<?x8xf32>, memref<4xf32>) {
  ^bb0(%ht: f32):
    %h1 = arith.addf %ht, %ht : f32
    %e = math.exp %h1 : f32
    recur.yield state(%h1 : f32) outs(%h1, %e : f32, f32)
  }
  return
}
