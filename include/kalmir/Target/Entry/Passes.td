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

def GenerateEntryBoundsPass
    : Pass<"kalmir-generate-entry-bounds", "::mlir::ModuleOp"> {
  let summary = "Generate what checks the bounds of slices and the like";
  let description = [{
    What: for every entry `@f` a function `@f.bounds` with the same inputs that
    returns -1, or the number of the first check that fails and the numbers that
    its text is about; `kalmir.checks` on it has the texts. The C functions of
    an entry call it before anything else and refuse the call. It is a clone of
    `@f` in which only arithmetic on input extents is left.

    When it applies: to entries without this helper, for what always runs, that
    is directly in the function's body:

    * slices lie inside of their tensors, as do single elements; what is
      inserted has the shape of the slice;
    * extents are equal where an operation takes them to be, as far as the
      signature does not say so already: along iterators of linalg ops and
      recurrences, in arithmetic on whole tensors, casts and concatenations;
    * indices that are sums (windows, strides) stay inside of the operand;
    * padding cuts nothing off, new tensors have no negative extents, and
      expanded extents have the right product.

    Where nothing of that can fail there is no helper.

    Numerics: none; comparisons are right for all 64-bit numbers.

    Example: `test/Target/Entry/generate-entry-bounds-doc.mlir`.

    Limits: conditions that depend on the values of a tensor, on what is in
    control flow or in the body of an op, and indexing maps with quotients or
    remainders are not checked.
  }];
  let dependentDialects = [
    "::kalmir::KalmirDialect", "::mlir::affine::AffineDialect",
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"];
  let statistics = [
    Statistic<"numChecks", "checks", "Conditions that calls are checked for">
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
