// RUN: kalmir-opt %s --kalmir-to-buffers-pipeline | FileCheck %s

// An input that is returned has to be copied, once.
// CHECK-LABEL: func @identity(
// CHECK-SAME: %[[X:[a-z0-9]*]]: memref<?xf32>, %[[Y:[a-z0-9]*]]: memref<?xf32>)
// CHECK-NEXT: linalg.copy ins(%[[X]] : memref<?xf32>) outs(%[[Y]] : memref<?xf32>)
// CHECK-NEXT: return
func.func @identity(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}

// A value that is returned twice is computed in one destination and copied to
// the other.
// CHECK-LABEL: func @twice(
// CHECK-NOT: memref.alloc
// CHECK: linalg.exp
// CHECK-NOT: memref.alloc
// CHECK: memref.copy
// CHECK-NOT: copy
// CHECK: return
func.func @twice(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %e = tensor.empty() : tensor<8xf32>
  %r = linalg.exp ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %r, %r : tensor<8xf32>, tensor<8xf32>
}

// Both variants of a branch write to the destination.
// CHECK-LABEL: func @branch(
// CHECK-SAME: %[[X:[a-z0-9]*]]: memref<?xf32>, %[[Y:[a-z0-9]*]]: memref<?xf32>)
// CHECK-NOT: memref.alloc
// CHECK: scf.if
// CHECK: linalg.exp ins(%[[X]] : memref<?xf32>) outs(%[[Y]] : memref<?xf32>)
// CHECK: linalg.log ins(%[[X]] : memref<?xf32>) outs(%[[Y]] : memref<?xf32>)
// CHECK-NOT: copy
// CHECK: return
func.func @branch(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c9 = arith.constant 9 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %long = arith.cmpi sgt, %n, %c9 : index
  %r = scf.if %long -> tensor<?xf32> {
    %0 = linalg.exp ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
    scf.yield %0 : tensor<?xf32>
  } else {
    %0 = linalg.log ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
    scf.yield %0 : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}

// A loop carries the destination.
// CHECK-LABEL: func @loop(
// CHECK-SAME: %[[X:[a-z0-9]*]]: memref<?xf32>, %[[Y:[a-z0-9]*]]: memref<?xf32>)
// CHECK-NOT: memref.alloc
// CHECK: copy ins(%[[X]] : memref<?xf32>) outs(%[[Y]] : memref<?xf32>)
// CHECK: scf.for
// CHECK: linalg.exp ins(%[[Y]] : memref<?xf32>) outs(%[[Y]] : memref<?xf32>)
// CHECK-NOT: copy
// CHECK: return
func.func @loop(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%s = %x) -> tensor<?xf32> {
    %0 = linalg.exp ins(%s : tensor<?xf32>) outs(%s : tensor<?xf32>) -> tensor<?xf32>
    scf.yield %0 : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}
