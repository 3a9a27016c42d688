// What runs, but not as it could, is said in a remark.
//
// RUN: kalmir-opt %s --kalmir-convert-recur-to-scf --remarks-filter-missed=kalmir 2>&1 | FileCheck %s

// CHECK-DAG: remarks.mlir:[[#]]:[[#]]: remark: {{.*}}lanes run one by one: 'scf.if' does not work on vectors
// CHECK-DAG: remarks.mlir:[[#]]:[[#]]: remark: {{.*}}lanes run one by one: there are no vectors of complex<f32>

// CHECK-NOT: vector<

func.func @not_elementwise(%x: memref<?x8xf32>, %h: memref<8xf32>, %y: memref<?x8xf32>) {
  recur.generic {
      indexing_maps = [affine_map<(t, m) -> (t, m)>, affine_map<(t, m) -> (m)>,
                       affine_map<(t, m) -> (t, m)>],
      iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x8xf32>) state(%h : memref<8xf32>) outs(%y : memref<?x8xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %zero = arith.constant 0.0 : f32
    %less = arith.cmpf olt, %xt, %zero : f32
    %h1 = scf.if %less -> (f32) {
      scf.yield %ht : f32
    } else {
      scf.yield %xt : f32
    }
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

func.func @complex_lanes(%x: memref<?x8xcomplex<f32>>, %h: memref<8xcomplex<f32>>, %y: memref<?x8xcomplex<f32>>) {
  recur.generic {
      indexing_maps = [affine_map<(t, m) -> (t, m)>, affine_map<(t, m) -> (m)>,
                       affine_map<(t, m) -> (t, m)>],
      iterator_types = ["recurrence", "parallel"]}
    ins(%x : memref<?x8xcomplex<f32>>) state(%h : memref<8xcomplex<f32>>) outs(%y : memref<?x8xcomplex<f32>>) {
  ^bb0(%xt: complex<f32>, %ht: complex<f32>):
    recur.yield state(%xt : complex<f32>) outs(%ht : complex<f32>)
  }
  return
}
