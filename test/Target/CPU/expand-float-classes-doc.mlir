// RUN: kalmir-opt %s --kalmir-expand-float-classes | FileCheck %s

// CHECK-LABEL: func @f(
// CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: vector<4xf64>)
// CHECK: %[[A:.*]] = math.absf %[[X]]
// CHECK: %[[INF:.*]] = arith.constant 0x7F800000 : f32
// CHECK: arith.cmpf oeq, %[[A]], %[[INF]] : f32
// CHECK: %[[B:.*]] = math.absf %[[Y]]
// CHECK: %[[FINITE:.*]] = arith.cmpf olt, %[[B]], %{{.*}} : vector<4xf64>
// CHECK: %[[LARGE:.*]] = arith.cmpf oge, %[[B]], %{{.*}} : vector<4xf64>
// CHECK: arith.andi %[[FINITE]], %[[LARGE]] : vector<4xi1>
func.func @f(%x: f32, %y: vector<4xf64>) -> (i1, vector<4xi1>) {
  %0 = math.isinf %x : f32
  %1 = math.isnormal %y : vector<4xf64>
  return %0, %1 : i1, vector<4xi1>
}
