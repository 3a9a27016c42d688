// RUN: kalmir-opt %s --kalmir-generate-c-entry-points --split-input-file --verify-diagnostics

// expected-error @+1 {{expected the helper function 'f.shapes' beside the entry}}
llvm.func @f() attributes {kalmir.entry = #kalmir.entry<inputs = [], outputs = []>} {
  llvm.return
}

// -----

llvm.func @f() attributes {kalmir.entry = #kalmir.entry<inputs = [], outputs = []>} {
  llvm.return
}
llvm.func @f.shapes() {
  llvm.return
}
llvm.func @f.workspace(%bytes: i64) -> i64 {
  llvm.return %bytes : i64
}
llvm.func @f.info(%both: !llvm.struct<(i64, i64)>) -> !llvm.struct<(i64, i64)> {
  llvm.return %both : !llvm.struct<(i64, i64)>
}
// expected-error @+1 {{expected 'kalmir.checks' on the helper that checks calls of 'f', found none}}
llvm.func @f.bounds(%failed: i64) -> i64 {
  llvm.return %failed : i64
}
