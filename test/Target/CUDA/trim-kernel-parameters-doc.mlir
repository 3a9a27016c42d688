// RUN: kalmir-opt %s --kalmir-trim-kernel-parameters --split-input-file --verify-diagnostics | FileCheck %s

// Of the five, %unused is not used, %four is 4 in all launches, and %same is %x in
// all launches.

module attributes {gpu.container_module} {
// CHECK-LABEL: llvm.func @f(
// CHECK-SAME: %[[X:.*]]: !llvm.ptr, %[[N:.*]]: i64)
// CHECK-SAME: nvvm.reqntid = array<i32: 32, 1, 1>
// CHECK: %[[FOUR:.*]] = llvm.mlir.constant(4 : i64)
// CHECK: %[[SUM:.*]] = llvm.add %[[N]], %[[FOUR]]
// CHECK: llvm.store %[[SUM]], %[[X]]
// CHECK: llvm.store %[[N]], %[[X]]
gpu.module @k {
  llvm.func @f(%x: !llvm.ptr, %unused: i64, %n: i64, %four: i64, %same: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
    %sum = llvm.add %n, %four : i64
    llvm.store %sum, %x : i64, !llvm.ptr
    llvm.store %n, %same : i64, !llvm.ptr
    llvm.return
  }
}
// CHECK-LABEL: func @twice(
// CHECK-SAME: %[[A:.*]]: !llvm.ptr, %[[B:.*]]: !llvm.ptr, %[[M:.*]]: i64)
// CHECK: args(%[[A]] : !llvm.ptr, %[[M]] : i64)
// CHECK: args(%[[B]] : !llvm.ptr, %{{.*}} : i64)
func.func @twice(%a: !llvm.ptr, %b: !llvm.ptr, %m: i64) {
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %four = arith.constant 4 : i64
  gpu.launch_func @k::@f blocks in (%c1, %c1, %c1) threads in (%c32, %c1, %c1)
      args(%a : !llvm.ptr, %m : i64, %m : i64, %four : i64, %a : !llvm.ptr)
  gpu.launch_func @k::@f blocks in (%c1, %c1, %c1) threads in (%c32, %c1, %c1)
      args(%b : !llvm.ptr, %m : i64, %four : i64, %four : i64, %b : !llvm.ptr)
  return
}
}

// -----

// Launches that differ keep what differs.

module attributes {gpu.container_module} {
// CHECK-LABEL: llvm.func @f(
// CHECK-SAME: %{{.*}}: !llvm.ptr, %{{.*}}: i64, %{{.*}}: !llvm.ptr)
// CHECK-NOT: reqntid
gpu.module @k {
  llvm.func @f(%x: !llvm.ptr, %n: i64, %y: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
    llvm.store %n, %x : i64, !llvm.ptr
    llvm.store %n, %y : i64, !llvm.ptr
    llvm.return
  }
}
func.func @twice(%a: !llvm.ptr, %b: !llvm.ptr, %block: index) {
  %c1 = arith.constant 1 : index
  %four = arith.constant 4 : i64
  %five = arith.constant 5 : i64
  gpu.launch_func @k::@f blocks in (%c1, %c1, %c1) threads in (%block, %c1, %c1)
      args(%a : !llvm.ptr, %four : i64, %a : !llvm.ptr)
  gpu.launch_func @k::@f blocks in (%c1, %c1, %c1) threads in (%block, %c1, %c1)
      args(%a : !llvm.ptr, %five : i64, %b : !llvm.ptr)
  return
}
}

// -----

module attributes {gpu.container_module} {
gpu.module @k {
  llvm.func @f(%x: !llvm.ptr, %n: i64) attributes {gpu.kernel, nvvm.kernel} {
    llvm.store %n, %x : i64, !llvm.ptr
    llvm.return
  }
}
func.func @wrong(%x: memref<?xf32>) {
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{expected 2 kernel operands, one for each parameter, found 1}}
  gpu.launch_func @k::@f blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%x : memref<?xf32>)
  return
}
}
