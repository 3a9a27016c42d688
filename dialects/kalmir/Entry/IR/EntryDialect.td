//===- EntryDialect.td - attributes of functions that C code calls --------===//

#ifndef KALMIR_ENTRY_DIALECT_TD
#define KALMIR_ENTRY_DIALECT_TD

include "mlir/IR/OpBase.td"

def Kalmir_Dialect : Dialect {
  let name = "kalmir";
  let cppNamespace = "::kalmir";
  let summary = "What is known of functions that C code calls";
  let description = [{
    Attributes only:

    * `kalmir.entry = #kalmir.entry<...>` on a function: its contract.
    * `kalmir.helper = @f` on a function: it computes something about the calls
      of the entry `@f` and is no entry itself.
    * `kalmir.checks = [...]` on the helper that checks a call: for each check,
      what to say where it fails. {0}, {1}, ... stand for the numbers that the
      helper returns.
    * `kalmir.name = "x"` on an argument or result: its name in the contract.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    /// Names of the attributes that the dialect puts on functions.
    static constexpr ::llvm::StringLiteral entryAttrName = "kalmir.entry";
    static constexpr ::llvm::StringLiteral helperAttrName = "kalmir.helper";
    static constexpr ::llvm::StringLiteral checksAttrName = "kalmir.checks";
    static constexpr ::llvm::StringLiteral nameAttrName = "kalmir.name";
  }];
}

#endif // KALMIR_ENTRY_DIALECT_TD
