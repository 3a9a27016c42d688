// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf=vector-bits=256 --canonicalize --cse | FileCheck %s

// h[t] = a h[t-1] + x[t] in every channel m; a is the channel's own constant.

// CHECK-LABEL: func @decay(
// CHECK-SAME: %[[A:.*]]: memref<64xf32>, %[[X:.*]]: memref<?x64xf32>, %[[H:.*]]: memref<64xf32>, %[[Y:.*]]: memref<?x64xf32>
func.func @decay(%a: memref<64xf32>, %x: memref<?x64xf32>, %h: memref<64xf32>,
                 %y: memref<?x64xf32>) {
  // CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
  // CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
  // CHECK-DAG: %[[C8:.*]] = arith.constant 8 : index
  // CHECK: %[[L:.*]] = memref.dim %[[X]], %[[C0]]
  // CHECK-NOT: memref.alloc
  // CHECK: scf.parallel (%[[SLOT:.*]]) = (%[[C0]]) to (%[[C8]]) step (%[[C1]]) {
  // CHECK:   scf.for %[[BLOCK:.*]] =
  // CHECK:   %[[M:.*]] = arith.muli %[[BLOCK]], %[[C8]]
  // CHECK:   %[[H0:.*]] = vector.load %[[H]][%[[M]]] : memref<64xf32>, vector<8xf32>
  // CHECK:   %[[AM:.*]] = vector.load %[[A]][%[[M]]] : memref<64xf32>, vector<8xf32>
  // CHECK:   %[[HL:.*]] = scf.for %[[T:.*]] = %[[C0]] to %[[L]] step %[[C1]] iter_args(%[[HT:.*]] = %[[H0]]) -> (vector<8xf32>) {
  // CHECK:     %[[XT:.*]] = vector.load %[[X]][%[[T]], %[[M]]] : memref<?x64xf32>, vector<8xf32>
  // CHECK:     %[[AH:.*]] = arith.mulf %[[AM]], %[[HT]] : vector<8xf32>
  // CHECK:     %[[H1:.*]] = arith.addf %[[AH]], %[[XT]] : vector<8xf32>
  // CHECK:     vector.store %[[H1]], %[[Y]][%[[T]], %[[M]]] : memref<?x64xf32>, vector<8xf32>
  // CHECK:     scf.yield %[[H1]]
  // CHECK:   vector.store %[[HL]], %[[H]][%[[M]]] : memref<64xf32>, vector<8xf32>
  recur.generic {
      indexing_maps = [affine_map<(t, m) -> (m)>, affine_map<(t, m) -> (t, m)>,
                       affine_map<(t, m) -> (m)>, affine_map<(t, m) -> (t, m)>],
      iterator_types = ["recurrence", "parallel"],
      schedule = #recur.schedule<serial, lane_blocks = 1>}
    ins(%a, %x : memref<64xf32>, memref<?x64xf32>) state(%h : memref<64xf32>)
    outs(%y : memref<?x64xf32>) {
  ^bb0(%am: f32, %xt: f32, %ht: f32):
    %ah = arith.mulf %am, %ht : f32
    %h1 = arith.addf %ah, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}
