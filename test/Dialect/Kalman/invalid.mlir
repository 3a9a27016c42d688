// RUN: kalmir-opt %s --split-input-file --verify-diagnostics

func.func @attention_c1_rank(
    %v: tensor<5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<8x4xf32>, %p: tensor<8x4xf32>) {
  // expected-error @below {{expected value of rank 3, found 'tensor<5x8xf32>'}}
  %r = kalman.linear_attention
      value(%v : tensor<5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x4xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<8x4xf32>) process_noise(%p : tensor<8x4xf32>)
      -> (mean: tensor<2x5x8xf32>)
  return
}

// -----

func.func @attention_c1_parameter(
    %v: tensor<2x5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<4xf32>, %p: tensor<8x4xf32>) {
  // expected-error @below {{expected decay of shape [M,S], [L,M,S] or [B,L,M,S], found 'tensor<4xf32>'}}
  %r = kalman.linear_attention
      value(%v : tensor<2x5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x4xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<4xf32>) process_noise(%p : tensor<8x4xf32>)
      -> (mean: tensor<2x5x8xf32>)
  return
}

// -----

func.func @attention_c1_result(
    %v: tensor<2x5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<8x4xf32>, %p: tensor<8x4xf32>) {
  // expected-error @below {{expected mean of rank 3, found 'tensor<2x8xf32>'}}
  %r = kalman.linear_attention
      value(%v : tensor<2x5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x4xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<8x4xf32>) process_noise(%p : tensor<8x4xf32>)
      -> (mean: tensor<2x8xf32>)
  return
}

// -----

func.func @attention_c2_length(
    %v: tensor<2x5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x6x4xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<8x4xf32>, %p: tensor<8x4xf32>) {
  // expected-error @below {{expected extent L = 5, as in value, found 6 in key}}
  %r = kalman.linear_attention
      value(%v : tensor<2x5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x6x4xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<8x4xf32>) process_noise(%p : tensor<8x4xf32>)
      -> (mean: tensor<2x5x8xf32>)
  return
}

// -----

func.func @attention_c2_dynamic(
    %v: tensor<2x5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x?xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<?x?xf32>, %p: tensor<8x3xf32>) {
  // expected-error @below {{expected extent S = 4, as in query, found 3 in process noise}}
  %r = kalman.linear_attention
      value(%v : tensor<2x5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x?xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<?x?xf32>) process_noise(%p : tensor<8x3xf32>)
      -> (mean: tensor<2x5x8xf32>)
  return
}

// -----

func.func @attention_c2_final(
    %v: tensor<2x5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<8x4xf32>, %p: tensor<8x4xf32>) {
  // expected-error @below {{expected extent S = 4, as in key, found 5 in final_precision}}
  %r = kalman.linear_attention
      value(%v : tensor<2x5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x4xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<8x4xf32>) process_noise(%p : tensor<8x4xf32>)
      -> (final_precision: tensor<2x8x5xf32>)
  return
}

// -----

func.func @attention_c3_bf16(
    %v: tensor<2x5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<8x4xf32>, %p: tensor<8x4xf32>,
    %lam0: tensor<2x8x4xbf16>, %eta0: tensor<2x8x4xbf16>) {
  // expected-error @below {{expected a state of f32 or f64, found 'bf16'}}
  %r = kalman.linear_attention
      value(%v : tensor<2x5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x4xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<8x4xf32>) process_noise(%p : tensor<8x4xf32>)
      prior(%lam0, %eta0 : tensor<2x8x4xbf16>, tensor<2x8x4xbf16>)
      -> (mean: tensor<2x5x8xf32>)
  return
}

// -----

func.func @attention_c3_prior(
    %v: tensor<2x5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<8x4xf32>, %p: tensor<8x4xf32>,
    %lam0: tensor<2x8x4xf32>, %eta0: tensor<2x8x4xf64>) {
  // expected-error @below {{expected prior information of the state's type 'f32', found 'f64'}}
  %r = kalman.linear_attention
      value(%v : tensor<2x5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x4xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<8x4xf32>) process_noise(%p : tensor<8x4xf32>)
      prior(%lam0, %eta0 : tensor<2x8x4xf32>, tensor<2x8x4xf64>)
      -> (mean: tensor<2x5x8xf32>)
  return
}

// -----

func.func @attention_c3_attribute(
    %v: tensor<2x5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<8x4xf32>, %p: tensor<8x4xf32>,
    %lam0: tensor<2x8x4xf32>, %eta0: tensor<2x8x4xf32>) {
  // expected-error @below {{expected state_type of the state's type 'f32', found 'f64'}}
  %r = kalman.linear_attention
      value(%v : tensor<2x5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x4xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<8x4xf32>) process_noise(%p : tensor<8x4xf32>)
      prior(%lam0, %eta0 : tensor<2x8x4xf32>, tensor<2x8x4xf32>)
      {state_type = f64}
      -> (mean: tensor<2x5x8xf32>)
  return
}

