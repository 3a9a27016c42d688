// RUN: kalmir-opt %s "--kalmir-recur-schedule=cores=2 vector-bits=256" --split-input-file | FileCheck %s
// RUN: kalmir-opt %s "--kalmir-recur-schedule=cores=16 vector-bits=256" --split-input-file | FileCheck %s --check-prefix=MANY
// RUN: kalmir-opt %s "--kalmir-recur-schedule=cores=2 vector-bits=256 chunk-length=16" --split-input-file | FileCheck %s --check-prefix=LENGTH

// One long series of known shape is cut into chunks.

// CHECK-LABEL: func @series
// CHECK-NOT: scf.if
// CHECK: schedule = #recur.schedule<chunked, chunk_length = 144>
// LENGTH-LABEL: func @series
// LENGTH: schedule = #recur.schedule<chunked, chunk_length = 16>
#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
func.func @series(%x: tensor<100000xf32>, %h: tensor<f32>, %y: tensor<100000xf32>)
    -> (tensor<f32>, tensor<100000xf32>) {
  %r:2 = recur.scan {indexing_maps = [#t, #none, #t],
      iterator_types = ["recurrence"], identity = [0.0 : f32]}
    ins(%x : tensor<100000xf32>) state(%h : tensor<f32>) outs(%y : tensor<100000xf32>) step {
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
  } -> (tensor<f32>, tensor<100000xf32>)
  return %r#0, %r#1 : tensor<f32>, tensor<100000xf32>
}

// -----

// Lanes that fill two cores run serially; sixteen cores want chunks.

// CHECK-LABEL: func @lanes
// CHECK-NOT: scf.if
// CHECK: schedule = #recur.schedule<serial>
// MANY-LABEL: func @lanes
// MANY-NOT: scf.if
// MANY: schedule = #recur.schedule<chunked, chunk_length = 64>
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @lanes(%x: tensor<100000x16xf32>, %h: tensor<16xf32>, %y: tensor<100000x16xf32>)
    -> (tensor<16xf32>, tensor<100000x16xf32>) {
  %r:2 = recur.scan {indexing_maps = [#tm, #m, #tm],
      iterator_types = ["recurrence", "parallel"], identity = [0.0 : f32]}
    ins(%x : tensor<100000x16xf32>) state(%h : tensor<16xf32>) outs(%y : tensor<100000x16xf32>) step {
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
  } -> (tensor<16xf32>, tensor<100000x16xf32>)
  return %r#0, %r#1 : tensor<16xf32>, tensor<100000x16xf32>
}

// -----

// Extents that are not known decide when it runs: a single lane gets types that
// say so.

// CHECK-LABEL: func @dynamic
// CHECK: %[[ONE:.*]] = arith.cmpi eq, %[[M:.*]], %c1
// CHECK: %[[LONG:.*]] = arith.cmpi sge, %[[L:.*]], %c4608
// CHECK: %[[SERIES:.*]] = arith.andi %[[ONE]], %[[LONG]]
// CHECK: scf.if %[[SERIES]] -> (tensor<?xf32>, tensor<?x?xf32>) {
// CHECK:   tensor.cast %arg0 : tensor<?x?xf32> to tensor<?x1xf32>
// CHECK:   %[[R:.*]]:2 = recur.scan {{.*}}schedule = #recur.schedule<chunked, chunk_length = 144>
// CHECK:   tensor.cast %[[R]]#0 : tensor<1xf32> to tensor<?xf32>
// CHECK:   scf.yield
// CHECK: } else {
// CHECK-NOT: scf.if
// CHECK:   %[[S:.*]]:2 = recur.scan {{.*}}schedule = #recur.schedule<serial>
// CHECK:   scf.yield %[[S]]#0, %[[S]]#1
// MANY-LABEL: func @dynamic
// MANY: scf.if
// MANY: chunk_length = 144
// MANY: scf.if
// MANY: chunk_length = 64
// MANY: #recur.schedule<serial>
#tm = affine_map<(t, m) -> (t, m)>
#m = affine_map<(t, m) -> (m)>
func.func @dynamic(%x: tensor<?x?xf32>, %h: tensor<?xf32>, %y: tensor<?x?xf32>)
    -> (tensor<?xf32>, tensor<?x?xf32>) {
  %r:2 = recur.scan {indexing_maps = [#tm, #m, #tm],
      iterator_types = ["recurrence", "parallel"], identity = [0.0 : f32]}
    ins(%x : tensor<?x?xf32>) state(%h : tensor<?xf32>) outs(%y : tensor<?x?xf32>) step {
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
  } -> (tensor<?xf32>, tensor<?x?xf32>)
  return %r#0, %r#1 : tensor<?xf32>, tensor<?x?xf32>
}
