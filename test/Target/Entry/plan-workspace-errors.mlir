// RUN: kalmir-opt %s --allow-unregistered-dialect --kalmir-plan-workspace --split-input-file --verify-diagnostics

func.func @parallel(%x: memref<?xf32>) attributes {kalmir.entry = #kalmir.entry<inputs = [#kalmir.argument<"x", f32, [-1]>], outputs = []>} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    // expected-error @+1 {{expected a buffer that can be part of the workspace of 'parallel', found an allocation in each iteration of 'scf.parallel'}}
    %a = memref.alloc(%n) : memref<?xf64>
    "test.use"(%a) : (memref<?xf64>) -> ()
  }
  return
}

// -----

func.func @data(%x: memref<?xindex>) attributes {kalmir.entry = #kalmir.entry<inputs = [#kalmir.argument<"x", i64, [-1]>], outputs = []>} {
  %c0 = arith.constant 0 : index
  %n = memref.load %x[%c0] : memref<?xindex>
  // expected-error @+1 {{expected a buffer that can be part of the workspace of 'data', found a size that depends on computed values}}
  %a = memref.alloc(%n) : memref<?xf64>
  "test.use"(%a) : (memref<?xf64>) -> ()
  return
}

// -----

func.func @layout() attributes {kalmir.entry = #kalmir.entry<inputs = [], outputs = []>} {
  // expected-error @+1 {{expected a buffer that can be part of the workspace of 'layout', found one with a layout of its own}}
  %a = memref.alloc() : memref<4xf64, strided<[2]>>
  "test.use"(%a) : (memref<4xf64, strided<[2]>>) -> ()
  return
}

// -----

func.func @elements() attributes {kalmir.entry = #kalmir.entry<inputs = [], outputs = []>} {
  // expected-error @+1 {{expected a buffer that can be part of the workspace of 'elements', found elements of unknown size}}
  %a = memref.alloc() : memref<4xmemref<4xf32>>
  "test.use"(%a) : (memref<4xmemref<4xf32>>) -> ()
  return
}
