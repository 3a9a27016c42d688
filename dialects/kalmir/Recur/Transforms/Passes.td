//===- Passes.td - passes within the recurrence dialect -------------------===//

#ifndef KALMIR_RECUR_TRANSFORMS_PASSES_TD
#define KALMIR_RECUR_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def RecurDeriveScanPass : Pass<"kalmir-recur-derive-scan"> {
  let summary = "Prove recurrences associative and rewrite them as scans";
  let description = [{
    What: rewrites each `recur.generic` whose step acts on its states as a
    matrix, in homogeneous coordinates, into a `recur.scan`. Every value of the
    body is followed as a fraction of polynomials in the states over the field
    of fractions of the state-free values. States that depend on each other form
    a component; a component closes where its next states have one denominator
    and all is of degree at most 1. The element is the least set of matrix
    entries from which the matrices of all runs follow; the step keeps the
    body's own order of operations.

    The states of a component with a denominator become homogeneous coordinates:
    elementwise operations before the scan set them up, and others after it
    divide. An infinite initial state is the point at infinity: a variance of
    +inf is an exact diffuse prior.

    When it applies: bodies of arith and math whose state-dependent part is
    additions, multiplications, divisions, negations, small constant powers and
    selects on state-free conditions. Otherwise the recurrence is left alone,
    correct and serial, and a remark (category `kalmir`) names the value and the
    reason. A recurrence with `strict` is never rewritten.

    Numerics: uses identities of real numbers, so rounding differs from the
    body's, and lets multiply-adds contract. NaN and infinities of the states
    and of what they are added to are kept; a state-free value that the body
    divides by must be finite, for the matrix is multiplied through by it.

    Example: `test/Dialect/Recur/derive-scan-doc.mlir`.

    Limits: at most 4 conditions are told apart, at most 8 states may depend on
    each other. Fisher and Ghuloum (1994) and Sato and Iwasaki (2011)
    parallelised loops by composing such functions.
  }];
  let statistics = [
    Statistic<"numDerived", "derived", "Recurrences rewritten as scans">,
    Statistic<"numRefused", "refused", "Recurrences left as they are">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

def RecurDeriveStepPass : Pass<"kalmir-recur-derive-step", "::mlir::ModuleOp"> {
  let summary = "Derive functions that run a sequence piece by piece";
  let description = [{
    What: writes three functions beside each function `f` with recurrences,
    for sequences that come piece by piece (prefill, then decode):

    ```
    f_prefill(args)              -> results, states   the first piece
    f_continue(args, states)     -> results, states   a further piece
    f_step(args, states)         -> results, states   a piece of one time step
    ```

    Arguments and results are those of `f`; in `f_step` time has extent 1.
    Arguments that only the initial states depend on are left out where states
    come in. The states are those of all recurrences, in order, named `state0`,
    `state1`, ...; of a `recur.scan` they are its homogeneous coordinates, so
    that nothing is divided and multiplied again between two calls.

    When it applies: where recurrences are the only way from one time step to
    another. Every other operation that sees time (whose extents are those of a
    recurrence iterator) must do so in one parallel iterator, or by whole
    slices. A function that sums over time, reads a window of it, takes a part
    of it, counts steps, runs backwards, is packed, or uses a final state at
    other steps is left alone, with a remark (category `kalmir`) that names the
    operation; with `functions` that is an error.

    Numerics: exact. On a serial schedule the recurrences compute the same bits
    however the sequence is cut. `f_step` rescales homogeneous coordinates at
    every step, which changes no result; with a rescale period above 1 the other
    pieces must be as long as a multiple of it.

    Example: `test/Dialect/Recur/derive-step-doc.mlir`.

    Limits: final states are results of `f` and of these functions where `f`
    returns them. A causal window over time has to be a recurrence by then
    (`kalmir-raise-windows-to-recur`). Run the pass before
    `kalmir-infer-entry-signatures`, or run that one again.
  }];
  let options = [
    ListOption<"functions", "functions", "std::string",
               "Functions to derive from (all public ones with recurrences)">
  ];
  let statistics = [
    Statistic<"numDerived", "derived", "Functions with a step">,
    Statistic<"numRefused", "refused", "Functions left as they are">
  ];
  let dependentDialects = [
    "::kalmir::KalmirDialect", "::mlir::arith::ArithDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def RecurExpandSegmentsPass : Pass<"kalmir-recur-expand-segments"> {
  let summary = "Rewrite packed recurrences as loops over their sequences";
  let description = [{
    What: a recurrence with `segments` holds N sequences one behind the other
    along time. The pass writes the loop over them: for sequence n it slices
    time from boundary n to boundary n+1, takes row n of the states, runs an
    ordinary recurrence, and puts the results back. The loop is an `scf.forall`;
    where an output is summed over time, and so over the sequences, it is an
    `scf.for` that adds the sums of the sequences in their order.

    When it applies: to recurrences on tensors. One on buffers is left as it is,
    with a remark, and so is one that sums elements that arith cannot add.

    Numerics: exact, except for outputs summed over time: each sequence is
    summed by itself before the sums are added.

    Example: `test/Dialect/Recur/expand-segments-doc.mlir`.

    Limits: boundaries must ascend from 0 to the length of time; they are known
    at run time only; C entries check them, and slices stay inside in any case. Time slices of a long sequence do not
    help a short one along: the loop does not balance work.
  }];
  let statistics = [
    Statistic<"numExpanded", "expanded", "Packed recurrences rewritten">,
    Statistic<"numRefused", "refused", "Packed recurrences left as they are">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
}

def RecurFuseElementwisePass : Pass<"kalmir-recur-fuse-elementwise"> {
  let summary = "Fuse elementwise operations into the bodies of recurrences";
  let description = [{
    What: an elementwise linalg operation (casts, softplus, gates, bias) whose
    results only a recurrence reads moves into its body, and so does the only
    user of an output. No tensor of what lies between is left.

    When it applies: to operations on tensors with parallel iterators only. A
    producer that is more than a conversion or one addition or multiplication is
    fused only if it depends on time and on all parallel iterators, for it would
    be computed again for those that it lacks; the iterators that are summed run
    inside of time, and code generators compute what does not depend on them
    once a step. A consumer of a sum over states becomes a part of `finish`; a sum
    over time has none. Other cases are left alone, with a remark.

    Numerics: exact, but for multiply-adds that contract.

    Example: `test/Dialect/Recur/fuse-elementwise-doc.mlir`.

    Limits: run `convert-elementwise-to-linalg` and `linalg-fuse-elementwise-ops`
    first: only `linalg` operations next to the recurrence are seen.
  }];
  let statistics = [
    Statistic<"numProducers", "producers", "Producers fused">,
    Statistic<"numConsumers", "consumers", "Consumers fused">,
    Statistic<"numRefused", "refused", "Operations left outside">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def RecurFuseProjectionsPass : Pass<"kalmir-recur-fuse-projections"> {
  let summary = "Run recurrences and the products around them in tiles of time";
  let description = [{
    What: one `scf.for` over tiles of time replaces recurrences of a block and the
    linalg operations around them that treat every step alike: projections that
    produce their inputs, normalisations, gates, projections that consume their
    outputs, and further recurrences (a convolution's window). In it, each
    operation runs on one tile. The loop carries the states, and the results that
    are read outside; no tensor of the full length is left between the operations,
    and no step of any is computed twice. A product of which only slices are read
    becomes one product for each slice first.

    When it applies: to operations on tensors in one block, if a contraction is
    among them. Recurrences that are packed, sum over time or run in the other
    direction stay outside, as does what reads more than the same step of
    something inside. The length of a tile is the option, or the attribute
    `recur.tile_length` of a recurrence, or what keeps all that one tile makes
    within `cache-bytes`, at most 512: every product reads its weights once a
    tile. Where time is known to be no longer than a tile, or the
    shortest tile is too large, nothing is fused, with a remark.

    Numerics: exact; matrix products may sum in another order.

    Example: `test/Dialect/Recur/fuse-projections-doc.mlir`.

    Limits: unknown extents are taken for 1024 in the last dimension and 1 in
    others. Run it after `kalmir-recur-derive-scan`: the loop then carries
    homogeneous states.
  }];
  let options = [
    Option<"tileLength", "tile-length", "int64_t", /*default=*/"0",
           "Steps of a tile (0: by cache-bytes)">,
    Option<"cacheBytes", "cache-bytes", "int64_t", /*default=*/"33554432",
           "Bytes that one tile of everything may take">
  ];
  let statistics = [
    Statistic<"numFused", "fused", "Loops over tiles formed">,
    Statistic<"numRefused", "refused", "Recurrences not fused with projections">
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def RecurPromoteStatePass : Pass<"kalmir-recur-promote-state"> {
  let summary = "Keep the states of recurrences in float64";
  let description = [{
    What: clones a `recur.generic` whose states are narrower than f64 with f64
    states and a body that computes in f64. Inputs are widened where they are
    read, outputs rounded where they are written, the initial and final states
    at the tensors around.

    When it applies: to recurrences with the attribute
    `recur.accuracy = "compensated"`, or with `all` to every one. A body with an
    operation that cannot be widened (a bitcast) is left alone, with a remark.

    Numerics: results are those of float64, rounded once.

    Example: `test/Dialect/Recur/promote-state.mlir`.

    Limits: the states take twice the memory and vectors hold half the lanes.
    Run it before `kalmir-recur-derive-scan`.
  }];
  let options = [
    Option<"all", "all", "bool", "false", "Promote every recurrence">
  ];
  let statistics = [
    Statistic<"numPromoted", "promoted", "Recurrences given float64 states">,
    Statistic<"numRefused", "refused", "Recurrences left as they are">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def RecurSchedulePass : Pass<"kalmir-recur-schedule"> {
  let summary = "Choose how recurrences run that have no schedule yet";
  let description = [{
    What: gives every `recur.generic` and `recur.scan` without a schedule one, and
    says so in a remark. A schedule that is there already is kept. With
    `kind=auto` a cost model decides between serial time and chunks from the
    extents, the operations of a step and the machine (`cores`, `vector-bits`).
    Where extents are dynamic and both can be right, the recurrence is cloned
    into an `scf.if` that decides when it runs; one lane alone becomes static
    unit extents there, so that its chunks can fill vectors. There is no branch
    for chunks of several lanes where they cannot pay: on so few cores that
    running twice takes longer. With `on-device` reduced lanes count as parallel
    ones, chunks have 256 steps, and a single lane is a lane like any other. With
    `bytes-per-cycle` a step takes at least as long as memory does, which chunks
    read inputs from twice.

    When it applies: chunks need a `recur.scan` that is not packed and has an
    input over time; others get the serial schedule, with a remark if chunks were
    asked for. So do the tiles of a layer (`recur.tiled`), which are short.

    Numerics: the pass changes no value, the schedule may: chunks of time round
    differently from serial time, and a rescale period above 1 is only right
    where the ranges of the inputs bound the growth of homogeneous states over
    as many steps.

    Example: `test/Dialect/Recur/schedule-doc.mlir`.

    Limits: costs rank schedules, they predict no times; nothing is measured.
  }];
  let options = [
    Option<"kind", "kind", "::kalmir::recur::ScheduleChoice",
           /*default=*/"::kalmir::recur::ScheduleChoice::automatic",
           "How time runs", [{::llvm::cl::values(
             clEnumValN(::kalmir::recur::ScheduleChoice::automatic, "auto",
                        "Chosen by a cost model"),
             clEnumValN(::kalmir::recur::ScheduleChoice::serial, "serial",
                        "In one loop"),
             clEnumValN(::kalmir::recur::ScheduleChoice::chunked, "chunked",
                        "In chunks, in parallel")
           )}]>,
    Option<"chunkLength", "chunk-length", "int64_t", /*default=*/"0",
           "Steps of a chunk, if chunked (0: chosen)">,
    Option<"vectorWidth", "vector-width", "int64_t", /*default=*/"0",
           "Lanes in a vector (0: chosen for the target)">,
    Option<"laneBlocks", "lane-blocks", "int64_t", /*default=*/"0",
           "Vectors of lanes that a thread takes through time together (0: "
           "chosen from the extents)">,
    Option<"rescalePeriod", "rescale-period", "int64_t", /*default=*/"1",
           "Steps between two rescalings of homogeneous states">,
    Option<"cores", "cores", "int64_t", /*default=*/"1",
           "Cores that share the work, for the cost model">,
    Option<"vectorBits", "vector-bits", "int64_t", /*default=*/"256",
           "Bits of a vector, for the cost model">,
    Option<"onDevice", "on-device", "bool", /*default=*/"false",
           "Whether reduced lanes run in parallel, as threads of a device">,
    Option<"bytesPerCycle", "bytes-per-cycle", "int64_t", /*default=*/"0",
           "Bytes that memory moves in a cycle, for the cost model (0: any)">
  ];
  let statistics = [
    Statistic<"numScheduled", "scheduled", "Recurrences given a schedule">,
    Statistic<"numRefused", "refused", "Recurrences that cannot be chunked">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def RecurDropUnitIteratorsPass : Pass<"kalmir-recur-drop-unit-iterators"> {
  let summary = "Drop iterators of extent 1 from recurrences";
  let description = [{
    What: replaces a recurrence on buffers that has parallel or reduction
    iterators of static extent 1 by one without them, on views of its operands.
    The types then show what is contiguous, for instance time in a single series
    of shape [1, L, 1].

    When it applies: to recurrences on buffers that are not packed.

    Numerics: no value changes.

    Example: `test/Dialect/Recur/drop-unit-iterators-doc.mlir`.

    Limits: extents must be static.
  }];
  let statistics = [
    Statistic<"numDropped", "dropped", "Recurrences that lost an iterator">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"
  ];
}

def RecurSplitTimePass : Pass<"kalmir-recur-split-time"> {
  let summary = "Run chunked scans as scans over chunks and within chunks";
  let description = [{
    What: replaces a `recur.scan` on buffers with a chunked schedule by scans
    with serial schedules in which the chunk is a parallel iterator like any
    other: one summarises every chunk into an element, one carries the state
    from chunk to chunk, one replays every chunk from its carried state, and one
    runs the steps that are left, fewer than a chunk. Outputs that are summed
    over time are summed for each chunk, then over the chunks in order. The first
    three go in rounds: for each of `cores` as many chunks as have `cache-bytes` of
    operands, so that the replay reads what the summary has brought into its cache.
    With `on-device` all chunks are one round, and every part of it one launch:
    elements begin as the identity by an attribute of the scan
    (`recur.from_identity`), not by filling buffers, the state is carried in its
    operand, and what may have nothing to do is under an `scf.if`.

    When it applies: to scans on buffers that are not packed. A `recur.generic`
    gets a serial schedule, with a remark, because nothing proves that its steps
    can be combined.

    Numerics: chunks round differently from serial time, by the laws of
    `recur.scan`. Results depend on the chunk length, not on threads.

    Example: `test/Dialect/Recur/split-time-doc.mlir`.

    Limits: buffers for an element and the states of each chunk of a round and
    lane.
  }];
  let options = [
    Option<"cores", "cores", "int64_t", /*default=*/"1",
           "Cores that share the chunks of a round">,
    Option<"cacheBytes", "cache-bytes", "int64_t", /*default=*/"786432",
           "Bytes of a core's chunks in a round">,
    Option<"onDevice", "on-device", "bool", /*default=*/"false",
           "Run all chunks in one round, with as few launches as can be">
  ];
  let statistics = [
    Statistic<"numSplit", "split", "Scans whose time was cut into chunks">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"
  ];
}

#endif // KALMIR_RECUR_TRANSFORMS_PASSES_TD
