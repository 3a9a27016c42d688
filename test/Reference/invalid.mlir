// Every diagnostic that only the values show, each at its operation.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t five=f8:5:range four=f8:4:range one=f8:1:range s0=f8::const,0 \
// RUN:   first=i4:3:list,1,2,5 falls=i4:4:list,0,3,2,5 short=i4:3:list,0,2,4 right=i4:3:list,0,2,5 empty=i4:0:range \
// RUN:   zero=i8::const,0 two=i8::const,2 minus=i8::const,-1 least=i8::list,-9223372036854775808 sixty=i8::const,64 huge=i8::const,4611686018427387904
//
// RUN: %exits 1 kalmir-run %s --target=reference --entry=extents --in=%t/five.npy,%t/four.npy,%t/one.npy | FileCheck %s --check-prefix=EXTENTS
// EXTENTS: error: 'recur.generic' op expected extent 5 of iterator 0, as in input 0, found 4 in output 0
// RUN: %exits 1 kalmir-run %s --target=reference --entry=complex_sums --in=%t/five.npy --out=%t/y.npy | FileCheck %s --check-prefix=COMPLEX
// COMPLEX: error: 'recur.generic' op expected sums of floating-point, integer or index type for the reference, found 'complex<f64>'
// RUN: %exits 1 kalmir-run %s --target=reference --entry=packed --in=%t/five.npy,%t/first.npy,%t/five.npy | FileCheck %s --check-prefix=FIRST
// FIRST: error: 'recur.generic' op expected segments to begin with 0, found 1
// RUN: %exits 1 kalmir-run %s --target=reference --entry=packed --in=%t/five.npy,%t/falls.npy,%t/five.npy | FileCheck %s --check-prefix=FALLS
// FALLS: error: 'recur.generic' op expected segments not to decrease, found 2 after 3 at position 2
// RUN: %exits 1 kalmir-run %s --target=reference --entry=packed --in=%t/five.npy,%t/short.npy,%t/five.npy | FileCheck %s --check-prefix=SHORT
// SHORT: error: 'recur.generic' op expected segments to end with the extent 5 of time, found 4
// RUN: %exits 1 kalmir-run %s --target=reference --entry=packed --in=%t/five.npy,%t/empty.npy,%t/five.npy | FileCheck %s --check-prefix=EMPTY
// EMPTY: error: 'recur.generic' op expected at least one segment boundary, found none
// RUN: %exits 1 kalmir-run %s --target=reference --entry=packed --in=%t/five.npy,%t/right.npy,%t/five.npy | FileCheck %s --check-prefix=STATES
// STATES: error: 'recur.generic' op expected state 0 to have one entry for each of 2 segments, found 5
//
// RUN: %exits 1 kalmir-run %s --target=reference --entry=structured --in=%t/five.npy,%t/four.npy | FileCheck %s --check-prefix=STRUCTURED
// STRUCTURED: error: 'linalg.generic' op expected extent 5 of iterator 0, as in operand 0, found 4 in operand 1
// RUN: %exits 1 kalmir-run %s --target=reference --entry=window --in=%t/five.npy,%t/five.npy | FileCheck %s --check-prefix=WINDOW
// WINDOW: error: 'linalg.generic' op expected indices from 0 to below 5 in dimension 0 of operand 0, found 1 to 5
// RUN: %exits 1 kalmir-run %s --target=reference --entry=modulo --in=%t/five.npy | FileCheck %s --check-prefix=MODULO
// MODULO: error: 'linalg.generic' op expected an indexing map linear in the iterators, found affine_map<(d0) -> (d0 mod 2)> for operand 0
// RUN: %exits 1 kalmir-run %s --target=reference --entry=gather --in=%t/five.npy | FileCheck %s --check-prefix=GATHER
// GATHER: error: 'tensor.extract' op has no result: index outside of the tensor
//
// RUN: %exits 1 kalmir-run %s --target=reference --entry=divide --in=%t/two.npy,%t/zero.npy | FileCheck %s --check-prefix=DIVIDE
// DIVIDE: error: 'arith.divsi' op has no result: division by zero
// RUN: %exits 1 kalmir-run %s --target=reference --entry=shift --in=%t/two.npy,%t/sixty.npy | FileCheck %s --check-prefix=SHIFT
// SHIFT: error: 'arith.shli' op has no result: shift by the width of the type or more
// RUN: %exits 1 kalmir-run %s --target=reference --entry=empty --in=%t/minus.npy | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: 'tensor.empty' op expected a tensor that fits in memory, found shape [-1]
// RUN: %exits 1 kalmir-run %s --target=reference --entry=empty --in=%t/huge.npy | FileCheck %s --check-prefix=HUGE
// HUGE: error: 'tensor.empty' op expected a tensor that fits in memory, found shape [4611686018427387904]
// RUN: %exits 1 kalmir-run %s --target=reference --entry=slice --in=%t/four.npy,%t/two.npy | FileCheck %s --check-prefix=SLICE
// SLICE: error: 'tensor.extract_slice' op expected a slice inside of extent 4 of dimension 0, found offset 2, size 3, stride 1
// RUN: %exits 1 kalmir-run %s --target=reference --entry=cut --in=%t/four.npy,%t/minus.npy | FileCheck %s --check-prefix=CUT
// CUT: error: 'tensor.pad' op expected padding of at least 0 in dimension 0, found -1 before and 2 after
// RUN: %exits 1 kalmir-run %s --target=reference --entry=pattern --in=%t/four.npy | FileCheck %s --check-prefix=PATTERN
// PATTERN: error: 'tensor.pad' op expected one number as padding, the reference runs no region over positions
// RUN: %exits 1 kalmir-run %s --target=reference --entry=insert --in=%t/one.npy,%t/four.npy,%t/two.npy | FileCheck %s --check-prefix=INSERT
// INSERT: error: 'tensor.insert_slice' op expected a source of shape [2], as the slice, found [1]
// RUN: %exits 1 kalmir-run %s --target=reference --entry=extract --in=%t/one.npy,%t/two.npy | FileCheck %s --check-prefix=EXTRACT
// EXTRACT: error: 'tensor.extract' op expected an index from 0 to below 1 in dimension 0, found 2
// RUN: %exits 1 kalmir-run %s --target=reference --entry=dim --in=%t/one.npy,%t/two.npy | FileCheck %s --check-prefix=DIM
// DIM: error: 'tensor.dim' op expected a dimension from 0 to below 1, found 2
// RUN: %exits 1 kalmir-run %s --target=reference --entry=cast --in=%t/five.npy | FileCheck %s --check-prefix=CAST
// CAST: error: 'tensor.cast' op expected a value of type 'tensor<4xf64>', found 'tensor<5xf64>'
// RUN: %exits 1 kalmir-run %s --target=reference --entry=expand --in=%t/five.npy,%t/two.npy | FileCheck %s --check-prefix=EXPAND
// EXPAND: error: 'tensor.expand_shape' op expected dimension 0 to expand to extents with product 5, found [2, 2]
// RUN: %exits 1 kalmir-run %s --target=reference --entry=step --in=%t/zero.npy | FileCheck %s --check-prefix=STEP
// STEP: error: 'scf.for' op expected a positive step, found 0
// RUN: %exits 1 kalmir-run %s --target=reference --entry=forall --in=%t/minus.npy | FileCheck %s --check-prefix=FORALL
// FORALL: error: 'scf.forall' op expected positive steps, found -1
// RUN: %exits 1 kalmir-run %s --target=reference --entry=assertion --in=%t/two.npy | FileCheck %s --check-prefix=ASSERTION
// ASSERTION: error: 'cf.assert' op failed: must be zero
// RUN: %exits 1 kalmir-run %s --target=reference --entry=endless | FileCheck %s --check-prefix=ENDLESS
// ENDLESS: error: 'func.func' op expected calls at most 256 deep
// RUN: %exits 1 kalmir-run %s --target=reference --entry=unknown --in=%t/s0.npy | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: 'arith.bitcast' op is not known to the reference
// RUN: %exits 1 kalmir-run %s --target=reference --entry=unknown_in_body --in=%t/five.npy | FileCheck %s --check-prefix=BODY
// BODY: error: 'arith.bitcast' op is not known to the reference in a body of scalars
// RUN: %exits 1 kalmir-run %s --target=reference --entry=vector | FileCheck %s --check-prefix=VECTOR
// VECTOR: error: 'arith.constant' op expected floating-point, integer or index numbers or tensors of them, found 'vector<2xf32>'
// RUN: %exits 1 kalmir-run %s --target=reference --entry=blocks | FileCheck %s --check-prefix=BLOCKS
// BLOCKS: error: 'func.func' op expected one block, the reference runs no branches between blocks
// RUN: %exits 1 kalmir-run %s --target=reference --entry=called --in=%t/five.npy | FileCheck %s --check-prefix=CALLED
// CALLED: error: 'func.func' op expected a body, found a declaration
//
// Types that the reference does not know.
//
// RUN: %exits 1 kalmir-run %s --target=reference --entry=buffer | FileCheck %s --check-prefix=BUFFER
// BUFFER: error: 'memref.alloc' op expected floating-point, integer or index numbers or tensors of them, found 'memref<2xf32>'
// RUN: %exits 1 kalmir-run %s --target=reference --entry=unranked --in=%t/five.npy | FileCheck %s --check-prefix=UNRANKED
// UNRANKED: error: 'tensor.cast' op expected ranked tensors, found 'tensor<*xf64>'
// RUN: %exits 1 kalmir-run %s --target=reference --entry=resource | FileCheck %s --check-prefix=RESOURCE
// RESOURCE: error: 'arith.constant' op expected dense elements, found dense_resource<numbers> : tensor<2xf32>
// RUN: %exits 1 kalmir-run %s --target=reference --entry=tensor_in_body --in=%t/five.npy | FileCheck %s --check-prefix=SCALARS
// SCALARS: error: 'arith.constant' op expected scalars of floating-point, integer or index type in a body that the reference runs, found 'tensor<2xf64>'
// RUN: %exits 1 kalmir-run %s --target=reference --entry=divide --in=%t/least.npy,%t/minus.npy | FileCheck %s --check-prefix=OVERFLOW
// OVERFLOW: error: 'arith.divsi' op has no result: overflow of a division
//
// Tensors that no memory holds; their extents come from empty inputs.
//
// RUN: %npy raw %t/v.npy --descr="<f8" --shape="(1, 0, 8388608)" --bytes=0
// RUN: %npy raw %t/a.npy --descr="<f8" --shape="(1, 0, 8388608, 8388608)" --bytes=0
// RUN: %npy raw %t/large.npy --descr="<f8" --shape="(8388608, 0, 16777216)" --bytes=0
// RUN: %exits 1 kalmir-run %s --target=reference --entry=attention --in=%t/v.npy,%t/a.npy | FileCheck %s --check-prefix=ATTENTION
// ATTENTION: error: 'kalman.linear_attention' op expected a tensor that fits in memory, found shape [1, 8388608, 8388608]
// RUN: %exits 1 kalmir-run %s --target=reference --entry=identity --in=%t/large.npy | FileCheck %s --check-prefix=INPUT
// INPUT: error: expected inputs that fit in memory as float64, found shape [8388608, 0, 16777216]

