//===- KalmanOps.td - operations of the kalman dialect --------------------===//

#ifndef KALMIR_KALMAN_OPS_TD
#define KALMIR_KALMAN_OPS_TD

include "mlir/IR/CommonAttrConstraints.td"
include "mlir/IR/CommonTypeConstraints.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "kalmir/Kalman/IR/KalmanAttributes.td"
include "kalmir/Kalman/IR/KalmanDialect.td"

def Kalman_Float : AnyTypeOf<[BF16, F16, F32, F64], "bf16, f16, f32 or f64">;
def Kalman_Tensor : RankedTensorOf<[Kalman_Float]>;
def Kalman_ScalarOrTensor : AnyTypeOf<[Kalman_Float, Kalman_Tensor],
    "scalar or ranked tensor of bf16, f16, f32 or f64">;
/// The type in which a state is carried.
def Kalman_StateTypeAttr : TypeAttrOf<AnyTypeOf<[F32, F64], "f32 or f64">>;

class Kalman_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kalman_Dialect, mnemonic, !listconcat(traits, [
        Pure, AttrSizedOperandSegments,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                                  ["reifyResultShapes"]>])> {
  let results = (outs Variadic<Kalman_Tensor>:$results);
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def Kalman_LinearAttentionOp : Kalman_Op<"linear_attention"> {
  let summary = "the Kalman linear attention layer";
  let description = [{
    Every channel m keeps a belief about a vector of S numbers, one scalar
    Kalman filter each. A value v with precision Lv is an observation of the
    belief along the key; the query reads the belief out:

    ```
    phi  = Lv k^2                 r    = v Lv k
    lam' = lam / (a^2 + p lam) + phi
    eta' = a eta / (a^2 + p lam) + r
    mean[m] = sum_s q eta'/lam'   variance[m] = sum_s q^2 / lam'
    ```

    lam is the precision of a belief, eta/lam its mean (eta: information
    vector). As a sequential loop:

    ```
    for b, m, s:
      lam, eta = prior_precision[b,m,s], prior_information[b,m,s]     # or 1, 0
      for t in 0 .. L-1:
        den = a^2 + p * lam
        lam, eta = lam / den + Lv[b,t,m] * k[b,t,s]^2, a * eta / den + v[b,t,m] * Lv[b,t,m] * k[b,t,s]
        mean[b,t,m] += q[b,t,s] * eta / lam;  variance[b,t,m] += q[b,t,s]^2 / lam
      final_precision[b,m,s], final_information[b,m,s] = lam, eta
    ```

    With `decode_from_prior` the read-out is that of the next step's prior: the
    mean of each belief becomes `a mean`, its variance `a^2 variance + p`.

    | operand | shape | meaning |
    | --- | --- | --- |
    | `value` | `[B,L,M]` | observed values v |
    | `precision` | `[B,L,M]` | their precisions Lv >= 0; 0: nothing observed |
    | `key`, `query` | `[B,L,S]` | k and q |
    | `decay`, `process_noise` | `[M,S]`, `[L,M,S]` or `[B,L,M,S]`, each on its own | transition a, variance p >= 0 added in a step |
    | `prior` | two of `[B,M,S]` | precision and information vector before the first transition; 1 and 0 where left out |

    | result | shape | |
    | --- | --- | --- |
    | `mean`, `variance` | `[B,L,M]` | read-out and its variance |
    | `final_precision`, `final_information` | `[B,M,S]` | after the last step |

    The author lists the wanted results by name, in any order; only those are
    computed. The state is carried in the type of `prior`, else in
    `state_type`, else in f64 where `value` is f64, else in f32. Inputs are
    converted to it; `mean` and `variance` are summed in it and rounded once to
    the element type of the result.

    Constraints:

    * (C1) operands and results have the ranks of the tables.
    * (C2) operands and results agree on the static extents B, L, M and S.
    * (C3) the state's type is f32 or f64; `prior`, `state_type` where given,
      and final results are of that type.
    * (C4) at least one result, each named once.
    * (C5) `prior` has both of its operands or neither.

    Order: step t sees the belief left by step t-1; results at t include the
    observation at t. Length 0 returns the prior as the final belief. NaN in
    an input makes its lane NaN from there on; a missing value is written as
    precision 0, with a finite value. The composition of steps is associative
    over the reals, which later passes find by themselves and may use.

    Example:

    ```mlir
    %y, %lam = kalman.linear_attention
        value(%v : tensor<2x?x8xf32>) precision(%lv : tensor<2x?x8xf32>)
        key(%k : tensor<2x?x16xf32>) query(%q : tensor<2x?x16xf32>)
        decay(%a : tensor<8x16xf32>) process_noise(%p : tensor<8x16xf32>)
        -> (mean: tensor<2x?x8xf32>, final_precision: tensor<2x8x16xf32>)
    ```
  }];
  let arguments = (ins
    Kalman_Tensor:$value, Kalman_Tensor:$precision,
    Kalman_Tensor:$key, Kalman_Tensor:$query,
    Kalman_Tensor:$decay, Kalman_Tensor:$process_noise,
    Optional<Kalman_Tensor>:$prior_precision,
    Optional<Kalman_Tensor>:$prior_information,
    Kalman_AttentionResults:$quantities,
    OptionalAttr<Kalman_StateTypeAttr>:$state_type,
    UnitAttr:$decode_from_prior);
  let assemblyFormat = [{
    `value` `(` $value `:` type($value) `)`
    `precision` `(` $precision `:` type($precision) `)`
    `key` `(` $key `:` type($key) `)` `query` `(` $query `:` type($query) `)`
    `decay` `(` $decay `:` type($decay) `)`
    `process_noise` `(` $process_noise `:` type($process_noise) `)`
    (`prior` `(` $prior_precision^ `,` $prior_information `:`
      type($prior_precision) `,` type($prior_information) `)`)?
    attr-dict custom<AttentionResults>($quantities, type($results))
  }];
  let extraClassDeclaration = [{
    /// f32 or f64: the type in which precision and information are carried.
    ::mlir::Type getStateElementType();
    /// What result `i` is.
    ::kalmir::kalman::AttentionResult getQuantity(unsigned i);
  }];
}

def Kalman_ScalarFilterOp : Kalman_Op<"scalar_filter"> {
  let summary = "a Kalman filter with one scalar state in each lane";
  let description = [{
    The textbook filter of x[t] = a x[t-1] + c + w, y[t] = h x[t] + u with
    Var w = q and Var u = r, in every lane of `observed` on its own:

    ```
    predict  m- = a m + c                P- = a^2 P + q
    update   S  = h^2 P- + r             K  = P- h / S
             m  = m- + K (y - h m-)      P  = (1 - K h) P-
    ```

    As a sequential loop:

    ```
    for lane:
      m, P, ll = m0[lane], P0[lane], 0
      for t in 0 .. L-1:
        if t > 0 or prior_at = before_first_transition:  m, P = a m + c, a^2 P + q
        predicted_mean[t], predicted_variance[t] = m, P
        innovation[t], innovation_variance[t] = y - h m, h^2 P + r
        if y[t] is a number:
          ll += log N(innovation; 0, innovation_variance)
          m, P = update(m, P)
        filtered_mean[t], filtered_variance[t] = m, P
      log_likelihood[lane] = ll
    ```

    | operand | default | meaning |
    | --- | --- | --- |
    | `observed` | | y, rank 1 or more; dimension `time_dim` is time, the others are lanes; NaN is a missing observation |
    | `transition` | 1 | a |
    | `offset` | 0 | c |
    | `process_noise` | 0 | q >= 0, a variance |
    | `observation` | 1 | h |
    | `observation_noise` | | r >= 0, a variance |
    | `prior` | | mean m0 and variance P0 >= 0 |
    | `information_prior` | | precision lam0 = 1/P0 >= 0 and information eta0 = m0/P0 |

    The shape of a parameter says what it varies with. `over` lists the
    dimensions of `observed` that the parameter's dimensions are. Without it a
    scalar varies with nothing, a tensor of the rank of `observed` with
    everything, and a tensor of one dimension less with the lanes (constant in
    time). A prior is a scalar or a tensor over the lanes.

    The prior takes one of three forms. `prior(m0, P0)` and `diffuse` carry the
    state as mean and variance (covariance form); `information_prior` carries
    it as precision and information vector (information form), which needs
    r > 0 and expresses the diffuse prior as lam0 = eta0 = 0:

    ```
    predict  lam- = lam / (a^2 + q lam)    eta- = a eta / (a^2 + q lam) + c lam-
    update   lam  = lam- + h^2 / r         eta  = eta- + h y / r
    ```

    `prior_at = first_observation`, the default, takes the prior as that of
    the state at time 0, so that no transition happens before it;
    `before_first_transition` as that of the state one step earlier.

    `diffuse` is exact: no variance stands for it. Before the first
    observation the variance is +inf and the mean NaN. The first observation
    (with h not 0) fixes the state, whatever its value, and adds nothing to the
    log-likelihood. Until then h = 0 observes the noise alone: innovation y,
    variance r, and the density of that. A `prior` with P0 = +inf, m0 finite,
    means the same. A transition with a = 0 before the first observation ends
    the diffuse belief: the mean is c and the variance q. Code that is derived
    from recurrences does not know that, 0 times infinity is 0/0 there, and
    gives NaN from that step on.

    `positive_noise` is the author's promise that r > 0 everywhere,
    `positive_prior` that P0 > 0; a positive constant says the same. Only
    `kalmir-kalman-to-information-form` makes use of them.

    | result | shape | |
    | --- | --- | --- |
    | `filtered_mean`, `filtered_variance` | of `observed` | m, P after the update |
    | `predicted_mean`, `predicted_variance` | of `observed` | m-, P- |
    | `innovation`, `innovation_variance` | of `observed` | y - h m- (NaN where y is missing), S |
    | `log_likelihood` | the lanes | sum over the observations, 0 without any |

    The author lists the wanted results by name, in any order; only those are
    computed. The state is carried in the type of the prior, else in
    `state_type`, else in f64 where `observed` is f64, else in f32; inputs are
    converted to it, results from it.

    Constraints:

    * (C1) `observed` has rank 1 or more, and `time_dim` is one of its
      dimensions.
    * (C2) a parameter has one dimension for each dimension it varies over;
      those are dimensions of `observed` in increasing order; a tensor has
      either `over` or the rank of `observed` or one less.
    * (C3) operands and results agree on the static extents.
    * (C4) exactly one of `prior`, `information_prior` and `diffuse`, with
      both of its operands.
    * (C5) both operands of a prior have one type: a scalar, or a tensor over
      the lanes.
    * (C6) at least one result, each named once; `log_likelihood` has the
      shape of the lanes, every other result that of `observed`.
    * (C7) the state's type is f32 or f64, `state_type` where given is the
      type of the prior, and `log_likelihood` is f32 or f64.

    Numerics: NaN in a parameter or prior makes its own lane NaN from that
    step on and no other. Infinities in y are observations. P = r = 0 with h
    not 0 is contradictory or redundant and gives NaN. Length 0 gives empty
    results and log-likelihood 0.

    Example:

    ```mlir
    %mean, %loglik = kalman.scalar_filter
        observed(%y : tensor<?x?xf64>) observation_noise(%r : tensor<?xf64>)
        transition(%a over [0] : tensor<?xf64>) process_noise(%q : f64)
        diffuse
        -> (filtered_mean: tensor<?x?xf64>, log_likelihood: tensor<?xf64>)
    ```
  }];
  let arguments = (ins
    Kalman_Tensor:$observed,
    Kalman_ScalarOrTensor:$observation_noise,
    Optional<Kalman_ScalarOrTensor>:$transition,
    Optional<Kalman_ScalarOrTensor>:$offset,
    Optional<Kalman_ScalarOrTensor>:$process_noise,
    Optional<Kalman_ScalarOrTensor>:$observation,
    Optional<Kalman_ScalarOrTensor>:$prior_mean,
    Optional<Kalman_ScalarOrTensor>:$prior_variance,
    Optional<Kalman_ScalarOrTensor>:$prior_precision,
    Optional<Kalman_ScalarOrTensor>:$prior_information,
    UnitAttr:$diffuse,
    OptionalAttr<DenseI64ArrayAttr>:$observation_noise_over,
    OptionalAttr<DenseI64ArrayAttr>:$transition_over,
    OptionalAttr<DenseI64ArrayAttr>:$offset_over,
    OptionalAttr<DenseI64ArrayAttr>:$process_noise_over,
    OptionalAttr<DenseI64ArrayAttr>:$observation_over,
    Kalman_FilterResults:$quantities,
    DefaultValuedAttr<Kalman_PriorTimeAttr,
      "::kalmir::kalman::PriorTime::first_observation">:$prior_at,
    DefaultValuedAttr<ConfinedAttr<I64Attr, [IntMinValue<0>]>, "0">:$time_dim,
    OptionalAttr<Kalman_StateTypeAttr>:$state_type,
    UnitAttr:$positive_noise, UnitAttr:$positive_prior);
  let assemblyFormat = [{
    `observed` `(` $observed `:` type($observed) `)`
    `observation_noise` `(` custom<Parameter>($observation_noise,
      type($observation_noise), $observation_noise_over) `)`
    oilist(`transition` `(` custom<OptionalParameter>($transition,
             type($transition), $transition_over) `)`
         | `offset` `(` custom<OptionalParameter>($offset, type($offset),
             $offset_over) `)`
         | `process_noise` `(` custom<OptionalParameter>($process_noise,
             type($process_noise), $process_noise_over) `)`
         | `observation` `(` custom<OptionalParameter>($observation,
             type($observation), $observation_over) `)`
         | `prior` `(` $prior_mean `,` $prior_variance `:` type($prior_mean)
             `,` type($prior_variance) `)`
         | `information_prior` `(` $prior_precision `,` $prior_information `:`
             type($prior_precision) `,` type($prior_information) `)`
         | `diffuse` $diffuse)
    (`prior_at` `=` $prior_at^)? (`time_dim` `=` $time_dim^)?
    attr-dict custom<FilterResults>($quantities, type($results))
  }];
  let extraClassDeclaration = [{
    /// f32 or f64: the type in which the state is carried.
    ::mlir::Type getStateElementType();
    /// What result `i` is.
    ::kalmir::kalman::FilterResult getQuantity(unsigned i);
    /// Whether the state is precision and information, not mean and variance.
    bool isInformationForm() { return static_cast<bool>(getPriorPrecision()); }
    /// The dimensions of `observed` other than time.
    ::llvm::SmallVector<int64_t> getLaneDims();
    /// The dimensions of `observed` that a parameter varies over; `over` is
    /// its attribute.
    ::llvm::SmallVector<int64_t>
    getParameterDims(::mlir::Value parameter,
                     ::std::optional<::llvm::ArrayRef<int64_t>> over);
  }];
}

#endif // KALMIR_KALMAN_OPS_TD
