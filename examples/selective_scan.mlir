// The selective scan of Mamba (arXiv:2312.00752), as the textbook writes it.
//
//   u, delta, z [B,L,D]   what a channel gets, its time steps, its gate
//   A [D,N]               decays, negative
//   B, C [B,L,N]          input and output of the N states of a channel
//   skip, bias [D]        of the channel, and of its time steps
//
//   dt = softplus(delta + bias)
//   h' = exp(dt A) h + dt u B          from h = 0
//   y  = (sum over n of C h' + skip u) silu(z)
//
// @selective_scan has channels last, [B,L,D]; @selective_scan_bdl has time last,
// [B,D,L] with B and C [B,N,L], as the authors' kernel takes them.

#all = affine_map<(b, t, d) -> (b, t, d)>
#channel = affine_map<(b, t, d) -> (d)>
#td = affine_map<(b, t, d, n) -> (b, t, d)>
#tn = affine_map<(b, t, d, n) -> (b, t, n)>
#dn = affine_map<(b, t, d, n) -> (d, n)>
#row = affine_map<(b, d, t) -> (d)>
#dt = affine_map<(b, t, d, n) -> (b, d, t)>
#nt = affine_map<(b, t, d, n) -> (b, n, t)>
#state = affine_map<(b, t, d, n) -> (b, d, n)>

