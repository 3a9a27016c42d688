//===- RecurOps.td - operations of the recurrence dialect -----------------===//

#ifndef KALMIR_RECUR_OPS_TD
#define KALMIR_RECUR_OPS_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "kalmir/Recur/IR/RecurAttributes.td"
include "kalmir/Recur/IR/RecurDialect.td"
include "kalmir/Recur/IR/RecurInterfaces.td"

class Recur_Op<string mnemonic, list<Trait> traits = []>
    : Op<Recur_Dialect, mnemonic, traits>;

/// What `recur.generic` and `recur.scan` share: header, interfaces, syntax.
class Recur_RecurrenceOp<string mnemonic, list<Trait> traits = []>
    : Recur_Op<mnemonic, !listconcat(traits, [
        AttrSizedOperandSegments, IsolatedFromAbove, RecursivelySpeculatable,
        DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<Recur_RecurrenceOpInterface>,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                                  ["reifyResultShapes"]>,
        SingleBlock])> {
  dag headerArguments = (ins
    Variadic<AnyType>:$inputs,
    Optional<AnyShaped>:$segments,
    Variadic<AnyShaped>:$states,
    Variadic<AnyShaped>:$outputs,
    AffineMapArrayAttr:$indexing_maps,
    Recur_IteratorTypeArrayAttr:$iterator_types,
    UnitAttr:$reverse,
    UnitAttr:$strict,
    OptionalAttr<Recur_ScheduleAttr>:$schedule);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let hasCanonicalizer = 1;
  code headerDeclaration = [{
    // RecurrenceOp accessors that the generated ones do not give.
    ::mlir::MutableOperandRange getDpsInitsMutable();
  }];
}

def Recur_GenericOp : Recur_RecurrenceOp<"generic"> {
  let summary = "the sequential definition of a recurrence";
  let description = [{
    `linalg.generic` with one more iterator type. For every lane (one value of
    all `parallel` and `reduction` iterators) the body runs once for each time
    step, in order, and carries the lane's states:

    ```
    for lane in lanes:                       # independent of each other
      state = states[lane]
      for t in 0 .. L-1:                     # L-1 .. 0 with `reverse`
        state, out = body(inputs[maps], state)
        outputs[maps] (+)= out               # summed over iterators not in the map
      results[lane] = state
    ```

    Results are the final states, then the outputs. States are destinations
    tied one to one to the final states; outputs are overwritten, never read.

    A second region, `finish`, may say what becomes of the sums (a gate, a skip
    connection, a conversion); without it they are the outputs:

    ```
    outputs[maps] = finish(inputs[maps], sums[maps])    # once for each element
    ```

    | operand | shape | meaning |
    | --- | --- | --- |
    | `ins` | by its map | one scalar a step; a scalar operand has a map without results |
    | `segments` | `[N+1]` | optional: boundaries of N packed sequences along time, ascending from 0 to its extent (C entries check that) |
    | `state` | all lane iterators | initial state; with `segments` a leading dimension N |
    | `outs` | by its map | destination |

    Constraints:

    * (C1) one indexing map for each input, state and output, all over the same
      iterators, each a projected permutation.
    * (C2) exactly one iterator is `recurrence`.
    * (C3) the rank of an operand is the number of its map's results, plus one
      for a state where `segments` is given.
    * (C4) a state's map has every lane iterator once and not the recurrence.
    * (C5) an output's map has every `parallel` iterator; each `reduction`
      iterator is missing from at least one output's map.
    * (C6) every iterator spans a dimension of some operand.
    * (C7) operands agree on the static extents of every iterator.
    * (C8) the body takes the element types of inputs, then states, and yields
      those of the states, then outputs (any types where there is `finish`).
    * (C9) operands are all tensors or all buffers (scalars aside), and results
      are the types of states and outputs for tensors, none for buffers.
    * (C10) `segments` is a one-dimensional integer or index operand.
    * (C14) there is at most one `finish`, and it takes the element types of inputs, then what the body
      yields as outputs, and yields the element types of the outputs.
    * (C15) what `finish` yields for an output depends on the sum for that
      output, and on inputs and indices over iterators of its map; a sum over
      time is yielded as it is. `finish` has no side effects.

    Order: time step t sees the state left by step t-1 (t+1 with `reverse`);
    outputs are inclusive, formed from that step's body. Length 0 returns the
    initial states, and 0 for outputs summed over time. Length 1 is one body.
    A packed sequence that is empty returns its initial state. Sums run in
    a fixed order that does not depend on the number of threads; sums of floats
    narrower than f32 are formed in f32, of contributions before a truncation
    that ends the body, and rounded once, before `finish`. Nothing is assumed
    about associativity; passes may use real-number identities to rewrite the
    body unless `strict` is set.
  }];
  let arguments = headerArguments;
  let regions = (region SizedRegion<1>:$body,
                        VariadicRegion<SizedRegion<1>>:$finish);
  let extraClassDeclaration = headerDeclaration;
}