#t = affine_map<(t) -> (t)>
#none = affine_map<(t) -> ()>
!v = tensor<?xf64>

func.func @extents(%x: !v, %y: !v, %h: !v) -> !v {
  %h0 = arith.constant dense<0.0> : tensor<f64>
  %r:2 = recur.generic {indexing_maps = [#t, #none, #t], iterator_types = ["recurrence"]}
    ins(%x : !v) state(%h0 : tensor<f64>) outs(%y : !v) {
  ^bb0(%xt: f64, %s: f64):
    recur.yield state(%xt : f64) outs(%s : f64)
  } -> (tensor<f64>, !v)
  return %r#1 : !v
}

func.func @packed(%x: !v, %s: tensor<?xi32>, %h0: !v) -> !v {
  %r:2 = recur.generic {indexing_maps = [#t, #none, #t], iterator_types = ["recurrence"]}
    ins(%x : !v) segments(%s : tensor<?xi32>) state(%h0 : !v) outs(%x : !v) {
  ^bb0(%xt: f64, %h: f64):
    recur.yield state(%xt : f64) outs(%h : f64)
  } -> (!v, !v)
  return %r#1 : !v
}

func.func @structured(%x: !v, %y: !v) -> !v {
  %r = linalg.generic {indexing_maps = [#t, #t], iterator_types = ["parallel"]}
    ins(%x : !v) outs(%y : !v) {
  ^bb0(%a: f64, %b: f64):
    linalg.yield %a : f64
  } -> !v
  return %r : !v
}

func.func @window(%x: !v, %y: !v) -> !v {
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i + 1)>, #t],
                       iterator_types = ["parallel"]}
    ins(%x : !v) outs(%y : !v) {
  ^bb0(%a: f64, %b: f64):
    linalg.yield %a : f64
  } -> !v
  return %r : !v
}

func.func @modulo(%x: !v) -> !v {
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i mod 2)>, #t],
                       iterator_types = ["parallel"]}
    ins(%x : !v) outs(%x : !v) {
  ^bb0(%a: f64, %b: f64):
    linalg.yield %a : f64
  } -> !v
  return %r : !v
}

func.func @gather(%x: !v) -> !v {
  %r = linalg.generic {indexing_maps = [#t], iterator_types = ["parallel"]}
    outs(%x : !v) {
  ^bb0(%b: f64):
    %i = linalg.index 0 : index
    %c1 = arith.constant 1 : index
    %j = arith.addi %i, %c1 : index
    %y = tensor.extract %x[%j] : !v
    linalg.yield %y : f64
  } -> !v
  return %r : !v
}

func.func @divide(%a: i64, %b: i64) -> i64 {
  %r = arith.divsi %a, %b : i64
  return %r : i64
}

func.func @shift(%a: i64, %b: i64) -> i64 {
  %r = arith.shli %a, %b : i64
  return %r : i64
}

func.func @empty(%n: index) -> !v {
  %r = tensor.empty(%n) : !v
  return %r : !v
}

func.func @slice(%x: !v, %n: index) -> tensor<3xf64> {
  %r = tensor.extract_slice %x[%n] [3] [1] : !v to tensor<3xf64>
  return %r : tensor<3xf64>
}

func.func @insert(%x: !v, %y: !v, %n: index) -> !v {
  %r = tensor.insert_slice %x into %y[0] [%n] [1] : !v into !v
  return %r : !v
}

func.func @extract(%x: !v, %n: index) -> f64 {
  %r = tensor.extract %x[%n] : !v
  return %r : f64
}

func.func @dim(%x: !v, %n: index) -> index {
  %r = tensor.dim %x, %n : !v
  return %r : index
}

func.func @cast(%x: !v) -> tensor<4xf64> {
  %r = tensor.cast %x : !v to tensor<4xf64>
  return %r : tensor<4xf64>
}

func.func @expand(%x: !v, %n: index) -> tensor<?x2xf64> {
  %r = tensor.expand_shape %x [[0, 1]] output_shape [%n, 2] : !v into tensor<?x2xf64>
  return %r : tensor<?x2xf64>
}

func.func @step(%n: index) {
  scf.for %i = %n to %n step %n {
  }
  return
}

func.func @forall(%n: index) {
  scf.forall (%i) = (0) to (4) step (%n) {
  }
  return
}

func.func @assertion(%n: i64) {
  %zero = arith.constant 0 : i64
  %right = arith.cmpi eq, %n, %zero : i64
  cf.assert %right, "must be zero"
  return
}

func.func @endless() {
  func.call @endless() : () -> ()
  return
}

func.func @unknown(%x: f64) -> i64 {
  %r = arith.bitcast %x : f64 to i64
  return %r : i64
}

func.func @unknown_in_body(%x: !v) -> tensor<?xi64> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : !v
  %e = tensor.empty(%n) : tensor<?xi64>
  %r = linalg.generic {indexing_maps = [#t, #t], iterator_types = ["parallel"]}
    ins(%x : !v) outs(%e : tensor<?xi64>) {
  ^bb0(%a: f64, %b: i64):
    %bits = arith.bitcast %a : f64 to i64
    linalg.yield %bits : i64
  } -> tensor<?xi64>
  return %r : tensor<?xi64>
}

func.func @cut(%x: !v, %low: index) -> !v {
  %zero = arith.constant 0.0 : f64
  %r = tensor.pad %x low[%low] high[2] {
  ^bb0(%i: index):
    tensor.yield %zero : f64
  } : !v to !v
  return %r : !v
}

func.func @pattern(%x: !v) -> !v {
  %r = tensor.pad %x low[1] high[1] {
  ^bb0(%i: index):
    %n = arith.index_cast %i : index to i64
    %f = arith.sitofp %n : i64 to f64
    tensor.yield %f : f64
  } : !v to !v
  return %r : !v
}

func.func @vector() {
  %r = arith.constant dense<1.0> : vector<2xf32>
  return
}

func.func @blocks() {
  cf.br ^next
^next:
  return
}

func.func private @outside(!v) -> !v

func.func @called(%x: !v) -> !v {
  %r = func.call @outside(%x) : (!v) -> !v
  return %r : !v
}

func.func @buffer() {
  %r = memref.alloc() : memref<2xf32>
  return
}

func.func @unranked(%x: !v) {
  %r = tensor.cast %x : !v to tensor<*xf64>
  return
}

func.func @resource() -> tensor<2xf32> {
  %r = arith.constant dense_resource<numbers> : tensor<2xf32>
  return %r : tensor<2xf32>
}

func.func @tensor_in_body(%x: !v) -> !v {
  %r = linalg.generic {indexing_maps = [#t], iterator_types = ["parallel"]}
    outs(%x : !v) {
  ^bb0(%a: f64):
    %c = arith.constant dense<0.0> : tensor<2xf64>
    linalg.yield %a : f64
  } -> !v
  return %r : !v
}

func.func @attention(%v: tensor<?x?x?xf64>, %a: tensor<?x?x?x?xf64>) -> tensor<?x?x?xf64> {
  %lam = kalman.linear_attention
      value(%v : tensor<?x?x?xf64>) precision(%v : tensor<?x?x?xf64>)
      key(%v : tensor<?x?x?xf64>) query(%v : tensor<?x?x?xf64>)
      decay(%a : tensor<?x?x?x?xf64>) process_noise(%a : tensor<?x?x?x?xf64>)
      -> (final_precision: tensor<?x?x?xf64>)
  return %lam : tensor<?x?x?xf64>
}

func.func @identity(%x: tensor<?x?x?xf64>) -> tensor<?x?x?xf64> {
  return %x : tensor<?x?x?xf64>
}

func.func @complex_sums(%x: !v) -> !v {
  %zero = arith.constant 0.0 : f64
  %h0 = tensor.from_elements %zero : tensor<f64>
  %r:2 = recur.generic {indexing_maps = [#t, affine_map<(t) -> ()>, #t],
      iterator_types = ["recurrence"]}
    ins(%x : !v) state(%h0 : tensor<f64>) outs(%x : !v) {
  ^bb0(%xt: f64, %h: f64):
    %c = complex.create %xt, %h : complex<f64>
    recur.yield state(%xt : f64) outs(%c : complex<f64>)
  } finish {
  ^bb0(%xt: f64, %c: complex<f64>):
    %re = complex.re %c : complex<f64>
    recur.yield outs(%re : f64)
  } -> (tensor<f64>, !v)
  return %r#1 : !v
}
