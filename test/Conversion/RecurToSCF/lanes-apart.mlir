// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf=vector-bits=256 --canonicalize --cse --split-input-file | FileCheck %s

// Before and after time, lanes that lie apart are gathered and scattered, which is
// little code. In time, where gathers are slow on many processors, they are moved
// one by one.

// CHECK-LABEL: func @apart(
// CHECK: %[[FIVE:.*]] = arith.constant dense<5> : vector<8xindex>
// CHECK: %[[STEP:.*]] = vector.step : vector<8xindex>
// CHECK: %[[LANES:.*]] = arith.muli %[[STEP]], %[[FIVE]]
// CHECK: vector.gather %arg1[%c0, %{{.*}}] [%[[LANES]]], %{{.*}} : memref<8x5xf32>
// CHECK: vector.gather %arg3[%c0, %{{.*}}] [%{{.*}}], %{{.*}} : memref<8x5xf32>
// CHECK: scf.for %[[T:.*]] = %c0 to %
// CHECK-COUNT-8: memref.load %arg2[%[[T]],
// CHECK: vector.scatter %arg3[%c0, %{{.*}}] [%{{.*}}], %{{.*}} : memref<8x5xf32>
#tm = affine_map<(t, m, s) -> (t, m)>
#tms = affine_map<(t, m, s) -> (t, m, s)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @apart(%x: memref<?x8xf32>, %a: memref<8x5xf32>, %c: memref<?x8x5xf32>,
                 %h: memref<8x5xf32>, %y: memref<?x8xf32>) {
  recur.generic {indexing_maps = [#tm, #ms, #tms, #ms, #tm],
                 iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %a, %c : memref<?x8xf32>, memref<8x5xf32>, memref<?x8x5xf32>)
    state(%h : memref<8x5xf32>) outs(%y : memref<?x8xf32>) {
  ^bb0(%xt: f32, %ams: f32, %ct: f32, %ht: f32):
    %ah = arith.mulf %ams, %ht : f32
    %cx = arith.mulf %ct, %xt : f32
    %h1 = arith.addf %ah, %cx : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// The lanes that exist, and strides that are known when the code runs; not f16,
// which no processor gathers, nor buffers with other strides.

// CHECK-LABEL: func @some(
// CHECK: %[[LAST:.*]] = memref.dim %arg1, %c1
// CHECK: %[[MASK:.*]] = vector.constant_mask [7] : vector<8xi1>
// CHECK: %[[STRIDES:.*]] = vector.broadcast %[[LAST]] : index to vector<8xindex>
// CHECK: %[[LANES:.*]] = arith.muli %{{.*}}, %[[STRIDES]] : vector<8xindex>
// CHECK: vector.gather %arg1[%c0, %{{.*}}] [%[[LANES]]], %[[MASK]]
// CHECK-COUNT-7: memref.load %arg2
// CHECK-COUNT-7: memref.load %arg3
// CHECK: vector.gather %arg4[%c0, %{{.*}}] [%{{.*}}], %[[MASK]]
// CHECK: vector.scatter %arg4[%c0, %{{.*}}] [%{{.*}}], %[[MASK]]
#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @some(%x: memref<?x7xf32>, %a: memref<7x?xf32>, %b: memref<7x?xf16>,
                %c: memref<7x?xf32, strided<[?, 1]>>, %h: memref<7x?xf32>,
                %y: memref<?x7xf32>) {
  recur.generic {indexing_maps = [#tm, #ms, #ms, #ms, #ms, #tm],
                 iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %a, %b, %c : memref<?x7xf32>, memref<7x?xf32>, memref<7x?xf16>,
        memref<7x?xf32, strided<[?, 1]>>)
    state(%h : memref<7x?xf32>) outs(%y : memref<?x7xf32>) {
  ^bb0(%xt: f32, %ams: f32, %bms: f16, %cms: f32, %ht: f32):
    %wide = arith.extf %bms : f16 to f32
    %ab = arith.addf %ams, %wide : f32
    %abc = arith.addf %ab, %cms : f32
    %ah = arith.mulf %abc, %ht : f32
    %h1 = arith.addf %ah, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}
