// Recurrences whose body does not close: no scan gives them in a state of
// fixed size, and the deriving pass must refuse each, naming the value and the
// reason. The counterpart is recurrences.mlir.

#tn = affine_map<(t, n) -> (t, n)>
#n = affine_map<(t, n) -> (n)>

// A tanh between the steps: not a fraction of polynomials.
func.func @tanh_gate(%a_in: tensor<?x?xf64>, %x_in: tensor<?x?xf64>,
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
    %pre = arith.addf %ah, %x : f64
    %h1 = math.tanh %pre : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// The gate reads the state through an exponential.
func.func @state_gate(%x_in: tensor<?x?xf64>, %h0: tensor<?xf64>)
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
    %one = arith.constant 1.0 : f64
    %minus = arith.negf %h : f64
    %e = math.exp %minus : f64
    %den = arith.addf %one, %e : f64
    %z = arith.divf %one, %den : f64
    %zh = arith.mulf %z, %h : f64
    %h1 = arith.addf %zh, %x : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// A product of two state components.
func.func @state_product(%a_in: tensor<?x?xf64>, %x_in: tensor<?x?xf64>,
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
    %ag = arith.mulf %a, %g : f64
    %g1 = arith.addf %ag, %x : f64
    %hg = arith.mulf %h, %g : f64
    %h1 = arith.addf %hg, %x : f64
    recur.yield state(%h1, %g1 : f64, f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>
}

// The square of the state: the logistic map.
func.func @state_square(%a_in: tensor<?x?xf64>, %h0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %a_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %a_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:2 = recur.generic {
      indexing_maps = [#tn, #n, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%a_in : tensor<?x?xf64>)
    state(%h0 : tensor<?xf64>)
    outs(%out0 : tensor<?x?xf64>) {
  ^bb0(%a: f64, %h: f64):
    %one = arith.constant 1.0 : f64
    %rest = arith.subf %one, %h : f64
    %grow = arith.mulf %a, %h : f64
    %h1 = arith.mulf %grow, %rest : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// A branch on the state.
func.func @state_branch(%a_in: tensor<?x?xf64>, %x_in: tensor<?x?xf64>,
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
    %zero = arith.constant 0.0 : f64
    %positive = arith.cmpf ogt, %h, %zero : f64
    %ah = arith.mulf %a, %h : f64
    %factor = arith.select %positive, %ah, %h : f64
    %h1 = arith.addf %factor, %x : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// A clamp of the state.
func.func @state_clamp(%a_in: tensor<?x?xf64>, %x_in: tensor<?x?xf64>,
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
    %zero = arith.constant 0.0 : f64
    %ah = arith.mulf %a, %h : f64
    %sum = arith.addf %ah, %x : f64
    %h1 = arith.maximumf %sum, %zero : f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// A cascade: the moving average of the filtered mean. Each part closes alone,
// both together do not.
func.func @filtered_mean_average(%v_in: tensor<?x?xf64>,
    %lv_in: tensor<?x?xf64>, %k_in: tensor<?x?xf64>, %q_in: tensor<?x?xf64>,
    %a_in: tensor<?xf64>, %p_in: tensor<?xf64>, %lam0: tensor<?xf64>,
    %eta0: tensor<?xf64>, %h0: tensor<?xf64>)
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
    %dm = arith.mulf %c0_1, %mean : f64
    %h1 = arith.addf %dh, %dm : f64
    %sum = arith.addf %y, %h1 : f64
    recur.yield state(%lam1, %eta1, %h1 : f64, f64, f64) outs(%sum : f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>,
      tensor<?x?xf64>
}

// A cascade of two Mobius states.
func.func @mobius_cascade(%a_in: tensor<?x?xf64>, %b_in: tensor<?x?xf64>,
    %c_in: tensor<?x?xf64>, %s0: tensor<?xf64>, %u0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %a_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %a_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%a_in, %b_in, %c_in : tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
    state(%s0, %u0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%a: f64, %b: f64, %c: f64, %s: f64, %u: f64):
    %one = arith.constant 1.0 : f64
    %asx = arith.mulf %a, %s : f64
    %sd = arith.addf %one, %asx : f64
    %s2 = arith.divf %s, %sd : f64
    %s1 = arith.addf %s2, %b : f64
    %cu = arith.mulf %c, %u : f64
    %ud = arith.addf %s1, %cu : f64
    %u1 = arith.divf %u, %ud : f64
    recur.yield state(%s1, %u1 : f64, f64) outs(%s1, %u1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// Coupled states with two different denominators.
func.func @two_denominators(%a_in: tensor<?x?xf64>, %b_in: tensor<?x?xf64>,
    %x_in: tensor<?x?xf64>, %s0: tensor<?xf64>, %u0: tensor<?xf64>)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %length = tensor.dim %a_in, %i0 : tensor<?x?xf64>
  %lanes = tensor.dim %a_in, %i1 : tensor<?x?xf64>
  %out0 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %out1 = tensor.empty(%length, %lanes) : tensor<?x?xf64>
  %r:4 = recur.generic {
      indexing_maps = [#tn, #tn, #tn, #n, #n, #tn, #tn],
      iterator_types = ["recurrence", "parallel"]}
    ins(%a_in, %b_in, %x_in : tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
    state(%s0, %u0 : tensor<?xf64>, tensor<?xf64>)
    outs(%out0, %out1 : tensor<?x?xf64>, tensor<?x?xf64>) {
  ^bb0(%a: f64, %b: f64, %x: f64, %s: f64, %u: f64):
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %asx = arith.mulf %a, %s : f64
    %sd = arith.addf %one, %asx : f64
    %sn = arith.addf %s, %u : f64
    %s1 = arith.divf %sn, %sd : f64
    %bs = arith.mulf %b, %s : f64
    %ud = arith.addf %two, %bs : f64
    %un = arith.addf %u, %x : f64
    %u1 = arith.divf %un, %ud : f64
    recur.yield state(%s1, %u1 : f64, f64) outs(%s1, %u1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// A rounding to f32 on the path of the state.
func.func @state_cast(%a_in: tensor<?x?xf64>, %x_in: tensor<?x?xf64>,
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
    %sum = arith.addf %ah, %x : f64
    %narrow = arith.truncf %sum : f64 to f32
    %h1 = arith.extf %narrow : f32 to f64
    recur.yield state(%h1 : f64) outs(%h1 : f64)
  } -> (tensor<?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1 : tensor<?xf64>, tensor<?x?xf64>
}

// The variance update without its cross term: degree 2 stays in the numerator.
func.func @wrong_joseph(%y_in: tensor<?x?xf64>, %a_in: tensor<?xf64>,
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
    %P1 = arith.mulf %restP, %rest : f64
    recur.yield state(%m1, %P1 : f64, f64) outs(%m1, %P1 : f64, f64)
  } -> (tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}
