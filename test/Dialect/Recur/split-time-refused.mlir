// RUN: kalmir-opt %s --kalmir-recur-split-time --remarks-filter-missed=kalmir 2>&1 | FileCheck %s

// CHECK: remark: {{.*}}time runs serially: only a recur.scan can be cut into chunks
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