// -----

func.func @attention_c3_final(
    %v: tensor<2x5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<8x4xf32>, %p: tensor<8x4xf32>) {
  // expected-error @below {{expected final_information of the state's type 'f64', found 'f32'}}
  %r = kalman.linear_attention
      value(%v : tensor<2x5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x4xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<8x4xf32>) process_noise(%p : tensor<8x4xf32>)
      {state_type = f64}
      -> (final_information: tensor<2x8x4xf32>)
  return
}

// -----

func.func @attention_c4_none(
    %v: tensor<2x5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<8x4xf32>, %p: tensor<8x4xf32>) {
  // expected-error @below {{expected at least one result, found none}}
  kalman.linear_attention
      value(%v : tensor<2x5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x4xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<8x4xf32>) process_noise(%p : tensor<8x4xf32>)
      -> ()
  return
}

// -----

func.func @attention_c4_twice(
    %v: tensor<2x5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<8x4xf32>, %p: tensor<8x4xf32>) {
  // expected-error @below {{expected each result once, found mean again}}
  %r:2 = kalman.linear_attention
      value(%v : tensor<2x5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x4xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<8x4xf32>) process_noise(%p : tensor<8x4xf32>)
      -> (mean: tensor<2x5x8xf32>, mean: tensor<2x5x8xf32>)
  return
}

// -----

