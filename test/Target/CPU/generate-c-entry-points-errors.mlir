// RUN: kalmir-opt %s --kalmir-generate-c-entry-points --verify-diagnostics

// expected-error @+1 {{expected the helper function 'f.shapes' beside the entry}}
llvm.func @f() attributes {kalmir.entry = #kalmir.entry<inputs = [], outputs = []>} {
  llvm.return
}
