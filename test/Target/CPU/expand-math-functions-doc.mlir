// RUN: kalmir-opt %s --kalmir-expand-math-functions | FileCheck %s

// CHECK-LABEL: func @expanded(
// CHECK-NOT: math.exp
// CHECK-NOT: math.log
// CHECK: math.fma {{.*}} : vector<8xf32>
// CHECK: return
func.func @expanded(%x: vector<8xf32>, %y: f32, %z: bf16)
    -> (vector<8xf32>, f32, bf16) {
  %0 = math.exp %x : vector<8xf32>
  %1 = math.log1p %y : f32
  %2 = math.exp %z : bf16
  return %0, %1, %2 : vector<8xf32>, f32, bf16
}

// Float64 and functions without a polynomial that is good enough stay.
// CHECK-LABEL: func @kept(
// CHECK: math.exp %{{.*}} : vector<4xf64>
// CHECK: math.sin %{{.*}} : f32
func.func @kept(%x: vector<4xf64>, %y: f32) -> (vector<4xf64>, f32) {
  %0 = math.exp %x : vector<4xf64>
  %1 = math.sin %y : f32
  return %0, %1 : vector<4xf64>, f32
}
