// RUN: kalmir-opt %s --kalmir-expand-bf16-rounding | FileCheck %s

// CHECK-LABEL: func @narrow(
// CHECK-SAME: %[[X:.*]]: vector<4xf32>)
// CHECK-DAG: %[[BITS:.*]] = arith.bitcast %[[X]] : vector<4xf32> to vector<4xi32>
// CHECK-DAG: %[[SIXTEEN:.*]] = arith.constant dense<16> : vector<4xi32>
// CHECK: %[[HIGH:.*]] = arith.shrui %[[BITS]], %[[SIXTEEN]]
// CHECK: %[[LAST:.*]] = arith.andi %[[HIGH]], %{{.*}}
// CHECK: %[[BIAS:.*]] = arith.addi %[[LAST]], %{{.*}}
// CHECK: %[[ROUNDED:.*]] = arith.addi %[[BITS]], %[[BIAS]]
// CHECK: %[[NAN:.*]] = arith.cmpf uno, %[[X]], %[[X]]
// CHECK: %[[WIDE:.*]] = arith.extsi %[[NAN]] : vector<4xi1> to vector<4xi32>
// CHECK: %[[QUIET:.*]] = arith.andi %[[WIDE]], %{{.*}}
// CHECK: %[[SAFE:.*]] = arith.ori %[[ROUNDED]], %[[QUIET]]
// CHECK: %[[UPPER:.*]] = arith.shrui %[[SAFE]], %[[SIXTEEN]]
// CHECK: %[[HALF:.*]] = arith.trunci %[[UPPER]] : vector<4xi32> to vector<4xi16>
// CHECK: arith.bitcast %[[HALF]] : vector<4xi16> to vector<4xbf16>
func.func @narrow(%x: vector<4xf32>) -> vector<4xbf16> {
  %0 = arith.truncf %x : vector<4xf32> to vector<4xbf16>
  return %0 : vector<4xbf16>
}

// A float64 goes through float32, rounded to odd.

// CHECK-LABEL: func @twice(
// CHECK-SAME: %[[X:.*]]: f64)
// CHECK: %[[NEAREST:.*]] = arith.truncf %[[X]] : f64 to f32
// CHECK: %[[BITS:.*]] = arith.bitcast %[[NEAREST]]
// CHECK: %[[BACK:.*]] = arith.extf %[[NEAREST]]
// CHECK: %[[INEXACT:.*]] = arith.cmpf one, %[[BACK]], %[[X]]
// CHECK: %[[NEIGHBOUR:.*]] = arith.select
// CHECK: %[[ODD:.*]] = arith.select %{{.*}}, %[[NEIGHBOUR]], %[[BITS]]
// CHECK: %[[WIDE:.*]] = arith.bitcast %[[ODD]] : i32 to f32
// CHECK: arith.bitcast %[[WIDE]] : f32 to i32
// CHECK: arith.bitcast %{{.*}} : i16 to bf16
func.func @twice(%x: f64) -> bf16 {
  %0 = arith.truncf %x : f64 to bf16
  return %0 : bf16
}

// Other types and rounding modes stay.

// CHECK-LABEL: func @others(
// CHECK: arith.truncf %{{.*}} : f32 to f16
// CHECK: arith.truncf %{{.*}} toward_zero : f32 to bf16
func.func @others(%x: f32) -> (f16, bf16) {
  %0 = arith.truncf %x : f32 to f16
  %1 = arith.truncf %x toward_zero : f32 to bf16
  return %0, %1 : f16, bf16
}
