// RUN: kalmir-opt %s | kalmir-opt | FileCheck %s
// RUN: kalmir-opt %s --mlir-print-op-generic | kalmir-opt | FileCheck %s
// RUN: kalmir-opt %s --emit-bytecode | kalmir-opt | FileCheck %s

#btm = affine_map<(b, t, m, s) -> (b, t, m)>
#bts = affine_map<(b, t, m, s) -> (b, t, s)>
#ms  = affine_map<(b, t, m, s) -> (m, s)>
#bms = affine_map<(b, t, m, s) -> (b, m, s)>

// CHECK-LABEL: func @kla
func.func @kla(%v: tensor<?x?x?xf32>, %lv: tensor<?x?x?xf32>,
               %k: tensor<?x?x?xf32>, %q: tensor<?x?x?xf32>,
               %a: tensor<?x?xf32>, %p: tensor<?x?xf32>,
               %lam0: tensor<?x?x?xf32>, %eta0: tensor<?x?x?xf32>,
               %y0: tensor<?x?x?xf32>)
    -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  // CHECK: recur.generic {indexing_maps = [
  // CHECK-SAME: iterator_types = ["parallel", "recurrence", "parallel", "reduction"]
  // CHECK-SAME: ins(%{{.*}} : {{.*}}) state(%{{.*}} : {{.*}}) outs(%{{.*}} : {{.*}})
  // CHECK: recur.yield state(%{{.*}} : f32, f32) outs(%{{.*}} : f32)
  // CHECK: } -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %r:3 = recur.generic {
      indexing_maps = [#btm, #btm, #bts, #bts, #ms, #ms, #bms, #bms, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
    ins(%v, %lv, %k, %q, %a, %p : tensor<?x?x?xf32>, tensor<?x?x?xf32>,
        tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
    state(%lam0, %eta0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
    outs(%y0 : tensor<?x?x?xf32>) {
  ^bb0(%vt: f32, %lvt: f32, %kt: f32, %qt: f32, %am: f32, %pm: f32,
       %lam: f32, %eta: f32):
    %vl = arith.mulf %vt, %lvt : f32
    %r = arith.mulf %vl, %kt : f32
    %kk = arith.mulf %kt, %kt : f32
    %phi = arith.mulf %lvt, %kk : f32
    %aa = arith.mulf %am, %am : f32
    %plam = arith.mulf %pm, %lam : f32
    %den = arith.addf %aa, %plam : f32
    %lamp = arith.divf %lam, %den : f32
    %lam1 = arith.addf %lamp, %phi : f32
    %ae = arith.mulf %am, %eta : f32
    %etap = arith.divf %ae, %den : f32
    %eta1 = arith.addf %etap, %r : f32
    %mean = arith.divf %eta1, %lam1 : f32
    %y = arith.mulf %qt, %mean : f32
    recur.yield state(%lam1, %eta1 : f32, f32) outs(%y : f32)
  } -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %r#0, %r#1, %r#2 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// CHECK-LABEL: func @affine_scan
func.func @affine_scan(%a: tensor<8x?xf32>, %x: tensor<8x?xf32>, %h0: tensor<8xf32>,
                       %y0: tensor<8x?xf32>) -> (tensor<8xf32>, tensor<8x?xf32>) {
  // CHECK: recur.scan {
  // CHECK-SAME: identity = [1.000000e+00 : f32, 0.000000e+00 : f32]
  // CHECK-SAME: reverse
  // CHECK-SAME: schedule = #recur.schedule<chunked, chunk_length = 64>
  // CHECK: step {
  // CHECK: recur.index 1 : index
  // CHECK: extend {
  // CHECK: combine {
  // CHECK: apply {
  %r:2 = recur.scan {
      indexing_maps = [affine_map<(m, t) -> (m, t)>, affine_map<(m, t) -> (m, t)>,
                       affine_map<(m, t) -> (m)>, affine_map<(m, t) -> (m, t)>],
      iterator_types = ["parallel", "recurrence"],
      identity = [1.0 : f32, 0.0 : f32], reverse,
      schedule = #recur.schedule<chunked, chunk_length = 64>}
    ins(%a, %x : tensor<8x?xf32>, tensor<8x?xf32>) state(%h0 : tensor<8xf32>)
    outs(%y0 : tensor<8x?xf32>) step {
  ^bb0(%at: f32, %xt: f32, %h: f32):
    %t = recur.index 1 : index
    %ah = arith.mulf %at, %h : f32
    %h1 = arith.addf %ah, %xt : f32
    recur.yield state(%h1 : f32) outs(%h1 : f32)
  } extend {
  ^bb0(%at: f32, %xt: f32, %ea: f32, %eb: f32):
    %a1 = arith.mulf %at, %ea : f32
    %ab = arith.mulf %at, %eb : f32
    %b1 = arith.addf %ab, %xt : f32
    recur.yield state(%a1, %b1 : f32, f32)
  } combine {
  ^bb0(%ea: f32, %eb: f32, %la: f32, %lb: f32):
    %a1 = arith.mulf %la, %ea : f32
    %ab = arith.mulf %la, %eb : f32
    %b1 = arith.addf %ab, %lb : f32
    recur.yield state(%a1, %b1 : f32, f32)
  } apply {
  ^bb0(%ea: f32, %eb: f32, %h: f32):
    %ah = arith.mulf %ea, %h : f32
    %h1 = arith.addf %ah, %eb : f32
    recur.yield state(%h1 : f32)
  } -> (tensor<8xf32>, tensor<8x?xf32>)
  return %r#0, %r#1 : tensor<8xf32>, tensor<8x?xf32>
}
