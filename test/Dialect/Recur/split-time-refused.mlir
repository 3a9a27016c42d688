// RUN: kalmir-opt %s --kalmir-recur-split-time --remarks-filter-missed=kalmir -o %t 2> %t.remarks
// RUN: FileCheck %s --input-file=%t.remarks --check-prefix=REMARK
// RUN: FileCheck %s --input-file=%t

// REMARK: remark: {{.*}}time runs serially: only a recur.scan can be cut into chunks
// CHECK: schedule = #recur.schedule<serial>
func.func @chunked_generic(%x: memref<?xf32>, %h: memref<f32>, %y: memref<?xf32>) {
  recur.generic {
      indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>, affine_map<(t) -> (t)>],
      iterator_types = ["recurrence"], schedule = #recur.schedule<chunked, chunk_length = 8>}
    ins(%x : memref<?xf32>) state(%h : memref<f32>) outs(%y : memref<?xf32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  }
  return
}

// Without an input over time there is nothing to cut.
// REMARK: remark: {{.*}}time runs serially: no input depends on time
// CHECK: schedule = #recur.schedule<serial>
func.func @constant_input(%x: memref<f32>, %h: memref<f32>, %y: memref<?xf32>) {
  recur.scan {
      indexing_maps = [affine_map<(t) -> ()>, affine_map<(t) -> ()>, affine_map<(t) -> (t)>],
      iterator_types = ["recurrence"], identity = [0.0 : f32],
      schedule = #recur.schedule<chunked, chunk_length = 8>}
    ins(%x : memref<f32>) state(%h : memref<f32>) outs(%y : memref<?xf32>) step {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } extend {
  ^bb0(%xt: f32, %e: f32):
    %e1 = arith.addf %e, %xt : f32
    recur.yield state(%e1 : f32)
  } combine {
  ^bb0(%e: f32, %l: f32):
    %e1 = arith.addf %e, %l : f32
    recur.yield state(%e1 : f32)
  } apply {
  ^bb0(%e: f32, %ht: f32):
    %h1 = arith.addf %e, %ht : f32
    recur.yield state(%h1 : f32)
  }
  return
}
