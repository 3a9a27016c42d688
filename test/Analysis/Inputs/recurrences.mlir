// Recurrences as people write them, one step after the other, whose body
// closes: each of them is an associative scan, and the deriving pass must find
// it. The counterpart is refused.mlir.
//
// A function takes the inputs ([T, N], or [N] where constant in time) and the
// initial states [N], and returns the final states and the outputs.

#tn = affine_map<(t, n) -> (t, n)>
#n = affine_map<(t, n) -> (n)>

#btm = affine_map<(b, t, m, s) -> (b, t, m)>
#bts = affine_map<(b, t, m, s) -> (b, t, s)>
#ms = affine_map<(b, t, m, s) -> (m, s)>
#bms = affine_map<(b, t, m, s) -> (b, m, s)>

// Affine, constant coefficient: an exponential average.
func.func @affine_constant(%x_in: tensor<?x?xf64>, %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %x_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %x_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:2 = recur.generic {
      indexing_maps = [#tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%x_in : tensor<?x?xf64>)
    state(%h0 : tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%x: f64, %h: f64):
    %c0_9 = arith.constant 0.9 : f64
    %c0_1 = arith.constant 0.1 : f64
    %ah = arith.mulf %c0_9, %h : f64
    %bx = arith.mulf %c0_1, %x : f64
    %h1 = arith.addf %ah, %bx : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// Affine, coefficients from the input: S5, Mamba-1, LRU.
func.func @affine_input(%a_in: tensor<?x?xf64>, %x_in: tensor<?x?xf64>,
    %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %a_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %a_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:2 = recur.generic {
      indexing_maps = [#tn, #tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%a_in, %x_in : tensor<?x?xf64>, tensor<?x?xf64>)
    state(%h0 : tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%a: f64, %x: f64, %h: f64):
    %ah = arith.mulf %a, %h : f64
    %h1 = arith.addf %ah, %x : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// The same, from the last time step to the first.
func.func @affine_reverse(%a_in: tensor<?x?xf64>, %x_in: tensor<?x?xf64>,
    %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %a_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %a_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:2 = recur.generic {
      indexing_maps = [#tn, #tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"], reverse}
    ins(%a_in, %x_in : tensor<?x?xf64>, tensor<?x?xf64>)
    state(%h0 : tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%a: f64, %x: f64, %h: f64):
    %ah = arith.mulf %a, %h : f64
    %h1 = arith.addf %ah, %x : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// Affine with the two gates tied: minGRU.
func.func @affine_gated(%z_in: tensor<?x?xf64>, %x_in: tensor<?x?xf64>,
    %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %z_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %z_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:2 = recur.generic {
      indexing_maps = [#tn, #tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%z_in, %x_in : tensor<?x?xf64>, tensor<?x?xf64>)
    state(%h0 : tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%z: f64, %x: f64, %h: f64):
    %one = arith.constant 1.0 : f64
    %keep = arith.subf %one, %z : f64
    %kh = arith.mulf %keep, %h : f64
    %zx = arith.mulf %z, %x : f64
    %h1 = arith.addf %kh, %zx : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// The same update written as a correction; h occurs twice.
func.func @affine_correction(%z_in: tensor<?x?xf64>, %x_in: tensor<?x?xf64>,
    %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %z_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %z_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:2 = recur.generic {
      indexing_maps = [#tn, #tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%z_in, %x_in : tensor<?x?xf64>, tensor<?x?xf64>)
    state(%h0 : tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%z: f64, %x: f64, %h: f64):
    %error = arith.subf %x, %h : f64
    %step = arith.mulf %z, %error : f64
    %h1 = arith.addf %h, %step : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// Affine with coefficients from state-free transcendentals: RG-LRU.
func.func @affine_exp_decay(%delta_in: tensor<?x?xf64>, %x_in: tensor<?x?xf64>,
    %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %delta_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %delta_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:2 = recur.generic {
      indexing_maps = [#tn, #tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%delta_in, %x_in : tensor<?x?xf64>, tensor<?x?xf64>)
    state(%h0 : tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%delta: f64, %x: f64, %h: f64):
    %one = arith.constant 1.0 : f64
    %minus = arith.negf %delta : f64
    %a = math.exp %minus : f64
    %aa = arith.mulf %a, %a : f64
    %rest = arith.subf %one, %aa : f64
    %scale = math.sqrt %rest : f64
    %ah = arith.mulf %a, %h : f64
    %sx = arith.mulf %scale, %x : f64
    %h1 = arith.addf %ah, %sx : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// Affine, reset to the initial value 0.5 where a flag is set.
func.func @affine_reset(%reset_in: tensor<?x?xi1>, %a_in: tensor<?x?xf64>,
    %x_in: tensor<?x?xf64>, %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %reset_in, %i0 : tensor<?x?xi1>
  %lanes = tensor.dim %reset_in, %i1 : tensor<?x?xi1>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:2 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%reset_in, %a_in, %x_in : tensor<?x?xi1>, tensor<?x?xf64>,
        tensor<?x?xf64>)
    state(%h0 : tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%reset: i1, %a: f64, %x: f64, %h: f64):
    %c0_5 = arith.constant 0.5 : f64
    %before = arith.select %reset, %c0_5, %h : f64
    %ah = arith.mulf %a, %before : f64
    %h1 = arith.addf %ah, %x : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// Affine, reset by arithmetic: the flag is 0 or 1.
func.func @affine_reset_flag(%flag_in: tensor<?x?xf64>, %a_in: tensor<?x?xf64>,
    %x_in: tensor<?x?xf64>, %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %flag_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %flag_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:2 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%flag_in, %a_in, %x_in : tensor<?x?xf64>, tensor<?x?xf64>,
        tensor<?x?xf64>)
    state(%h0 : tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%flag: f64, %a: f64, %x: f64, %h: f64):
    %one = arith.constant 1.0 : f64
    %c0_5 = arith.constant 0.5 : f64
    %keep = arith.subf %one, %flag : f64
    %kept = arith.mulf %keep, %h : f64
    %fresh = arith.mulf %flag, %c0_5 : f64
    %before = arith.addf %kept, %fresh : f64
    %ah = arith.mulf %a, %before : f64
    %h1 = arith.addf %ah, %x : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// An average of an average: the chain is affine in both states together.
func.func @double_average(%a_in: tensor<?x?xf64>, %x_in: tensor<?x?xf64>,
    %h0: tensor<?xf64>, %g0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %a_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %a_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:3 = recur.generic {
      indexing_maps = [#tn, #tn, #n, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%a_in, %x_in : tensor<?x?xf64>, tensor<?x?xf64>)
    state(%h0, %g0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%a: f64, %x: f64, %h: f64, %g: f64):
    %ah = arith.mulf %a, %h : f64
    %h1 = arith.addf %ah, %x : f64
    %ag = arith.mulf %a, %g : f64
    %g1 = arith.addf %ag, %h1 : f64
    recur.yield state(%h1, %g1 : f64, f64) outs(%g1 : f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>
}

// Level and damped slope: two coupled states.
func.func @trend(%damping_in: tensor<?x?xf64>, %x_in: tensor<?x?xf64>,
    %level0: tensor<?xf64>, %slope0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %damping_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %damping_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:3 = recur.generic {
      indexing_maps = [#tn, #tn, #n, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%damping_in, %x_in : tensor<?x?xf64>, tensor<?x?xf64>)
    state(%level0, %slope0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%damping: f64, %x: f64, %level: f64, %slope: f64):
    %ahead = arith.addf %level, %slope : f64
    %ds = arith.mulf %damping, %slope : f64
    %level1 = arith.addf %ahead, %x : f64
    %slope1 = arith.addf %ds, %x : f64
    recur.yield state(%level1, %slope1 : f64, f64) outs(%level1 : f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>
}

// A second-order filter section in transposed direct form.
func.func @biquad(%b0_in: tensor<?xf64>, %b1_in: tensor<?xf64>,
    %b2_in: tensor<?xf64>, %a1_in: tensor<?xf64>, %a2_in: tensor<?xf64>,
    %x_in: tensor<?x?xf64>, %s0: tensor<?xf64>, %u0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %x_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %x_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:3 = recur.generic {
      indexing_maps = [#n, #n, #n, #n, #n, #tn, #n, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%b0_in, %b1_in, %b2_in, %a1_in, %a2_in, %x_in : tensor<?xf64>,
        tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>,
        tensor<?x?xf64>)
    state(%s0, %u0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%b0: f64, %b1: f64, %b2: f64, %a1: f64, %a2: f64, %x: f64, %s: f64,
       %u: f64):
    %bx = arith.mulf %b0, %x : f64
    %y = arith.addf %bx, %s : f64
    %b1x = arith.mulf %b1, %x : f64
    %a1y = arith.mulf %a1, %y : f64
    %s_in = arith.subf %b1x, %a1y : f64
    %s1 = arith.addf %s_in, %u : f64
    %b2x = arith.mulf %b2, %x : f64
    %a2y = arith.mulf %a2, %y : f64
    %u1 = arith.subf %b2x, %a2y : f64
    recur.yield state(%s1, %u1 : f64, f64) outs(%y : f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>
}

// Rotation of a two-component state.
func.func @rotation(%c_in: tensor<?x?xf64>, %s_in: tensor<?x?xf64>,
    %x_in: tensor<?x?xf64>, %u0: tensor<?xf64>, %w0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %c_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %c_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%c_in, %s_in, %x_in : tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
    state(%u0, %w0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%c: f64, %s: f64, %x: f64, %u: f64, %w: f64):
    %cu = arith.mulf %c, %u : f64
    %sw = arith.mulf %s, %w : f64
    %su = arith.mulf %s, %u : f64
    %cw = arith.mulf %c, %w : f64
    %turned = arith.subf %cu, %sw : f64
    %u1 = arith.addf %turned, %x : f64
    %w1 = arith.addf %su, %cw : f64
    recur.yield state(%u1, %w1 : f64, f64) outs(%u1, %w1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// Complex decay as two reals: S4D, LRU.
func.func @complex_decay(%are_in: tensor<?xf64>, %aim_in: tensor<?xf64>,
    %xre_in: tensor<?x?xf64>, %xim_in: tensor<?x?xf64>, %re0: tensor<?xf64>,
    %im0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %xre_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %xre_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#n, #n, #tn, #tn, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%are_in, %aim_in, %xre_in, %xim_in : tensor<?xf64>, tensor<?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>)
    state(%re0, %im0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%are: f64, %aim: f64, %xre: f64, %xim: f64, %re: f64, %im: f64):
    %rr = arith.mulf %are, %re : f64
    %ii = arith.mulf %aim, %im : f64
    %ri = arith.mulf %are, %im : f64
    %ir = arith.mulf %aim, %re : f64
    %real = arith.subf %rr, %ii : f64
    %imag = arith.addf %ri, %ir : f64
    %re1 = arith.addf %real, %xre : f64
    %im1 = arith.addf %imag, %xim : f64
    recur.yield state(%re1, %im1 : f64, f64) outs(%re1, %im1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// Mobius, all four coefficients from the input.
func.func @mobius(%a_in: tensor<?x?xf64>, %b_in: tensor<?x?xf64>,
    %c_in: tensor<?x?xf64>, %d_in: tensor<?x?xf64>, %s0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %a_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %a_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:2 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%a_in, %b_in, %c_in, %d_in : tensor<?x?xf64>, tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>)
    state(%s0 : tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%a: f64, %b: f64, %c: f64, %d: f64, %s: f64):
    %scaled = arith.mulf %a, %s : f64
    %num = arith.addf %scaled, %b : f64
    %cs = arith.mulf %c, %s : f64
    %den = arith.addf %cs, %d : f64
    %s1 = arith.divf %num, %den : f64
    recur.yield state(%s1 : f64) outs(%s1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// Mobius by a nested fraction: the continued fraction x + 1/s.
func.func @continued_fraction(%x_in: tensor<?x?xf64>, %s0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %x_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %x_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:2 = recur.generic {
      indexing_maps = [#tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%x_in : tensor<?x?xf64>)
    state(%s0 : tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%x: f64, %s: f64):
    %one = arith.constant 1.0 : f64
    %inverse = arith.divf %one, %s : f64
    %s1 = arith.addf %x, %inverse : f64
    recur.yield state(%s1 : f64) outs(%s1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// Two independent Mobius states.
func.func @two_mobius(%a_in: tensor<?x?xf64>, %b_in: tensor<?x?xf64>,
    %c_in: tensor<?x?xf64>, %d_in: tensor<?x?xf64>, %s0: tensor<?xf64>,
    %u0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %a_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %a_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #tn, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%a_in, %b_in, %c_in, %d_in : tensor<?x?xf64>, tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>)
    state(%s0, %u0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%a: f64, %b: f64, %c: f64, %d: f64, %s: f64, %u: f64):
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %asx = arith.mulf %a, %s : f64
    %sd = arith.addf %one, %asx : f64
    %s2 = arith.divf %s, %sd : f64
    %s1 = arith.addf %s2, %b : f64
    %cu = arith.mulf %c, %u : f64
    %ud = arith.addf %two, %cu : f64
    %u2 = arith.divf %u, %ud : f64
    %u1 = arith.addf %u2, %d : f64
    recur.yield state(%s1, %u1 : f64, f64) outs(%s1, %u1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// Division by one state-dependent term in several yields.
func.func @shared_division(%a_in: tensor<?x?xf64>, %b_in: tensor<?x?xf64>,
    %x_in: tensor<?x?xf64>, %s0: tensor<?xf64>, %u0: tensor<?xf64>,
    %w0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
        tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %a_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %a_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:5 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #n, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%a_in, %b_in, %x_in : tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
    state(%s0, %u0, %w0 : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%a: f64, %b: f64, %x: f64, %s: f64, %u: f64, %w: f64):
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %bs = arith.mulf %b, %s : f64
    %den = arith.addf %one, %bs : f64
    %asx = arith.mulf %a, %s : f64
    %sn = arith.addf %asx, %x : f64
    %s1 = arith.divf %sn, %den : f64
    %au = arith.mulf %a, %u : f64
    %un = arith.addf %au, %s : f64
    %u1 = arith.divf %un, %den : f64
    %bw = arith.mulf %b, %w : f64
    %wn = arith.subf %bw, %u : f64
    %w1 = arith.divf %wn, %den : f64
    %twice = arith.mulf %two, %w1 : f64
    %out = arith.addf %twice, %s1 : f64
    recur.yield state(%s1, %u1, %w1 : f64, f64, f64) outs(%s1, %out : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
        tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3, %r#4 : tensor<?xf64>, tensor<?xf64>,
      tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>
}

// KLA with one state a channel: precision lam and information vector eta.
func.func @kla_lanes(%v_in: tensor<?x?xf64>, %lv_in: tensor<?x?xf64>,
    %k_in: tensor<?x?xf64>, %q_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
    %p_in: tensor<?xf64>, %lam0: tensor<?xf64>, %eta0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %v_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %v_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #tn, #n, #n, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%v_in, %lv_in, %k_in, %q_in, %a_in, %p_in : tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>,
        tensor<?xf64>)
    state(%lam0, %eta0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%v: f64, %lv: f64, %k: f64, %q: f64, %a: f64, %p: f64, %lam: f64,
       %eta: f64):
    %vl = arith.mulf %v, %lv : f64
    %r = arith.mulf %vl, %k : f64
    %kk = arith.mulf %k, %k : f64
    %phi = arith.mulf %lv, %kk : f64
    %aa = arith.mulf %a, %a : f64
    %plam = arith.mulf %p, %lam : f64
    %den = arith.addf %aa, %plam : f64
    %lamp = arith.divf %lam, %den : f64
    %lam1 = arith.addf %lamp, %phi : f64
    %ae = arith.mulf %a, %eta : f64
    %etap = arith.divf %ae, %den : f64
    %eta1 = arith.addf %etap, %r : f64
    %mean = arith.divf %eta1, %lam1 : f64
    %y = arith.mulf %q, %mean : f64
    %qq = arith.mulf %q, %q : f64
    %yvar = arith.divf %qq, %lam1 : f64
    recur.yield state(%lam1, %eta1 : f64, f64) outs(%y, %yvar : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// KLA in mean and variance, the gain written out.
func.func @kla_mean_variance(%v_in: tensor<?x?xf64>, %lv_in: tensor<?x?xf64>,
    %k_in: tensor<?x?xf64>, %q_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
    %p_in: tensor<?xf64>, %m0: tensor<?xf64>, %P0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %v_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %v_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #tn, #n, #n, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%v_in, %lv_in, %k_in, %q_in, %a_in, %p_in : tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>,
        tensor<?xf64>)
    state(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%v: f64, %lv: f64, %k: f64, %q: f64, %a: f64, %p: f64, %m: f64, %P: f64):
    %one = arith.constant 1.0 : f64
    %am = arith.mulf %a, %m : f64
    %aa = arith.mulf %a, %a : f64
    %aaP = arith.mulf %aa, %P : f64
    %Pp = arith.addf %aaP, %p : f64
    %kk = arith.mulf %k, %k : f64
    %phi = arith.mulf %lv, %kk : f64
    %phiP = arith.mulf %phi, %Pp : f64
    %den = arith.addf %one, %phiP : f64
    %P1 = arith.divf %Pp, %den : f64
    %km = arith.mulf %k, %am : f64
    %error = arith.subf %v, %km : f64
    %lk = arith.mulf %lv, %k : f64
    %gain = arith.mulf %P1, %lk : f64
    %shift = arith.mulf %gain, %error : f64
    %m1 = arith.addf %am, %shift : f64
    %y = arith.mulf %q, %m1 : f64
    %qq = arith.mulf %q, %q : f64
    %yvar = arith.mulf %qq, %P1 : f64
    recur.yield state(%m1, %P1 : f64, f64) outs(%y, %yvar : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// KLA whose segments restart from the prior (1, 0) where a flag is set.
func.func @kla_segment_reset(%reset_in: tensor<?x?xi1>, %v_in: tensor<?x?xf64>,
    %lv_in: tensor<?x?xf64>, %k_in: tensor<?x?xf64>, %q_in: tensor<?x?xf64>,
    %a_in: tensor<?xf64>, %p_in: tensor<?xf64>, %lam0: tensor<?xf64>,
    %eta0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %reset_in, %i0 : tensor<?x?xi1>
  %lanes = tensor.dim %reset_in, %i1 : tensor<?x?xi1>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:3 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #tn, #tn, #n, #n, #n, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%reset_in, %v_in, %lv_in, %k_in, %q_in, %a_in, %p_in : tensor<?x?xi1>,
        tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>,
        tensor<?xf64>, tensor<?xf64>)
    state(%lam0, %eta0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%reset: i1, %v: f64, %lv: f64, %k: f64, %q: f64, %a: f64, %p: f64,
       %lam: f64, %eta: f64):
    %one = arith.constant 1.0 : f64
    %zero = arith.constant 0.0 : f64
    %lamb = arith.select %reset, %one, %lam : f64
    %etab = arith.select %reset, %zero, %eta : f64
    %vl = arith.mulf %v, %lv : f64
    %r = arith.mulf %vl, %k : f64
    %kk = arith.mulf %k, %k : f64
    %phi = arith.mulf %lv, %kk : f64
    %aa = arith.mulf %a, %a : f64
    %plam = arith.mulf %p, %lamb : f64
    %den = arith.addf %aa, %plam : f64
    %lamp = arith.divf %lamb, %den : f64
    %lam1 = arith.addf %lamp, %phi : f64
    %ae = arith.mulf %a, %etab : f64
    %etap = arith.divf %ae, %den : f64
    %eta1 = arith.addf %etap, %r : f64
    %mean = arith.divf %eta1, %lam1 : f64
    %y = arith.mulf %q, %mean : f64
    recur.yield state(%lam1, %eta1 : f64, f64) outs(%y : f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>
}

// KLA read out from the prior of the next step.
func.func @kla_prior_read_out(%v_in: tensor<?x?xf64>, %lv_in: tensor<?x?xf64>,
    %k_in: tensor<?x?xf64>, %q_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
    %p_in: tensor<?xf64>, %lam0: tensor<?xf64>, %eta0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %v_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %v_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #tn, #n, #n, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%v_in, %lv_in, %k_in, %q_in, %a_in, %p_in : tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>,
        tensor<?xf64>)
    state(%lam0, %eta0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%v: f64, %lv: f64, %k: f64, %q: f64, %a: f64, %p: f64, %lam: f64,
       %eta: f64):
    %vl = arith.mulf %v, %lv : f64
    %r = arith.mulf %vl, %k : f64
    %kk = arith.mulf %k, %k : f64
    %phi = arith.mulf %lv, %kk : f64
    %aa = arith.mulf %a, %a : f64
    %plam = arith.mulf %p, %lam : f64
    %den = arith.addf %aa, %plam : f64
    %lamp = arith.divf %lam, %den : f64
    %lam1 = arith.addf %lamp, %phi : f64
    %ae = arith.mulf %a, %eta : f64
    %etap = arith.divf %ae, %den : f64
    %eta1 = arith.addf %etap, %r : f64
    %mean = arith.divf %eta1, %lam1 : f64
    %ahead = arith.mulf %a, %mean : f64
    %y = arith.mulf %q, %ahead : f64
    %aav = arith.divf %aa, %lam1 : f64
    %var = arith.addf %aav, %p : f64
    %qq = arith.mulf %q, %q : f64
    %yvar = arith.mulf %qq, %var : f64
    recur.yield state(%lam1, %eta1 : f64, f64) outs(%y, %yvar : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// KLA beside an independent moving average: two elements side by side.
func.func @kla_beside_average(%v_in: tensor<?x?xf64>, %lv_in: tensor<?x?xf64>,
    %k_in: tensor<?x?xf64>, %q_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
    %p_in: tensor<?xf64>, %lam0: tensor<?xf64>, %eta0: tensor<?xf64>,
    %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %v_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %v_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #tn, #n, #n, #n, #n, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%v_in, %lv_in, %k_in, %q_in, %a_in, %p_in : tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>,
        tensor<?xf64>)
    state(%lam0, %eta0, %h0 : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%v: f64, %lv: f64, %k: f64, %q: f64, %a: f64, %p: f64, %lam: f64,
       %eta: f64, %h: f64):
    %c0_9 = arith.constant 0.9 : f64
    %c0_1 = arith.constant 0.1 : f64
    %vl = arith.mulf %v, %lv : f64
    %r = arith.mulf %vl, %k : f64
    %kk = arith.mulf %k, %k : f64
    %phi = arith.mulf %lv, %kk : f64
    %aa = arith.mulf %a, %a : f64
    %plam = arith.mulf %p, %lam : f64
    %den = arith.addf %aa, %plam : f64
    %lamp = arith.divf %lam, %den : f64
    %lam1 = arith.addf %lamp, %phi : f64
    %ae = arith.mulf %a, %eta : f64
    %etap = arith.divf %ae, %den : f64
    %eta1 = arith.addf %etap, %r : f64
    %mean = arith.divf %eta1, %lam1 : f64
    %y = arith.mulf %q, %mean : f64
    %dh = arith.mulf %c0_9, %h : f64
    %dv = arith.mulf %c0_1, %v : f64
    %h1 = arith.addf %dh, %dv : f64
    %sum = arith.addf %y, %h1 : f64
    recur.yield state(%lam1, %eta1, %h1 : f64, f64, f64) outs(%sum : f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>,
      tensor<?x?xf64>
}

// The scalar Kalman filter in covariance form, as in textbooks.
func.func @kalman_covariance(%y_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
    %q_in: tensor<?xf64>, %h_in: tensor<?xf64>, %r_in: tensor<?xf64>,
    %m0: tensor<?xf64>, %P0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %y_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %y_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #n, #n, #n, #n, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%y_in, %a_in, %q_in, %h_in, %r_in : tensor<?x?xf64>, tensor<?xf64>,
        tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
    state(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%y: f64, %a: f64, %q: f64, %h: f64, %r: f64, %m: f64, %P: f64):
    %one = arith.constant 1.0 : f64
    %mp = arith.mulf %a, %m : f64
    %aP = arith.mulf %a, %P : f64
    %aPa = arith.mulf %aP, %a : f64
    %Pp = arith.addf %aPa, %q : f64
    %hm = arith.mulf %h, %mp : f64
    %i = arith.subf %y, %hm : f64
    %hP = arith.mulf %h, %Pp : f64
    %hhP = arith.mulf %hP, %h : f64
    %S = arith.addf %hhP, %r : f64
    %K = arith.divf %hP, %S : f64
    %Ki = arith.mulf %K, %i : f64
    %m1 = arith.addf %mp, %Ki : f64
    %Kh = arith.mulf %K, %h : f64
    %rest = arith.subf %one, %Kh : f64
    %P1 = arith.mulf %rest, %Pp : f64
    recur.yield state(%m1, %P1 : f64, f64) outs(%m1, %P1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// Every parameter different at every step, with an offset.
func.func @kalman_time_varying(%y_in: tensor<?x?xf64>, %a_in: tensor<?x?xf64>,
    %c_in: tensor<?x?xf64>, %q_in: tensor<?x?xf64>, %h_in: tensor<?x?xf64>,
    %r_in: tensor<?x?xf64>, %m0: tensor<?xf64>, %P0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %y_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %y_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out2 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out3 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:6 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #tn, #tn, #tn, #n, #n, #tn, #tn, #tn,
          #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%y_in, %a_in, %c_in, %q_in, %h_in, %r_in : tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>,
        tensor<?x?xf64>)
    state(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1, %out2, %out3 : tensor<?x?xf64>, tensor<?x?xf64>,
         tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%y: f64, %a: f64, %c: f64, %q: f64, %h: f64, %r: f64, %m: f64, %P: f64):
    %one = arith.constant 1.0 : f64
    %am = arith.mulf %a, %m : f64
    %mp = arith.addf %am, %c : f64
    %aP = arith.mulf %a, %P : f64
    %aPa = arith.mulf %aP, %a : f64
    %Pp = arith.addf %aPa, %q : f64
    %hm = arith.mulf %h, %mp : f64
    %i = arith.subf %y, %hm : f64
    %hP = arith.mulf %h, %Pp : f64
    %hhP = arith.mulf %hP, %h : f64
    %S = arith.addf %hhP, %r : f64
    %K = arith.divf %hP, %S : f64
    %Ki = arith.mulf %K, %i : f64
    %m1 = arith.addf %mp, %Ki : f64
    %Kh = arith.mulf %K, %h : f64
    %rest = arith.subf %one, %Kh : f64
    %P1 = arith.mulf %rest, %Pp : f64
    recur.yield state(%m1, %P1 : f64, f64)
                outs(%mp, %Pp, %m1, %P1 : f64, f64, f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3, %r#4, %r#5 : tensor<?xf64>, tensor<?xf64>,
      tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>
}

// Joseph's form of the covariance update.
func.func @kalman_joseph(%y_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
    %q_in: tensor<?xf64>, %h_in: tensor<?xf64>, %r_in: tensor<?xf64>,
    %m0: tensor<?xf64>, %P0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %y_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %y_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #n, #n, #n, #n, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%y_in, %a_in, %q_in, %h_in, %r_in : tensor<?x?xf64>, tensor<?xf64>,
        tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
    state(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%y: f64, %a: f64, %q: f64, %h: f64, %r: f64, %m: f64, %P: f64):
    %one = arith.constant 1.0 : f64
    %mp = arith.mulf %a, %m : f64
    %aP = arith.mulf %a, %P : f64
    %aPa = arith.mulf %aP, %a : f64
    %Pp = arith.addf %aPa, %q : f64
    %hm = arith.mulf %h, %mp : f64
    %i = arith.subf %y, %hm : f64
    %hP = arith.mulf %h, %Pp : f64
    %hhP = arith.mulf %hP, %h : f64
    %S = arith.addf %hhP, %r : f64
    %K = arith.divf %hP, %S : f64
    %Ki = arith.mulf %K, %i : f64
    %m1 = arith.addf %mp, %Ki : f64
    %Kh = arith.mulf %K, %h : f64
    %rest = arith.subf %one, %Kh : f64
    %restP = arith.mulf %rest, %Pp : f64
    %first = arith.mulf %restP, %rest : f64
    %Kr = arith.mulf %K, %r : f64
    %second = arith.mulf %Kr, %K : f64
    %P1 = arith.addf %first, %second : f64
    recur.yield state(%m1, %P1 : f64, f64) outs(%m1, %P1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// The update as a sum of precisions: P1 = 1 / (1/Pp + h^2/r).
func.func @kalman_precision_sum(%y_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
    %q_in: tensor<?xf64>, %h_in: tensor<?xf64>, %r_in: tensor<?xf64>,
    %m0: tensor<?xf64>, %P0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %y_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %y_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #n, #n, #n, #n, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%y_in, %a_in, %q_in, %h_in, %r_in : tensor<?x?xf64>, tensor<?xf64>,
        tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
    state(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%y: f64, %a: f64, %q: f64, %h: f64, %r: f64, %m: f64, %P: f64):
    %one = arith.constant 1.0 : f64
    %mp = arith.mulf %a, %m : f64
    %aP = arith.mulf %a, %P : f64
    %aPa = arith.mulf %aP, %a : f64
    %Pp = arith.addf %aPa, %q : f64
    %hm = arith.mulf %h, %mp : f64
    %i = arith.subf %y, %hm : f64
    %hP = arith.mulf %h, %Pp : f64
    %hhP = arith.mulf %hP, %h : f64
    %S = arith.addf %hhP, %r : f64
    %prec = arith.divf %one, %Pp : f64
    %hr = arith.divf %h, %r : f64
    %hhr = arith.mulf %h, %hr : f64
    %prec1 = arith.addf %prec, %hhr : f64
    %P1 = arith.divf %one, %prec1 : f64
    %gain = arith.mulf %P1, %hr : f64
    %gi = arith.mulf %gain, %i : f64
    %m1 = arith.addf %mp, %gi : f64
    recur.yield state(%m1, %P1 : f64, f64) outs(%m1, %P1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// The variance update as P - K S K.
func.func @kalman_gain_square(%y_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
    %q_in: tensor<?xf64>, %h_in: tensor<?xf64>, %r_in: tensor<?xf64>,
    %m0: tensor<?xf64>, %P0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %y_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %y_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #n, #n, #n, #n, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%y_in, %a_in, %q_in, %h_in, %r_in : tensor<?x?xf64>, tensor<?xf64>,
        tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
    state(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%y: f64, %a: f64, %q: f64, %h: f64, %r: f64, %m: f64, %P: f64):
    %mp = arith.mulf %a, %m : f64
    %aP = arith.mulf %a, %P : f64
    %aPa = arith.mulf %aP, %a : f64
    %Pp = arith.addf %aPa, %q : f64
    %hm = arith.mulf %h, %mp : f64
    %i = arith.subf %y, %hm : f64
    %hP = arith.mulf %h, %Pp : f64
    %hhP = arith.mulf %hP, %h : f64
    %S = arith.addf %hhP, %r : f64
    %K = arith.divf %hP, %S : f64
    %Ki = arith.mulf %K, %i : f64
    %m1 = arith.addf %mp, %Ki : f64
    %KS = arith.mulf %K, %S : f64
    %KSK = arith.mulf %KS, %K : f64
    %P1 = arith.subf %Pp, %KSK : f64
    recur.yield state(%m1, %P1 : f64, f64) outs(%m1, %P1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// The update as a weighted mean of prediction and observation.
func.func @kalman_weighted_mean(%y_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
    %q_in: tensor<?xf64>, %h_in: tensor<?xf64>, %r_in: tensor<?xf64>,
    %m0: tensor<?xf64>, %P0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %y_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %y_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #n, #n, #n, #n, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%y_in, %a_in, %q_in, %h_in, %r_in : tensor<?x?xf64>, tensor<?xf64>,
        tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
    state(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%y: f64, %a: f64, %q: f64, %h: f64, %r: f64, %m: f64, %P: f64):
    %mp = arith.mulf %a, %m : f64
    %aP = arith.mulf %a, %P : f64
    %aPa = arith.mulf %aP, %a : f64
    %Pp = arith.addf %aPa, %q : f64
    %hm = arith.mulf %h, %mp : f64
    %i = arith.subf %y, %hm : f64
    %hP = arith.mulf %h, %Pp : f64
    %hhP = arith.mulf %hP, %h : f64
    %S = arith.addf %hhP, %r : f64
    %rm = arith.mulf %r, %mp : f64
    %hy = arith.mulf %hP, %y : f64
    %num = arith.addf %rm, %hy : f64
    %m1 = arith.divf %num, %S : f64
    %rP = arith.mulf %r, %Pp : f64
    %P1 = arith.divf %rP, %S : f64
    recur.yield state(%m1, %P1 : f64, f64) outs(%m1, %P1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// States before the prediction of the next step: predictor form.
func.func @kalman_predictor(%y_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
    %q_in: tensor<?xf64>, %h_in: tensor<?xf64>, %r_in: tensor<?xf64>,
    %m0: tensor<?xf64>, %P0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %y_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %y_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #n, #n, #n, #n, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%y_in, %a_in, %q_in, %h_in, %r_in : tensor<?x?xf64>, tensor<?xf64>,
        tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
    state(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%y: f64, %a: f64, %q: f64, %h: f64, %r: f64, %m: f64, %P: f64):
    %hm = arith.mulf %h, %m : f64
    %i = arith.subf %y, %hm : f64
    %hP = arith.mulf %h, %P : f64
    %hhP = arith.mulf %hP, %h : f64
    %S = arith.addf %hhP, %r : f64
    %aP = arith.mulf %a, %hP : f64
    %K = arith.divf %aP, %S : f64
    %am = arith.mulf %a, %m : f64
    %Ki = arith.mulf %K, %i : f64
    %m1 = arith.addf %am, %Ki : f64
    %aPP = arith.mulf %a, %P : f64
    %aPa = arith.mulf %aPP, %a : f64
    %grown = arith.addf %aPa, %q : f64
    %KS = arith.mulf %K, %S : f64
    %KSK = arith.mulf %KS, %K : f64
    %P1 = arith.subf %grown, %KSK : f64
    recur.yield state(%m1, %P1 : f64, f64) outs(%m, %P : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// The variance alone: the Riccati recurrence.
func.func @riccati(%a_in: tensor<?x?xf64>, %q_in: tensor<?x?xf64>,
    %h_in: tensor<?x?xf64>, %r_in: tensor<?x?xf64>, %P0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %a_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %a_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:2 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%a_in, %q_in, %h_in, %r_in : tensor<?x?xf64>, tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>)
    state(%P0 : tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%a: f64, %q: f64, %h: f64, %r: f64, %P: f64):
    %one = arith.constant 1.0 : f64
    %aP = arith.mulf %a, %P : f64
    %aPa = arith.mulf %aP, %a : f64
    %Pp = arith.addf %aPa, %q : f64
    %hP = arith.mulf %h, %Pp : f64
    %hhP = arith.mulf %hP, %h : f64
    %S = arith.addf %hhP, %r : f64
    %K = arith.divf %hP, %S : f64
    %Kh = arith.mulf %K, %h : f64
    %rest = arith.subf %one, %Kh : f64
    %P1 = arith.mulf %rest, %Pp : f64
    recur.yield state(%P1 : f64) outs(%P1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// Missing observations are NaN: the prediction stands.
func.func @kalman_masked(%y_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
    %q_in: tensor<?xf64>, %h_in: tensor<?xf64>, %r_in: tensor<?xf64>,
    %m0: tensor<?xf64>, %P0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %y_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %y_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #n, #n, #n, #n, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%y_in, %a_in, %q_in, %h_in, %r_in : tensor<?x?xf64>, tensor<?xf64>,
        tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
    state(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%y: f64, %a: f64, %q: f64, %h: f64, %r: f64, %m: f64, %P: f64):
    %one = arith.constant 1.0 : f64
    %missing = arith.cmpf uno, %y, %y : f64
    %mp = arith.mulf %a, %m : f64
    %aP = arith.mulf %a, %P : f64
    %aPa = arith.mulf %aP, %a : f64
    %Pp = arith.addf %aPa, %q : f64
    %hm = arith.mulf %h, %mp : f64
    %i = arith.subf %y, %hm : f64
    %hP = arith.mulf %h, %Pp : f64
    %hhP = arith.mulf %hP, %h : f64
    %S = arith.addf %hhP, %r : f64
    %K = arith.divf %hP, %S : f64
    %Ki = arith.mulf %K, %i : f64
    %mu = arith.addf %mp, %Ki : f64
    %Kh = arith.mulf %K, %h : f64
    %rest = arith.subf %one, %Kh : f64
    %Pu = arith.mulf %rest, %Pp : f64
    %m1 = arith.select %missing, %mp, %mu : f64
    %P1 = arith.select %missing, %Pp, %Pu : f64
    recur.yield state(%m1, %P1 : f64, f64) outs(%m1, %P1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// Missing observations by a gain of 0.
func.func @kalman_masked_gain(%y_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
    %q_in: tensor<?xf64>, %h_in: tensor<?xf64>, %r_in: tensor<?xf64>,
    %m0: tensor<?xf64>, %P0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %y_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %y_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #n, #n, #n, #n, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%y_in, %a_in, %q_in, %h_in, %r_in : tensor<?x?xf64>, tensor<?xf64>,
        tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
    state(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%y: f64, %a: f64, %q: f64, %h: f64, %r: f64, %m: f64, %P: f64):
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1.0 : f64
    %missing = arith.cmpf uno, %y, %y : f64
    %seen = arith.select %missing, %zero, %y : f64
    %mp = arith.mulf %a, %m : f64
    %aP = arith.mulf %a, %P : f64
    %aPa = arith.mulf %aP, %a : f64
    %Pp = arith.addf %aPa, %q : f64
    %hm = arith.mulf %h, %mp : f64
    %i = arith.subf %seen, %hm : f64
    %hP = arith.mulf %h, %Pp : f64
    %hhP = arith.mulf %hP, %h : f64
    %S = arith.addf %hhP, %r : f64
    %Kseen = arith.divf %hP, %S : f64
    %K = arith.select %missing, %zero, %Kseen : f64
    %Ki = arith.mulf %K, %i : f64
    %m1 = arith.addf %mp, %Ki : f64
    %Kh = arith.mulf %K, %h : f64
    %rest = arith.subf %one, %Kh : f64
    %P1 = arith.mulf %rest, %Pp : f64
    recur.yield state(%m1, %P1 : f64, f64) outs(%m1, %P1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// Joseph form, masked, reset at the start of each segment.
func.func @kalman_joseph_masked_reset(%reset_in: tensor<?x?xi1>,
    %y_in: tensor<?x?xf64>, %a_in: tensor<?xf64>, %q_in: tensor<?xf64>,
    %h_in: tensor<?xf64>, %r_in: tensor<?xf64>, %m0: tensor<?xf64>,
    %P0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %reset_in, %i0 : tensor<?x?xi1>
  %lanes = tensor.dim %reset_in, %i1 : tensor<?x?xi1>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #tn, #n, #n, #n, #n, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%reset_in, %y_in, %a_in, %q_in, %h_in, %r_in : tensor<?x?xi1>,
        tensor<?x?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>,
        tensor<?xf64>)
    state(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%reset: i1, %y: f64, %a: f64, %q: f64, %h: f64, %r: f64, %m: f64,
       %P: f64):
    %zero = arith.constant 0.0 : f64
    %c100_0 = arith.constant 100.0 : f64
    %one = arith.constant 1.0 : f64
    %missing = arith.cmpf uno, %y, %y : f64
    %mb = arith.select %reset, %zero, %m : f64
    %Pb = arith.select %reset, %c100_0, %P : f64
    %mp = arith.mulf %a, %mb : f64
    %aP = arith.mulf %a, %Pb : f64
    %aPa = arith.mulf %aP, %a : f64
    %Pp = arith.addf %aPa, %q : f64
    %hm = arith.mulf %h, %mp : f64
    %i = arith.subf %y, %hm : f64
    %hP = arith.mulf %h, %Pp : f64
    %hhP = arith.mulf %hP, %h : f64
    %S = arith.addf %hhP, %r : f64
    %K = arith.divf %hP, %S : f64
    %Ki = arith.mulf %K, %i : f64
    %mu = arith.addf %mp, %Ki : f64
    %Kh = arith.mulf %K, %h : f64
    %rest = arith.subf %one, %Kh : f64
    %restP = arith.mulf %rest, %Pp : f64
    %first = arith.mulf %restP, %rest : f64
    %Kr = arith.mulf %K, %r : f64
    %second = arith.mulf %Kr, %K : f64
    %Pu = arith.addf %first, %second : f64
    %m1 = arith.select %missing, %mp, %mu : f64
    %P1 = arith.select %missing, %Pp, %Pu : f64
    recur.yield state(%m1, %P1 : f64, f64) outs(%m1, %P1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// The prior holds at the first observation: no transition before it. The
// log-likelihood is summed over time.
func.func @kalman_log_likelihood(%y_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
    %q_in: tensor<?xf64>, %h_in: tensor<?xf64>, %r_in: tensor<?xf64>,
    %m0: tensor<?xf64>, %P0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %y_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %y_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%lanes) : tensor<?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #n, #n, #n, #n, #n, #n, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%y_in, %a_in, %q_in, %h_in, %r_in : tensor<?x?xf64>, tensor<?xf64>,
        tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
    state(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?xf64>, tensor<?x?xf64>) {
  ^bb0(%y: f64, %a: f64, %q: f64, %h: f64, %r: f64, %m: f64, %P: f64):
    %one = arith.constant 1.0 : f64
    %zero = arith.constant 0.0 : f64
    %c6_283185307179586 = arith.constant 6.283185307179586 : f64
    %minus_half = arith.constant -0.5 : f64
    %0 = recur.index 0 : index
    %index0 = arith.constant 0 : index
    %start = arith.cmpi eq, %0, %index0 : index
    %missing = arith.cmpf uno, %y, %y : f64
    %at = arith.select %start, %one, %a : f64
    %qt = arith.select %start, %zero, %q : f64
    %mp = arith.mulf %at, %m : f64
    %aP = arith.mulf %at, %P : f64
    %aPa = arith.mulf %aP, %at : f64
    %Pp = arith.addf %aPa, %qt : f64
    %hm = arith.mulf %h, %mp : f64
    %i = arith.subf %y, %hm : f64
    %hP = arith.mulf %h, %Pp : f64
    %hhP = arith.mulf %hP, %h : f64
    %S = arith.addf %hhP, %r : f64
    %K = arith.divf %hP, %S : f64
    %Ki = arith.mulf %K, %i : f64
    %mu = arith.addf %mp, %Ki : f64
    %Kh = arith.mulf %K, %h : f64
    %rest = arith.subf %one, %Kh : f64
    %Pu = arith.mulf %rest, %Pp : f64
    %m1 = arith.select %missing, %mp, %mu : f64
    %P1 = arith.select %missing, %Pp, %Pu : f64
    %S2pi = arith.mulf %c6_283185307179586, %S : f64
    %logS = math.log %S2pi : f64
    %ii = arith.mulf %i, %i : f64
    %chi = arith.divf %ii, %S : f64
    %twice = arith.addf %logS, %chi : f64
    %ll = arith.mulf %minus_half, %twice : f64
    %term = arith.select %missing, %zero, %ll : f64
    recur.yield state(%m1, %P1 : f64, f64) outs(%term, %m1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>,
      tensor<?x?xf64>
}

// KLA as a layer: sums over the state index s are part of the recurrence.
func.func @kla(%v: tensor<?x?x?xf32>, %lv: tensor<?x?x?xf32>,
    %k: tensor<?x?x?xf32>, %q: tensor<?x?x?xf32>, %a: tensor<?x?xf32>,
    %p: tensor<?x?xf32>, %lam0: tensor<?x?x?xf32>, %eta0: tensor<?x?x?xf32>)
    -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>,
        tensor<?x?x?xf32>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %i2 = arith.constant 2 : index
  %batch = tensor.dim %v, %i0 : tensor<?x?x?xf32>
  %length = tensor.dim %v, %i1 : tensor<?x?x?xf32>
  %channels = tensor.dim %v, %i2 : tensor<?x?x?xf32>
  %out0 = tensor.empty(%batch, %length, %channels) : tensor<?x?x?xf32>
  %out1 = tensor.empty(%batch, %length, %channels) : tensor<?x?x?xf32>
  %r:4 = recur.generic {
      indexing_maps = [#btm, #btm, #bts, #bts, #ms, #ms, #bms, #bms,
                       #btm, #btm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
    ins(%v, %lv, %k, %q, %a, %p : tensor<?x?x?xf32>, tensor<?x?x?xf32>,
        tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
    state(%lam0, %eta0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
    outs(%out0, %out1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
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
    %qq = arith.mulf %qt, %qt : f32
    %yvar = arith.divf %qq, %lam1 : f32
    recur.yield state(%lam1, %eta1 : f32, f32) outs(%y, %yvar : f32, f32)
  } -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>,
        tensor<?x?x?xf32>)
  return %r#2, %r#3, %r#0, %r#1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>,
      tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
