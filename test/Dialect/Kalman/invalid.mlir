// RUN: kalmir-opt %s --split-input-file --verify-diagnostics

func.func @attention_c1_rank(
    %v: tensor<5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x4xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<8x4xf32>, %p: tensor<8x4xf32>) {
  // expected-error @below {{expected value of rank 3, found 'tensor<5x8xf32>'}}
  %r = kalman.linear_attention
      value(%v : tensor<5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x4xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<8x4xf32>) noise(%p : tensor<8x4xf32>)
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
      decay(%a : tensor<4xf32>) noise(%p : tensor<8x4xf32>)
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
      decay(%a : tensor<8x4xf32>) noise(%p : tensor<8x4xf32>)
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
      decay(%a : tensor<8x4xf32>) noise(%p : tensor<8x4xf32>)
      -> (mean: tensor<2x5x8xf32>)
  return
}

// -----

func.func @attention_c2_dynamic(
    %v: tensor<2x5x8xf32>, %lv: tensor<2x5x8xf32>, %k: tensor<2x5x?xf32>,
    %q: tensor<2x5x4xf32>, %a: tensor<?x?xf32>, %p: tensor<8x3xf32>) {
  // expected-error @below {{expected extent S = 4, as in query, found 3 in noise}}
  %r = kalman.linear_attention
      value(%v : tensor<2x5x8xf32>) precision(%lv : tensor<2x5x8xf32>)
      key(%k : tensor<2x5x?xf32>) query(%q : tensor<2x5x4xf32>)
      decay(%a : tensor<?x?xf32>) noise(%p : tensor<8x3xf32>)
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
      decay(%a : tensor<8x4xf32>) noise(%p : tensor<8x4xf32>)
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
      decay(%a : tensor<8x4xf32>) noise(%p : tensor<8x4xf32>)
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
      decay(%a : tensor<8x4xf32>) noise(%p : tensor<8x4xf32>)
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
      decay(%a : tensor<8x4xf32>) noise(%p : tensor<8x4xf32>)
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
      decay(%a : tensor<8x4xf32>) noise(%p : tensor<8x4xf32>)
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
      decay(%a : tensor<8x4xf32>) noise(%p : tensor<8x4xf32>)
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
      decay(%a : tensor<8x4xf32>) noise(%p : tensor<8x4xf32>)
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
      decay(%a : tensor<8x4xf32>) noise(%p : tensor<8x4xf32>)
      // expected-error @below {{expected the name of a result, found 'median'}}
      -> (median: tensor<2x5x8xf32>)
  return
}
