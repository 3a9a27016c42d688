// RUN: kalmir-opt %s "--kalmir-recur-schedule=kind=chunked chunk-length=32 vector-width=8 rescale-period=4" | FileCheck %s
// RUN: kalmir-opt %s --kalmir-recur-schedule=kind=chunked --remarks-filter=kalmir -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: not kalmir-opt %s "--kalmir-recur-schedule=kind=chunked chunk-length=-1" 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: kalmir-opt %s "--kalmir-recur-schedule=kind=chunked chunk-length=9223372036854775807" | FileCheck %s --check-prefix=LONGEST
// RUN: not kalmir-opt %s "--kalmir-recur-schedule=lane-blocks=-1" 2>&1 | FileCheck %s --check-prefix=BLOCKS
// RUN: not kalmir-opt %s "--kalmir-recur-schedule=kind=often" 2>&1 | FileCheck %s --check-prefix=KIND

// ERROR: error: 'recur.scan' op cannot be scheduled: expected chunk_length of at least 1 for a chunked schedule, found -1
// BLOCKS: error: 'recur.scan' op cannot be scheduled: expected lane_blocks of at least 0, found -1
// KIND: Cannot find option named 'often'

// LONGEST: schedule = #recur.schedule<chunked, chunk_length = 9223372036854775807>
// REMARK: remark: {{.*}}runs as #recur.schedule<chunked, chunk_length = 64>
// CHECK-LABEL: func @scan
// CHECK: recur.scan
// CHECK-SAME: schedule = #recur.schedule<chunked, chunk_length = 32, vector_width = 8, rescale_period = 4>
#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
func.func @scan(%x: tensor<?xf32>, %h: tensor<f32>, %y: tensor<?xf32>)
    -> (tensor<f32>, tensor<?xf32>) {
  %r:2 = recur.scan {indexing_maps = [#t, #none, #t],
      iterator_types = ["recurrence"], identity = [0.0 : f32]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) outs(%y : tensor<?xf32>) step {
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
  } -> (tensor<f32>, tensor<?xf32>)
  return %r#0, %r#1 : tensor<f32>, tensor<?xf32>
}

// A schedule that is there is kept; what is no scan runs serially.

// REMARK: remark: {{.*}}runs serially: only a recur.scan can be cut into chunks
// REMARK: remark: {{.*}}runs as #recur.schedule<serial>
// CHECK-LABEL: func @others
// CHECK: schedule = #recur.schedule<serial, vector_width = 2>
// CHECK: schedule = #recur.schedule<serial, vector_width = 8, rescale_period = 4>
func.func @others(%x: tensor<?xf32>, %h: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %0 = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"],
                      schedule = #recur.schedule<serial, vector_width = 2>}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  } -> tensor<f32>
  %1 = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.mulf %ht, %xt : f32
    recur.yield state(%h1 : f32)
  } -> tensor<f32>
  return %0, %1 : tensor<f32>, tensor<f32>
}

// Packed sequences run serially.

// REMARK: remark: {{.*}}runs serially: packed sequences cannot be cut into chunks
// REMARK: remark: {{.*}}runs as #recur.schedule<serial>
// CHECK-LABEL: func @packed
// CHECK: schedule = #recur.schedule<serial, vector_width = 8, rescale_period = 4>
func.func @packed(%x: tensor<?xf32>, %s: tensor<?xi32>, %h: tensor<?xf32>) -> tensor<?xf32> {
  %0 = recur.scan {indexing_maps = [#t, #none],
      iterator_types = ["recurrence"], identity = [0.0 : f32]}
    ins(%x : tensor<?xf32>) segments(%s : tensor<?xi32>) state(%h : tensor<?xf32>) step {
  ^bb0(%xt: f32, %ht: f32):
    %h1 = arith.addf %ht, %xt : f32
    recur.yield state(%h1 : f32)
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
  } -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// A tile of time is not cut again.

// REMARK: remark: {{.*}}runs serially: a tile of time is short already
// CHECK-LABEL: func @tiled
// CHECK: schedule = #recur.schedule<serial, vector_width = 8, rescale_period = 4>
func.func @tiled(%x: tensor<?xf32>, %h: tensor<f32>, %y: tensor<?xf32>)
    -> (tensor<f32>, tensor<?xf32>) {
  %r:2 = recur.scan {indexing_maps = [#t, #none, #t],
      iterator_types = ["recurrence"], identity = [0.0 : f32]}
    ins(%x : tensor<?xf32>) state(%h : tensor<f32>) outs(%y : tensor<?xf32>)
    attrs = {recur.tiled} step {
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
  } -> (tensor<f32>, tensor<?xf32>)
  return %r#0, %r#1 : tensor<f32>, tensor<?xf32>
}
