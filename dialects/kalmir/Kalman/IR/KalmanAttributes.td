//===- KalmanAttributes.td - attributes of the kalman dialect -------------===//

#ifndef KALMIR_KALMAN_ATTRIBUTES_TD
#define KALMIR_KALMAN_ATTRIBUTES_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "kalmir/Kalman/IR/KalmanDialect.td"

class Kalman_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::kalmir::kalman";
  let genSpecializedAttr = 0;
}

def Kalman_AttentionResult : Kalman_Enum<"AttentionResult",
    "a result of kalman.linear_attention", [
      I32EnumAttrCase<"mean", 0>,
      I32EnumAttrCase<"variance", 1>,
      I32EnumAttrCase<"final_precision", 2>,
      I32EnumAttrCase<"final_information", 3>
    ]>;

def Kalman_AttentionResultAttr
    : EnumAttr<Kalman_Dialect, Kalman_AttentionResult, "attention_result"> {
  let assemblyFormat = "`<` $value `>`";
}

def Kalman_AttentionResults : TypedArrayAttrBase<Kalman_AttentionResultAttr,
    "array of results of kalman.linear_attention">;

def Kalman_FilterResult : Kalman_Enum<"FilterResult",
    "a result of kalman.scalar_filter", [
      I32EnumAttrCase<"filtered_mean", 0>,
      I32EnumAttrCase<"filtered_variance", 1>,
      I32EnumAttrCase<"predicted_mean", 2>,
      I32EnumAttrCase<"predicted_variance", 3>,
      I32EnumAttrCase<"innovation", 4>,
      I32EnumAttrCase<"innovation_variance", 5>,
      I32EnumAttrCase<"log_likelihood", 6>
    ]>;

def Kalman_FilterResultAttr
    : EnumAttr<Kalman_Dialect, Kalman_FilterResult, "filter_result"> {
  let assemblyFormat = "`<` $value `>`";
}

def Kalman_FilterResults : TypedArrayAttrBase<Kalman_FilterResultAttr,
    "array of results of kalman.scalar_filter">;

def Kalman_PriorTime : Kalman_Enum<"PriorTime",
    "when the prior of a filter holds", [
      I32EnumAttrCase<"first_observation", 0>,
      I32EnumAttrCase<"before_first_transition", 1>
    ]>;

def Kalman_PriorTimeAttr
    : EnumAttr<Kalman_Dialect, Kalman_PriorTime, "prior_time"> {
  let assemblyFormat = "$value";
}

#endif // KALMIR_KALMAN_ATTRIBUTES_TD
