// RUN: kalmir-opt %s --kalmir-use-special-functions | FileCheck %s

// exp(x): 2^t with t = x log2 e, times 1 + d for what the rounding of t lost.
// CHECK-LABEL: func.func @exp(
// CHECK: %[[X:.*]] = memref.load
// CHECK: %[[LOW:.*]] = arith.maximumf %[[X]], %{{.*}} : f32
// CHECK: %[[C:.*]] = arith.minimumf %[[LOW]], %{{.*}} : f32
// CHECK: %[[T:.*]] = arith.mulf %[[C]], %{{.*}} : f32
// CHECK: %[[D0:.*]] = math.fma %[[T]], %{{.*}}, %[[C]] : f32
// CHECK: %[[D:.*]] = math.fma %[[T]], %{{.*}}, %[[D0]] : f32
// CHECK: %[[P:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"(%[[T]])
// CHECK: %[[Y:.*]] = math.fma %[[P]], %[[D]], %[[P]] : f32
// CHECK: memref.store %[[Y]]
func.func @exp(%x: memref<?xf32>, %y: memref<?xf32>) {
  %c1 = arith.constant 1 : index
  %n = arith.constant 256 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%i, %ty, %tz) in (%sx = %n, %sy = %c1, %sz = %c1) {
    %0 = memref.load %x[%i] : memref<?xf32>
    %1 = math.exp %0 : f32
    memref.store %1, %y[%i] : memref<?xf32>
    gpu.terminator
  }
  return
}
