// RUN: kalmir-opt %s --kalmir-convert-recur-to-gpu=shared-bytes=98304 --canonicalize --cse | FileCheck %s

// Helpers finish four steps of four neighbouring channels, eight of them those of the same
// channels, and store the results of these together, where rows are multiples of four and a
// window is there as a whole.

// CHECK-LABEL: func @narrow(
// CHECK-DAG: %[[L:.*]] = memref.dim %arg0, %c0
// CHECK-DAG: %[[M:.*]] = memref.dim %arg0, %c1
// Whether vectors of four can be stored, and copied.
// CHECK: %[[ADDRESS:.*]] = memref.extract_aligned_pointer_as_index %arg3
// CHECK: arith.remui %[[ADDRESS]], %c8
// CHECK: %[[ARE_VECTORS:.*]] = arith.cmpi eq, %{{.*}}, %c0
// CHECK: gpu.launch
// CHECK: } else {
// CHECK: %[[SUMS:.*]] = memref.view {{.*}} to memref<16x580xf32, #gpu.address_space<workgroup>>
// CHECK: %[[MEMBER:.*]] = arith.remui %[[THREAD:.*]], %c8
// CHECK: %[[END:.*]] = arith.subi %[[M]], %[[ORIGIN:[a-z0-9_]*]]
// CHECK: %[[LAST:.*]] = arith.subi %[[END]], %c1
// CHECK: %[[GROUP:.*]] = arith.divui %[[THREAD]], %c8
// CHECK: %[[WANTED:.*]] = arith.muli %[[GROUP]], %c4
// CHECK: %[[MOST:.*]] = arith.maxui %[[END]], %c4
// CHECK: %[[LEAST:.*]] = arith.subi %[[MOST]], %c4
// CHECK: %[[FIRST:.*]] = arith.minui %[[WANTED]], %[[LEAST]]
// CHECK: %[[FIRST_EXISTING:.*]] = arith.minui %[[FIRST]], %[[LAST]]
// CHECK: %[[CHANNEL:.*]] = arith.addi %[[ORIGIN]], %[[FIRST_EXISTING]]
// CHECK: %[[SECOND:.*]] = arith.addi %[[FIRST]], %c1
// CHECK: %[[SECOND_EXISTING:.*]] = arith.minui %[[SECOND]], %[[LAST]]
// CHECK: %[[SECOND_CHANNEL:.*]] = arith.addi %[[ORIGIN]], %[[SECOND_EXISTING]]
// CHECK: vector.load %[[SUMS]]
// CHECK: %[[ROW:.*]] = vector.from_elements %{{.*}} : vector<4xf32>
// CHECK: %[[ROUNDED:.*]] = arith.truncf %[[ROW]] : vector<4xf32> to vector<4xbf16>
// CHECK: scf.if %[[WHOLE:.*]] {
// CHECK: scf.if %[[ARE_VECTORS]] {
// CHECK-NEXT: vector.store %[[ROUNDED]], %arg3[%[[STEP:.*]], %[[CHANNEL]]] {alignment = 8 : i64}
// CHECK-COUNT-3: vector.store %{{.*}}, %arg3
// CHECK-NOT: vector.store
// CHECK: } else {
// CHECK-NOT: scf.if
// CHECK: memref.store %{{.*}}, %arg3[%[[STEP]], %[[CHANNEL]]]
// CHECK: memref.store %{{.*}}, %arg3[%[[STEP]], %[[SECOND_CHANNEL]]]
// CHECK: } else {
// CHECK: scf.if %[[EXISTS:[a-z0-9_]*]] {
// CHECK: memref.store %{{.*}}, %arg3[%[[STEP]], %[[CHANNEL]]]
// CHECK: scf.if %[[EXISTS]] {
// CHECK: memref.store %{{.*}}, %arg3[%[[STEP]], %[[SECOND_CHANNEL]]]
#tm = affine_map<(t, m, s) -> (t, m)>
#ms = affine_map<(t, m, s) -> (m, s)>
func.func @narrow(%x: memref<?x?xf32>, %a: memref<?x16xf32>, %h: memref<?x16xf32>,
                  %y: memref<?x?xbf16>) {
  recur.generic {indexing_maps = [#tm, #ms, #ms, #tm],
      iterator_types = ["recurrence", "parallel", "reduction"]}
    ins(%x, %a : memref<?x?xf32>, memref<?x16xf32>) state(%h : memref<?x16xf32>)
    outs(%y : memref<?x?xbf16>) {
  ^bb0(%xt: f32, %at: f32, %ht: f32):
    %ah = arith.mulf %at, %ht : f32
    %next = arith.addf %ah, %xt : f32
    %narrow = arith.truncf %next : f32 to bf16
    recur.yield state(%next : f32) outs(%narrow : bf16)
  }
  return
}
