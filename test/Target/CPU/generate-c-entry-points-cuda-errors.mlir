// RUN: kalmir-opt %s --kalmir-generate-c-entry-points=device=cuda --split-input-file --verify-diagnostics

llvm.func @reads(%x: !llvm.ptr, %x1: !llvm.ptr, %x2: i64) attributes {
    kalmir.entry = #kalmir.entry<inputs = [#kalmir.argument<"x", i64, []>], outputs = []>} {
  llvm.return
}
llvm.func @reads.shapes(%x: !llvm.ptr, %x1: !llvm.ptr, %x2: i64) {
  llvm.return
}
llvm.func @reads.workspace(%x: !llvm.ptr, %x1: !llvm.ptr, %x2: i64) -> i64 {
  // expected-error @+1 {{expected extents and workspace of an entry for CUDA to depend on extents alone, found a read of memory in 'reads.workspace'}}
  %0 = llvm.load %x : !llvm.ptr -> i64
  llvm.return %0 : i64
}
