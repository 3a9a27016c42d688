// A whole layer around Kalman linear attention (arXiv:2602.10743), as an
// importer writes it: linalg on tensors, weights as arguments, any sizes.
//
//   x [B,L,D]                    what the layer gets and, of the same shape, gives
//   w_in [D,2M]                  x w_in = z (first M columns), gate (last M)
//   w_conv [4,M], b_conv [M]     causal depthwise convolution of z, then SiLU
//   w_sensor [M,2M+2S]           z w_sensor = v, log s2 (M each), k, q (S each)
//   delta, p_c [M,S]             time steps and process noise of the beliefs
//   skip [M]                     y + skip z, times SiLU(gate)
//   w_out [M,D]

#all = affine_map<(b, t, c) -> (b, t, c)>
#row = affine_map<(b, t, c) -> (b, t)>
#channel = affine_map<(b, t, c) -> (c)>
#plane = affine_map<(m, s) -> (m, s)>
#left = affine_map<(b, t, n, k) -> (b, t, k)>
#right = affine_map<(b, t, n, k) -> (k, n)>
#product = affine_map<(b, t, n, k) -> (b, t, n)>

// x w, for every row of x.
func.func private @project(%x: tensor<?x?x?xf32>, %w: tensor<?x?xf32>)
    -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %b = tensor.dim %x, %c0 : tensor<?x?x?xf32>
  %l = tensor.dim %x, %c1 : tensor<?x?x?xf32>
  %n = tensor.dim %w, %c1 : tensor<?x?xf32>
  %empty = tensor.empty(%b, %l, %n) : tensor<?x?x?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x?x?xf32>)
      -> tensor<?x?x?xf32>
  %y = linalg.contract indexing_maps = [#left, #right, #product]
      ins(%x, %w : tensor<?x?x?xf32>, tensor<?x?xf32>)
      outs(%init : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return %y : tensor<?x?x?xf32>
}

// An uninitialised tensor of the shape of x.
func.func private @empty_like(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : tensor<?x?x?xf32>
  %l = tensor.dim %x, %c1 : tensor<?x?x?xf32>
  %c = tensor.dim %x, %c2 : tensor<?x?x?xf32>
  %empty = tensor.empty(%b, %l, %c) : tensor<?x?x?xf32>
  return %empty : tensor<?x?x?xf32>
}

// Columns first to first + count.
func.func private @columns(%x: tensor<?x?x?xf32>, %first: index, %count: index)
    -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %x, %c0 : tensor<?x?x?xf32>
  %l = tensor.dim %x, %c1 : tensor<?x?x?xf32>
  %part = tensor.extract_slice %x[0, 0, %first] [%b, %l, %count] [1, 1, 1]
      : tensor<?x?x?xf32> to tensor<?x?x?xf32>
  return %part : tensor<?x?x?xf32>
}