func.func @selective_scan(%u: tensor<?x?x?xf32>, %delta: tensor<?x?x?xf32>,
                          %A: tensor<?x?xf32>, %B: tensor<?x?x?xf32>,
                          %C: tensor<?x?x?xf32>, %skip: tensor<?xf32>,
                          %z: tensor<?x?x?xf32>, %bias: tensor<?xf32>)
    -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %u, %c0 : tensor<?x?x?xf32>
  %length = tensor.dim %u, %c1 : tensor<?x?x?xf32>
  %channels = tensor.dim %u, %c2 : tensor<?x?x?xf32>
  %states = tensor.dim %A, %c1 : tensor<?x?xf32>
  %like = tensor.empty(%batch, %length, %channels) : tensor<?x?x?xf32>
  %room = tensor.empty(%batch, %channels, %states) : tensor<?x?x?xf32>
  %h = linalg.fill ins(%zero : f32) outs(%room : tensor<?x?x?xf32>)
      -> tensor<?x?x?xf32>

  %dt = linalg.generic {indexing_maps = [#all, #channel, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%delta, %bias : tensor<?x?x?xf32>, tensor<?xf32>)
      outs(%like : tensor<?x?x?xf32>) {
  ^bb0(%x: f32, %b: f32, %out: f32):
    %sum = arith.addf %x, %b : f32
    // log(1 + exp(x)), for large x without overflow.
    %magnitude = math.absf %sum : f32
    %negative = arith.negf %magnitude : f32
    %small = math.exp %negative : f32
    %log = math.log1p %small : f32
    %positive = arith.maximumf %sum, %zero : f32
    %softplus = arith.addf %positive, %log : f32
    linalg.yield %softplus : f32
  } -> tensor<?x?x?xf32>

  %hT, %y = recur.generic {indexing_maps = [#td, #td, #dn, #tn, #tn, #state, #td],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
      ins(%u, %dt, %A, %B, %C : tensor<?x?x?xf32>, tensor<?x?x?xf32>,
          tensor<?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>)
      state(%h : tensor<?x?x?xf32>) outs(%like : tensor<?x?x?xf32>) {
  ^bb0(%ut: f32, %d: f32, %a: f32, %bt: f32, %ct: f32, %ht: f32):
    %rate = arith.mulf %d, %a : f32
    %decay = math.exp %rate : f32
    %kept = arith.mulf %decay, %ht : f32
    %du = arith.mulf %d, %ut : f32
    %new = arith.mulf %du, %bt : f32
    %next = arith.addf %kept, %new : f32
    %seen = arith.mulf %ct, %next : f32
    recur.yield state(%next : f32) outs(%seen : f32)
  } -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)

  %gated = linalg.generic {indexing_maps = [#all, #all, #channel, #all, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%y, %u, %skip, %z : tensor<?x?x?xf32>, tensor<?x?x?xf32>,
          tensor<?xf32>, tensor<?x?x?xf32>)
      outs(%like : tensor<?x?x?xf32>) {
  ^bb0(%yt: f32, %ut: f32, %s: f32, %zt: f32, %out: f32):
    %one = arith.constant 1.0 : f32
    %direct = arith.mulf %s, %ut : f32
    %sum = arith.addf %yt, %direct : f32
    %minus = arith.negf %zt : f32
    %e = math.exp %minus : f32
    %den = arith.addf %one, %e : f32
    %gate = arith.divf %zt, %den : f32
    %result = arith.mulf %sum, %gate : f32
    linalg.yield %result : f32
  } -> tensor<?x?x?xf32>
  return %gated : tensor<?x?x?xf32>
}

func.func @selective_scan_bdl(%u: tensor<?x?x?xf32>, %delta: tensor<?x?x?xf32>,
                              %A: tensor<?x?xf32>, %B: tensor<?x?x?xf32>,
                              %C: tensor<?x?x?xf32>, %skip: tensor<?xf32>,
                              %z: tensor<?x?x?xf32>, %bias: tensor<?xf32>)
    -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %u, %c0 : tensor<?x?x?xf32>
  %length = tensor.dim %u, %c2 : tensor<?x?x?xf32>
  %channels = tensor.dim %u, %c1 : tensor<?x?x?xf32>
  %states = tensor.dim %A, %c1 : tensor<?x?xf32>
  %like = tensor.empty(%batch, %channels, %length) : tensor<?x?x?xf32>
  %room = tensor.empty(%batch, %channels, %states) : tensor<?x?x?xf32>
  %h = linalg.fill ins(%zero : f32) outs(%room : tensor<?x?x?xf32>)
      -> tensor<?x?x?xf32>

  %dt = linalg.generic {indexing_maps = [#all, #row, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%delta, %bias : tensor<?x?x?xf32>, tensor<?xf32>)
      outs(%like : tensor<?x?x?xf32>) {
  ^bb0(%x: f32, %b: f32, %out: f32):
    %sum = arith.addf %x, %b : f32
    // log(1 + exp(x)), for large x without overflow.
    %magnitude = math.absf %sum : f32
    %negative = arith.negf %magnitude : f32
    %small = math.exp %negative : f32
    %log = math.log1p %small : f32
    %positive = arith.maximumf %sum, %zero : f32
    %softplus = arith.addf %positive, %log : f32
    linalg.yield %softplus : f32
  } -> tensor<?x?x?xf32>

  %hT, %y = recur.generic {indexing_maps = [#dt, #dt, #dn, #nt, #nt, #state, #dt],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
      ins(%u, %dt, %A, %B, %C : tensor<?x?x?xf32>, tensor<?x?x?xf32>,
          tensor<?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>)
      state(%h : tensor<?x?x?xf32>) outs(%like : tensor<?x?x?xf32>) {
  ^bb0(%ut: f32, %d: f32, %a: f32, %bt: f32, %ct: f32, %ht: f32):
    %rate = arith.mulf %d, %a : f32
    %decay = math.exp %rate : f32
    %kept = arith.mulf %decay, %ht : f32
    %du = arith.mulf %d, %ut : f32
    %new = arith.mulf %du, %bt : f32
    %next = arith.addf %kept, %new : f32
    %seen = arith.mulf %ct, %next : f32
    recur.yield state(%next : f32) outs(%seen : f32)
  } -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)

  %gated = linalg.generic {indexing_maps = [#all, #all, #row, #all, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%y, %u, %skip, %z : tensor<?x?x?xf32>, tensor<?x?x?xf32>,
          tensor<?xf32>, tensor<?x?x?xf32>)
      outs(%like : tensor<?x?x?xf32>) {
  ^bb0(%yt: f32, %ut: f32, %s: f32, %zt: f32, %out: f32):
    %one = arith.constant 1.0 : f32
    %direct = arith.mulf %s, %ut : f32
    %sum = arith.addf %yt, %direct : f32
    %minus = arith.negf %zt : f32
    %e = math.exp %minus : f32
    %den = arith.addf %one, %e : f32
    %gate = arith.divf %zt, %den : f32
    %result = arith.mulf %sum, %gate : f32
    linalg.yield %result : f32
  } -> tensor<?x?x?xf32>
  return %gated : tensor<?x?x?xf32>
}
