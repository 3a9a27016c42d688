// RUN: kalmir-opt %s --kalmir-infer-entry-signatures --kalmir-generate-entry-bounds | FileCheck %s

// The last n elements of x, where y has n.
func.func @tail(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %l = tensor.dim %x, %c0 : tensor<?xf32>
  %n = tensor.dim %y, %c0 : tensor<?xf32>
  %first = arith.subi %l, %n : index
  %tail = tensor.extract_slice %x[%first] [%n] [1] : tensor<?xf32> to tensor<?xf32>
  return %tail : tensor<?xf32>
}

// The size is an extent, and so not negative.
// CHECK-LABEL: func @tail.bounds(
// CHECK-SAME: %[[X:.*]]: tensor<?xf32>, %[[Y:.*]]: tensor<?xf32>) -> (index, index, index, index, index)
// CHECK-SAME: kalmir.checks = ["'tensor.extract_slice' expected a slice inside of extent {0} of dimension 0, found offset {1}, size {2}, stride {3} (generate-entry-bounds-doc.mlir:9:11)"]
// CHECK-SAME: kalmir.helper = @tail
// CHECK-DAG: %[[L:.*]] = tensor.dim %[[X]], %c0
// CHECK-DAG: %[[N:.*]] = tensor.dim %[[Y]], %c0
// CHECK: %[[FIRST:.*]] = arith.subi %[[L]], %[[N]]
// CHECK-DAG: %[[EMPTY:.*]] = arith.cmpi eq, %[[N]], %c0
// CHECK-DAG: %[[ROOM:.*]] = arith.subi %[[L]], %[[FIRST]]
// CHECK-DAG: %[[INSIDE:.*]] = arith.cmpi sge, %[[FIRST]], %c0
// CHECK-DAG: %[[FITS:.*]] = arith.cmpi sle, %[[N]], %[[ROOM]]
// CHECK: %[[BOTH:.*]] = arith.andi %[[INSIDE]], %[[FITS]]
// CHECK: %[[HOLDS:.*]] = arith.ori %[[EMPTY]], %[[BOTH]]
// CHECK: %[[FAILED:.*]] = arith.select %[[HOLDS]], %c-1, %c0
// CHECK: %[[EXTENT:.*]] = arith.select %[[HOLDS]], %c0, %[[L]]
// CHECK: %[[OFFSET:.*]] = arith.select %[[HOLDS]], %c0, %[[FIRST]]
// CHECK: return %[[FAILED]], %[[EXTENT]], %[[OFFSET]],
