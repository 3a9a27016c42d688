//===- LinalgToBLAS.td - from contractions to library calls ---------------===//

#ifndef KALMIR_CONVERSION_LINALGTOBLAS_TD
#define KALMIR_CONVERSION_LINALGTOBLAS_TD

include "mlir/Pass/PassBase.td"

def ConvertLinalgToBLASPass
    : Pass<"kalmir-convert-linalg-to-blas", "::mlir::ModuleOp"> {
  let summary = "Convert contractions on buffers to calls of BLIS";
  let description = [{
    What: a contraction (`linalg.matmul`, `linalg.batch_matmul`, `linalg.contract`,
    a generic one) becomes a parallel loop over blocks of its result, each of which
    is one call of `bli_sgemm` or `bli_dgemm`. The blocks have a fixed size, so
    that results do not depend on the number of threads; the serial build of BLIS
    is meant, which starts none of its own. A preceding `linalg.fill` with 0 of
    the result becomes part of the calls.

    Neighbouring iterators that lie behind each other in memory are one dimension
    of the product (the rows of all batch entries, where weights are shared);
    others, batches included, are iterations of the loop.

    When it applies: to contractions on buffers of one element type, f32 or f64,
    that multiply and add, with one contracted iterator. Any strides are right.
    Contractions of less than 4096 multiplications, if that is known, and dot
    products stay loops.

    Numerics: sums are formed in BLIS's order, with multiply-adds contracted.

    Example: `test/Conversion/LinalgToBLAS/linalg-to-blas-doc.mlir`.

    Limits: other element types (bf16, f16, integers) stay loops.
  }];
  let options = [
    Option<"rows", "rows", "int64_t", /*default=*/"512",
           "Rows of a block of the result">,
    Option<"columns", "columns", "int64_t", /*default=*/"512",
           "Columns of a block of the result">
  ];
  let statistics = [
    Statistic<"numConverted", "converted", "Contractions converted to calls">,
    Statistic<"numRefused", "refused", "Contractions left as loops">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect"
  ];
}

#endif // KALMIR_CONVERSION_LINALGTOBLAS_TD
