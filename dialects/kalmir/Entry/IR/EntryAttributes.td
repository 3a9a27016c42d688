//===- EntryAttributes.td - the contract of an entry ----------------------===//

#ifndef KALMIR_ENTRY_ATTRIBUTES_TD
#define KALMIR_ENTRY_ATTRIBUTES_TD

include "mlir/IR/AttrTypeBase.td"
include "kalmir/Entry/IR/EntryDialect.td"

def Kalmir_ArgumentAttr : AttrDef<Kalmir_Dialect, "Argument"> {
  let mnemonic = "argument";
  let summary = "what is declared of one input or output";
  let description = [{
    `#kalmir.argument<"x", f32, [-1, 8]>`: name, element type and one number
    for each dimension: an extent of 0 or more, or -(s+1) for the symbol s.
    Dimensions of an entry with the same symbol have the same extent.

    `#kalmir.argument<"cu", i64, [-2], boundaries = [-1, -3]>` holds the
    boundaries of packed sequences: ascending from 0 to the extent of time (the
    first number), one more than there are sequences (the second; the least
    64-bit integer where nothing else counts them).
  }];
  let parameters = (ins
    "::mlir::StringAttr":$name,
    "::mlir::Type":$element_type,
    "::mlir::DenseI64ArrayAttr":$dims,
    OptionalParameter<"::mlir::DenseI64ArrayAttr">:$boundaries);
  let assemblyFormat = [{
    `<` $name `,` $element_type `,` $dims
    (`,` `boundaries` `=` $boundaries^)? `>`
  }];
  let genVerifyDecl = 1;
}

def Kalmir_EntryAttr : AttrDef<Kalmir_Dialect, "Entry"> {
  let mnemonic = "entry";
  let summary = "the contract of a function that C code calls";
  let description = [{
    `#kalmir.entry<inputs = [...], outputs = [...]>`, both arrays of
    `#kalmir.argument`.
  }];
  let parameters = (ins
    "::mlir::ArrayAttr":$inputs,
    "::mlir::ArrayAttr":$outputs);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Inputs, then outputs.
    ::llvm::SmallVector<::kalmir::ArgumentAttr> getArguments() const;
    /// One more than the largest symbol.
    int64_t getNumSymbols() const;
    /// Sum of the ranks of all outputs.
    int64_t getNumOutputExtents() const;
  }];
}

#endif // KALMIR_ENTRY_ATTRIBUTES_TD