// SiLU(conv(z) + bias): every channel sees its last 4 inputs.
func.func private @convolve(%z: tensor<?x?x?xf32>, %w: tensor<4x?xf32>,
                            %bias: tensor<?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %padded = tensor.pad %z low[0, 3, 0] high[0, 0, 0] {
  ^bb0(%b: index, %t: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<?x?x?xf32> to tensor<?x?x?xf32>
  %empty = call @empty_like(%z) : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x?x?xf32>)
      -> tensor<?x?x?xf32>
  %conv = linalg.depthwise_conv_1d_nwc_wc
      {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
      ins(%padded, %w : tensor<?x?x?xf32>, tensor<4x?xf32>)
      outs(%init : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %y = linalg.generic {indexing_maps = [#all, #channel, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%conv, %bias : tensor<?x?x?xf32>, tensor<?xf32>)
      outs(%empty : tensor<?x?x?xf32>) {
  ^bb0(%in: f32, %shift: f32, %out: f32):
    %a = arith.addf %in, %shift : f32
    %minus = arith.negf %a : f32
    %e = math.exp %minus : f32
    %d = arith.addf %one, %e : f32
    %r = arith.divf %a, %d : f32
    linalg.yield %r : f32
  } -> tensor<?x?x?xf32>
  return %y : tensor<?x?x?xf32>
}

// 1 / (softplus(x) + 1e-4): the precision of a sensor from its log variance.
func.func private @precision(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %least = arith.constant 1.0e-4 : f32
  %empty = call @empty_like(%x) : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %y = linalg.generic {indexing_maps = [#all, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<?x?x?xf32>) outs(%empty : tensor<?x?x?xf32>) {
  ^bb0(%a: f32, %out: f32):
    %positive = arith.maximumf %a, %zero : f32
    %size = math.absf %a : f32
    %minus = arith.negf %size : f32
    %e = math.exp %minus : f32
    %log = math.log1p %e : f32
    %softplus = arith.addf %positive, %log : f32
    %variance = arith.addf %softplus, %least : f32
    %r = arith.divf %one, %variance : f32
    linalg.yield %r : f32
  } -> tensor<?x?x?xf32>
  return %y : tensor<?x?x?xf32>
}

// Rows of length 1.
func.func private @normalise(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %least = arith.constant 1.0e-12 : f32
  %b = tensor.dim %x, %c0 : tensor<?x?x?xf32>
  %l = tensor.dim %x, %c1 : tensor<?x?x?xf32>
  %rows = tensor.empty(%b, %l) : tensor<?x?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%rows : tensor<?x?xf32>)
      -> tensor<?x?xf32>
  %squares = linalg.generic {indexing_maps = [#all, #row],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : tensor<?x?x?xf32>) outs(%init : tensor<?x?xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %square = arith.mulf %a, %a : f32
    %next = arith.addf %sum, %square : f32
    linalg.yield %next : f32
  } -> tensor<?x?xf32>
  %empty = call @empty_like(%x) : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %y = linalg.generic {indexing_maps = [#all, #row, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %squares : tensor<?x?x?xf32>, tensor<?x?xf32>)
      outs(%empty : tensor<?x?x?xf32>) {
  ^bb0(%a: f32, %s: f32, %out: f32):
    %length = math.sqrt %s : f32
    %divisor = arith.maximumf %length, %least : f32
    %r = arith.divf %a, %divisor : f32
    linalg.yield %r : f32
  } -> tensor<?x?x?xf32>
  return %y : tensor<?x?x?xf32>
}

// Decay and process noise of an Ornstein-Uhlenbeck process over the time step
// D = softplus(delta): a = exp(-D), p = p_c / 2 (1 - exp(-2 D)).
func.func private @discretise(%delta: tensor<?x?xf32>, %p_c: tensor<?x?xf32>)
    -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %half = arith.constant -0.5 : f32
  %two = arith.constant -2.0 : f32
  %m = tensor.dim %delta, %c0 : tensor<?x?xf32>
  %s = tensor.dim %delta, %c1 : tensor<?x?xf32>
  %empty = tensor.empty(%m, %s) : tensor<?x?xf32>
  %a, %p = linalg.generic {indexing_maps = [#plane, #plane, #plane, #plane],
      iterator_types = ["parallel", "parallel"]}
      ins(%delta, %p_c : tensor<?x?xf32>, tensor<?x?xf32>)
      outs(%empty, %empty : tensor<?x?xf32>, tensor<?x?xf32>) {
  ^bb0(%x: f32, %noise: f32, %out0: f32, %out1: f32):
    %positive = arith.maximumf %x, %zero : f32
    %size = math.absf %x : f32
    %minus = arith.negf %size : f32
    %e = math.exp %minus : f32
    %log = math.log1p %e : f32
    %step = arith.addf %positive, %log : f32
    %minus_step = arith.negf %step : f32
    %decay = math.exp %minus_step : f32
    %twice = arith.mulf %two, %step : f32
    %lost = math.expm1 %twice : f32
    %scale = arith.mulf %half, %noise : f32
    %gained = arith.mulf %scale, %lost : f32
    linalg.yield %decay, %gained : f32, f32
  } -> (tensor<?x?xf32>, tensor<?x?xf32>)
  return %a, %p : tensor<?x?xf32>, tensor<?x?xf32>
}

func.func @kla_block(%x: tensor<?x?x?xf32>, %w_in: tensor<?x?xf32>,
                     %w_conv: tensor<4x?xf32>, %b_conv: tensor<?xf32>,
                     %w_sensor: tensor<?x?xf32>, %delta: tensor<?x?xf32>,
                     %p_c: tensor<?x?xf32>, %skip: tensor<?xf32>,
                     %w_out: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %b = tensor.dim %x, %c0 : tensor<?x?x?xf32>
  %m = tensor.dim %delta, %c0 : tensor<?x?xf32>
  %s = tensor.dim %delta, %c1 : tensor<?x?xf32>
  %twice_m = arith.addi %m, %m : index
  %at_q = arith.addi %twice_m, %s : index

  %in = call @project(%x, %w_in)
      : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %raw = call @columns(%in, %c0, %m)
      : (tensor<?x?x?xf32>, index, index) -> tensor<?x?x?xf32>
  %gate = call @columns(%in, %m, %m)
      : (tensor<?x?x?xf32>, index, index) -> tensor<?x?x?xf32>
  %z = call @convolve(%raw, %w_conv, %b_conv)
      : (tensor<?x?x?xf32>, tensor<4x?xf32>, tensor<?xf32>) -> tensor<?x?x?xf32>

  %sensor = call @project(%z, %w_sensor)
      : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %v = call @columns(%sensor, %c0, %m)
      : (tensor<?x?x?xf32>, index, index) -> tensor<?x?x?xf32>
  %log_s2 = call @columns(%sensor, %m, %m)
      : (tensor<?x?x?xf32>, index, index) -> tensor<?x?x?xf32>
  %raw_k = call @columns(%sensor, %twice_m, %s)
      : (tensor<?x?x?xf32>, index, index) -> tensor<?x?x?xf32>
  %raw_q = call @columns(%sensor, %at_q, %s)
      : (tensor<?x?x?xf32>, index, index) -> tensor<?x?x?xf32>
  %lv = call @precision(%log_s2) : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %k = call @normalise(%raw_k) : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %q = call @normalise(%raw_q) : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %a, %p = call @discretise(%delta, %p_c) : (tensor<?x?xf32>, tensor<?x?xf32>)
      -> (tensor<?x?xf32>, tensor<?x?xf32>)

  %lam0 = tensor.splat %one[%b, %m, %s] : tensor<?x?x?xf32>
  %eta0 = tensor.splat %zero[%b, %m, %s] : tensor<?x?x?xf32>
  %y = kalman.linear_attention
      value(%v : tensor<?x?x?xf32>) precision(%lv : tensor<?x?x?xf32>)
      key(%k : tensor<?x?x?xf32>) query(%q : tensor<?x?x?xf32>)
      decay(%a : tensor<?x?xf32>) process_noise(%p : tensor<?x?xf32>)
      prior(%lam0, %eta0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>)
      -> (mean: tensor<?x?x?xf32>)

  %empty = call @empty_like(%z) : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %gated = linalg.generic {
      indexing_maps = [#all, #all, #all, #channel, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%y, %z, %gate, %skip : tensor<?x?x?xf32>, tensor<?x?x?xf32>,
          tensor<?x?x?xf32>, tensor<?xf32>)
      outs(%empty : tensor<?x?x?xf32>) {
  ^bb0(%mean: f32, %input: f32, %g: f32, %weight: f32, %out: f32):
    %direct = arith.mulf %weight, %input : f32
    %sum = arith.addf %mean, %direct : f32
    %minus = arith.negf %g : f32
    %e = math.exp %minus : f32
    %d = arith.addf %one, %e : f32
    %silu = arith.divf %g, %d : f32
    %r = arith.mulf %sum, %silu : f32
    linalg.yield %r : f32
  } -> tensor<?x?x?xf32>
  %result = call @project(%gated, %w_out)
      : (tensor<?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  return %result : tensor<?x?x?xf32>
}
