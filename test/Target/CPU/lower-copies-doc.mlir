// RUN: kalmir-opt %s --kalmir-lower-copies | FileCheck %s

// CHECK-LABEL: func @row(
// CHECK-SAME: %[[A:.*]]: memref<4x8xf32>, %[[B:.*]]: memref<4x5xf32>)
// CHECK: %[[PART:.*]] = memref.subview %[[A]]
// CHECK-NOT: memref.copy
// CHECK: linalg.generic {{.*}} ins(%[[PART]] : {{.*}}) outs(%[[B]] : {{.*}})
func.func @row(%a: memref<4x8xf32>, %b: memref<4x5xf32>) {
  %part = memref.subview %a[0, 1] [4, 5] [1, 1]
      : memref<4x8xf32> to memref<4x5xf32, strided<[8, 1], offset: 1>>
  memref.copy %part, %part
      : memref<4x5xf32, strided<[8, 1], offset: 1>> to memref<4x5xf32, strided<[8, 1], offset: 1>>
  memref.copy %part, %b
      : memref<4x5xf32, strided<[8, 1], offset: 1>> to memref<4x5xf32>
  return
}

// CHECK-LABEL: func @pieces(
// CHECK-SAME: %[[A:.*]]: memref<?x4xf32>, %[[B:.*]]: memref<?x4xf32>, %[[C:.*]]: memref<?x4xf16>,
// CHECK-NEXT: memref.copy %[[A]], %[[B]]
// CHECK-NEXT: linalg.copy
// CHECK-NEXT: linalg.copy
// CHECK-NEXT: return
func.func @pieces(%a: memref<?x4xf32>, %b: memref<?x4xf32>, %c: memref<?x4xf16>,
                  %d: memref<?x4xf32, strided<[8, 1]>>) {
  linalg.copy ins(%a : memref<?x4xf32>) outs(%b : memref<?x4xf32>)
  linalg.copy ins(%c : memref<?x4xf16>) outs(%b : memref<?x4xf32>)
  linalg.copy ins(%d : memref<?x4xf32, strided<[8, 1]>>)
      outs(%d : memref<?x4xf32, strided<[8, 1]>>)
  return
}

// One piece only if the extent is 1 or the rows lie as usual: the type has strides.
// CHECK-LABEL: func @strided(
// CHECK-NOT: memref.copy
// CHECK: linalg.generic
func.func @strided(%a: memref<?x2xf32, strided<[2, 1]>>, %b: memref<?x2xf32>) {
  memref.copy %a, %b : memref<?x2xf32, strided<[2, 1]>> to memref<?x2xf32>
  return
}

// CHECK-NOT: linalg.generic
// CHECK-LABEL: func @whole(
// CHECK: memref.copy
func.func @whole(%a: memref<4x?xf32>, %b: memref<4x?xf32>) {
  memref.copy %a, %b : memref<4x?xf32> to memref<4x?xf32>
  return
}
