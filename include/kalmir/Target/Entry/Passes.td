//===- Passes.td - from tensor functions to entries -----------------------===//

#ifndef KALMIR_TARGET_ENTRY_PASSES_TD
#define KALMIR_TARGET_ENTRY_PASSES_TD

include "mlir/Pass/PassBase.td"

def InferEntrySignaturesPass
    : Pass<"kalmir-infer-entry-signatures", "::mlir::ModuleOp"> {
  let summary = "Attach its C contract to every public tensor function";
  let description = [{
    What: puts `#kalmir.entry` on every public function that takes or returns
    tensors: names (`kalmir.name`, else `argN` and `resultN`), element types,
    and the extents, equal ones by the same symbol.

    When it applies: functions with a body that are not entries or helpers
    already. Extents are equal where an op that always runs needs them to be:
    the indexing maps of linalg ops and recurrences, destinations and their
    results, casts, arithmetic on whole tensors. Ops inside control flow are
    not looked at.

    Numerics: none.

    Example: `test/Target/Entry/infer-entry-signatures-doc.mlir`.

    Limits: inputs and results must be ranked tensors of the types that C can
    pass, names must be C identifiers and not those of another entry's
    functions; at most 256 different symbols.
  }];
  let dependentDialects = ["::kalmir::KalmirDialect"];
  let statistics = [
    Statistic<"numEntries", "entries", "Functions that became entries">
  ];
}

def GenerateEntryHelpersPass
    : Pass<"kalmir-generate-entry-helpers", "::mlir::ModuleOp"> {
  let summary = "Generate what computes shapes and run information";
  let description = [{
    What: for every entry `@f` two functions with the same inputs: `@f.shapes`
    returns the extents of all results, `@f.info` the number of state steps
    (products of the iteration extents of all recurrences, summed) and of
    chunks (the most of any recurrence, 1 for a serial schedule, 0 without
    recurrences). Both are clones of `@f` in which only arithmetic on input
    extents is left.

    When it applies: to entries without helpers. Recurrences are counted
    through scf.for and scf.if.

    Numerics: exact, in 64 bits.

    Example: `test/Target/Entry/generate-entry-helpers-doc.mlir`.

    Limits: an extent that depends on the values of a tensor is refused.
  }];
  let dependentDialects = [
    "::kalmir::KalmirDialect", "::mlir::affine::AffineDialect",
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"];
}

def SeparateDestinationsPass
    : Pass<"kalmir-separate-destinations", "::mlir::ModuleOp"> {
  let summary = "Give each operation that writes to a fill one of its own";
  let description = [{
    What: where several operations have one `linalg.fill` of a fresh tensor as
    destination, all but one get a copy of it. Common subexpression elimination
    merges equal fills; bufferization would then fill one buffer and copy it for
    each of the others.

    When it applies: to tensors.

    Numerics: exact.

    Example: `test/Target/Entry/separate-destinations-doc.mlir`.
  }];
}

def PassResultsByDestinationPass
    : Pass<"kalmir-pass-results-by-destination", "::mlir::ModuleOp"> {
  let summary = "Compute the results of entries in the caller's buffers";
  let description = [{
    What: an entry's results become trailing memref arguments that are not
    aliased by anything else, and inputs become read-only. The fresh tensor
    that a result grows out of is replaced by the argument; where it is not a
    fresh one, such as an initial state that is an input, it is copied to the
    argument at the start. After bufferization no copy of a whole result is
    left at the end.

    When it applies: to entries that still return tensors.

    Numerics: none.

    Example: `test/Target/Entry/pass-results-by-destination-doc.mlir`.

    Limits: returning an input itself, or one value twice, needs a copy.
  }];
  let dependentDialects = [
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect",
    "::mlir::tensor::TensorDialect"];
}

def PlanWorkspacePass : Pass<"kalmir-plan-workspace", "::mlir::ModuleOp"> {
  let summary = "Turn allocations of entries into one workspace";
  let description = [{
    What: every `memref.alloc` of an entry becomes a view of a last argument,
    the workspace, 64-byte aligned; `@f.workspace` returns the bytes that it
    needs, or -1 where 64 bits cannot count them. Deallocations disappear.

    When it applies: to entries on buffers that have no workspace yet. An
    allocation in a serial loop is made once, before the loop.

    Numerics: none.

    Example: `test/Target/Entry/plan-workspace-doc.mlir`.

    Limits: the size of an allocation must be arithmetic on input extents, or
    the smaller of that and something else, for which the former is reserved; it
    must not stand in a parallel loop, where every iteration needs its own.
    Buffers do not share memory, whatever their lifetimes.
  }];
  let dependentDialects = [
    "::kalmir::KalmirDialect", "::mlir::arith::ArithDialect",
    "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect"];
  let statistics = [
    Statistic<"numBuffers", "buffers", "Allocations moved to a workspace">
  ];
}

#endif // KALMIR_TARGET_ENTRY_PASSES_TD
