// The selective scans of examples/selective_scan.mlir with u, delta, B, C, z and
// the result in bfloat16; A, skip, bias and all arithmetic stay float32, as in
// the authors' kernel.

#all = affine_map<(b, t, d) -> (b, t, d)>
#channel = affine_map<(b, t, d) -> (d)>
#row = affine_map<(b, d, t) -> (d)>
#td = affine_map<(b, t, d, n) -> (b, t, d)>
#tn = affine_map<(b, t, d, n) -> (b, t, n)>
#dn = affine_map<(b, t, d, n) -> (d, n)>
#dt = affine_map<(b, t, d, n) -> (b, d, t)>
#nt = affine_map<(b, t, d, n) -> (b, n, t)>
#state = affine_map<(b, t, d, n) -> (b, d, n)>
!half = tensor<?x?x?xbf16>
!full = tensor<?x?x?xf32>

func.func @selective_scan(%u: !half, %delta: !half, %A: tensor<?x?xf32>,
                          %B: !half, %C: !half, %skip: tensor<?xf32>,
                          %z: !half, %bias: tensor<?xf32>) -> !half {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %u, %c0 : !half
  %length = tensor.dim %u, %c1 : !half
  %channels = tensor.dim %u, %c2 : !half
  %states = tensor.dim %A, %c1 : tensor<?x?xf32>
  %like = tensor.empty(%batch, %length, %channels) : !full
  %result = tensor.empty(%batch, %length, %channels) : !half
  %room = tensor.empty(%batch, %channels, %states) : !full
  %h = linalg.fill ins(%zero : f32) outs(%room : !full) -> !full

  %dt = linalg.generic {indexing_maps = [#all, #channel, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%delta, %bias : !half, tensor<?xf32>) outs(%like : !full) {
  ^bb0(%x: bf16, %b: f32, %out: f32):
    %wide = arith.extf %x : bf16 to f32
    %sum = arith.addf %wide, %b : f32
    %magnitude = math.absf %sum : f32
    %negative = arith.negf %magnitude : f32
    %small = math.exp %negative : f32
    %log = math.log1p %small : f32
    %positive = arith.maximumf %sum, %zero : f32
    %softplus = arith.addf %positive, %log : f32
    linalg.yield %softplus : f32
  } -> !full

  %hT, %y = recur.generic {indexing_maps = [#td, #td, #dn, #tn, #tn, #state, #td],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
      ins(%u, %dt, %A, %B, %C : !half, !full, tensor<?x?xf32>, !half, !half)
      state(%h : !full) outs(%like : !full) {
  ^bb0(%u16: bf16, %d: f32, %a: f32, %b16: bf16, %c16: bf16, %ht: f32):
    %ut = arith.extf %u16 : bf16 to f32
    %bt = arith.extf %b16 : bf16 to f32
    %ct = arith.extf %c16 : bf16 to f32
    %rate = arith.mulf %d, %a : f32
    %decay = math.exp %rate : f32
    %kept = arith.mulf %decay, %ht : f32
    %du = arith.mulf %d, %ut : f32
    %new = arith.mulf %du, %bt : f32
    %next = arith.addf %kept, %new : f32
    %seen = arith.mulf %ct, %next : f32
    recur.yield state(%next : f32) outs(%seen : f32)
  } -> (!full, !full)

  %gated = linalg.generic {indexing_maps = [#all, #all, #channel, #all, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%y, %u, %skip, %z : !full, !half, tensor<?xf32>, !half)
      outs(%result : !half) {
  ^bb0(%yt: f32, %u16: bf16, %s: f32, %z16: bf16, %out: bf16):
    %one = arith.constant 1.0 : f32
    %ut = arith.extf %u16 : bf16 to f32
    %zt = arith.extf %z16 : bf16 to f32
    %direct = arith.mulf %s, %ut : f32
    %sum = arith.addf %yt, %direct : f32
    %minus = arith.negf %zt : f32
    %e = math.exp %minus : f32
    %den = arith.addf %one, %e : f32
    %gate = arith.divf %zt, %den : f32
    %product = arith.mulf %sum, %gate : f32
    %rounded = arith.truncf %product : f32 to bf16
    linalg.yield %rounded : bf16
  } -> !half
  return %gated : !half
}

func.func @selective_scan_bdl(%u: !half, %delta: !half, %A: tensor<?x?xf32>,
                              %B: !half, %C: !half, %skip: tensor<?xf32>,
                              %z: !half, %bias: tensor<?xf32>) -> !half {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %u, %c0 : !half
  %length = tensor.dim %u, %c2 : !half
  %channels = tensor.dim %u, %c1 : !half
  %states = tensor.dim %A, %c1 : tensor<?x?xf32>
  %like = tensor.empty(%batch, %channels, %length) : !full
  %result = tensor.empty(%batch, %channels, %length) : !half
  %room = tensor.empty(%batch, %channels, %states) : !full
  %h = linalg.fill ins(%zero : f32) outs(%room : !full) -> !full

  %dt = linalg.generic {indexing_maps = [#all, #row, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%delta, %bias : !half, tensor<?xf32>) outs(%like : !full) {
  ^bb0(%x: bf16, %b: f32, %out: f32):
    %wide = arith.extf %x : bf16 to f32
    %sum = arith.addf %wide, %b : f32
    %magnitude = math.absf %sum : f32
    %negative = arith.negf %magnitude : f32
    %small = math.exp %negative : f32
    %log = math.log1p %small : f32
    %positive = arith.maximumf %sum, %zero : f32
    %softplus = arith.addf %positive, %log : f32
    linalg.yield %softplus : f32
  } -> !full

  %hT, %y = recur.generic {indexing_maps = [#dt, #dt, #dn, #nt, #nt, #state, #dt],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]}
      ins(%u, %dt, %A, %B, %C : !half, !full, tensor<?x?xf32>, !half, !half)
      state(%h : !full) outs(%like : !full) {
  ^bb0(%u16: bf16, %d: f32, %a: f32, %b16: bf16, %c16: bf16, %ht: f32):
    %ut = arith.extf %u16 : bf16 to f32
    %bt = arith.extf %b16 : bf16 to f32
    %ct = arith.extf %c16 : bf16 to f32
    %rate = arith.mulf %d, %a : f32
    %decay = math.exp %rate : f32
    %kept = arith.mulf %decay, %ht : f32
    %du = arith.mulf %d, %ut : f32
    %new = arith.mulf %du, %bt : f32
    %next = arith.addf %kept, %new : f32
    %seen = arith.mulf %ct, %next : f32
    recur.yield state(%next : f32) outs(%seen : f32)
  } -> (!full, !full)

  %gated = linalg.generic {indexing_maps = [#all, #all, #row, #all, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%y, %u, %skip, %z : !full, !half, tensor<?xf32>, !half)
      outs(%result : !half) {
  ^bb0(%yt: f32, %u16: bf16, %s: f32, %z16: bf16, %out: bf16):
    %one = arith.constant 1.0 : f32
    %ut = arith.extf %u16 : bf16 to f32
    %zt = arith.extf %z16 : bf16 to f32
    %direct = arith.mulf %s, %ut : f32
    %sum = arith.addf %yt, %direct : f32
    %minus = arith.negf %zt : f32
    %e = math.exp %minus : f32
    %den = arith.addf %one, %e : f32
    %gate = arith.divf %zt, %den : f32
    %product = arith.mulf %sum, %gate : f32
    %rounded = arith.truncf %product : f32 to bf16
    linalg.yield %rounded : bf16
  } -> !half
  return %gated : !half
}
