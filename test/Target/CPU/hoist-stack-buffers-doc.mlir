// RUN: kalmir-opt %s --allow-unregistered-dialect --kalmir-hoist-stack-buffers --canonicalize | FileCheck %s

// CHECK-LABEL: func @f(
// CHECK: omp.parallel {
// CHECK-NEXT: memref.alloca() : memref<4xf32>
// CHECK: omp.wsloop
// CHECK-NOT: memref.alloca_scope
// CHECK: "test.use"
func.func @f(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        memref.alloca_scope {
          %b = memref.alloca() : memref<4xf32>
          scf.for %j = %c0 to %n step %c1 {
            "test.use"(%b, %i) : (memref<4xf32>, index) -> ()
          }
        }
        omp.yield
      }
    }
    omp.terminator
  }
  return
}
