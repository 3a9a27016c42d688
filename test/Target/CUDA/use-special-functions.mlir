// RUN: kalmir-opt %s --kalmir-use-special-functions --split-input-file | FileCheck %s

// x / (1 + exp(-x)), the one on either side; other divisions stay.
// CHECK-LABEL: func.func @sigmoid(
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.nvvm.div.full"
// CHECK-COUNT-2: arith.divf
// CHECK-NOT: math.exp
func.func @sigmoid(%x: memref<?xf32>) {
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %two = arith.constant 2.0 : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%t, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    %0 = memref.load %x[%t] : memref<?xf32>
    %1 = arith.negf %0 : f32
    %2 = math.exp %1 : f32
    %3 = arith.addf %one, %2 : f32
    %4 = arith.divf %0, %3 : f32
    memref.store %4, %x[%t] : memref<?xf32>
    %5 = arith.addf %2, %one : f32
    %6 = arith.divf %one, %5 : f32
    memref.store %6, %x[%t] : memref<?xf32>
    %7 = arith.addf %2, %two : f32
    %8 = arith.divf %0, %7 : f32
    memref.store %8, %x[%t] : memref<?xf32>
    %9 = arith.addf %0, %one : f32
    %10 = arith.divf %0, %9 : f32
    memref.store %10, %x[%t] : memref<?xf32>
    gpu.terminator
  }
  return
}

// -----

// Narrow types are computed in float32; float64, vectors, functions without a
// short form, and host code are left alone.
// CHECK-LABEL: func.func @types(
// CHECK: %[[W:.*]] = arith.extf %{{.*}} : bf16 to f32
// CHECK: %[[T:.*]] = llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.f"(%[[W]])
// CHECK: arith.truncf %[[T]] : f32 to bf16
// CHECK: math.exp %{{.*}} : f64
// CHECK: math.exp %{{.*}} : vector<4xf32>
// CHECK: math.erf %{{.*}} : f32
// CHECK: gpu.terminator
// CHECK: math.exp %{{.*}} : f32
func.func @types(%a: bf16, %b: f64, %c: vector<4xf32>, %d: f32, %out: memref<bf16>,
                 %out1: memref<f64>, %out2: memref<vector<4xf32>>, %out3: memref<f32>) -> f32 {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%t, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    %0 = math.rsqrt %a : bf16
    memref.store %0, %out[] : memref<bf16>
    %1 = math.exp %b : f64
    memref.store %1, %out1[] : memref<f64>
    %2 = math.exp %c : vector<4xf32>
    memref.store %2, %out2[] : memref<vector<4xf32>>
    %3 = math.erf %d : f32
    memref.store %3, %out3[] : memref<f32>
    gpu.terminator
  }
  %4 = math.exp %d : f32
  return %4 : f32
}

// -----

// log(1 + exp(-|x|)): an exponential that cannot overflow, a logarithm of [1, 2] that takes no
// logarithm of the processor. Of another argument it may be anything.
// CHECK-LABEL: func.func @softplus(
// CHECK: %[[NEGATIVE:.*]] = arith.negf
// CHECK: %[[CLAMPED:.*]] = arith.maximumf %[[NEGATIVE]],
// CHECK-NOT: arith.minimumf
// CHECK: llvm.nvvm.ex2.approx
// CHECK: %[[LARGE:.*]] = arith.cmpf ogt, %[[E:.*]], %{{.*}} : f32
// CHECK: %[[HALF:.*]] = math.fma %[[E]],
// CHECK: arith.select %[[LARGE]], %[[HALF]], %[[E]] : f32
// CHECK-NOT: llvm.nvvm.lg2.approx
// CHECK: memref.store
// CHECK: arith.minimumf
// CHECK: llvm.nvvm.lg2.approx
// CHECK: memref.store
func.func @softplus(%x: memref<?xf32>) {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%t, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    %0 = memref.load %x[%t] : memref<?xf32>
    %1 = math.absf %0 : f32
    %2 = arith.negf %1 : f32
    %3 = math.exp %2 : f32
    %4 = math.log1p %3 : f32
    memref.store %4, %x[%t] : memref<?xf32>
    %5 = math.exp %0 : f32
    %6 = math.log1p %5 : f32
    memref.store %6, %x[%t] : memref<?xf32>
    gpu.terminator
  }
  return
}
