// Kalman linear attention as a person writes the loop down, twice: with mean
// and variance of each belief as in a textbook, and with precision and
// information vector as in the paper. Both are the layer of kla.mlir, arguments
// and results included, and both are found to be the same scan.

#btm = affine_map<(b, t, m, s) -> (b, t, m)>
#bts = affine_map<(b, t, m, s) -> (b, t, s)>
#ms = affine_map<(b, t, m, s) -> (m, s)>
#bms = affine_map<(b, t, m, s) -> (b, m, s)>
!btm = tensor<?x?x?xf32>
!bts = tensor<?x?x?xf32>
!ms = tensor<?x?xf32>
!bms = tensor<?x?x?xf32>

// States mean m and variance P. The precisions that callers hold are turned
// into them before the loop, and back after it.
func.func @kla_mean_variance(%v: !btm, %lv: !btm, %k: !bts, %q: !bts, %a: !ms,
    %p: !ms, %lam0: !bms, %eta0: !bms) -> (!btm, !btm, !bms, !bms) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %batch = tensor.dim %v, %c0 : !btm
  %length = tensor.dim %v, %c1 : !btm
  %channels = tensor.dim %v, %c2 : !btm
  %y0 = tensor.empty(%batch, %length, %channels) : !btm
  %yvar0 = tensor.empty(%batch, %length, %channels) : !btm
  %states = tensor.dim %lam0, %c2 : !bms
  %s0 = tensor.empty(%batch, %channels, %states) : !bms
  %m0 = linalg.div ins(%eta0, %lam0 : !bms, !bms) outs(%s0 : !bms) -> !bms
  %P0 = linalg.reciprocal ins(%lam0 : !bms) outs(%s0 : !bms) -> !bms
  %r:4 = recur.generic {
      indexing_maps = [#btm, #btm, #bts, #bts, #ms, #ms, #bms, #bms,
                       #btm, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
    ins(%v, %lv, %k, %q, %a, %p : !btm, !btm, !bts, !bts, !ms, !ms)
    state(%m0, %P0 : !bms, !bms) outs(%y0, %yvar0 : !btm, !btm) {
  ^bb0(%vt: f32, %lvt: f32, %kt: f32, %qt: f32, %am: f32, %pm: f32, %m: f32,
       %P: f32):
    // predict
    %mp = arith.mulf %am, %m : f32
    %aP = arith.mulf %am, %P : f32
    %aPa = arith.mulf %aP, %am : f32
    %Pp = arith.addf %aPa, %pm : f32
    // update: the gain of an observation of precision lv along k
    %one = arith.constant 1.0 : f32
    %kP = arith.mulf %kt, %Pp : f32
    %kPk = arith.mulf %kP, %kt : f32
    %lkPk = arith.mulf %lvt, %kPk : f32
    %S = arith.addf %one, %lkPk : f32
    %kPl = arith.mulf %kP, %lvt : f32
    %K = arith.divf %kPl, %S : f32
    %km = arith.mulf %kt, %mp : f32
    %innovation = arith.subf %vt, %km : f32
    %Ki = arith.mulf %K, %innovation : f32
    %m1 = arith.addf %mp, %Ki : f32
    %Kk = arith.mulf %K, %kt : f32
    %rest = arith.subf %one, %Kk : f32
    %P1 = arith.mulf %rest, %Pp : f32
    // read out
    %y = arith.mulf %qt, %m1 : f32
    %qq = arith.mulf %qt, %qt : f32
    %yvar = arith.mulf %qq, %P1 : f32
    recur.yield state(%m1, %P1 : f32, f32) outs(%y, %yvar : f32, f32)
  } -> (!bms, !bms, !btm, !btm)
  %etaT = linalg.div ins(%r#0, %r#1 : !bms, !bms) outs(%s0 : !bms) -> !bms
  %lamT = linalg.reciprocal ins(%r#1 : !bms) outs(%s0 : !bms) -> !bms
  return %r#2, %r#3, %lamT, %etaT : !btm, !btm, !bms, !bms
}

// States precision lam and information vector eta.
func.func @kla_information(%v: !btm, %lv: !btm, %k: !bts, %q: !bts, %a: !ms,
    %p: !ms, %lam0: !bms, %eta0: !bms) -> (!btm, !btm, !bms, !bms) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %batch = tensor.dim %v, %c0 : !btm
  %length = tensor.dim %v, %c1 : !btm
  %channels = tensor.dim %v, %c2 : !btm
  %y0 = tensor.empty(%batch, %length, %channels) : !btm
  %yvar0 = tensor.empty(%batch, %length, %channels) : !btm
  %r:4 = recur.generic {
      indexing_maps = [#btm, #btm, #bts, #bts, #ms, #ms, #bms, #bms,
                       #btm, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
    ins(%v, %lv, %k, %q, %a, %p : !btm, !btm, !bts, !bts, !ms, !ms)
    state(%lam0, %eta0 : !bms, !bms) outs(%y0, %yvar0 : !btm, !btm) {
  ^bb0(%vt: f32, %lvt: f32, %kt: f32, %qt: f32, %am: f32, %pm: f32, %lam: f32,
       %eta: f32):
    // predict
    %aa = arith.mulf %am, %am : f32
    %plam = arith.mulf %pm, %lam : f32
    %den = arith.addf %aa, %plam : f32
    %lamp = arith.divf %lam, %den : f32
    %ae = arith.mulf %am, %eta : f32
    %etap = arith.divf %ae, %den : f32
    // update: precisions and informations add
    %lk = arith.mulf %lvt, %kt : f32
    %phi = arith.mulf %lk, %kt : f32
    %lam1 = arith.addf %lamp, %phi : f32
    %lkv = arith.mulf %lk, %vt : f32
    %eta1 = arith.addf %etap, %lkv : f32
    // read out
    %mean = arith.divf %eta1, %lam1 : f32
    %y = arith.mulf %qt, %mean : f32
    %qq = arith.mulf %qt, %qt : f32
    %yvar = arith.divf %qq, %lam1 : f32
    recur.yield state(%lam1, %eta1 : f32, f32) outs(%y, %yvar : f32, f32)
  } -> (!bms, !bms, !btm, !btm)
  return %r#2, %r#3, %r#0, %r#1 : !btm, !btm, !bms, !bms
}
