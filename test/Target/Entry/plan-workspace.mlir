// RUN: kalmir-opt %s --allow-unregistered-dialect --kalmir-plan-workspace --canonicalize --split-input-file | FileCheck %s

// Nothing is needed, and nothing asked for.
// CHECK-LABEL: func @none(
// CHECK-SAME: memref<?xi8>)
// CHECK-LABEL: func @none.workspace(
// CHECK-NEXT: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-NEXT: return %[[ZERO]]
func.func @none() attributes {kalmir.entry = #kalmir.entry<inputs = [], outputs = []>} {
  return
}

// -----

// The extent of one buffer may come from another.
// CHECK-LABEL: func @chain.workspace(
// CHECK-SAME: %[[X:[a-z0-9]*]]: memref<?xf32>
// CHECK: %[[N:.*]] = memref.dim %[[X]]
// CHECK-NOT: memref.dim
// CHECK: return
func.func @chain(%x: memref<?xf32>) attributes {kalmir.entry = #kalmir.entry<inputs = [#kalmir.argument<"x", f32, [-1]>], outputs = []>} {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %a = memref.alloc(%n) : memref<?xf64>
  %m = memref.dim %a, %c0 : memref<?xf64>
  %k = arith.ceildivsi %m, %c2 : index
  %b = memref.alloc(%k) : memref<?xf32>
  "test.use"(%a, %b) : (memref<?xf64>, memref<?xf32>) -> ()
  return
}
