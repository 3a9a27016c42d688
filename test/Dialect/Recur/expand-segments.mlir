// RUN: kalmir-opt %s --kalmir-recur-expand-segments --canonicalize --cse | FileCheck %s
// RUN: kalmir-opt %s --kalmir-recur-expand-segments --canonicalize --cse --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --cse --canonicalize | FileCheck %s --check-prefix=BUFFERS
// RUN: kalmir-opt %s --kalmir-recur-expand-segments --remarks-filter-missed=kalmir 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

#btm = affine_map<(b, t, m) -> (b, t, m)>
#bm  = affine_map<(b, t, m) -> (b, m)>
#m   = affine_map<(b, t, m) -> (m)>

// A sum over time is a sum over the sequences: added in their order. The
// direction stays with the recurrence, and indices count from the start of the
// sequence before and after.
// CHECK-LABEL: func @summed
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x?x?xf32>, %[[A:[^:]*]]: tensor<?xf32>, %[[CU:[^:]*]]: tensor<?xindex>, %[[H0:[^:]*]]: tensor<?x1x?xf32>, %[[Y0:[^:]*]]: tensor<1x?x?xf32>, %[[Z0:[^:]*]]: tensor<1x?xf32>
// CHECK: %[[BOUNDS:.*]] = tensor.dim %[[CU]], %c0
// CHECK: %[[B1:.*]] = arith.subi %[[BOUNDS]], %c1
// CHECK: %[[ROWS:.*]] = tensor.dim %[[H0]], %c0
// CHECK: %[[MIN:.*]] = arith.minsi %[[B1]], %[[ROWS]]
// CHECK: %[[N:.*]] = arith.maxsi %[[MIN]], %c0
// CHECK: %[[ZERO:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%[[Z0]] : tensor<1x?xf32>)
// CHECK: scf.for %[[I:.*]] = %c0 to %[[N]] step %c1 iter_args(%[[HS:.*]] = %[[H0]], %[[YS:.*]] = %[[Y0]], %[[ZS:.*]] = %[[ZERO]])
// CHECK: %[[I0:.*]] = tensor.extract %[[CU]][%[[I]]]
// CHECK: %[[LOW:.*]] = arith.maxsi %[[I0]], %c0
// CHECK: %[[FIRST:.*]] = arith.minsi %[[LOW]],
// CHECK: %[[XN:.*]] = tensor.extract_slice %[[X]][0, %[[FIRST]], 0] [1, %[[LENGTH:.*]], %{{.*}}] [1, 1, 1] : tensor<1x?x?xf32> to tensor<1x?x?xf32>
// CHECK: %[[HN:.*]] = tensor.extract_slice %[[HS]][%[[I]], 0, 0] [1, 1, %{{.*}}] [1, 1, 1] : tensor<?x1x?xf32> to tensor<1x?xf32>
// CHECK: %[[R:.*]]:3 = recur.generic {{.*}} reverse} ins(%[[XN]], %[[A]] : tensor<1x?x?xf32>, tensor<?xf32>) state(%[[HN]] : tensor<1x?xf32>)
// CHECK: recur.index 1
// CHECK: %[[HS1:.*]] = tensor.insert_slice %[[R]]#0 into %[[HS]][%[[I]], 0, 0]
// CHECK: %[[YS1:.*]] = tensor.insert_slice %[[R]]#1 into %[[YS]][0, %[[FIRST]], 0]
// CHECK: %[[ZS1:.*]] = linalg.add ins(%[[ZS]], %[[R]]#2 : tensor<1x?xf32>, tensor<1x?xf32>) outs(%[[ZS]] : tensor<1x?xf32>)
// CHECK: scf.yield %[[HS1]], %[[YS1]], %[[ZS1]]
func.func @summed(%x: tensor<1x?x?xf32>, %a: tensor<?xf32>, %cu: tensor<?xindex>,
                  %h0: tensor<?x1x?xf32>, %y0: tensor<1x?x?xf32>, %z0: tensor<1x?xf32>)
    -> (tensor<?x1x?xf32>, tensor<1x?x?xf32>, tensor<1x?xf32>) {
  %r:3 = recur.generic {indexing_maps = [#btm, #m, #bm, #btm, #bm],
      iterator_types = ["parallel", "recurrence", "parallel"], reverse}
    ins(%x, %a : tensor<1x?x?xf32>, tensor<?xf32>) segments(%cu : tensor<?xindex>)
    state(%h0 : tensor<?x1x?xf32>)
    outs(%y0, %z0 : tensor<1x?x?xf32>, tensor<1x?xf32>) {
  ^bb0(%xt: f32, %am: f32, %h: f32):
    %t = recur.index 1 : index
    %ti = arith.index_cast %t : index to i32
    %tf = arith.sitofp %ti : i32 to f32
    %ah = arith.mulf %am, %h : f32
    %tx = arith.mulf %tf, %xt : f32
    %h1 = arith.addf %ah, %tx : f32
    recur.yield state(%h1 : f32) outs(%h1, %h : f32, f32)
  } -> (tensor<?x1x?xf32>, tensor<1x?x?xf32>, tensor<1x?xf32>)
  return %r#0, %r#1, %r#2 : tensor<?x1x?xf32>, tensor<1x?x?xf32>, tensor<1x?xf32>
}

// A scan keeps its regions and its schedule. On buffers every sequence works in
// place: nothing is allocated or copied.
// CHECK-LABEL: func @scan
// CHECK: scf.forall
// CHECK: recur.scan {{.*}} schedule = #recur.schedule<chunked, chunk_length = 8>}
// CHECK: combine
// BUFFERS-LABEL: func @scan
// BUFFERS-NOT: memref.alloc
// BUFFERS-NOT: memref.copy
// BUFFERS: scf.forall
// BUFFERS-NOT: memref.alloc
// BUFFERS-NOT: memref.copy
// BUFFERS: recur.scan
// BUFFERS-NOT: memref.copy
// BUFFERS: return
func.func @scan(%x: tensor<8x?xf32>, %cu: tensor<?xi64>, %h0: tensor<?x8xf32>,
                %y0: tensor<8x?xf32>) -> (tensor<?x8xf32>, tensor<8x?xf32>) {
  %r:2 = recur.scan {
      indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>,
                       affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"], identity = [0.0 : f32],
      schedule = #recur.schedule<chunked, chunk_length = 8>}
    ins(%x : tensor<8x?xf32>) segments(%cu : tensor<?xi64>) state(%h0 : tensor<?x8xf32>)
    outs(%y0 : tensor<8x?xf32>) step {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    %e1 = arith.addf %e, %xt : f32
    recur.yield state(%e1 : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    %s = arith.addf %e, %l : f32
    recur.yield state(%s : f32)
  } apply {
  ^bb0(%e: f32, %h: f32):
    %s = arith.addf %e, %h : f32
    recur.yield state(%s : f32)
  } -> (tensor<?x8xf32>, tensor<8x?xf32>)
  return %r#0, %r#1 : tensor<?x8xf32>, tensor<8x?xf32>
}

// Ordinary recurrences are not touched.
// CHECK-LABEL: func @not_packed
// CHECK-NOT: scf
// CHECK: recur.generic
func.func @not_packed(%x: tensor<8x?xf32>, %h0: tensor<8xf32>) -> tensor<8xf32> {
  %r = recur.generic {
      indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<8x?xf32>) state(%h0 : tensor<8xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32)
  } -> tensor<8xf32>
  return %r : tensor<8xf32>
}

// Refused: buffers.
// CHECK-LABEL: func @buffers
// CHECK-NOT: scf
// CHECK: recur.generic {{.*}} segments(
// REMARK: not expanded: packed sequences are expanded on tensors, before bufferization
func.func @buffers(%x: memref<8x?xf32>, %cu: memref<?xi64>, %h0: memref<?x8xf32>) {
  recur.generic {
      indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : memref<8x?xf32>) segments(%cu : memref<?xi64>) state(%h0 : memref<?x8xf32>) {
  ^bb0(%xt: f32, %h: f32):
    %h1 = arith.addf %h, %xt : f32
    recur.yield state(%h1 : f32)
  }
  return
}

// Refused: a sum over time of elements without addition in arith.
// CHECK-LABEL: func @complex
// CHECK-NOT: scf
// CHECK: recur.generic {{.*}} segments(
// REMARK: not expanded: an output that is summed over time has elements that arith cannot add
func.func @complex(%x: tensor<8x?xcomplex<f32>>, %cu: tensor<?xi64>,
                   %z0: tensor<8xcomplex<f32>>) -> tensor<8xcomplex<f32>> {
  %r = recur.generic {
      indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m)>],
      iterator_types = ["parallel", "recurrence"]}
    ins(%x : tensor<8x?xcomplex<f32>>) segments(%cu : tensor<?xi64>)
    outs(%z0 : tensor<8xcomplex<f32>>) {
  ^bb0(%xt: complex<f32>):
    recur.yield outs(%xt : complex<f32>)
  } -> tensor<8xcomplex<f32>>
  return %r : tensor<8xcomplex<f32>>
}
