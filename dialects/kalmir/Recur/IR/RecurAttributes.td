//===- RecurAttributes.td - attributes of the recurrence dialect ----------===//

#ifndef KALMIR_RECUR_ATTRIBUTES_TD
#define KALMIR_RECUR_ATTRIBUTES_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "kalmir/Recur/IR/RecurDialect.td"

def Recur_IteratorType : I32EnumAttr<"IteratorType",
    "what an iterator of a recurrence does", [
      I32EnumAttrCase<"parallel", 0>,
      I32EnumAttrCase<"reduction", 1>,
      I32EnumAttrCase<"recurrence", 2>
    ]> {
  let cppNamespace = "::kalmir::recur";
  let genSpecializedAttr = 0;
}

def Recur_IteratorTypeAttr
    : EnumAttr<Recur_Dialect, Recur_IteratorType, "iterator_type"> {
  let assemblyFormat = "`<` $value `>`";
}

def Recur_IteratorTypeArrayAttr
    : TypedArrayAttrBase<Recur_IteratorTypeAttr, "array of iterator types">;

def Recur_ScheduleKind : I32EnumAttr<"ScheduleKind",
    "how a recurrence runs through time", [
      I32EnumAttrCase<"serial", 0>,
      I32EnumAttrCase<"chunked", 1>
    ]> {
  let cppNamespace = "::kalmir::recur";
  let genSpecializedAttr = 0;
}

def Recur_ScheduleAttr : AttrDef<Recur_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "how a recurrence is run";
  let description = [{
    `#recur.schedule<serial>`: time runs serially and the lanes fill the
    machine. `#recur.schedule<chunked, chunk_length = 64>`: time is cut into
    chunks of that many steps; each chunk is summarised into one element, the
    elements are scanned, and each chunk is replayed from its carried state.

    `vector_width` is the number of lanes run by one vector (0: chosen for the
    target); `lane_blocks` the number of neighbouring vectors of lanes that a
    thread takes through time together (0: chosen from the extents).
    `rescale_period` is the number of steps between two rescalings of
    a homogeneous state (see `recur.scan`); a period longer than 1 is only
    right where the ranges of the inputs are known.
  }];
  let parameters = (ins
    EnumParameter<Recur_ScheduleKind>:$kind,
    DefaultValuedParameter<"int64_t", "0">:$chunk_length,
    DefaultValuedParameter<"int64_t", "0">:$vector_width,
    DefaultValuedParameter<"int64_t", "0">:$lane_blocks,
    DefaultValuedParameter<"int64_t", "1">:$rescale_period);
  let assemblyFormat = [{
    `<` $kind (`,` struct($chunk_length, $vector_width, $lane_blocks, $rescale_period)^)? `>`
  }];
  let genVerifyDecl = 1;
}

#endif // KALMIR_RECUR_ATTRIBUTES_TD