func.func @attention_c4_count(%v: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %a: tensor<8x4xf32>) {
  // expected-error @below {{expected a name for each of the 2 results, found 1 names}}
  %r:2 = "kalman.linear_attention"(%v, %v, %k, %k, %a, %a) <{
      operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 0, 0>,
      quantities = [#kalman.attention_result<mean>]}>
    : (tensor<2x5x8xf32>, tensor<2x5x8xf32>, tensor<2x5x4xf32>,
       tensor<2x5x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>)
    -> (tensor<2x5x8xf32>, tensor<2x5x8xf32>)
  return
}

// -----

func.func @attention_c5(%v: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %a: tensor<8x4xf32>, %lam0: tensor<2x8x4xf32>) {
  // expected-error @below {{expected precision and information of the prior, found only one of them}}
  %r = "kalman.linear_attention"(%v, %v, %k, %k, %a, %a, %lam0) <{
      operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 0>,
      quantities = [#kalman.attention_result<mean>]}>
    : (tensor<2x5x8xf32>, tensor<2x5x8xf32>, tensor<2x5x4xf32>,
       tensor<2x5x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32>)
    -> tensor<2x5x8xf32>
  return
}

// -----

func.func @attention_unknown_result(
    %v: tensor<2x5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<8x4xf32>, %p: tensor<8x4xf32>) {
  %r = kalman.linear_attention
      value(%v : tensor<2x5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x4xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<8x4xf32>) process_noise(%p : tensor<8x4xf32>)
      // expected-error @below {{expected the name of a result, found 'median'}}
      -> (median: tensor<2x5x8xf32>)
  return
}

// -----

func.func @filter_c1_time_dim(%y: tensor<5x3xf64>, %r: f64) {
  // expected-error @below {{expected time_dim to be a dimension of observed, found 2 for rank 2}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      diffuse time_dim = 2
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c1_rank(%y: tensor<f64>, %r: f64) {
  // expected-error @below {{expected time_dim to be a dimension of observed, found 0 for rank 0}}
  %m = kalman.scalar_filter observed(%y : tensor<f64>)
      observation_noise(%r : f64)
      diffuse
      -> (filtered_mean: tensor<f64>)
  return
}

// -----

func.func @filter_c2_rank(%y: tensor<2x5x3xf64>, %r: tensor<5xf64>) {
  // expected-error @below {{expected observation_noise to be a scalar, of rank 3 or 2, or to say 'over' which dimensions it varies, found 'tensor<5xf64>'}}
  %m = kalman.scalar_filter observed(%y : tensor<2x5x3xf64>)
      observation_noise(%r : tensor<5xf64>)
      diffuse
      -> (filtered_mean: tensor<2x5x3xf64>)
  return
}

// -----

func.func @filter_c2_order(%y: tensor<5x3xf64>, %r: tensor<3x5xf64>) {
  // expected-error @below {{expected observation_noise over dimensions of observed in increasing order, found [1, 0]}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r over [1, 0] : tensor<3x5xf64>)
      diffuse
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c2_twice(%y: tensor<5x3xf64>, %r: f64, %a: tensor<5x5xf64>)
    {
  // expected-error @below {{expected transition over dimensions of observed in increasing order, found [0, 0]}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      transition(%a over [0, 0] : tensor<5x5xf64>) diffuse
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c2_range(%y: tensor<5x3xf64>, %r: f64, %c: tensor<5xf64>) {
  // expected-error @below {{expected offset over dimensions of observed in increasing order, found [2]}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      offset(%c over [2] : tensor<5xf64>) diffuse
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c2_over_rank(%y: tensor<5x3xf64>, %r: f64, %q: f64) {
  // expected-error @below {{expected process_noise of rank 1 over [0], found 'f64'}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      process_noise(%q over [0] : f64) diffuse
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c3_lane(%y: tensor<5x3xf64>, %r: f64, %h: tensor<4xf64>) {
  // expected-error @below {{expected extent of dimension 1 = 3, as in observed, found 4 in observation}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      observation(%h : tensor<4xf64>) diffuse
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c3_time(%y: tensor<5x3xf64>, %r: tensor<6xf64>) {
  // expected-error @below {{expected extent of dimension 0 = 5, as in observed, found 6 in observation_noise}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r over [0] : tensor<6xf64>)
      diffuse
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c3_prior(%y: tensor<5x3xf64>, %r: f64, %m0: tensor<2xf64>) {
  // expected-error @below {{expected extent of dimension 1 = 3, as in observed, found 2 in prior mean}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      prior(%m0, %m0 : tensor<2xf64>, tensor<2xf64>)
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c4_none(%y: tensor<5x3xf64>, %r: f64) {
  // expected-error @below {{expected exactly one of prior, information_prior and diffuse, found 0}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c4_two(%y: tensor<5x3xf64>, %r: f64, %m0: f64) {
  // expected-error @below {{expected exactly one of prior, information_prior and diffuse, found 2}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      prior(%m0, %m0 : f64, f64) diffuse
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c4_half(%y: tensor<5x3xf64>, %r: f64) {
  // expected-error @below {{expected prior mean and prior variance of the prior, found only one of them}}
  %m = "kalman.scalar_filter"(%y, %r, %r) <{
      operandSegmentSizes = array<i32: 1, 1, 0, 0, 0, 0, 1, 0, 0, 0>,
      quantities = [#kalman.filter_result<filtered_mean>]}>
    : (tensor<5x3xf64>, f64, f64) -> tensor<5x3xf64>
  return
}

// -----

func.func @filter_c5_types(%y: tensor<5x3xf64>, %r: f64, %lam0: f64, %eta0:
    f32) {
  // expected-error @below {{expected prior precision and prior information of one type, found 'f64' and 'f32'}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      information_prior(%lam0, %eta0 : f64, f32)
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c5_rank(%y: tensor<5x3xf64>, %r: f64, %m0: tensor<5x3xf64>)
    {
  // expected-error @below {{expected prior mean of rank 1, found 'tensor<5x3xf64>'}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      prior(%m0, %m0 : tensor<5x3xf64>, tensor<5x3xf64>)
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c6_none(%y: tensor<5x3xf64>, %r: f64) {
  // expected-error @below {{expected at least one result, found none}}
  kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      diffuse
      -> ()
  return
}

// -----

func.func @filter_c6_twice(%y: tensor<5x3xf64>, %r: f64) {
  // expected-error @below {{expected each result once, found innovation again}}
  %m:2 = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      diffuse
      -> (innovation: tensor<5x3xf64>, innovation: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c6_shape(%y: tensor<5x3xf64>, %r: f64) {
  // expected-error @below {{expected log_likelihood of rank 1, found 'tensor<5x3xf64>'}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      diffuse
      -> (log_likelihood: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c6_extent(%y: tensor<5x3xf64>, %r: f64) {
  // expected-error @below {{expected extent of dimension 0 = 5, as in observed, found 4 in innovation}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      diffuse
      -> (innovation: tensor<4x3xf64>)
  return
}

// -----

func.func @filter_c7_state(%y: tensor<5x3xf64>, %r: f64, %m0: bf16) {
  // expected-error @below {{expected a state of f32 or f64, found 'bf16'}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      prior(%m0, %m0 : bf16, bf16)
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c7_attribute(%y: tensor<5x3xf64>, %r: f64, %m0: f32) {
  // expected-error @below {{expected state_type of the prior's type 'f32', found 'f64'}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      prior(%m0, %m0 : f32, f32)
      {state_type = f64}
      -> (filtered_mean: tensor<5x3xf64>)
  return
}

// -----

func.func @filter_c7_log_likelihood(%y: tensor<5x3xf64>, %r: f64) {
  // expected-error @below {{expected log_likelihood of f32 or f64, found 'bf16'}}
  %m = kalman.scalar_filter observed(%y : tensor<5x3xf64>)
      observation_noise(%r : f64)
      diffuse
      -> (log_likelihood: tensor<3xbf16>)
  return
}
