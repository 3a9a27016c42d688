// RUN: kalmir-opt %s --kalmir-expand-signs | FileCheck %s

// CHECK-LABEL: func @size(
// CHECK-SAME: %[[X:.*]]: f32)
// CHECK: %[[BITS:.*]] = arith.bitcast %[[X]] : f32 to i32
// CHECK: %[[MASK:.*]] = arith.constant 2147483647 : i32
// CHECK: %[[KEPT:.*]] = arith.andi %[[BITS]], %[[MASK]]
// CHECK: %[[Y:.*]] = arith.bitcast %[[KEPT]] : i32 to f32
// CHECK: return %[[Y]]
func.func @size(%x: f32) -> f32 {
  %y = math.absf %x : f32
  return %y : f32
}

// CHECK-LABEL: func @signed(
// CHECK-NOT: math.copysign
// CHECK: arith.constant dense<9223372036854775807> : vector<4xi64>
// CHECK: arith.constant dense<-9223372036854775808> : vector<4xi64>
// CHECK: arith.ori
func.func @signed(%x: vector<4xf64>, %y: vector<4xf64>) -> vector<4xf64> {
  %z = math.copysign %x, %y : vector<4xf64>
  return %z : vector<4xf64>
}
