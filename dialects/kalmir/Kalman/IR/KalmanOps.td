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
    | `decay`, `noise` | `[M,S]`, `[L,M,S]` or `[B,L,M,S]`, each on its own | transition a, variance p >= 0 added in a step |
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
        decay(%a : tensor<8x16xf32>) noise(%p : tensor<8x16xf32>)
        -> (mean: tensor<2x?x8xf32>, final_precision: tensor<2x8x16xf32>)
    ```
  }];
  let arguments = (ins
    Kalman_Tensor:$value, Kalman_Tensor:$precision,
    Kalman_Tensor:$key, Kalman_Tensor:$query,
    Kalman_Tensor:$decay, Kalman_Tensor:$noise,
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
    `noise` `(` $noise `:` type($noise) `)`
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

#endif // KALMIR_KALMAN_OPS_TD
