// Limits of the derivation: each is a remark, and the recurrence stays.
// RUN: kalmir-opt %s --kalmir-recur-derive-scan -o %t.mlir --remarks-filter=kalmir 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=IR --input-file %t.mlir
// IR-NOT: recur.scan

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>

// CHECK: this recurrence is strict and stays as written
func.func @strict(%x: tensor<9xf32>, %h: tensor<f32>) -> tensor<f32> {
  %r = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"], strict}
    ins(%x : tensor<9xf32>) state(%h : tensor<f32>) {
  ^bb0(%x0: f32, %h0: f32):
    %next = arith.addf %h0, %x0 : f32
    recur.yield state(%next : f32)
  } -> tensor<f32>
  return %r : tensor<f32>
}

// CHECK: this recurrence has no state
func.func @no_state(%x: tensor<9xf32>) -> tensor<9xf32> {
  %r = recur.generic {indexing_maps = [#t, #t], iterator_types = ["recurrence"]}
    ins(%x : tensor<9xf32>) outs(%x : tensor<9xf32>) {
  ^bb0(%x0: f32):
    %y = arith.negf %x0 : f32
    recur.yield outs(%y : f32)
  } -> tensor<9xf32>
  return %r : tensor<9xf32>
}

// CHECK: this recurrence is on buffers; derive scans before bufferization
func.func @buffers(%x: memref<9xf32>, %h: memref<f32>) {
  recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : memref<9xf32>) state(%h : memref<f32>) {
  ^bb0(%x0: f32, %h0: f32):
    %h1 = arith.addf %h0, %x0 : f32
    recur.yield state(%h1 : f32)
  }
  return
}

// CHECK: no scan: states of more than 64 bits are not derived
func.func @wide(%x: tensor<9xf128>, %h: tensor<f128>) -> tensor<f128> {
  %r = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<9xf128>) state(%h : tensor<f128>) {
  ^bb0(%x0: f128, %h0: f128):
    %next = arith.addf %h0, %x0 : f128
    recur.yield state(%next : f128)
  } -> tensor<f128>
  return %r : tensor<f128>
}

// CHECK: no scan: this value is no floating-point value
func.func @integer(%x: tensor<9xi32>, %h: tensor<i32>) -> tensor<i32> {
  %r = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<9xi32>) state(%h : tensor<i32>) {
  ^bb0(%x0: i32, %h0: i32):
    recur.yield state(%x0 : i32)
  } -> tensor<i32>
  return %r : tensor<i32>
}

// CHECK: no scan: this value divides by a value that is always zero
func.func @zero_divisor(%x: tensor<9xf32>, %h: tensor<f32>) -> tensor<f32> {
  %r = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<9xf32>) state(%h : tensor<f32>) {
  ^bb0(%x0: f32, %h0: f32):
    %zero = arith.subf %x0, %x0 : f32
    %next = arith.divf %h0, %zero : f32
    recur.yield state(%next : f32)
  } -> tensor<f32>
  return %r : tensor<f32>
}

// CHECK: no scan: this value is selected on one condition more than the 4 that are told apart
// CHECK-NEXT: %s4 = arith.select
func.func @conditions(%x: tensor<9xf32>, %h: tensor<f32>) -> tensor<f32> {
  %r = recur.generic {indexing_maps = [#t, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<9xf32>) state(%h : tensor<f32>) {
  ^bb0(%x0: f32, %h0: f32):
    %d0 = arith.constant 0.0 : f32
    %c0 = arith.cmpf ogt, %x0, %d0 : f32
    %a0 = arith.addf %h0, %x0 : f32
    %s0 = arith.select %c0, %h0, %a0 : f32
    %d1 = arith.constant 1.0 : f32
    %c1 = arith.cmpf ogt, %x0, %d1 : f32
    %a1 = arith.addf %s0, %x0 : f32
    %s1 = arith.select %c1, %s0, %a1 : f32
    %d2 = arith.constant 2.0 : f32
    %c2 = arith.cmpf ogt, %x0, %d2 : f32
    %a2 = arith.addf %s1, %x0 : f32
    %s2 = arith.select %c2, %s1, %a2 : f32
    %d3 = arith.constant 3.0 : f32
    %c3 = arith.cmpf ogt, %x0, %d3 : f32
    %a3 = arith.addf %s2, %x0 : f32
    %s3 = arith.select %c3, %s2, %a3 : f32
    %d4 = arith.constant 4.0 : f32
    %c4 = arith.cmpf ogt, %x0, %d4 : f32
    %a4 = arith.addf %s3, %x0 : f32
    %s4 = arith.select %c4, %s3, %a4 : f32
    recur.yield state(%s4 : f32)
  } -> tensor<f32>
  return %r : tensor<f32>
}

// Nine states in a ring.
// CHECK: no scan: this value is one state more than the 8 that may depend on each other
func.func @nine_states(%x: tensor<9xf32>, %h: tensor<f32>) -> tensor<f32> {
  %r:9 = recur.generic {indexing_maps = [#t, #none, #none, #none, #none, #none, #none, #none, #none, #none], iterator_types = ["recurrence"]}
    ins(%x : tensor<9xf32>) state(%h, %h, %h, %h, %h, %h, %h, %h, %h : tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) {
  ^bb0(%x0: f32, %h0: f32, %h1: f32, %h2: f32, %h3: f32, %h4: f32, %h5: f32, %h6: f32, %h7: f32, %h8: f32):
    %first = arith.addf %h8, %x0 : f32
    recur.yield state(%first, %h0, %h1, %h2, %h3, %h4, %h5, %h6, %h7 : f32, f32, f32, f32, f32, f32, f32, f32, f32)
  } -> (tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>)
  return %r#0 : tensor<f32>
}

// (x0 + ... + x7)^11 has 31824 terms.
// CHECK: no scan: this value is too large an expression to analyse
func.func @large(%x: tensor<9xf32>, %h: tensor<f32>) -> tensor<f32> {
  %r = recur.generic {indexing_maps = [#t, #t, #t, #t, #t, #t, #t, #t, #none], iterator_types = ["recurrence"]}
    ins(%x, %x, %x, %x, %x, %x, %x, %x : tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>) state(%h : tensor<f32>) {
  ^bb0(%x0: f32, %x1: f32, %x2: f32, %x3: f32, %x4: f32, %x5: f32, %x6: f32, %x7: f32, %h0: f32):
    %s1 = arith.addf %x0, %x1 : f32
    %s2 = arith.addf %s1, %x2 : f32
    %s3 = arith.addf %s2, %x3 : f32
    %s4 = arith.addf %s3, %x4 : f32
    %s5 = arith.addf %s4, %x5 : f32
    %s6 = arith.addf %s5, %x6 : f32
    %s7 = arith.addf %s6, %x7 : f32
    %p0 = arith.mulf %h0, %s7 : f32
    %p1 = arith.mulf %p0, %s7 : f32
    %p2 = arith.mulf %p1, %s7 : f32
    %p3 = arith.mulf %p2, %s7 : f32
    %p4 = arith.mulf %p3, %s7 : f32
    %p5 = arith.mulf %p4, %s7 : f32
    %p6 = arith.mulf %p5, %s7 : f32
    %p7 = arith.mulf %p6, %s7 : f32
    %p8 = arith.mulf %p7, %s7 : f32
    %p9 = arith.mulf %p8, %s7 : f32
    %p10 = arith.mulf %p9, %s7 : f32
    recur.yield state(%p10 : f32)
  } -> tensor<f32>
  return %r : tensor<f32>
}

// CHECK-NOT: remark
