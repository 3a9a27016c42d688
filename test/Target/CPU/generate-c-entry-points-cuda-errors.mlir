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

// -----

llvm.func @kalmir_rt_launch(!llvm.ptr, i64, i64, i64, i64, i64, i64, i64, !llvm.ptr, i64)
llvm.func @any(%kernel: !llvm.ptr) attributes {
    kalmir.entry = #kalmir.entry<inputs = [], outputs = []>} {
  %c1 = llvm.mlir.constant(1 : i64) : i64
  // expected-error @+1 {{expected the address of a global as the kernel to launch}}
  llvm.call @kalmir_rt_launch(%kernel, %c1, %c1, %c1, %c1, %c1, %c1, %c1, %kernel, %c1) : (!llvm.ptr, i64, i64, i64, i64, i64, i64, i64, !llvm.ptr, i64) -> ()
  llvm.return
}
llvm.func @any.shapes() {
  llvm.return
}
llvm.func @any.workspace() -> i64 {
  %c0 = llvm.mlir.constant(0 : i64) : i64
  llvm.return %c0 : i64
}
llvm.func @any.info() -> !llvm.struct<(i64, i64)> {
  %0 = llvm.mlir.zero : !llvm.struct<(i64, i64)>
  llvm.return %0 : !llvm.struct<(i64, i64)>
}
