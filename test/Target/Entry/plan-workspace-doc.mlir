// RUN: kalmir-opt %s --allow-unregistered-dialect --kalmir-plan-workspace --canonicalize | FileCheck %s

// CHECK-LABEL: func @f(
// CHECK-SAME: %[[X:[a-z0-9]*]]: memref<?xf32>, %[[Y:[a-z0-9]*]]: memref<?xf32>, %[[W:[a-z0-9]*]]: memref<?xi8>)
// CHECK: %[[N:.*]] = memref.dim %[[X]]
// CHECK: %[[END:.*]] = arith.andi %{{.*}}, %c-64
// CHECK: memref.view %[[W]][%c0][%{{.*}}] : memref<?xi8> to memref<?x4xf64>
// CHECK: memref.view %[[W]][%[[END]]][] : memref<?xi8> to memref<3xi1>
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.dealloc

// CHECK-LABEL: func @f.workspace(
// CHECK-SAME: %[[X:[a-z0-9]*]]: memref<?xf32>, %[[Y:[a-z0-9]*]]: memref<?xf32>) -> index attributes {kalmir.helper = @f}
// CHECK: %[[N:.*]] = memref.dim %[[X]]
// CHECK: %[[BYTES:.*]] = arith.muli %[[N]], %c32
// CHECK: %[[PADDED:.*]] = arith.addi %[[BYTES]], %c63
// CHECK: arith.andi %[[PADDED]], %c-64
func.func @f(%x: memref<?xf32>, %y: memref<?xf32>) attributes {kalmir.entry = #kalmir.entry<
    inputs = [#kalmir.argument<"x", f32, [-1]>], outputs = [#kalmir.argument<"y", f32, [-1]>]>} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %a = memref.alloc(%n) : memref<?x4xf64>
  scf.for %i = %c0 to %n step %c1 {
    %b = memref.alloc() : memref<3xi1>
    "test.use"(%a, %b) : (memref<?x4xf64>, memref<3xi1>) -> ()
    memref.dealloc %b : memref<3xi1>
  }
  return
}

// A tile at the end of a loop may be shorter than what is reserved for it.
// CHECK-LABEL: func @tiles(
// CHECK-SAME: %[[W:[a-z0-9]*]]: memref<?xi8>)
// CHECK: %[[SIZE:.*]] = arith.minsi
// CHECK: memref.view %[[W]][%c0][%[[SIZE]]] : memref<?xi8> to memref<?xf32>
// CHECK-LABEL: func @tiles.workspace(
// 16 numbers, rounded up, and room to align them.
// CHECK: %c127 = arith.constant 127
func.func @tiles(%x: memref<?xf32>, %y: memref<?xf32>) attributes {kalmir.entry = #kalmir.entry<
    inputs = [#kalmir.argument<"x", f32, [-1]>], outputs = [#kalmir.argument<"y", f32, [-1]>]>} {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  scf.for %i = %c0 to %n step %c16 {
    %rest = arith.subi %n, %i : index
    %size = arith.minsi %rest, %c16 : index
    %b = memref.alloc(%size) : memref<?xf32>
    "test.use"(%b) : (memref<?xf32>) -> ()
    memref.dealloc %b : memref<?xf32>
  }
  return
}