def Recur_ScanOp : Recur_RecurrenceOp<"scan"> {
  let summary = "a recurrence with the proof that it is associative";
  let description = [{
    The same recurrence as a `recur.generic` with the same header, the body
    `step` and the same `finish`, and a way to run many steps at once. An element is a tuple of
    scalars that stands for a run of consecutive steps of one lane:

    ```
    step(inputs, state)       -> state, outputs   one step
    extend(inputs, element)   -> element          append one step to a run
    combine(earlier, later)   -> element          the run `earlier`, then `later`
    apply(element, state)     -> state            the state after the run
    identity                                      the run of no steps
    ```

    `extend(inputs, identity)` is the element of a single step. `step` costs a
    third to a fifth of `combine`, so that a good schedule combines only at
    chunk borders.

    `homogeneous` lists groups of states that matter only up to a common
    factor, and `homogeneous_element` the groups of element entries likewise:
    code generators multiply such a group by a power of two to keep it in
    range, which changes no result. `scale_by` and `scale_by_element` list the
    members whose size decides about that factor, all of them if empty. Others
    are numerators alone: where they leave the range of the type, so does their
    ratio to every possible denominator.

    Constraints: those of `recur.generic`, the body being `step`, and

    * (C11) `extend` takes the element types of the inputs, then the element,
      and yields the element; `combine` takes two elements and yields one;
      `apply` takes an element, then the states, and yields the states.
    * (C12) `identity` has one number for each element entry.
    * (C13) groups name existing states (element entries), each at most once,
      and the members of a group have one floating-point type. `scale_by`, if
      not empty, names members, at least one of each group.

    Laws, which the deriving pass proves and hand-written scans must keep, up
    to rounding and the factor of a homogeneous group: `combine` is associative
    with `identity` on both sides; `apply(identity, s) = s`;
    `apply(combine(e, l), s) = apply(l, apply(e, s))`;
    `apply(extend(x, e), s) = step(x, apply(e, s))`.
  }];
  let arguments = !con(headerArguments, (ins
    ArrayAttr:$identity,
    DefaultValuedAttr<ArrayAttr, "{}">:$homogeneous,
    DefaultValuedAttr<ArrayAttr, "{}">:$homogeneous_element,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$scale_by,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$scale_by_element));
  let regions = (region SizedRegion<1>:$step, SizedRegion<1>:$extend,
                        SizedRegion<1>:$combine, SizedRegion<1>:$apply,
                        VariadicRegion<SizedRegion<1>>:$finish);
  let extraClassDeclaration = headerDeclaration # [{
    /// Types of the element's entries.
    ::mlir::TypeRange getElementTypes();
    /// The groups of `homogeneous`, in state numbers.
    ::llvm::SmallVector<::kalmir::recur::HomogeneousGroup> getStateGroups();
    /// The groups of `homogeneous_element`, in entry numbers.
    ::llvm::SmallVector<::kalmir::recur::HomogeneousGroup> getElementGroups();
  }];
}

def Recur_IndexOp : Recur_Op<"index", [Pure]> {
  let summary = "the value of an iterator in the body of a recurrence";
  let description = [{
    `recur.index d` is the current index of iterator `d`: for a lane iterator
    the position in the operands, for the recurrence iterator the time step,
    counted from the start of its sequence where sequences are packed. With
    `reverse` the first step run has the largest index.

    Constraints:

    * (C1) it stands in the step, extend or finish region of a recurrence.
    * (C2) `d` is an iterator of that recurrence.
  }];
  let arguments = (ins ConfinedAttr<I64Attr, [IntMinValue<0>]>:$dim);
  let results = (outs Index:$result);
  let assemblyFormat = "$dim attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Recur_YieldOp : Recur_Op<"yield", [Pure, Terminator, ReturnLike,
                                       AttrSizedOperandSegments]> {
  let summary = "ends a region of a recurrence";
  let description = [{
    In a step: the next states and one contribution for each output. In
    `finish`: the outputs. In the other regions of `recur.scan`: the element or
    the states, as `state`.
  }];
  let arguments = (ins Variadic<AnyType>:$states, Variadic<AnyType>:$outputs);
  let assemblyFormat = [{
    (`state` `(` $states^ `:` type($states) `)`)?
    (`outs` `(` $outputs^ `:` type($outputs) `)`)? attr-dict
  }];
}

#endif // KALMIR_RECUR_OPS_TD
