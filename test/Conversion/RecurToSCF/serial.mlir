// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf=vector-bits=256 --canonicalize --cse --split-input-file | FileCheck %s
// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf=vector-bits=512 --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=WIDE

// A dynamic vector dimension: full blocks without a mask, the last under one.

// CHECK-LABEL: func @tail(
// CHECK: %[[BLOCKS:.*]] = arith.ceildivsi %[[M:.*]], %c8
// CHECK: %[[SLOTS:.*]] = arith.minsi %[[BLOCKS]], %c64
// CHECK: scf.parallel (%[[SLOT:.*]]) = (%c0) to (%[[SLOTS]])
// CHECK:   %[[SHARE:.*]] = arith.muli %[[SLOT]], %[[BLOCKS]]
// CHECK:   %[[FROM:.*]] = arith.divsi %[[SHARE]], %[[SLOTS]]
// CHECK:   scf.for %[[BLOCK:.*]] = %[[FROM]] to
// CHECK:   %[[FIRST:.*]] = arith.muli %[[BLOCK]], %c8
// CHECK:   %[[NEXT:.*]] = arith.addi %[[BLOCK]], %c1
// CHECK:   %[[END:.*]] = arith.muli %[[NEXT]], %c8
// CHECK:   %[[FULL:.*]] = arith.cmpi sle, %[[END]], %[[M]]
// CHECK:   scf.if %[[FULL]] {
// CHECK-NOT: mask
// CHECK:   } else {
// CHECK:     %[[LEFT:.*]] = arith.subi %[[M]], %[[FIRST]]
// CHECK:     %[[MASK:.*]] = vector.create_mask %[[LEFT]] : vector<8xi1>
// CHECK:     vector.maskedload {{.*}}, %[[MASK]], %{{.*}} : memref<?xf32>
// CHECK:     scf.for
// CHECK:       vector.maskedload {{.*}}, %[[MASK]], %{{.*}} : memref<?x?xf32>
// CHECK:       vector.maskedstore {{.*}}, %[[MASK]], %{{.*}} : memref<?x?xf32>
// CHECK:     vector.maskedstore {{.*}}, %[[MASK]], %{{.*}} : memref<?xf32>
// WIDE-LABEL: func @tail(
// WIDE: vector.load {{.*}} vector<16xf32>
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @tail(%x: memref<?x?xf32>, %h: memref<?xf32>, %y: memref<?x?xf32>) {
  recur.generic {indexing_maps = [#tm, #m, #tm],
                 schedule = #recur.schedule<serial, lane_blocks = 1>,
                 iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x?xf32>) state(%h : memref<?xf32>)
    outs(%y : memref<?x?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// Static extents need no test: all blocks full, or one block under a mask.

// CHECK-LABEL: func @short(
// CHECK-NOT: scf.if
// CHECK: vector.constant_mask [3] : vector<4xi1>
// CHECK-NOT: scf.if
// CHECK: return
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @short(%x: memref<?x3xf32>, %h: memref<3xf32>, %y: memref<?x3xf32>) {
  recur.generic {indexing_maps = [#tm, #m, #tm],
                 iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x3xf32>) state(%h : memref<3xf32>)
    outs(%y : memref<?x3xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// Reverse runs from the last index; f64 has four lanes; the width of the
// schedule goes before the option.

// CHECK-LABEL: func @reverse(
// CHECK: scf.for %[[I:[a-z0-9]+]] =
// CHECK:   %[[T:.*]] = arith.subi %{{.*}}, %[[I]]
// CHECK:   vector.load %{{.*}}[%[[T]], %{{.*}}] : memref<?x8xf64>, vector<4xf64>
// CHECK-LABEL: func @width(
// CHECK: vector.load {{.*}} vector<2xf64>
// WIDE-LABEL: func @width(
// WIDE: vector.load {{.*}} vector<2xf64>
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @reverse(%x: memref<?x8xf64>, %h: memref<8xf64>, %y: memref<?x8xf64>) {
  recur.generic {indexing_maps = [#tm, #m, #tm], reverse,
                 iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x8xf64>) state(%h : memref<8xf64>)
    outs(%y : memref<?x8xf64>) {
  ^bb0(%xt: f64, %ht: f64):
    %h1 = arith.addf %ht, %xt : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  }
  return
}
func.func @width(%x: memref<?x8xf64>, %h: memref<8xf64>, %y: memref<?x8xf64>) {
  recur.generic {indexing_maps = [#tm, #m, #tm],
                 schedule = #recur.schedule<serial, vector_width = 2>,
                 iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x8xf64>) state(%h : memref<8xf64>)
    outs(%y : memref<?x8xf64>) {
  ^bb0(%xt: f64, %ht: f64):
    %h1 = arith.addf %ht, %xt : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  }
  return
}

// -----

// Time contiguous: each lane is loaded and stored by itself.

// CHECK-LABEL: func @time_contiguous(
// CHECK: scf.for
// CHECK-COUNT-4: memref.load %{{.*}} : memref<4x?xf64>
// CHECK: vector.from_elements
// CHECK-COUNT-4: memref.store %{{.*}} : memref<4x?xf64>
#mt = affine_map<(m, t) -> (m, t)>
#m = affine_map<(m, t) -> (m)>
func.func @time_contiguous(%x: memref<4x?xf64>, %h: memref<4xf64>, %y: memref<4x?xf64>) {
  recur.generic {indexing_maps = [#mt, #m, #mt],
                 iterator_types = ["parallel", "recurrence"]}
    ins(%x : memref<4x?xf64>) state(%h : memref<4xf64>)
    outs(%y : memref<4x?xf64>) {
  ^bb0(%xt: f64, %ht: f64):
    %h1 = arith.addf %ht, %xt : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  }
  return
}

// -----

// What all lanes share stays scalar until it meets a lane; narrow inputs are
// widened on vectors; indices of lanes count up.

// CHECK-LABEL: func @uniform(
// CHECK: scf.parallel
// CHECK:   %[[STEP:.*]] = vector.step : vector<8xindex>
// CHECK:   %[[LANES:.*]] = arith.addi %{{.*}}, %[[STEP]] : vector<8xindex>
// CHECK:   arith.index_cast %[[LANES]] : vector<8xindex> to vector<8xi32>
// CHECK:   scf.for
// CHECK:     %[[X:.*]] = vector.load %{{.*}} vector<8xbf16>
// CHECK:     %[[K:.*]] = memref.load %{{.*}} : memref<?xf32>
// CHECK:     %[[KK:.*]] = arith.mulf %[[K]], %[[K]] : f32
// CHECK:     arith.extf %[[X]] : vector<8xbf16> to vector<8xf32>
// CHECK:     vector.broadcast %[[KK]] : f32 to vector<8xf32>
#tm = affine_map<(t, m) -> (t, m)>
#t = affine_map<(t, m) -> (t)>
#m = affine_map<(t, m) -> (m)>
func.func @uniform(%x: memref<?x16xbf16>, %k: memref<?xf32>, %h: memref<16xf32>,
                   %y: memref<?x16xf32>) {
  recur.generic {indexing_maps = [#tm, #t, #m, #tm],
                 schedule = #recur.schedule<serial, lane_blocks = 1>,
                 iterator_types = ["recurrence", "parallel"]}
    ins(%x, %k : memref<?x16xbf16>, memref<?xf32>) state(%h : memref<16xf32>)
    outs(%y : memref<?x16xf32>) {
  ^bb0(%xt: bf16, %kt: f32, %ht: f32):
    %kk = arith.mulf %kt, %kt : f32
    %xf = arith.extf %xt : bf16 to f32
    %kx = arith.mulf %kk, %xf : f32
    %lane = recur.index 1 : index
    %lane32 = arith.index_cast %lane : index to i32
    %lanef = arith.sitofp %lane32 : i32 to f32
    %hx = arith.addf %ht, %kx : f32
    %h1 = arith.addf %hx, %lanef : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// -----

// Within a parallel loop the grid runs serially.

// CHECK-LABEL: func @nested(
// CHECK: scf.parallel
// CHECK-NOT: scf.parallel
// CHECK: scf.for
// CHECK:   scf.for
// CHECK:     vector.load
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @nested(%n: index, %x: memref<?x16xf32>, %h: memref<16xf32>, %y: memref<?x16xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    recur.generic {indexing_maps = [#tm, #m, #tm],
                   iterator_types = ["recurrence", "parallel"]}
      ins(%x : memref<?x16xf32>) state(%h : memref<16xf32>)
      outs(%y : memref<?x16xf32>) {
    ^bb0(%xt: f32, %ht: f32):
      %h1 = arith.addf %ht, %xt : f32
      recur.yield state(%h1 : f32) outs(%h1 : f32)
    }
  }
  return
}
