// RUN: kalmir-opt %s --allow-unregistered-dialect --kalmir-serialize-inner-loops | FileCheck %s

// CHECK-LABEL: func @f(
// CHECK: scf.parallel (%[[I:.*]], %[[J:.*]]) = (%c0, %c0) to
// CHECK-NEXT: scf.for %[[K:.*]] =
// CHECK-NEXT: scf.for %[[M:.*]] =
// CHECK-NEXT: "test.use"(%[[I]], %[[J]], %[[K]], %[[M]])
func.func @f(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i, %j, %k) = (%c0, %c0, %c0) to (%n, %n, %n) step (%c1, %c1, %c1) {
    scf.parallel (%m) = (%c0) to (%n) step (%c1) {
      "test.use"(%i, %j, %k, %m) : (index, index, index, index) -> ()
    }
  }
  return
}

// A loop over one dimension is left, and so is one with a reduction.
// CHECK-LABEL: func @left(
// CHECK: scf.parallel
// CHECK-NOT: scf.for
// CHECK: scf.parallel (%{{.*}}, %{{.*}}) = {{.*}} init
// CHECK-NOT: scf.for
func.func @left(%n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    "test.use"(%i) : (index) -> ()
  }
  %s = scf.parallel (%i, %j) = (%c0, %c0) to (%n, %n) step (%c1, %c1) init(%x) -> f32 {
    scf.reduce(%x : f32) {
    ^bb0(%a: f32, %b: f32):
      %0 = arith.addf %a, %b : f32
      scf.reduce.return %0 : f32
    }
  }
  "test.use"(%s) : (f32) -> ()
  return
}
